package gateway

import (
	"fmt"
	"strings"
)

// Bounds of what a session remembers of its SETs.
const (
	maxSets     = 100
	maxSetBytes = 64 << 10 // of all values
)

// assignments are the names and values, as SQL, of a SET as the engine writes it; nil where it is another statement.
func assignments(written string) map[string]string {
	rest, ok := strings.CutPrefix(strings.TrimSpace(written), "SET ")
	if !ok {
		return nil
	}
	all, start, depth := map[string]string{}, 0, 0
	add := func(pair string) {
		if name, value, ok := strings.Cut(pair, " = "); ok {
			all[strings.Trim(strings.TrimSpace(name), "`")] = strings.TrimSpace(value)
		}
	}
	for i := 0; i < len(rest); i = max(skip(rest, i), i+1) {
		switch c := rest[i]; {
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			depth--
		case c == ',' && depth == 0:
			add(rest[start:i])
			start = i + 1
		}
	}
	add(rest[start:])
	return all
}

// remembered is what a session has SET once a statement's sets are added. The engine keeps some settings of a SET and
// puts others, such as limit and session_timezone, back after a statement: so all are given to it again with each
// query.
func (e *Engine) remembered(had, sets map[string]string) (map[string]string, error) {
	all, size := map[string]string{}, 0
	for _, from := range []map[string]string{had, sets} {
		for name, value := range from {
			switch {
			case strings.EqualFold(value, "DEFAULT"):
				delete(all, name)
			case e.settings[name] && name != "readonly" && name != tagSetting: // what is no setting of these the engine judges
				all[name] = value
			}
		}
	}
	for _, value := range all {
		size += len(value)
	}
	if len(all) > maxSets || size > maxSetBytes {
		return nil, exception(36, fmt.Sprintf("A session remembers %d settings of %d KB in all", maxSets, maxSetBytes>>10),
			"BAD_ARGUMENTS")
	}
	return all, nil
}
