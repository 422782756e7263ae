package decode

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// magics are the first bytes of what producers send instead of a plain JSON object, and what each says.
var magics = []struct{ prefix, says string }{
	{"\xef\xbb\xbf", "it begins with a byte order mark (EF BB BF): write UTF-8 without it"},
	{"\xff\xfe\x00\x00", "it is UTF-32, by its byte order mark: write UTF-8 without one"},
	{"\x00\x00\xfe\xff", "it is UTF-32, by its byte order mark: write UTF-8 without one"},
	{"\xff\xfe", "it is UTF-16, by its byte order mark (FF FE): write UTF-8 without one"},
	{"\xfe\xff", "it is UTF-16, by its byte order mark (FE FF): write UTF-8 without one"},
	{"\x1f\x8b", "it is compressed with gzip: send the JSON itself and let the producer compress (compression.type)"},
	{"\x28\xb5\x2f\xfd", "it is compressed with zstd: send the JSON itself and let the producer compress " +
		"(compression.type)"},
	{"\x04\x22\x4d\x18",
		"it is compressed with lz4: send the JSON itself and let the producer compress (compression.type)"},
	{"\xff\x06\x00\x00sNaPpY", "it is compressed with snappy: send the JSON itself and let the producer compress " +
		"(compression.type)"},
	{"\x82SNAPPY\x00", "it is compressed with snappy: send the JSON itself and let the producer compress " +
		"(compression.type)"},
	{"PK\x03\x04", "it is a ZIP file: send its content, one JSON object a message"},
	{"Obj\x01", "it is an Avro file: send each record as a JSON object"},
	{"\xac\xed\x00\x05", "it is a serialised Java object: choose a serializer that writes JSON"},
	{"<", "it begins with < as XML and HTML do: want a JSON object"},
	{"{'", "its strings stand in single quotes, as Python prints a dict: write JSON (json.dumps)"},
}

// foreign guesses what a value is that is no JSON object (XML, Avro, a file of a registry …) and says what to send
// instead. It is empty if it recognises nothing. Only errors call it.
func foreign(value []byte) string {
	switch {
	case len(value) == 0:
		return "it is empty: a source topic has no tombstones, what ends is said by a message"
	case len(value) > 5 && value[0] == 0 && value[1] <= 1 && slices.Contains([]int{0, 5}, prefixed(value)) &&
		!bytes.HasPrefix(value, []byte("\x00\x00\xfe\xff")):
		if says := registry(value); says != "" {
			return says
		}
	}
	for _, m := range magics {
		if bytes.HasPrefix(value, []byte(m.prefix)) {
			return m.says
		}
	}
	text := bytes.TrimLeft(value, " \t\r\n")
	switch {
	case wide(value):
		return "every other byte is 00, as in UTF-16: write UTF-8"
	case len(text) == 0:
		return "it is blank"
	case text[0] == '[' && json.Valid(value):
		return "it is a list: send one JSON object a message (POST /v1/events takes lists)"
	case text[0] == '"' && json.Valid(value):
		var inner string
		if json.Unmarshal(value, &inner) == nil && strings.HasPrefix(strings.TrimSpace(inner), "{") {
			return "it is a JSON string that holds an object, encoded twice: encode it once"
		}
		return "it is a JSON string: want an object"
	case text[0] != '{' && prefixed(value) > 0:
		n := prefixed(value)
		return fmt.Sprintf("it begins with %d bytes before JSON (%s), as a schema registry puts: use a serializer without "+
			"registry (plain JSON or string)",
			n, hexOf(value, min(n, 8)))
	case text[0] != '{' && notText(value):
		return fmt.Sprintf("it is binary (it begins with %s), as Avro and Protobuf are: send a JSON object", hexOf(value, 4))
	}
	return ""
}

// registry says what stands in front of a message that a serializer with a schema registry wrote: 00 and the id of the
// schema in four bytes; Protobuf has the message's index behind them.
func registry(value []byte) string {
	id := uint32(value[1])<<24 | uint32(value[2])<<16 | uint32(value[3])<<8 | uint32(value[4])
	prefix := fmt.Sprintf("it begins with a schema registry's prefix (%s: 00 and schema id %d)", hexOf(value, 5), id)
	rest := bytes.TrimLeft(value[5:], " \t\r\n")
	switch {
	case len(rest) > 0 && rest[0] == '{':
		return prefix + " before JSON: use a serializer without registry (plain JSON or string)"
	case wide(value):
		return ""
	}
	return prefix + " before what is no JSON, so Avro or Protobuf: use a serializer that writes plain JSON"
}

