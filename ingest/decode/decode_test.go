package decode

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"barometer/ingest/event"
)

var update = flag.Bool("update", false, "rewrite golden files and schemas")

// TestFieldsGiveTheMessageBack: what is printed decodes to the same record. Words, and what identifies a company, are
// put back.
func TestFieldsGiveTheMessageBack(t *testing.T) {
	for _, kind := range kindsOfMessages() {
		t.Run(kind.String(), func(t *testing.T) {
			d := New([]byte("secret"))
			rapid.Check(t, func(rt *rapid.T) {
				m := drawMessage(rt, kind)
				got, err := d.Decode(kind.Topic(), encode(t, m))
				if err != nil {
					rt.Fatal(err)
				}
				want := event.Append(nil, &got.Event)
				var phrases []string
				if n, ok := got.Event.Body.(*event.News); ok {
					phrases = n.Phrases
				}
				fields := Fields(&got.Event)
				restoreWords(fields, m)
				again, err := d.Decode(kind.Topic(), encode(t, fields))
				if err != nil {
					rt.Fatalf("%v: %v of %v", err, fields, m)
				}
				if n, ok := again.Event.Body.(*event.News); ok && m["category"] == nil {
					n.Classifier, n.Phrases = rules().Version(), phrases // what was found is said as the category
				}
				if b := event.Append(nil, &again.Event); !bytes.Equal(b, want) {
					rt.Fatalf("%s\ncame back as\n%s", encode(t, m), encode(t, fields))
				}
			})
		})
	}
}

// restoreWords puts back into fields what an event does not hold.
func restoreWords(fields, m node) {
	for name, v := range m {
		_, there := fields[name]
		inner, isObject := v.(node)
		outer, nested := fields[name].(node)
		switch {
		case nested && isObject:
			restoreWords(outer, inner)
		case there:
		case name == "company" && fields["buyer_id"] != nil:
		default:
			fields[name] = v
		}
	}
}

