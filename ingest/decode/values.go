package decode

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"barometer/ingest/event"
	"barometer/ingest/lang"
)

// value is how a JSON value of one kind is read, printed and described.
type value[T any] struct {
	name   string // of its definition in the schemas
	want   string // what is expected, for refusals
	reason Reason
	schema map[string]any
	read   func(any) (T, bool)
	print  func(T) any
	hint   func(any) string // what is wrong with a value that is refused, where that can be told; nil: never
}

// word makes a value that is a JSON string.
func word[T any](name, want string, schema map[string]any, read func(string) (T, bool), print func(T) string) value[T] {
	schema["type"] = "string"
	schema["description"] = sentence(want)
	return value[T]{name: name, want: want, reason: BadField, schema: schema, read: func(v any) (T, bool) {
		s, ok := v.(string)
		if !ok {
			var zero T
			return zero, false
		}
		return read(s)
	}, print: func(v T) any { return print(v) }}
}

func same(s string) string { return s }

// sentence makes what is expected a description.
func sentence(want string) string {
	r, n := utf8.DecodeRuneInString(want)
	return string(unicode.ToUpper(r)) + want[n:] + "."
}

// matching makes a string value that a pattern describes: at most limit characters, all printable ASCII by its pattern.
func matching(name, want, pattern string, limit int) value[string] {
	re := regexp.MustCompile(pattern)
	return word(name, want, map[string]any{"pattern": pattern, "maxLength": limit},
		func(s string) (string, bool) { return s, len(s) <= limit && re.MatchString(s) }, same)
}

// sized makes a string value of free text.
func sized(name, want string, limit int) value[string] {
	return word(name, want, map[string]any{"minLength": 1, "maxLength": limit},
		func(s string) (string, bool) { return s, s != "" && utf8.RuneCountInString(s) <= limit }, same)
}

// oneOf makes a string value out of a list.
func oneOf(name, want string, words []string) value[string] {
	return word(name, want, map[string]any{"enum": words}, func(s string) (string, bool) {
		return s, slices.Contains(words, s)
	}, same)
}

// enum makes a value of one of the log's enumerations.
func enum[T interface {
	~uint8
	String() string
}](name, want string, parse func(string) (T, bool)) value[T] {
	var words []string
	for v := T(1); v.String() != ""; v++ {
		words = append(words, v.String())
	}
	return word(name, want, map[string]any{"enum": words}, parse, T.String)
}

// choice makes a value of two words, the second of which is true.
func choice(name, no, yes string) value[bool] {
	return word(name, no+" or "+yes, map[string]any{"enum": []string{no, yes}},
		func(s string) (bool, bool) { return s == yes, s == no || s == yes },
		func(v bool) string {
			if v {
				return yes
			}
			return no
		})
}

// whole makes a value that is a JSON number without fraction or exponent.
func whole[T int32 | uint32](name string, low, high int64) value[T] {
	want := fmt.Sprintf("a whole number from %d to %d", low, high)
	return value[T]{name: name, want: want, reason: BadField,
		schema: map[string]any{"type": "integer", "minimum": low, "maximum": high, "description": sentence(want)},
		read: func(v any) (T, bool) {
			s, ok := v.(json.Number)
			if !ok {
				return 0, false
			}
			n, ok := parseDecimal(s.String(), 0)
			return T(n), ok && low <= n && n <= high
		}, print: func(v T) any { return v }}
}

// Patterns say in the schemas what the functions below check.
const (
	printable    = `^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$`
	inYear       = `-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`
	datePattern  = `^(19|2[0-2])[0-9]{2}` + inYear + `$`
	clockPattern = `([01][0-9]|2[0-3]):[0-5][0-9]`
)

// What is stored everywhere as it was sent: a day from 1900 to 2299, an instant from 1900 to 2261, as it is counted in
// nanoseconds from 1970 on its way to ClickHouse. Whoever was founded earlier is stored by another type.
var (
	firstDay, lastDay           = dayOf(1900, 1, 1), dayOf(2299, 12, 31)
	firstInstant, endOfInstants = firstDay.Ms(), dayOf(2262, 1, 1).Ms()
)

var instantPattern = `^(19[0-9]{2}|2[01][0-9]{2}|22[0-5][0-9]|226[01])` + inYear + `T` + clockPattern +
	`:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]` + clockPattern + `)$`

const maxID = 128

