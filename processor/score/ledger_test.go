package score

import (
	"fmt"
	"runtime"
	"testing"
	"unsafe"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// TestSizes holds what the memory of ten million buyers is reckoned with.
func TestSizes(t *testing.T) {
	for name, size := range map[string][2]uintptr{"open invoice": {unsafe.Sizeof(invoice{}), 48},
		"payment":  {unsafe.Sizeof(receipt{}), 48},
		"supplier": {unsafe.Sizeof(supplier{}), 144}, "buyer": {unsafe.Sizeof(Payments{}), 632}} {
		if size[0] > size[1] {
			t.Errorf("%s: %d bytes, reckoned with %d", name, size[0], size[1])
		}
	}
}

// BenchmarkInvoice is an invoice's life with one of 10 000 buyers of three suppliers and thirty open invoices: issued,
// later paid, and the score after each.
func BenchmarkInvoice(b *testing.B) {
	const buyers, open = 10_000, 30
	m := baseline()
	ids := make([]string, 1<<16)
	for i := range ids {
		ids[i] = fmt.Sprint("INV-2026-", i)
	}
	policies := [...]string{"policy-1", "policy-2", "policy-3"}
	all := make([]Payments, buyers)
	ref := func(i int) Ref { return Ref{policies[i%3], ids[i%len(ids)]} }
	day := func(i int) event.Day { return 20_000 + event.Day(i) }
	issue := func(p *Payments, i int) { p.Issue(ref(i), euros(1000, day(i)+31), day(i), false, as) }
	for i := range all {
		for j := range open {
			issue(&all[i], j)
		}
	}
	step := func(b *testing.B, assess bool) {
		next := make([]int, buyers)
		for i := range next {
			next[i] = open
		}
		var dst []decision.Contribution
		b.ReportAllocs()
		at := 0
		for b.Loop() {
			p, i := &all[at], next[at]
			issue(p, i)
			p.Pay(ref(i-open), paid("payment-1", 1000, day(i)), day(i))
			if assess {
				dst = p.Assess(dst[:0], m, day(i)).Contributions
			}
			if i%30 == 0 {
				p.Tidy(day(i))
			}
			p.Cross(day(i))
			next[at]++
			at = (at + 1) % buyers
		}
	}
	b.Run("fold", func(b *testing.B) { step(b, false) })
	b.Run("fold and score", func(b *testing.B) { step(b, true) })
}

// BenchmarkMemory prints the bytes that a buyer of three suppliers and thirty open invoices holds, after two years of
// an invoice a day.
func BenchmarkMemory(b *testing.B) {
	const buyers, open, days = 2000, 30, 730
	heap := func() uint64 {
		var s runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	policies := [...]string{"policy-1", "policy-2", "policy-3"}
	for b.Loop() {
		before := heap()
		all := make([]Payments, buyers)
		for i := range all {
			p := &all[i]
			for day := range event.Day(days) {
				today := 20_000 + day
				p.Cross(today)
				p.Issue(Ref{policies[day%3], fmt.Sprint(day)}, euros(1000, today+open), today, false, as)
				if paidFor := day - open; paidFor >= 0 {
					p.Pay(Ref{policies[paidFor%3], fmt.Sprint(paidFor)}, paid("1", 1000, today), today)
				}
				if day%30 == 0 {
					p.Tidy(today)
				}
			}
		}
		b.ReportMetric(float64(heap()-before)/buyers, "bytes/buyer")
		runtime.KeepAlive(all)
	}
}