// TestGolden shows one message of each type and the event that it becomes.
func TestGolden(t *testing.T) {
	input, err := os.ReadFile("testdata/messages.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	d := New([]byte("secret"))
	var out bytes.Buffer
	seen := map[event.Kind]bool{}
	for line := range strings.Lines(string(input)) {
		var head struct{ Type string }
		if err := json.Unmarshal([]byte(line), &head); err != nil {
			t.Fatal(err)
		}
		kind, _ := event.ParseKind(head.Type)
		seen[kind] = true
		m, err := d.Decode(kind.Topic(), []byte(line))
		if err != nil {
			t.Fatalf("%s: %v", head.Type, err)
		}
		b, err := json.MarshalIndent(map[string]any{"kind": kind.String(), "key": m.Event.Key, "id": m.Event.ID,
			"at_ms":   m.Event.AtMs,
			"history": m.Event.History, "body": m.Event.Body, "words": json.RawMessage(orNull(m.Words)), "about": m.About}, "",
			"  ")
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(b, '\n'))
	}
	for _, kind := range kindsOfMessages() {
		if !seen[kind] {
			t.Errorf("no message of type %s", kind)
		}
	}
	const file = "testdata/events.golden"
	if *update {
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(file); err != nil || !bytes.Equal(want, out.Bytes()) {
		t.Errorf("%s differs (rewrite with -update): %v\n%s", file, err, out.Bytes())
	}
}

func orNull(b []byte) []byte {
	if b == nil {
		return []byte("null")
	}
	return b
}

const issued = `{"id":"m1","type":"invoice.issued","at":"2026-10-01T09:30:00+02:00","buyer_id":"B1","policy_id":"P1","invoice_id":"I1",` +
	`"amount":"1234.50","currency":"EUR","delivered_on":"2026-09-30","due_on":"2026-10-30"}`

func TestRefusals(t *testing.T) {
	spoilt := func(old, new string) string { return strings.Replace(issued, old, new, 1) }
	for _, c := range []struct {
		what, message string
		reason        Reason
		detail        string
	}{
		{"not JSON", `{"id":`, MalformedJSON, "message"},
		{"no object", `[]`, MalformedJSON, "message"},
		{"null", `null`, MalformedJSON, "message"},
		{"two objects", issued + issued, MalformedJSON, "message"},
		{"not UTF-8", spoilt("B1", "\xff"), InvalidUTF8, "buyer_id"},
		{"too large", issued + strings.Repeat(" ", MaxSize), TooLarge, "message"},
		{"no type", spoilt(`"type":"invoice.issued",`, ""), MissingField, "type"},
		{"another type", spoilt("invoice.issued", "invoice.lost"), UnknownType, "type"},
		{"a type of the log", spoilt("invoice.issued", "log.opened"), UnknownType, "type"},
		{"a type of another topic", spoilt("invoice.issued", "tick"), WrongTopic, "type"},
		{"no id", spoilt(`"id":"m1",`, ""), MissingField, "id"},
		{"null for an id", spoilt(`"m1"`, "null"), MissingField, "id"},
		{"a number for an id", spoilt(`"m1"`, "1"), BadField, "id"},
		{"the wrong case", spoilt(`"amount"`, `"Amount"`), MissingField, "amount"},
		{"nobody", spoilt(`"buyer_id":"B1",`, ""), MissingField, "buyer_id"},
		{"no zone", spoilt("+02:00", ""), BadField, "at"},
		{"no such day", spoilt("2026-10-30", "2026-02-29"), BadField, "due_on"},
		{"an amount as a number", spoilt(`"1234.50"`, "1234.50"), BadAmount, "amount"},
		{"three decimals of the euro", spoilt("1234.50", "1234.500"), BadAmount, "amount"},
		{"decimals of the yen", spoilt("EUR", "JPY"), BadAmount, "amount"},
		{"a negative amount", spoilt("1234.50", "-1"), BadAmount, "amount"},
		{"a cent too much", spoilt("1234.50", "92233720368547758.08"), BadAmount, "amount"},
		{"no such currency", spoilt("EUR", "EUX"), BadCurrency, "currency"},
		{"a long value", spoilt("EUR", strings.Repeat("é", 500)), BadCurrency, "currency"},
	} {
		_, err := New(nil).Decode(event.TopicPayments, []byte(c.message))
		var refused *Error
		if !errors.As(err, &refused) || refused.Reason != c.reason || !strings.HasPrefix(refused.Detail, c.detail+":") {
			t.Errorf("%s: %v, want %s of %s", c.what, err, c.reason, c.detail)
		} else if len(refused.Detail) > maxDetail {
			t.Errorf("%s: a detail of %d bytes", c.what, len(refused.Detail))
		}
	}
}

func TestWhatIsTaken(t *testing.T) {
	key := func(message string) *event.Event {
		t.Helper()
		m, err := New(nil).Decode(event.TopicPayments, []byte(message))
		if err != nil {
			t.Fatalf("%s: %v", message, err)
		}
		return &m.Event
	}
	if e := key(strings.Replace(issued, `{`, `{"amount":"1","colour":{"of":[1e999]},`, 1)); e.Body.(*event.InvoiceIssued).
		Amount.Minor != 123450 {
		t.Error("of a member given twice the last one counts, and unknown ones are ignored")
	}
	if e := key(strings.Replace(issued, `"1234.50"`, `"92233720368547758.07"`, 1)); e.Body.(*event.InvoiceIssued).
		Amount.Minor != 1<<63-1 {
		t.Error("the largest amount")
	}
	if e := key(strings.Replace(issued, `{`, `{"company":{"name":"X","country":"BE"},`, 1)); e.Key != "B1" || e.Text {
		t.Error("an id counts where a company is given besides")
	}
}

func TestRelays(t *testing.T) {
	d := New(nil)
	want := &event.Event{Kind: event.KindRelayed, Key: "B1", Source: event.Source{Topic: event.TopicRelays, Partition: 3,
		Offset: 9, Seq: 1}, Body: &event.Relayed{Kind: event.RelayForward, Key: "B1"}}
	b := event.Append(nil, want)
	m, err := d.DecodeRelay(b)
	if err != nil || !bytes.Equal(event.Append(nil, &m.Event), b) {
		t.Errorf("%v: the relay came out otherwise", err)
	}
	// What a message of the largest size says fits in the relay that passes it on when analysts have approved it.
	sum := sha256.Sum256(nil)
	largest := &event.Event{Kind: event.KindModelActivated, Key: "model.activated", ID: strings.Repeat("é", 128),
		Source: event.Source{Topic: event.TopicOrders, Incarnation: 1 << 31, Partition: 1 << 31, Offset: 1 << 62},
		Body: &event.ModelActivated{Version: strings.Repeat("v", 128), Content: bytes.Repeat([]byte("x"), MaxSize),
			SHA256: sum[:], Analyst: strings.Repeat("é", 128), SecondAnalyst: strings.Repeat("é", 128)}}
	relay := event.Append(nil, &event.Event{Kind: event.KindRelayed, Source: event.Source{Topic: event.TopicRelays,
		Offset: 1 << 62}, Body: &event.Relayed{Kind: event.RelayConfirmed, Subject: "model.activated",
		Payload: event.Append(nil, largest)}})
	if _, err := d.DecodeRelay(relay); err != nil {
		t.Error(err)
	}
	other := event.Append(nil, &event.Event{Kind: event.KindTick, Body: &event.Tick{}})
	if _, err := d.DecodeRelay(other); err == nil {
		t.Error("a tick passed for a relay")
	}
	if _, err := d.Decode(event.TopicRelays, []byte("{}")); err == nil {
		t.Error("JSON passed for a relay")
	}
}

func TestEveryKindDescribesItself(t *testing.T) {
	for _, kind := range kindsOfMessages() {
		for name, member := range maps.All(defOf(kind.Topic(), kind.String())["properties"].(node)) {
			if name != "type" && member.(node)["description"] == "" {
				t.Errorf("%s.%s has no description", kind, name)
			}
		}
	}
}
