package processor

import (
	"fmt"
	"runtime"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/score"
)

// bench is a fold of buyers that have accounts and a past, into which payment records flow.
type bench struct {
	fold   *Fold
	script *script
	buyers int
	offset int64 // of the next record
	next   int   // number of the next payment record
	made   int   // decisions
}

func newBench(b testing.TB, buyers int, limits bool) *bench {
	x := &bench{fold: NewFold(0, anyModel), script: newScript(event.ClockDriven), buyers: buyers}
	x.flow(b, x.script.taken())
	for p := range 3 {
		x.flow(b, x.script.add(policyEvent(fmt.Sprintf("policy-%d", p), day0, 30)).taken())
	}
	for i := range buyers {
		id := benchBuyer(i)
		x.script.add(&event.Event{Kind: event.KindBuyerUpserted, Key: id, ID: "m",
			Body: &event.BuyerUpserted{Buyer: party(id), Sector: "46", FoundedOn: 10_000}})
		x.script.add(accounts(id, day0-278, int64(100+i%900)))
		for p := 0; p < 3 && limits; p++ { // what is delivered is followed then
			x.script.add(&event.Event{Kind: event.KindLimitRequested, Key: id, ID: "l",
				Body: &event.LimitRequested{Request: fmt.Sprint(id, "-", p), Policy: fmt.Sprintf("policy-%d", p), Buyer: party(id),
					Kind: event.RequestNew, Amount: event.Amount{Minor: 10_000_00, Currency: "EUR"}}})
		}
		x.flow(b, x.script.taken())
	}
	return x
}

func (s *script) taken() (records packed) {
	for _, r := range s.records {
		records.add(r)
	}
	s.records = s.records[:0]
	return records
}

// payments are the next n records of invoices, each with its payment behind it, of buyers in an order that no cache
// foresees and three suppliers.
func (x *bench) payments(n int) (records packed) {
	for range n {
		i := x.next
		x.next++
		id := benchBuyer(i / 2 * 7919 % x.buyers)
		r := event.InvoiceRef{Buyer: event.Party{ID: id}, Policy: fmt.Sprintf("policy-%d", i/2%3),
			Invoice: fmt.Sprintf("invoice-%d", i/2)}
		amount := event.Amount{Minor: int64(10_000 + i%1000/2), Currency: "EUR"}
		e := &event.Event{Kind: event.KindInvoiceIssued, Key: id, ID: fmt.Sprintf("issued-%d", i), AtMs: at(0, 0), Home: true,
			Body: &event.InvoiceIssued{Ref: r, Amount: amount, DeliveredOn: day0 - 20, DueOn: early(i / 2)}}
		if i%2 == 1 {
			e = &event.Event{Kind: event.KindInvoicePaid, Key: id, ID: fmt.Sprintf("paid-%d", i), AtMs: at(0, 0), Home: true,
				Body: &event.InvoicePaid{Ref: r, Amount: amount, PaidOn: day0}}
		}
		x.script.add(e)
		records.add(x.script.records[0])
		x.script.records = x.script.records[:0]
	}
	return records
}

// flow folds records as the runner does: as many as can be foreseen at once.
func (x *bench) flow(b testing.TB, records packed) {
	emit := func(Record) { x.made++ }
	var next [Ahead][]byte
	for from := 0; from < len(records.ends); from += Ahead {
		n := min(Ahead, len(records.ends)-from)
		for j := range n {
			next[j] = records.at(from + j)
		}
		x.fold.Foresee(next[:n])
		for _, record := range next[:n] {
			if err := x.fold.Step(x.offset, record, emit); err != nil {
				b.Fatal(err)
			}
			x.offset++
		}
	}
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

// age gives every buyer a past: an invoice of one of three suppliers each week, paid some days early, tidied each month
// as the fold does.
func (x *bench) age() {
	const past = 48
	m := x.fold.machine
	var refs [past]score.Ref
	for i := range refs {
		refs[i] = score.Ref{Policy: m.intern(fmt.Sprintf("policy-%d", i%3)), Invoice: fmt.Sprintf("past-%d", i)}
	}
	for _, slot := range m.book.slots {
		for _, b := range slot {
			for i, r := range refs {
				due := event.Day(day0 - 7*(past-i))
				b.paying().Issue(r, score.Invoice{Minor: 10_000, Currency: "EUR", Cents: 10_000, DeliveredOn: due - 30, DueOn: due},
					due-30, false, m.intern)
				b.paying().Pay(r, score.Payment{ID: "p", Minor: 10_000, Currency: "EUR", PaidOn: due - 1 - event.Day(i%5)}, due)
				if i%4 == 3 {
					b.payments.Tidy(due)
				}
			}
		}
	}
}

// BenchmarkFold is the fold alone, decoding included: invoices and their payments, of buyers whose payments are as they
// were, so that few scores are published: BenchmarkPublish is what one costs.
func BenchmarkFold(b *testing.B) {
	for _, buyers := range []int{20_000, 100_000, 1_000_000} {
		benchmarkFold(b, fmt.Sprint("buyers=", buyers), buyers, false)
	}
	benchmarkFold(b, "limits/buyers=20000", 20_000, true)
}

func benchmarkFold(b *testing.B, name string, buyers int, limits bool) {
	var x *bench // goes on from run to run
	b.Run(name, func(b *testing.B) {
		if x == nil {
			x = newBench(b, buyers, limits)
			x.age()
			x.flow(b, x.payments(2*buyers)) // each buyer once, so that what is new has been published
		}
		records := x.payments(b.N)
		x.made = 0
		runtime.GC()
		b.ReportAllocs()
		b.ResetTimer()
		x.flow(b, records)
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		b.ReportMetric(float64(x.made)/float64(b.N), "decisions/event")
	})
}

// BenchmarkPublish is a published score: its explanation and its bytes.
func BenchmarkPublish(b *testing.B) {
	s := newScript(event.ClockDriven)
	s.add(about("b1", event.KindBuyerUpserted, "b", &event.BuyerUpserted{Buyer: party("b1"), Sector: "46",
		FoundedOn: 10_000}))
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