// mostPrefix is the length of the longest prefix that serializers put before a message: Glue's two bytes and UUID.
const mostPrefix = 18

// prefixed is the length of a short binary prefix that a JSON object follows directly; 0: there is none.
func prefixed(value []byte) int {
	for n := 1; n <= mostPrefix && n < len(value); n++ {
		if value[n] == '{' && notText(value[:n]) && json.Valid(value[n:]) {
			return n
		}
	}
	return 0
}

func hexOf(value []byte, n int) string {
	return strings.ToUpper(strings.TrimSpace(fmt.Sprintf("% x", value[:min(n, len(value))])))
}

// wide tells whether a value looks like UTF-16 without its mark: one of each pair of its first bytes is 00, the other
// ASCII.
func wide(value []byte) bool {
	n := min(len(value)&^1, 16)
	if n < 4 {
		return false
	}
	for zero := range 2 {
		fits := true
		for i := 0; i < n; i += 2 {
			c := value[i+1-zero]
			fits = fits && value[i+zero] == 0 && c != 0 && c < utf8.RuneSelf
		}
		if fits {
			return true
		}
	}
	return false
}

// notText tells whether a value holds bytes that no text has.
func notText(value []byte) bool {
	head := value[:min(len(value), 64)]
	return bytes.ContainsFunc(head, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' }) ||
		!utf8.Valid(value)
}

// literal finds a number that JSON does not have, outside of strings; empty where there is none.
func literal(value []byte) (name string, at int) {
	quoted := false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == 'N' || c == 'I' || c == '-'):
			for _, name := range []string{"NaN", "-Infinity", "Infinity"} {
				if bytes.HasPrefix(value[i:], []byte(name)) {
					return name, i
				}
			}
		}
	}
	return "", 0
}

// unreadable is the refusal of a value that is no JSON object.
func unreadable(value []byte, err error) *Error {
	if says := foreign(value); says != "" {
		return refuse(MalformedJSON, "message: %s", says)
	}
	if name, at := literal(value); name != "" {
		member := memberAt(value, at)
		return refuse(MalformedJSON, "%s: %s is no JSON number: leave the member out, or send what is known", member, name)
	}
	return refuse(MalformedJSON, "message: want a JSON object: %v", err)
}

