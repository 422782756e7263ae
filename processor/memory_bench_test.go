package processor

import (
	"fmt"
	"runtime"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/score"
)

// BenchmarkMemory is what the state takes in memory: a buyer with two statements, a published score and two match keys noted in the
// index, and what 24 open invoices of three suppliers add, each.
func BenchmarkMemory(b *testing.B) {
	const buyers, invoices = 100_000, 24
	for b.Loop() {
		s := newScript(event.ClockDriven)
		for p := range 3 {
			s.add(policyEvent(fmt.Sprintf("policy-%d", p), day0, 30))
		}
		f := NewFold(0, anyModel)
		var relays []*event.Event
		var d event.Decoder
		n := int64(0)
		fold := func() {
			for _, r := range s.records {
				if err := f.Step(n, r, func(r Record) {
					if r.Relay {
						relays = append(relays, decoded(r.Value))
					}
				}); err != nil {
					b.Fatal(err)
				}
				n++
			}
			s.records = s.records[:0]
		}
		before := heap()
		for i := range buyers {
			id := benchBuyer(i)
			p := party(id)
			p.Matches = []event.Match{registration(fmt.Sprintf("%08x", i)[:8]), called(fmt.Sprintf("%08x", i+buyers))}
			for j := range p.Matches {
				p.Matches[j].Key = p.Matches[j].Key[:32]
			}
			s.add(&event.Event{Kind: event.KindBuyerUpserted, Key: id, ID: "m", Home: true, Body: &event.BuyerUpserted{Buyer: p, Sector: "46", FoundedOn: 10_000}})
			s.add(accounts(id, day0-643, int64(90+i%900)))
			s.add(accounts(id, day0-278, int64(100+i%900)))
			fold()
			for ; len(relays) > 0; relays = relays[1:] {
				relays[0].Home = true
				s.add(relays[0])
				fold()
			}
		}
		of := float64(heap()-before) / buyers
		b.ReportMetric(of, "B/buyer")
		m := f.machine
		for _, slot := range m.book.slots {
			for _, x := range slot {
				for i := range invoices {
					r := score.Ref{Policy: m.intern(fmt.Sprintf("policy-%d", i%3)), Invoice: fmt.Sprintf("open-%d", i)}
					x.payments.Issue(r, score.Invoice{Minor: 10_000, Currency: "EUR", Cents: 10_000, DeliveredOn: day0, DueOn: day0 + 30}, day0, false)
				}
			}
		}
		b.ReportMetric((float64(heap()-before)/buyers-of)/invoices, "B/invoice")
		runtime.KeepAlive(d)
		runtime.KeepAlive(f)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
