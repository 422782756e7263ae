package decode

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"barometer/ingest/event"
)

// wideOf is a text in UTF-16.
func wideOf(order binary.AppendByteOrder, s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}

// TestARefusalSaysWhatItSees: what producers send instead of a plain JSON object is called by its name, with what to
// do.
func TestARefusalSaysWhatItSees(t *testing.T) {
	spoilt := func(old, new string) string { return strings.Replace(issued, old, new, 1) }
	quoted, _ := json.Marshal(issued)
	for _, c := range []struct {
		what, message string
		reason        Reason
		says          []string
	}{
		{"a schema registry's prefix before JSON", "\x00\x00\x00\x01\x2a" + issued, MalformedJSON,
			[]string{"schema registry's prefix", "00 00 00 01 2A", "schema id 298", "without registry"}},
		{"a registry's prefix before Avro", "\x00\x00\x00\x00\x09\x04B1\x02\x00\xfe\x01", InvalidUTF8,
			[]string{"schema id 9", "Avro or Protobuf"}},
		{"a registry's prefix before Protobuf", "\x00\x00\x00\x00\x03\x00\x0a\x02B1", MalformedJSON,
			[]string{"schema id 3", "Avro or Protobuf"}},
		{"Protobuf", "\x0a\x02B1\x12\x02P1\x18\x01", MalformedJSON, []string{"binary", "0A 02 42 31", "Protobuf"}},
		{"an Avro file", "Obj\x01\x04\x16avro.schema", MalformedJSON, []string{"Avro file"}},
		{"a byte order mark", "\xef\xbb\xbf" + issued, MalformedJSON, []string{"byte order mark", "EF BB BF"}},
		{"UTF-16 with its mark", "\xff\xfe" + wideOf(binary.LittleEndian, issued), InvalidUTF8, []string{"UTF-16", "FF FE"}},
		{"UTF-16, the other way round", "\xfe\xff" + wideOf(binary.BigEndian, issued), InvalidUTF8, []string{"UTF-16"}},
		{"UTF-16 without a mark", wideOf(binary.LittleEndian, issued), MalformedJSON, []string{"UTF-16"}},
		{"big UTF-16 without a mark", wideOf(binary.BigEndian, issued), MalformedJSON, []string{"UTF-16"}},
		{"Latin-1", spoilt("B1", "M\xfcller"), InvalidUTF8, []string{"buyer_id:", "byte FC at 81", "Latin-1"}},
		{"gzip", gzipped(issued), InvalidUTF8, []string{"gzip"}},
		{"zstd", "\x28\xb5\x2f\xfd\x04\x00", InvalidUTF8, []string{"zstd"}},
		{"lz4", "\x04\x22\x4d\x18\x64\x40", MalformedJSON, []string{"lz4"}},
		{"snappy", "\xff\x06\x00\x00sNaPpY\x00", InvalidUTF8, []string{"snappy"}},
		{"a tombstone", "", MalformedJSON, []string{"empty", "tombstone"}},
		{"blanks", " \n", MalformedJSON, []string{"blank"}},
		{"a list", "[" + issued + "]", MalformedJSON, []string{"list", "one JSON object a message"}},
		{"a string", string(quoted), MalformedJSON, []string{"encoded twice"}},
		{"a Python dict", strings.ReplaceAll(issued, `"`, `'`), MalformedJSON, []string{"single quotes"}},
		{"XML", "<invoice/>", MalformedJSON, []string{"XML"}},
		{"NaN", spoilt(`"1234.50"`, "NaN"), MalformedJSON, []string{"amount: NaN is no JSON number"}},
		{"Infinity", spoilt(`"1234.50"`, "Infinity"), MalformedJSON, []string{"amount: Infinity"}},
		{"minus infinity in a list", spoilt(`"1234.50"`, `{"of":[1,{"x":-Infinity}]}`), MalformedJSON,
			[]string{"amount.of[].x: -Infinity"}},
		{"NaN in a text is none", strings.TrimSuffix(spoilt("I1", "NaN"), "}"), MalformedJSON,
			[]string{"want a JSON object"}},
		{"Debezium", `{"schema":{"type":"struct"},"payload":{"before":null,"after":` + issued + `,"op":"c","ts_ms":1}}`,
			MissingField, []string{"Debezium", "ExtractNewRecordState"}},
		{"Debezium without its schema", `{"before":null,"after":` + issued + `,"source":{},"op":"u"}`, MissingField,
			[]string{"Debezium"}},
		{"Maxwell", `{"database":"erp","table":"invoices","type":"insert","ts":1,"xid":2,"commit":true,"data":` + issued +
			`}`, UnknownType, []string{"change-data envelope of Maxwell"}},
		{"Maxwell's bootstrap", `{"database":"erp","table":"invoices","type":"bootstrap-insert","data":` + issued + `}`,
			UnknownType, []string{"Maxwell"}},
		{"Canal", `{"data":[` + issued +
			`],"database":"erp","es":1,"isDdl":false,"old":null,"table":"invoices","type":"INSERT"}`, UnknownType,
			[]string{"change-data envelope of Canal"}},
		{"GoldenGate", `{"table":"ERP.INVOICES","op_type":"I","op_ts":"2026-10-01 00:00:00.000000","pos":"1","after":` +
			issued + `}`, MissingField, []string{"change-data envelope of GoldenGate"}},
		{"GoldenGate deletes", `{"table":"ERP.INVOICES","op_type":"D","op_ts":"2026-10-01 00:00:00.000000","before":` +
			issued + `}`, MissingField, []string{"GoldenGate"}},
		{"AWS DMS", `{"data":` + issued +
			`,"metadata":{"timestamp":"2026-10-01T00:00:00Z","record-type":"data","operation":"insert","table-name":"invoices"}}`, MissingField, []string{"change-data envelope of AWS DMS"}},
		{"Apicurio's prefix", "\x00\x00\x00\x00\x00\x00\x00\x2a" + issued, MalformedJSON,
			[]string{"8 bytes before JSON (00 00 00 00 00 00 00 2A), as a schema registry puts", "without registry"}},
		{"Apicurio's prefix with its magic byte", "\x00\x00\x00\x00\x00\x00\x00\x01\x2a" + issued, MalformedJSON,
			[]string{"9 bytes before JSON"}},
		{"Glue's prefix", "\x03\x00\xb7\xb4\xa7\xf0\x9c\x96\x4e\x4a\xa6\x87\xfb\x5d\xe9\xef\x0c\x63" + issued, InvalidUTF8,
			[]string{"18 bytes before JSON (03 00 B7 B4"}},
		{"a GUID before JSON", "\x01\xb7\xb4\xa7\xf0\x9c\x96\x4e\x4a\xa6\x87\xfb\x5d\xe9\xef\x0c\x63" + issued, InvalidUTF8,
			[]string{"17 bytes before JSON"}},
		{"a prefix that holds a brace", "\x00\x00\x00\x00\x00{\x00\x01" + issued, MalformedJSON,
			[]string{"8 bytes before JSON"}},
		{"text before JSON", "event: " + issued, MalformedJSON, []string{"want a JSON object"}},
		{"Kafka Connect", `{"schema":{"type":"struct"},"payload":` + issued + `}`, MissingField,
			[]string{"value.converter.schemas.enable=false"}},
		{"a CloudEvent", `{"specversion":"1.0","id":"m1","source":"/erp","type":"com.example.invoice","data":` + issued + `}`,
			UnknownType, []string{"CloudEvent", "data"}},
		{"a CloudEvent of a type of ours", `{"specversion":"1.0","id":"m1","source":"/erp","type":"invoice.issued","data":` +
			issued + `}`, MissingField, []string{"CloudEvent"}},
		{"half a character", spoilt(`"B1"`, `"\uD800x"`), InvalidUTF8, []string{`buyer_id: \uD800`, "lone surrogate"}},
		{"the second half", spoilt(`"B1"`, `"x\\\udc00"`), InvalidUTF8, []string{`buyer_id: \udc00`}},
		{"two first halves", spoilt(`"B1"`, `"\ud83d\ud83d\ude00"`), InvalidUTF8, []string{`buyer_id: \ud83d`}},
		{"half a character in an unknown member", spoilt(`{`, `{"a":{"b":["\ud800"]},`), InvalidUTF8,
			[]string{`a.b[]: \ud800`}},
	} {
		_, err := New(nil).Decode(event.TopicPayments, []byte(c.message))
		var refused *Error
		if !errors.As(err, &refused) || refused.Reason != c.reason {
			t.Errorf("%s: %v, want %s", c.what, err, c.reason)
			continue
		}
		for _, says := range c.says {
			if !strings.Contains(refused.Detail, says) {
				t.Errorf("%s: %q does not say %q", c.what, refused.Detail, says)
			}
		}
		if len(refused.Detail) >= maxDetail {
			t.Errorf("%s: the detail is cut: %q", c.what, refused.Detail)
		}
	}
}

