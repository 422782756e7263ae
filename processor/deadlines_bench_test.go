package processor

import (
	"testing"

	"barometer/ingest/event"
)

// BenchmarkDeadlines is a midnight at which 100 000 overdue invoices of one policy, each of a buyer of its own, are
// warned of: what the one step makes, encoded. It reports decisions, each of which has one line.
func BenchmarkDeadlines(b *testing.B) {
	const buyers = 100_000
	s := newScript(event.ClockDriven)
	terms := policyEvent("p1", day0, 30)
	v := terms.Body.(*event.PolicyUpserted)
	v.MaximumExtensionDays, v.CollectionDeadlineDays, v.NotificationDeadlineDays = 60, 90, 90
	v.WaitingPeriodDays, v.ClaimDeadlineDays, v.WarnDays = 180, 360, []int32{14, 7, 1}
	s.add(terms)
	for i := range buyers {
		id := benchBuyer(i)
		s.add(&event.Event{Kind: event.KindBuyerUpserted, Key: id, ID: "m", Body: &event.BuyerUpserted{Buyer: party(id),
			Sector: "46", FoundedOn: 10_000}})
		s.add(accounts(id, day0-278, 9000))
		s.add(&event.Event{Kind: event.KindLimitRequested, Key: id, ID: "r", Body: &event.LimitRequested{Request: "r-" + id,
			Policy: "p1", Buyer: party(id), Kind: event.RequestNew, Amount: event.Amount{Minor: 50_000_00, Currency: "EUR"}}})
		s.add(&event.Event{Kind: event.KindInvoiceIssued, Key: id, ID: "i", Body: &event.InvoiceIssued{
			Ref: ref(id, "p1", "invoice-1"), Amount: event.Amount{Minor: 20_000_00, Currency: "EUR"}, DeliveredOn: day0,
			DueOn: day0 + 10}})
	}
	s.tick(at(55, 0))
	setup := s.records
	s.tick(at(56, 0)) // 14 days before the stop
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
		if err := f.Step(int64(len(setup)), last, func(r Record) {
			if r.Kind == "deadline.near" {
				n++
			}
		}); err != nil {
			b.Fatal(err)
		}
		if n != buyers {
			b.Fatalf("%d decisions, want %d", n, buyers)
		}
		decisions += n
	}
	b.ReportMetric(float64(decisions)/b.Elapsed().Seconds(), "decisions/s")
}
