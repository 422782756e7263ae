package explanation

import (
	"strings"
	"testing"

	"barometer/cmd/barometer/internal/refold"
	"barometer/cmd/barometer/internal/refold/refoldtest"
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// TestAnAccountOfAClaim has the waterfall line by line, its invoices and what happened to its case, and nothing of
// another case or claim.
func TestAnAccountOfAClaim(t *testing.T) {
	x := &Account{ID: "b/claim-P-1", issued: map[string]Event{}}
	var encoder decision.Encoder
	offset := int64(0)
	decided := func(kind decision.Kind, id string, b decision.Body) {
		t.Helper()
		offset++
		d := decision.Decision{Kind: kind, Key: "b", AsOf: 20_000, Body: b,
			Position: event.Position{Generation: 1, Partition: 3, Offset: offset},
			Trigger:  decision.Trigger{Kind: event.KindRecoveryReceived, ID: id}}
		if err := x.decided(encoder.Append(nil, &d)); err != nil {
			t.Fatal(err)
		}
	}
	issued := func(policy, invoice string) {
		x.issue(&event.Event{Kind: event.KindInvoiceIssued, Key: "b", ID: "m-" + invoice, Body: &event.InvoiceIssued{
			Ref: event.InvoiceRef{Policy: policy, Invoice: invoice}}}, "1-3-9")
	}
	issued("P", "i1")
	issued("P", "i2")
	decided(decision.CaseChanged, "old", &decision.Case{Case: "b/case-P-1", Policy: "P", What: "closed"})
	decided(decision.CaseChanged, "report", &decision.Case{Case: "b/case-P-2", Policy: "P", What: "reported"})
	decided(decision.CaseChanged, "foreign", &decision.Case{Case: "b/case-Q-1", Policy: "Q", What: "reported"})
	decided(decision.ClaimDecided, "claim", &decision.Claim{Claim: "b/claim-P-1", Case: "b/case-P-2", Policy: "P",
		What: "decided", State: "decided", Currency: "EUR", Invoices: []decision.ClaimInvoice{{Invoice: "i1"}},
		Waterfall: []decision.WaterfallLine{{Step: "debt", Minor: 100_00, TakenMinor: 100_00},
			{Step: "insured_percentage", Minor: 90_00, TakenMinor: 10_00, PercentPPM: 900_000}},
		Next: "pay", NextBy: "analyst", DueOn: 20_030})
	decided(decision.ClaimDecided, "another", &decision.Claim{Claim: "b/claim-P-2", Policy: "P"})
	x.addInvoices()
	var text strings.Builder
	if err := x.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"m-i1", "1-3-9", "report", "1-3-2-0", "→ 90.00", "at 90 %", "Next: pay, by analyst"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("it lacks %q:\n%s", want, text.String())
		}
	}
	if b, err := x.MarshalJSON(); err != nil || !strings.Contains(string(b), `"claim_id":"b/claim-P-1"`) {
		t.Errorf("%v: %s", err, b)
	}
	for _, never := range []string{"m-i2", "old", "foreign", "another"} {
		if strings.Contains(text.String(), never) {
			t.Errorf("it says %q:\n%s", never, text.String())
		}
	}
}

func TestNothingIsKnownOfACaseThatNeverWas(t *testing.T) {
	log, err := refold.Open(t.Context(), refoldtest.New(t, 100))
	if err != nil {
		t.Fatal(err)
	}
	_, err = OfMinted(t.Context(), log, Query{Progress: func(int64, int64) {}}, "b/case-P-1")
	if err == nil || !strings.Contains(err.Error(), "nothing is known of b/case-P-1") {
		t.Error(err)
	}
}
