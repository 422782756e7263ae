package gateway

import (
	"strings"

	"barometer/deploy/embedded/clickhouse/chdb"
)

// token is a piece of a statement as the engine writes it: no comments, one way to quote.
type token struct {
	kind byte   // 'w' bare word or number, 'i' quoted identifier, 's' text, 'p' a character, 'v' a bound parameter
	text string // without quotes, escapes undone
}

func (t *token) is(c string) bool   { return t.kind == 'p' && t.text == c }
func (t *token) word(w string) bool { return t.kind == 'w' && strings.EqualFold(t.text, w) }
func (t *token) name() string {
	if t.kind == 'w' || t.kind == 'i' {
		return strings.ToLower(t.text)
	}
	return ""
}

// tokens reads what the engine's formatter wrote. A parameter of type Identifier is the identifier that it is bound to.
func tokens(sql string, params []chdb.Param) []token {
	var all []token
	for i := 0; i < len(sql); {
		switch c := sql[i]; {
		case c == ' ' || c == '\n' || c == '\t':
			i++
		case c == '\'' || c == '`' || c == '"':
			end := skip(sql, i)
			kind := byte('i')
			if c == '\'' {
				kind = 's'
			}
			all = append(all, token{kind, unquoted(sql[i:end])})
			i = end
		case isWord(c):
			end := i + 1
			for end < len(sql) && isWord(sql[end]) {
				end++
			}
			all = append(all, token{'w', sql[i:end]})
			i = end
		case c == '{' && parameter(sql[i:]) > 0:
			n := parameter(sql[i:])
			name, kind, _ := strings.Cut(sql[i+1:i+n-1], ":")
			all = append(all, bound(strings.Trim(strings.TrimSpace(name), "`"), strings.TrimSpace(kind), params))
			i += n
		default:
			all = append(all, token{'p', string(c)})
			i++
		}
	}
	return all
}

// parameter is the length of a {name:Type} at the beginning of sql, 0 for none.
func parameter(sql string) int {
	i := 1
	for i < len(sql) && (isWord(sql[i]) || sql[i] == '`') {
		i++
	}
	if i == 1 || i == len(sql) || sql[i] != ':' {
		return 0
	}
	for n := i; n < len(sql); {
		if sql[n] == '}' {
			return n + 1
		}
		n = max(skip(sql, n), n+1)
	}
	return 0
}

func bound(name, kind string, params []chdb.Param) token {
	if !strings.EqualFold(kind, "Identifier") {
		return token{'v', name}
	}
	for _, p := range params {
		if p.Name == name {
			return token{'i', p.Value}
		}
	}
	return token{'i', ""}
}

// unquoted takes the quotes off and undoes escapes of one character; other escapes stay as they are.
func unquoted(s string) string {
	if len(s) < 2 {
		return s
	}
	var b strings.Builder
	for i, s := 0, s[1:len(s)-1]; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// before are the words after which a bracket begins a list or an expression, and not the arguments of a function.
var before = words(
	`AND OR NOT IN SELECT FROM WHERE PREWHERE HAVING QUALIFY BY ON USING THEN WHEN ELSE BETWEEN AS JOIN UNION ALL EXCEPT
	INTERSECT DISTINCT LIMIT OFFSET WITH LIKE ILIKE CASE OVER EXISTS GLOBAL IS SETTINGS EXPLAIN TABLE ARRAY SETS`)

// valued are functions that take no other function as an argument; aggregates are known besides.
var valued = words(
	`tuple array length lower upper toString concat coalesce ifNull if multiIf nullIf trim substring position like ilike match
	replaceAll toDate toDateTime toInt64 toUInt64 toFloat64 isNull isNotNull assumeNotNull greatest least equals notEquals in notIn caseWithExpression`)

// structured are table functions that may hold the structure of a table as text, and expressions in it; and format,
// which reads rows too.
var structured = words("format values SQLStandardValues generateRandom null")

// harmless are table functions that read no file, reach no address and run no text.
var harmless = words(
	`numbers numbers_mt zeros zeros_mt generateSeries generate_series primes view viewIfPermitted viewExplain merge dictionary
	loop mergeTreeIndex mergeTreeProjection mergeTreeTextIndex fuzzQuery format values SQLStandardValues generateRandom null`)

// rowFormats are formats whose rows hold no expressions, by their beginnings.
var rowFormats = []string{"tsv", "tabseparated", "csv", "json", "lineasstring"}

func words(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[strings.ToLower(w)] = true
	}
	return set
}

// brackets are, for each token, the open bracket around it, -1 for none; and of each open bracket the function whose
// arguments it holds, empty for none.
type brackets struct {
	around []int
	call   map[int]string
}

func bracketsOf(all []token) brackets {
	b := brackets{make([]int, len(all)), map[int]string{}}
	open := -1
	closed := map[int]int{} // of a closing bracket: its open one
	for i := range all {
		switch t := &all[i]; {
		case t.is("(") || t.is("[") || t.is("{"):
			if t.is("(") && i > 0 {
				switch p := &all[i-1]; {
				case p.kind == 'i', p.kind == 'w' && !before[p.name()]:
					b.call[i] = p.name()
				case p.is(")"):
					b.call[i] = b.call[closed[i-1]]
				}
			}
			b.around[i], open = open, i
		case t.is(")") || t.is("]") || t.is("}"):
			if open >= 0 {
				closed[i] = open
				open = b.around[open]
			}
			b.around[i] = open
		default:
			b.around[i] = open
		}
	}
	return b
}

