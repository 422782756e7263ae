package processor

import (
	"fmt"
	"runtime"
	"testing"

	"barometer/ingest/event"
)

// BenchmarkOneBuyer is one supplier's invoices and payments, about buyers on which it has limits: 100 000 invoices are
// open all the time, ten of each of many buyers, or all of one. The same events differ in nothing but the buyer. An
// event must cost no more than three times as much where it is one.
func BenchmarkOneBuyer(b *testing.B) {
	for _, open := range []int{10, 1000, 100_000} {
		var x *supply // goes on from run to run
		b.Run(fmt.Sprint("open=", open), func(b *testing.B) {
			if x == nil {
				x = &supply{bench: newBench(b, openInvoices/open, true), day: day0}
				x.flow(b, x.events(openInvoices+2*90*invoicesPerDay))
			}
			records := x.events(b.N)
			runtime.GC()
			b.ReportAllocs()
			b.ResetTimer()
			x.flow(b, records)
		})
	}
}

const (
	openInvoices   = 100_000
	invoicesPerDay = 300 // so that what is open and what was paid within 60 days is within limit.MaxDeliveries
)

// supply is a fold of buyers of one supplier.
type supply struct {
	*bench
	issued, paid int
	day          event.Day
}

// events are the next n records, or some more: invoices, and where enough are open the payments of the oldest ones.
func (x *supply) events(n int) (records packed) {
	amount := event.Amount{Minor: 100_00, Currency: "EUR"}
	about := func(i int) event.InvoiceRef {
		return event.InvoiceRef{Buyer: event.Party{ID: benchBuyer(i % x.buyers)}, Policy: "policy-0",
			Invoice: fmt.Sprint("i", i)}
	}
	add := func(e *event.Event, ref event.InvoiceRef) {
		e.Key, e.Home, e.StampMs = ref.Buyer.ID, true, at(int64(x.day-day0), int64(x.issued%invoicesPerDay))
		x.script.add(e)
	}
	for len(records.ends) < n {
		if x.issued%invoicesPerDay == 0 {
			x.day++
			x.script.tick(at(int64(x.day-day0), 0))
		}
		ref := about(x.issued)
		add(&event.Event{Kind: event.KindInvoiceIssued, ID: fmt.Sprint("i", x.issued),
			Body: &event.InvoiceIssued{Ref: ref, Amount: amount, DeliveredOn: x.day, DueOn: x.day + 400}}, ref)
		if x.issued++; x.issued-x.paid > openInvoices {
			ref := about(x.paid)
			add(&event.Event{Kind: event.KindInvoicePaid, ID: fmt.Sprint("p", x.paid),
				Body: &event.InvoicePaid{Ref: ref, Amount: amount, PaidOn: x.day}}, ref)
			x.paid++
		}
		for _, r := range x.script.records {
			records.add(r)
		}
		x.script.records = x.script.records[:0]
	}
	return records
}
