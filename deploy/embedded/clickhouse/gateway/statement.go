package gateway

import "strings"

// statement is what the gateway must know about SQL text before the engine parses it.
type statement struct {
	verb   string // first word in capitals
	format string // of FORMAT, of an INSERT's rows or of the answer; empty if not said
	head   int    // for an INSERT with rows: where the SQL ends; else the length of the text
	data   int    // for an INSERT with rows: where inline rows begin
	rows   bool   // an INSERT whose rows follow
}

// scan reads SQL text just far enough; text may end within the rows of an INSERT.
func scan(sql string) statement {
	st := statement{head: len(sql), data: len(sql)}
	depth, words, query := 0, 0, false
	for i := 0; i < len(sql); {
		if end := skip(sql, i); end > i {
			i = end
			continue
		}
		switch c := sql[i]; {
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			depth--
		case isWord(c):
			end := i + 1
			for end < len(sql) && isWord(sql[end]) {
				end++
			}
			word := strings.ToUpper(sql[i:end])
			words++
			if words == 1 {
				st.verb = word
			}
			if depth == 0 && words > 1 {
				switch {
				case word == "SELECT" || word == "WITH":
					query = true
				case word == "VALUES" && st.verb == "INSERT" && !query:
					st.format, st.head, st.data, st.rows = "Values", i, end, true
					return st
				case word == "FORMAT":
					name, after := nextWord(sql, end)
					if name == "" {
						break
					}
					st.format = name
					if st.verb == "INSERT" && !query {
						st.head, st.data, st.rows = i, inline(sql, after), true
						return st
					}
					end = after
				}
			}
			i = end
			continue
		}
		i++
	}
	st.rows = st.verb == "INSERT" && !query
	if st.rows && st.format == "" {
		st.format = "Values"
	}
	return st
}

// inline is where rows begin after the name of their format: behind blanks and one line end.
func inline(sql string, i int) int {
	for i < len(sql) && (sql[i] == ' ' || sql[i] == '\t') {
		i++
	}
	if strings.HasPrefix(sql[i:], "\r\n") {
		return i + 2
	}
	if i < len(sql) && sql[i] == '\n' {
		i++
	}
	return i
}

func nextWord(sql string, i int) (string, int) {
	for i < len(sql) {
		if end := skip(sql, i); end > i && sql[i] != '\'' && sql[i] != '"' && sql[i] != '`' {
			i = end
			continue
		}
		break
	}
	end := i
	for end < len(sql) && isWord(sql[end]) {
		end++
	}
	return sql[i:end], end
}

// skip passes over white space, a comment or a quoted run at i; it returns i where there is none.
func skip(sql string, i int) int {
	rest := sql[i:]
	switch c := rest[0]; {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v':
		return i + 1
	case strings.HasPrefix(rest, "--") || strings.HasPrefix(rest, "# ") || strings.HasPrefix(rest, "#!"):
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			return i + n + 1
		}
		return len(sql)
	case strings.HasPrefix(rest, "/*"):
		if n := strings.Index(rest[2:], "*/"); n >= 0 {
			return i + 2 + n + 2
		}
		return len(sql)
	case c == '\'' || c == '"' || c == '`':
		for n := 1; n < len(rest); n++ {
			if rest[n] == '\\' {
				n++
			} else if rest[n] == c {
				return i + n + 1
			}
		}
		return len(sql)
	}
	return i
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