// notUTF8 is the refusal of a value that is no UTF-8.
func notUTF8(value []byte) *Error {
	if says := foreign(value); says != "" {
		return refuse(InvalidUTF8, "message: %s", says)
	}
	at := 0
	for at < len(value) {
		r, n := utf8.DecodeRune(value[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return refuse(InvalidUTF8, "%s: want UTF-8: byte %02X at %d is none, as in Latin-1 or Windows-1252",
		memberAt(value, at), value[at], at)
}

// envelope names the envelope that wraps a message (CloudEvents, Debezium and others) and says how to unwrap it. It is
// empty if it recognises none.
func envelope(members map[string]any) string {
	if _, ours := members["specversion"].(string); ours {
		_, data := members["data"]
		_, coded := members["data_base64"]
		if data || coded || members["source"] != nil {
			return "it is a CloudEvent in structured mode (specversion): send what stands in data, as in binary mode"
		}
	}
	payload, schema := members["payload"], members["schema"]
	if inner, ok := payload.(map[string]any); ok {
		if change(inner) {
			return "it is a change-data envelope of Debezium (payload.before, after, op): unwrap it (ExtractNewRecordState) " +
				"into messages"
		}
		if _, there := members["schema"]; there || schema != nil {
			return "it is Kafka Connect's schema and payload: set value.converter.schemas.enable=false"
		}
	}
	if change(members) {
		return "it is a change-data envelope of Debezium (before, after, op): unwrap it (ExtractNewRecordState) into messages"
	}
	return replicated(members)
}

// replicated says which tool other than Debezium made an object of a row's change; empty where it is none.
func replicated(members map[string]any) string {
	has := func(names ...string) bool {
		for _, name := range names {
			if _, there := members[name]; !there {
				return false
			}
		}
		return true
	}
	word := func(name string) string { s, _ := members[name].(string); return strings.ToLower(s) }
	row := func(name string) bool { _, ok := members[name].(map[string]any); return ok }
	verb := func(name string) bool { return slices.Contains([]string{"insert", "update", "delete"}, word(name)) }
	tool := ""
	switch _, rows := members["data"].([]any); {
	case has("database", "table") && (verb("type") || strings.HasPrefix(word("type"), "bootstrap-")) && row("data"):
		tool = "Maxwell (database, table, type, data)"
	case has("database", "table") && verb("type") && rows:
		tool = "Canal (database, table, type, a list data)"
	case has("op_type") && (row("after") || row("before") || has("table", "op_ts")):
		tool = "GoldenGate (op_type, before, after)"
	case row("data") && row("metadata"):
		said := members["metadata"].(map[string]any)
		if said["operation"] == nil || said["record-type"] == nil && said["schema-name"] == nil && said["table-name"] == nil {
			return ""
		}
		tool = "AWS DMS (data, metadata)"
	default:
		return ""
	}
	return "it is a change-data envelope of " + tool + ": unwrap it into messages"
}

// change tells whether an object is a change of a row: before, after and the operation.
func change(members map[string]any) bool {
	_, before := members["before"]
	_, after := members["after"]
	op, said := members["op"].(string)
	return said && len(op) == 1 && (before || after)
}

// wrapped is a refusal that names the envelope, where the message is in one.
func wrapped(members map[string]any, bad *Error) *Error {
	if says := envelope(members); says != "" {
		return refuse(bad.Reason, "message: %s", says)
	}
	return bad
}

// surrogate refuses an escape of half a character (\ud800 without its other half), which Go would read as U+FFFD: two
// ids that differ there would become one.
func surrogate(value []byte) *Error {
	for from := 0; ; {
		i := bytes.Index(value[from:], []byte(`\u`))
		if i < 0 {
			return nil
		}
		i += from
		slashes := 1 // \\u is a backslash before a u
		for slashes <= i && value[i-slashes] == '\\' {
			slashes++
		}
		if from = i + 2; slashes%2 == 0 {
			continue
		}
		r, ok := escaped(value, i)
		if !ok || !utf16.IsSurrogate(r) {
			continue
		}
		if other, ok := escaped(value, i+6); ok && utf16.DecodeRune(r, other) != utf8.RuneError {
			from = i + 12
			continue
		}
		return refuse(InvalidUTF8, "%s: %s is half a character (a lone surrogate): write the character, or both halves",
			memberAt(value, i), value[i:i+6])
	}
}

// escaped reads the escape of four hexadecimal digits at i.
func escaped(value []byte, i int) (rune, bool) {
	if i+6 > len(value) || value[i] != '\\' || value[i+1] != 'u' {
		return 0, false
	}
	var b [2]byte
	_, err := hex.Decode(b[:], value[i+2:i+6])
	return rune(b[0])<<8 | rune(b[1]), err == nil
}

// memberAt names the member that an offset of a message lies in, as refusals do; "message" where it lies in none.
func memberAt(value []byte, offset int) string {
	type level struct {
		name string
		list bool
		key  bool // a name comes next
	}
	var levels []level
	from := json.NewDecoder(bytes.NewReader(value[:min(offset, len(value))]))
	from.UseNumber()
	for {
		token, err := from.Token()
		if err != nil {
			break
		}
		top := len(levels) - 1
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{', '[':
				levels = append(levels, level{list: t == '[', key: t == '{'})
				continue
			}
			levels, top = levels[:top], top-1
		case string:
			if top >= 0 && levels[top].key {
				levels[top].name, levels[top].key = t, false
				continue
			}
		}
		if top >= 0 && !levels[top].list {
			levels[top].key, levels[top].name = true, ""
		}
	}
	path := ""
	for _, l := range levels {
		switch {
		case l.list:
			path += "[]"
		case l.name != "":
			path = strings.TrimPrefix(path+"."+fmt.Sprintf("%.64s", l.name), ".")
		}
	}
	if path == "" {
		return "message"
	}
	return path
}
