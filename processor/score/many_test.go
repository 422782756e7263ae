package score

import (
	"fmt"
	"testing"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"

	"pgregory.net/rapid"
)

// TestManyInvoicesAreAsALongList holds a supplier's trees to its lists, which the other of two is made to keep however
// long they are.
func TestManyInvoicesAreAsALongList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trees, lists := &Payments{}, &Payments{}
		day, n := event.Day(20_000), 0
		seed := rapid.Uint64().Draw(t, "seed")
		random := func(below int) int {
			seed = seed*6364136223846793005 + 1442695040888963407
			return int(seed >> 33 % uint64(below))
		}
		do := func(what func(p *Payments) any) {
			got, want := what(trees), what(lists)
			for i := range lists.suppliers {
				lists.suppliers[i].flatten()
			}
			if got != want {
				t.Fatalf("%v, a list gives %v", got, want)
			}
		}
		step := func(kind int) {
			policy := fmt.Sprint("p", random(8)/7)
			ref := Ref{policy, fmt.Sprint(random(n + 1))}
			due, id, minor := day+event.Day(random(90)-20), fmt.Sprint(random(3)), int64(1+random(99))
			switch kind {
			case 0, 1, 2:
				n++
				do(func(p *Payments) any {
					return issued(p.Issue(Ref{policy, fmt.Sprint(n)}, euros(100, due), day, n%50 == 0, as))
				})
			case 3, 4, 5:
				do(func(p *Payments) any { r, _ := p.Pay(ref, paid(id, minor, day), day); return r })
			case 6:
				do(func(p *Payments) any { return p.Reverse(ref, id, day) })
			case 7:
				do(func(p *Payments) any { return p.Cancel(ref, day) })
			case 8:
				do(func(p *Payments) any { return p.Dispute(ref, minor%2 == 0, day) })
			default:
				do(func(p *Payments) any { return p.Extend(ref, due, day) })
			}
		}
		for range rapid.SampledFrom([]int{9, 2 * fewLines}).Draw(t, "invoices") {
			step(0)
		}
		for range rapid.IntRange(1, 4).Draw(t, "rounds") {
			kind := rapid.IntRange(0, 10).Draw(t, "kind")
			for range rapid.SampledFrom([]int{1, 9, fewLines}).Draw(t, "steps") {
				if kind == 10 {
					step(random(10))
				} else {
					step(kind)
				}
			}
			day += event.Day(random(40))
			do(func(p *Payments) any { return p.Cross(day) })
			switch rapid.IntRange(0, 3).Draw(t, "then") {
			case 0:
				do(func(p *Payments) any { p.Tidy(day); return nil })
			case 1:
				trees = roundTrip(t, trees, &Payments{})
			case 2:
				do(func(p *Payments) any {
					was := p.Dormant("p0")
					p.HistoryClosed("p0", day)
					return was
				})
			}
			if string(wire.Append(nil, trees)) != string(wire.Append(nil, lists)) {
				t.Fatalf("%+v\nis not as\n%+v", trees, lists)
			}
			do(func(p *Payments) any {
				var sum int64
				p.EachOpen("p0", func(v Open) { sum += v.Cents })
				first, known := p.Find(Ref{"p0", "1"})
				rest := p.Without(func(policy string) bool { return policy == "p1" }, day)
				return fmt.Sprint(sum, first, known, p.Outstanding(), p.Overdue(), p.Dormant("p0"), rest.Outstanding(), rest.dbt)
			})
		}
	})
}