// parseID takes 1 to 128 printable characters.
func parseID(s string) (string, bool) {
	if s == "" || len(s) > maxID*utf8.UTFMax {
		return "", false
	}
	characters := 0
	for i := 0; i < len(s); characters++ {
		if c := s[i]; c < utf8.RuneSelf {
			if c < ' ' || c > '~' {
				return "", false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsPrint(r) {
			return "", false
		}
		i += n
	}
	return s, characters <= maxID
}

// parseBuyer takes an id that cannot be taken for another key of the log.
func parseBuyer(s string) (string, bool) {
	if strings.HasPrefix(s, policyKey) || strings.HasPrefix(s, countryKey) {
		return "", false
	}
	return parseID(s)
}

// two reads two digits.
func two(s string) int {
	if s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' {
		return -1
	}
	return int(s[0]-'0')*10 + int(s[1]-'0')
}

// parseDay takes YYYY-MM-DD of the years 1900 to 2299.
func parseDay(s string) (event.Day, bool) {
	d, ok := parseDate(s)
	return d, ok && firstDay <= d && d <= lastDay
}

// parseFounding takes YYYY-MM-DD of the years 1000 to 2299.
func parseFounding(s string) (event.Day, bool) {
	d, ok := parseDate(s)
	return d, ok && d <= lastDay
}

// noEnd is how many a system writes that there is no last day.
const noEnd = "9999-12-31"

// parseLast takes a last day; one that never comes is as none.
func parseLast(s string) (event.Day, bool) {
	if s == noEnd {
		return 0, true
	}
	return parseDay(s)
}

// parseDate takes YYYY-MM-DD of the years 1000 to 2999.
func parseDate(s string) (event.Day, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' || s[0] != '1' && s[0] != '2' {
		return 0, false
	}
	century, year, month, day := two(s), two(s[2:]), two(s[5:]), two(s[8:])
	if century < 0 || year < 0 || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, false
	}
	d := dayOf(century*100+year, month, day)
	if day > 28 { // of short months the day would carry over
		if _, m, _ := d.Civil(); m != month {
			return 0, false
		}
	}
	return d, true
}

// dayOf counts days as event.Date does, without time.Time: years begin in March, so that leap days come last.
func dayOf(year, month, day int) event.Day {
	if month <= 2 {
		year, month = year-1, month+12
	}
	days := 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1
	return event.Day(days - 719468) // days from 0000-03-01 to 1970-01-01
}

// parseInstant takes RFC 3339 with a zone of the years 1900 to 2261, to the millisecond; finer digits are dropped.
func parseInstant(s string) (int64, bool) {
	if len(s) < len("2026-10-01T09:30:00Z") || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return 0, false
	}
	day, ok := parseDate(s[:10])
	hour, minute, second := two(s[11:]), two(s[14:]), two(s[17:])
	if !ok || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return 0, false
	}
	ms := day.Ms() + int64((hour*60+minute)*60+second)*1000
	rest := s[19:]
	if rest[0] == '.' {
		n := 1
		for ; n < len(rest) && '0' <= rest[n] && rest[n] <= '9'; n++ {
			if n <= 3 {
				ms += int64(rest[n]-'0') * [4]int64{0, 100, 10, 1}[n]
			}
		}
		if n == 1 || n > 10 {
			return 0, false
		}
		rest = rest[n:]
	}
	offset, ok := parseZone(rest)
	ms -= offset
	return ms, ok && firstInstant <= ms && ms < endOfInstants
}

// hintInstant says that a zone's name in brackets, by RFC 9557, is what is not taken.
func hintInstant(v any) string {
	s, _ := v.(string)
	before, _, found := strings.Cut(s, "[")
	if _, ok := parseInstant(before); !found || !ok {
		return ""
	}
	return "leave out " + s[len(before):min(len(s), len(before)+40)] + ", as the offset before it says all"
}

// parseZone reads what a zone is ahead of UTC, in milliseconds.
func parseZone(s string) (int64, bool) {
	if s == "Z" {
		return 0, true
	}
	if len(s) != len("+01:00") || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return 0, false
	}
	hour, minute := two(s[1:]), two(s[4:])
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return 0, false
	}
	ms := int64(hour*60+minute) * 60_000
	if s[0] == '-' {
		ms = -ms
	}
	return ms, true
}

func printInstant(ms int64) string {
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

// parsePeriod takes 2026, 2026-Q3 or 2026-10.
func parsePeriod(s string) (event.Period, bool) {
	first, months := s+"-01-01", 12
	if len(s) == 7 && s[5] == 'Q' && '1' <= s[6] && s[6] <= '4' {
		first, months = fmt.Sprintf("%s%02d-01", s[:5], (s[6]-'1')*3+1), 3
	} else if len(s) == 7 {
		first, months = s+"-01", 1
	} else if len(s) != 4 {
		return event.Period{}, false
	}
	day, ok := parseDay(first)
	return event.Period{First: day, Last: day.AddMonths(months) - 1}, ok
}

// printPeriod prints the period that p spans.
func printPeriod(p event.Period) string {
	year, month, _ := p.First.Civil()
	switch p.Last.Month() - p.First.Month() {
	case 0:
		return fmt.Sprintf("%04d-%02d", year, month)
	case 2:
		return fmt.Sprintf("%04d-Q%d", year, (month+2)/3)
	default:
		return fmt.Sprintf("%04d", year)
	}
}

// parseLanguage takes a BCP 47 tag and gives its canonical form.
func parseLanguage(s string) (string, bool) {
	if !languageShape.MatchString(s) || len(s) > maxLanguage {
		return "", false
	}
	return lang.Parse(s)
}
