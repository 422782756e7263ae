package decode

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"barometer/ingest/event"
)

// Members are the members of a message, each once: of one that is given twice the last, as Decode reads it. Numbers are
// json.Number. Errors are *Error.
func Members(value []byte) (map[string]any, error) {
	members, bad := parse(value)
	if bad != nil {
		return nil, bad
	}
	return members, nil
}

// Characters refuses JSON of which a text would be read as another: bytes that are no UTF-8, and an escape of half a
// character. Errors are *Error.
func Characters(value []byte) error {
	if !utf8.Valid(value) {
		return notUTF8(value)
	}
	if bad := surrogate(value); bad != nil {
		return bad
	}
	return nil
}

// Write makes a message of its members.
func Write(members map[string]any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // a model file grows by nothing
	if err := e.Encode(members); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// shape is what an object may have: the shapes of those of its members that are objects themselves, nil for other
// members.
type shape map[string]shape

// shapes are those of the messages, by kind.
var shapes = sync.OnceValue(func() (all [event.KindEnd]shape) {
	for kind := range event.KindEnd {
		if messages[kind].walk != nil {
			all[kind] = shapeOf(describe(kind, map[string]any{}))
		}
	}
	return all
})

// shapeOf reads the shape out of a schema that describe made.
func shapeOf(schema map[string]any) shape {
	if either, ok := schema["anyOf"].([]any); ok { // it, or null
		return shapeOf(either[0].(map[string]any))
	}
	if of, ok := schema["items"].(map[string]any); ok {
		return shapeOf(of)
	}
	properties, ok := schema["properties"].(map[string]any)
	if !ok {
		return nil
	}
	out := shape{}
	for name, member := range properties {
		out[name] = shapeOf(member.(map[string]any))
	}
	return out
}

// Knows tells whether messages of a kind have a member.
func Knows(kind event.Kind, member string) bool {
	_, known := shapes()[kind][member]
	return known
}

// Unknown is a member that messages of its kind do not have, and which is ignored.
type Unknown struct {
	Path  string // company.nmae
	Meant string // the member of that object that was probably meant, empty for none
}

// mostUnknown bounds what is named of one message.
const mostUnknown = 16

// UnknownMembers are the members of a message that its kind does not have, in the order of their names, the first 16 of
// them.
func UnknownMembers(kind event.Kind, members map[string]any) (found []Unknown) {
	unknown(shapes()[kind], members, "", &found)
	return found
}

func unknown(known shape, members map[string]any, path string, found *[]Unknown) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		inner, ok := known[name]
		if !ok {
			if len(*found) < mostUnknown {
				*found = append(*found, Unknown{clip(path + name), meant(known, name)})
			}
			continue
		}
		if inner == nil {
			continue
		}
		switch v := members[name].(type) {
		case map[string]any:
			unknown(inner, v, path+name+".", found)
		case []any:
			for _, element := range v {
				if object, ok := element.(map[string]any); ok {
					unknown(inner, object, path+name+"[].", found)
				}
			}
		}
	}
}

// clip bounds a name that somebody else chose.
func clip(name string) string {
	if r := []rune(name); len(r) > 64 {
		return string(r[:64]) + "…"
	}
	return name
}

// meant is the member that a name is nearest to: in another case, or a letter or two away.
func meant(known shape, name string) string {
	const farthest = 2
	best, distance := "", farthest+1
	for _, candidate := range slices.Sorted(maps.Keys(known)) {
		if strings.EqualFold(candidate, name) {
			return candidate
		}
		if len(name) > 64 || len(name) < 4 {
			continue
		}
		if d := edits(strings.ToLower(name), candidate); d < distance {
			best, distance = candidate, d
		}
	}
	return best
}

// edits is Levenshtein's distance in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