// TestWholeCharactersInEscapesAreTaken: both halves, and a backslash that is one itself.
func TestWholeCharactersInEscapesAreTaken(t *testing.T) {
	for _, c := range []struct{ escaped, id string }{{`"\ud83d\ude00x"`, "😀x"}, {`"\\ud800"`, `\ud800`},
		{`"\u00e9"`, "é"}} {
		m, err := New(nil).Decode(event.TopicPayments, []byte(strings.Replace(issued, `"B1"`, c.escaped, 1)))
		if err != nil || m.Event.Key != c.id {
			t.Errorf("%s: %v", c.escaped, err)
		}
	}
}

// TestAMessageThatLooksLikeAnEnvelopeIsTaken where it is right: unknown members are ignored.
func TestAMessageThatLooksLikeAnEnvelopeIsTaken(t *testing.T) {
	for _, extra := range []string{`"specversion":"1.0","source":"x",`, `"schema":1,"payload":{},`,
		`"before":null,"op":"c",`, `"data":{},"metadata":{},"op_type":"I","database":"d","table":"t",`} {
		if _, err := New(nil).Decode(event.TopicPayments, []byte(strings.Replace(issued, "{", "{"+extra, 1))); err != nil {
			t.Errorf("%s: %v", extra, err)
		}
	}
}

// FuzzForeign: whatever the bytes are, a refusal is told in its bounds and in UTF-8.
func FuzzForeign(f *testing.F) {
	for _, seed := range []string{"", "\x00\x00\x00\x00\x07{}", `{"a":[{"b":NaN}]}`, `{"a":"\ud800\ud800"}`, `[[["`,
		"\xff\xfe{\x00", `{"a":{"b":[1,2],"c`} {
		f.Add([]byte(seed))
	}
	d := New(nil)
	f.Fuzz(func(t *testing.T, value []byte) {
		_, err := d.Decode(event.TopicPortfolio, value)
		var refused *Error
		if errors.As(err, &refused) && (refused.Detail == "" || len(refused.Detail) > maxDetail) {
			t.Errorf("%q", refused.Detail)
		}
		for _, at := range []int{0, len(value) / 2, len(value)} {
			if memberAt(value, at) == "" {
				t.Error("no member")
			}
		}
	})
}