// judge says why a reader's statement is refused, empty: it is not. The statement is as the engine wrote it after
// parsing it.
//
// The engine's roles deny readers files, addresses and other databases, but not function file(), which has no grant
// that could be withheld, nor what is hidden in texts: the structure that format() and values() take may compute
// columns by expressions. So no call may be of file, and no name of it may stand where the engine takes functions as
// values: APPLY file, arrayMap(file, …).
func (e *Engine) judge(all []token) string {
	b := bracketsOf(all)
	settings := false
	for i := range all {
		name := all[i].name()
		settings = settings || all[i].word("SETTINGS")
		if settings && (name == "profile" || refusedSetting(name)) && i+1 < len(all) && all[i+1].is("=") {
			return "the setting " + name + " is not a reader's to choose"
		}
		if name == "" {
			continue
		}
		if all[i].kind == 'i' && strings.Contains(name, `\`) {
			return `a reader's identifiers may not hold a \`
		}
		if i+1 < len(all) && all[i+1].is("(") && (all[i].kind == 'i' || !before[name]) {
			switch {
			case e.tableFunctions[name] && !harmless[name]:
				return "a reader may not use the function " + name
			case structured[name]:
				if why := literals(all[i+1:], name); why != "" {
					return why
				}
			}
			continue
		}
		if last := name[strings.LastIndexByte(name, '.')+1:]; e.isFunctionOfFiles(last) && e.asValue(all, b, i) {
			return "a reader may not use the function " + last + "; a column of this name is to be said with its table, such " +
				"as t." + last
		}
	}
	return ""
}

func (e *Engine) isFunctionOfFiles(name string) bool {
	return e.tableFunctions[name] && e.functions[name] && !harmless[name]
}

// asValue reports whether a name stands where the engine may take a function: alone as an argument, or after APPLY.
func (e *Engine) asValue(all []token, b brackets, i int) bool {
	at := func(n int) *token {
		if n < 0 || n >= len(all) {
			return &token{}
		}
		return &all[n]
	}
	left, right := i-1, i+1
	if at(left).word("AS") || at(left).is(".") || at(right).is(".") {
		return false
	}
	for {
		if at(right).word("AS") {
			right += 2
		}
		if _, call := b.call[left]; !at(left).is("(") || !at(right).is(")") || call {
			break
		}
		left, right = left-1, right+1
	}
	if at(left).word("APPLY") {
		return true
	}
	if !at(left).is("(") && !at(left).is(",") || !at(right).is(")") && !at(right).is(",") {
		return false
	}
	around := left
	if at(left).is(",") {
		around = b.around[left]
	}
	function, call := b.call[around]
	return call && !valued[function] && !e.aggregates[function] && !e.aggregates[plain(function)]
}

// plain is the name of an aggregate without its combinator: countDistinct is count.
func plain(function string) string {
	for _, combinator := range []string{"distinct", "if", "ornull", "ordefault", "state", "merge", "array", "foreach"} {
		if name, ok := strings.CutSuffix(function, combinator); ok {
			return name
		}
	}
	return function
}

// literals says why the arguments of a function that begin all are more than texts and numbers, empty: they are not.
func literals(all []token, name string) string {
	first, depth := &token{}, 0
	if len(all) > 1 {
		first = &all[1]
	}
	if name == "format" && first.kind == 's' && strings.Contains(first.text, "{") {
		return "" // format('{}: {}', a, b)
	}
	if name == "format" {
		known := false
		for _, f := range rowFormats {
			known = known || strings.HasPrefix(strings.ToLower(first.text), f)
		}
		if first.kind == 'p' || first.kind == 'v' || !known {
			return "a reader may use the table function format with TSV, CSV and JSON only"
		}
	}
	commas := 0
	for i := range all {
		switch t := &all[i]; {
		case t.is("("):
			depth++
			if i > 0 && (all[i-1].kind == 'w' || all[i-1].kind == 'i') {
				return "a reader may give " + name + "() texts and numbers only"
			}
		case t.is(")"):
			if depth--; depth == 0 {
				return ""
			}
		case t.is(",") && depth == 1:
			commas++
		case t.kind == 's' && depth == 1 && (commas == 0 || name == "format" && commas == 1):
			for w := range strings.FieldsFuncSeq(t.text, func(r rune) bool { return r < 0x80 && !isWord(byte(r)) }) {
				switch strings.ToUpper(w) {
				case "DEFAULT", "MATERIALIZED", "ALIAS", "EPHEMERAL", "CODEC", "TTL":
					return "a reader may not compute columns in the structure of " + name + "()"
				}
			}
		case t.kind == 'w', t.kind == 's', t.is(","), t.is("["), t.is("]"), t.is("-"), t.is("."):
		default:
			return "a reader may give " + name + "() texts and numbers only"
		}
	}
	return ""
}
