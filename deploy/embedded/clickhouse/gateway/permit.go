package gateway

import (
	"strings"

	"barometer/deploy/embedded/clickhouse/chdb"
)

// permit refuses what a role may not ask, before the engine runs anything.
func permit(conn *chdb.Conn, q *request) error {
	sql := q.sql
	if q.st.rows {
		if q.role == Reader {
			return denied(q.role, "a reader may not INSERT")
		}
		if sql += " FORMAT " + q.st.format + "\n"; q.st.format == "Values" {
			sql = q.sql + " VALUES"
		}
	}
	statements, class, err := conn.Classify(sql)
	switch {
	case err != nil:
		return err
	case class == chdb.Unknown && q.role == Reader:
		return exception(62, "Syntax error: the statement cannot be parsed", "SYNTAX_ERROR")
	case class == chdb.Unknown:
		return nil // the engine says better what is wrong with it
	case statements > 1:
		return exception(62, "Multi-statements are not allowed", "SYNTAX_ERROR")
	case class == chdb.Control && (q.st.verb == "SET" && says(sql, "role") || q.st.verb == "EXECUTE"):
		return denied(q.role, "the role is that of the user")
	case q.role == Reader && class != chdb.ReadOnly:
		return denied(q.role, "a reader's statement must be a pure read")
	case q.role == Reader:
		return permitTexts(q)
	}
	return nil
}

// fixed are settings that bound a reader or name a file. In a statement the engine's constraints hold them; settings of the
// URL go to the engine as arguments, which its constraints do not look at.
var fixed = map[string]bool{"max_memory_usage": true, "format_template_row": true, "format_template_resultset": true, "format_schema": true}

// permitTexts keeps readers from the function file(), which has no grant that could be withheld. It is a value as well as a
// call (arrayMap(file, …)), has other spellings in quoted names (\x69 for i), and can stand in settings that hold expressions
// and in columns' defaults; so no text of a reader's request may hold the word or such an escape, within quotes or not. A
// reader who must compare with it binds a parameter.
func permitTexts(q *request) error {
	texts := []string{q.sql}
	for name, value := range q.settings {
		if fixed[name] {
			return denied(q.role, "the setting "+name+" is not a reader's to choose")
		}
		texts = append(texts, value)
	}
	for _, t := range q.external {
		texts = append(texts, t.structure)
		if strings.EqualFold(t.format, "Values") {
			return denied(q.role, "an external table may not hold expressions")
		}
	}
	for _, text := range texts {
		if says(text, "file") || strings.Contains(text, `\x`) {
			return denied(q.role, `a reader's statement may not hold the word file nor the escape \x`)
		}
	}
	return nil
}

func denied(role, why string) error {
	return exception(497, role+": Not enough privileges: "+why, "ACCESS_DENIED")
}

// says reports whether text holds a word, in any case and whatever surrounds it.
func says(text, word string) bool {
	text = strings.ToLower(text)
	for i := 0; ; {
		n := strings.Index(text[i:], word)
		if n < 0 {
			return false
		}
		start, end := i+n, i+n+len(word)
		if (start == 0 || !isASCIIWord(text[start-1])) && (end == len(text) || !isASCIIWord(text[end])) {
			return true
		}
		i = end
	}
}

func isASCIIWord(c byte) bool { return isWord(c) && c < 0x80 }
