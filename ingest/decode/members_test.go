package decode

import (
	"fmt"
	"testing"

	"barometer/ingest/event"
)

// TestUnknownMembersAreFound wherever they stand, with what was probably meant; what a message may have is not among
// them.
func TestUnknownMembersAreFound(t *testing.T) {
	for _, x := range []struct {
		kind  event.Kind
		value string
		want  string
	}{
		{event.KindInvoiceDisputed,
			`{"id":"1","type":"invoice.disputed","at":"2026-03-04T10:00:00Z","buyer_id":"b","policy_id":"P","invoice_id":"F","disputted":true}`, `[{disputted disputed}]`},
		{event.KindInvoiceDisputed, `{"Disputed":true,"history":false,"note":"x"}`, `[{Disputed disputed} {note }]`},
		{event.KindInvoiceIssued, `{"company":{"nmae":"A","country":"BE","registrations":[{"scheme":"vat","valeu":"1"}]}}`,
			`[{company.nmae name} {company.registrations[].valeu value}]`},
		{event.KindPolicyUpserted,
			`{"holder":{"id":"h","name":"H","lang":"nl"},"deductible":[{"kind":"each_and_every","amount":"1.00","zz":1}]}`,
			`[{deductible[].zz } {holder.lang }]`},
		{event.KindNews, `{"details":{"notches":1,"notch":2},"source":{"name":"a","kind":"web"}}`,
			`[{details.notch notches}]`},
		{event.KindInvoiceIssued, `{"id":"1","type":"invoice.issued","at":"x","buyer_id":null,"due_on":"2026-03-31"}`, `[]`},
	} {
		members, err := Members([]byte(x.value))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(UnknownMembers(x.kind, members)); got != x.want {
			t.Errorf("%s: %s, want %s", x.value, got, x.want)
		}
	}
	many := map[string]any{}
	for i := range 100 {
		many[fmt.Sprintf("x%02d", i)] = i
	}
	if got := UnknownMembers(event.KindTick, many); len(got) != mostUnknown || got[0].Path != "x00" {
		t.Errorf("%d are named, from %+v", len(got), got[0])
	}
}

// TestWriteKeepsWhatMembersSay: each once, numbers to the last digit, and nothing escaped that need not be.
func TestWriteKeepsWhatMembersSay(t *testing.T) {
	members, err := Members([]byte(`{"a":"x < y & z","n":12345678901234567890,"a":"<last>"}`))
	if err != nil {
		t.Fatal(err)
	}
	value, err := Write(members)
	if err != nil || string(value) != `{"a":"<last>","n":12345678901234567890}` {
		t.Errorf("wrote %s, %v", value, err)
	}
}
