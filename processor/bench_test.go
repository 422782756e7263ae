package processor

import (
	"fmt"
	"runtime"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/score"
)

// benchLog is records of n invoices and payments over all buyers, after the records that make the buyers: each has accounts, and
// invoices of three suppliers, each with a limit where that is wanted: what is delivered is followed then.
func benchLog(buyers, n int, limits bool) (setup [][]byte, steady packed) {
	s := newScript(event.ClockDriven)
	for p := range 3 {
		s.add(policyEvent(fmt.Sprintf("policy-%d", p), day0, 30))
	}
	for b := range buyers {
		id := benchBuyer(b)
		s.add(&event.Event{Kind: event.KindBuyerUpserted, Key: id, ID: "m", Body: &event.BuyerUpserted{Buyer: party(id), Sector: "46", FoundedOn: 10_000}})
		s.add(accounts(id, day0-278, int64(100+b%900)))
		for p := 0; p < 3 && limits; p++ {
			s.add(&event.Event{Kind: event.KindLimitRequested, Key: id, ID: "l", Body: &event.LimitRequested{Request: fmt.Sprint(id, "-", p), Policy: fmt.Sprintf("policy-%d", p),
				Buyer: party(id), Kind: event.RequestNew, Amount: event.Amount{Minor: 10_000_00, Currency: "EUR"}}})
		}
	}
	setup = s.records
	s.records = nil
	for i := range n {
		id := benchBuyer(i / 2 * 7919 % buyers)
		r := event.InvoiceRef{Buyer: event.Party{ID: id}, Policy: fmt.Sprintf("policy-%d", i/2%3), Invoice: fmt.Sprintf("invoice-%d", i/2)}
		amount := event.Amount{Minor: int64(10_000 + i%1000/2), Currency: "EUR"}
		e := &event.Event{Kind: event.KindInvoiceIssued, Key: id, ID: fmt.Sprintf("issued-%d", i), AtMs: at(0, 0), Home: true,
			Body: &event.InvoiceIssued{Ref: r, Amount: amount, DeliveredOn: day0 - 20, DueOn: early(i / 2)}}
		if i%2 == 1 {
			e = &event.Event{Kind: event.KindInvoicePaid, Key: id, ID: fmt.Sprintf("paid-%d", i), AtMs: at(0, 0), Home: true,
				Body: &event.InvoicePaid{Ref: r, Amount: amount, PaidOn: day0}}
		}
		s.add(e)
		steady.add(s.records[0])
		s.records = s.records[:0]
	}
	return setup, steady
}

// early is the due date of an invoice that is paid some days before it on day 0.
func early(i int) event.Day { return day0 + 1 + event.Day(i%5) }

// packed is records in one piece, so that they cost the garbage collector nothing.
type packed struct {
	bytes []byte
	ends  []int
}

func (p *packed) add(record []byte) {
	p.bytes = append(p.bytes, record...)
	p.ends = append(p.ends, len(p.bytes))
}

func (p *packed) at(i int) []byte {
	if i == 0 {
		return p.bytes[:p.ends[0]]
	}
	return p.bytes[p.ends[i-1]:p.ends[i]]
}

func benchBuyer(i int) string { return fmt.Sprintf("buyer-%06d", i) }

// age gives every buyer a past: invoices of three suppliers that were paid some days early.
func age(f *Fold) {
	const past = 48
	m := f.machine
	for _, slot := range m.book.slots {
		for _, b := range slot {
			for i := range past {
				r := score.Ref{Policy: m.intern(fmt.Sprintf("policy-%d", i%3)), Invoice: fmt.Sprintf("past-%d", i)}
				due := event.Day(day0 - 7*(past-i))
				b.paying().Issue(r, score.Invoice{Minor: 10_000, Currency: "EUR", Cents: 10_000, DeliveredOn: due - 30, DueOn: due}, due-30, false)
				b.paying().Pay(r, score.Payment{ID: "p", Minor: 10_000, Currency: "EUR", PaidOn: due - 1 - event.Day(i%5)}, due)
			}
			b.payments.Tidy(day0)
		}
	}
}

// BenchmarkFold is the fold alone, decoding included: invoices and their payments over buyers in an order that no cache
// foresees: twenty thousand, and five times as many. Payers stay as they are, so that few scores are published: BenchmarkPublish
// is what one costs.
func BenchmarkFold(b *testing.B) {
	for _, buyers := range []int{20_000, 100_000} {
		b.Run(fmt.Sprint("buyers=", buyers), func(b *testing.B) { benchmarkFold(b, buyers, false) })
	}
	b.Run("limits/buyers=20000", func(b *testing.B) { benchmarkFold(b, 20_000, true) })
}

func benchmarkFold(b *testing.B, buyers int, limits bool) {
	setup, steady := benchLog(buyers, 2*buyers+b.N, limits)
	f := NewFold(0, anyModel)
	var made int
	emit := func(Record) { made++ }
	for offset, record := range setup {
		if err := f.Step(int64(offset), record, emit); err != nil {
			b.Fatal(err)
		}
	}
	age(f)
	fold := func(from, to int) {
		var next [Ahead][]byte
		for i := from; i < to; i++ {
			if (i-from)%Ahead == 0 {
				n := min(Ahead, to-i)
				for j := range n {
					next[j] = steady.at(i + j)
				}
				f.Foresee(next[:n])
			}
			if err := f.Step(int64(len(setup)+i), steady.at(i), emit); err != nil {
				b.Fatal(err)
			}
		}
	}
	fold(0, 2*buyers) // each buyer once, so that what is new has been published
	made = 0
	runtime.GC()
	b.ReportAllocs()
	b.ResetTimer()
	fold(2*buyers, len(steady.ends))
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(made)/float64(b.N), "decisions/event")
	b.ReportMetric(float64(len(f.AppendState(nil)))/float64(buyers), "state-B/buyer")
}

// BenchmarkPublish is a published score: its explanation and its bytes.
func BenchmarkPublish(b *testing.B) {
	s := newScript(event.ClockDriven)
	s.add(about("b1", event.KindBuyerUpserted, "b", &event.BuyerUpserted{Buyer: party("b1"), Sector: "46", FoundedOn: 10_000}))
	s.add(accounts("b1", day0-278, 900))
	f := NewFold(0, anyModel)
	var made int
	emit := func(Record) { made++ }
	for offset, record := range s.records {
		if err := f.Step(int64(offset), record, emit); err != nil {
			b.Fatal(err)
		}
	}
	x := f.machine.book.buyers.get("b1")
	made = 0
	b.ReportAllocs()
	for b.Loop() {
		f.emit, f.machine.step = emit, step{m: f.machine, out: f, offset: 9}
		f.machine.publish(x, x.rating, day0, "")
		f.machine.step.end()
	}
	if made != b.N {
		b.Fatalf("%d decisions of %d", made, b.N)
	}
}
