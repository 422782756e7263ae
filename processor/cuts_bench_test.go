package processor

import (
	"fmt"
	"testing"

	"barometer/ingest/event"
)

// BenchmarkCuts is a country that goes off cover with 100 000 limits in one partition: what the one step makes,
// encoded.
func BenchmarkCuts(b *testing.B) {
	const buyers = 100_000
	s := newScript(event.ClockDriven)
	for p := range 100 {
		s.add(policyEvent(fmt.Sprintf("policy-%d", p), day0, 30))
	}
	for i := range buyers {
		id := benchBuyer(i)
		s.add(&event.Event{Kind: event.KindBuyerUpserted, Key: id, ID: "m", Body: &event.BuyerUpserted{Buyer: party(id),
			Sector: "46", FoundedOn: 10_000}})
		s.add(accounts(id, day0-278, 9000))
		s.add(&event.Event{Kind: event.KindLimitRequested, Key: id, ID: "r", Body: &event.LimitRequested{Request: "r-" + id,
			Policy: fmt.Sprintf("policy-%d", i%100), Buyer: party(id), Kind: event.RequestNew,
			Amount: event.Amount{Minor: 100_000_00, Currency: "EUR"}}})
	}
	setup := s.records
	s.add(&event.Event{Kind: event.KindIndicator, Key: "country/BE", Home: true, Body: &event.Indicator{Country: "BE",
		Sector: "*", Name: indicatorMoratorium, Confirmed: true, ValueE8: oneE8, Period: event.Period{First: day0,
			Last: day0 + 400}}})
	last := s.records[len(s.records)-1]
	decisions := 0
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		f := NewFold(0, anyModel)
		for offset, record := range setup {
			if err := f.Step(int64(offset), record, func(Record) {}); err != nil {
				b.Fatal(err)
			}
		}
		n := 0
		b.StartTimer()
		if err := f.Step(int64(len(setup)), last, func(Record) { n++ }); err != nil {
			b.Fatal(err)
		}
		if n < buyers {
			b.Fatalf("%d decisions, want at least %d", n, buyers)
		}
		decisions += n
	}
	b.ReportMetric(float64(decisions)/b.Elapsed().Seconds(), "decisions/s")
}
