package processor

import (
	"fmt"
	"runtime"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/score"
)

// BenchmarkMemory is what the state takes in memory: a buyer with two statements and a published score; a match key,
// its own and noted in the index; payments of a buyer with three suppliers, each; and a further open invoice.
func BenchmarkMemory(b *testing.B) {
	const buyers, suppliers, invoices = 100_000, 3, 30
	for b.Loop() {
		w := &memory{b: b, script: newScript(event.ClockDriven), fold: NewFold(0, anyModel)}
		before := heap()
		grown := func() float64 {
			now := heap()
			defer func() { before = now }()
			return (float64(now) - float64(before)) / buyers
		}
		for i := range buyers {
			w.buyer(i, nil)
		}
		b.ReportMetric(grown(), "B/buyer")
		for i := range buyers {
			w.buyer(i, []event.Match{{Kind: event.MatchRegistration, Key: fmt.Sprintf("%02x%030x", i%256, i)},
				{Kind: event.MatchName, Key: fmt.Sprintf("%02x%030x", i%256, i+buyers)}})
		}
		b.ReportMetric(grown()/2, "B/key")
		w.invoices(0, suppliers, suppliers)
		b.ReportMetric(grown()/suppliers, "B/supplier")
		w.invoices(suppliers, suppliers+invoices, suppliers)
		b.ReportMetric(grown()/invoices, "B/invoice")
		runtime.KeepAlive(w.fold)
	}
}

// memory fills a fold.
type memory struct {
	*script
	b      *testing.B
	fold   *Fold
	n      int64
	relays []*event.Event
}

func (w *memory) buyer(i int, keys []event.Match) {
	id := benchBuyer(i)
	p := party(id)
	p.Matches = keys
	w.add(&event.Event{Kind: event.KindBuyerUpserted, Key: id, ID: "m", Home: true, Body: &event.BuyerUpserted{Buyer: p,
		Sector: "46", FoundedOn: 10_000}})
	w.add(accounts(id, day0-643, int64(90+i%900)))
	w.add(accounts(id, day0-278, int64(100+i%900)))
	w.step()
	for ; len(w.relays) > 0; w.relays = w.relays[1:] {
		w.relays[0].Home = true
		w.add(w.relays[0])
		w.step()
	}
	w.relays = nil
}

func (w *memory) step() {
	for _, r := range w.records {
		if err := w.fold.Step(w.n, r, func(r Record) {
			if r.Relay {
				w.relays = append(w.relays, decoded(r.Value))
			}
		}); err != nil {
			w.b.Fatal(err)
		}
		w.n++
	}
	w.records = w.records[:0]
}

// invoices adds invoices to every buyer, of one supplier after the other.
func (w *memory) invoices(from, to, suppliers int) {
	m := w.fold.machine
	for _, slot := range m.book.slots {
		for _, x := range slot {
			for i := from; i < to; i++ {
				r := score.Ref{Policy: m.intern(fmt.Sprintf("policy-%d", i%suppliers)), Invoice: fmt.Sprintf("open-%d", i)}
				x.paying().Issue(r, score.Invoice{Minor: 10_000, Currency: "EUR", Cents: 10_000, DeliveredOn: day0,
					DueOn: day0 + 30}, day0, false, m.intern)
			}
		}
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
