package desk

import (
	"strings"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// TestAChangeOfCoverInWords says what each of them comes to, and of which order, invoice or deliveries.
func TestAChangeOfCoverInWords(t *testing.T) {
	day := event.Date(2026, 3, 4)
	for _, c := range []struct {
		b    decision.Cover
		want string
	}{
		{decision.Cover{Code: decision.Suspended, WasMinor: 70_000_00, From: day},
			"deliveries from 2026-03-04 on: 0 EUR, was 70 000 EUR"},
		{decision.Cover{Code: decision.Resumed, NowMinor: 70_000_00, From: day},
			"deliveries from 2026-03-04 on: 70 000 EUR, was 0 EUR"},
		{decision.Cover{Code: decision.BindingOrder, Order: "o1", NowMinor: 2_214_29, From: day, To: day + 1},
			"order o1, 2 214.29 EUR, to 2026-03-05"},
		{decision.Cover{Code: decision.Discretionary, NowMinor: 20_000_00}, "up to 20 000 EUR without asking, was 0 EUR"},
		{decision.Cover{Code: decision.Forfeited, Invoice: "i1", WasMinor: 500_00, DeliveredOn: day},
			"invoice i1, delivered on 2026-03-04: 0 EUR, was 500 EUR"},
		{decision.Cover{Code: decision.Restored, NowMinor: 500_00, DeliveredOn: day},
			"a delivery of 2026-03-04: 500 EUR, was 0 EUR"},
	} {
		c.b.Currency = "EUR"
		if said := strings.ReplaceAll(coveredWords(&c.b), "\u202f", " "); said != c.want {
			t.Errorf("%s: %q, want %q", c.b.Code, said, c.want)
		}
	}
}
