package score

import (
	"fmt"
	"reflect"
	"testing"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"

	"pgregory.net/rapid"
)

// script draws what happens to a few invoices, day by day.
func script(t *rapid.T, p *Payments, from event.Day) event.Day {
	day := from
	policy := rapid.SampledFrom([]string{"p1", "p2", "p3"})
	for range rapid.IntRange(0, 60).Draw(t, "steps") {
		day += event.Day(rapid.Int32Range(0, 40).Draw(t, "days"))
		p.Cross(day)
		ref := Ref{policy.Draw(t, "policy"), fmt.Sprint(rapid.IntRange(0, 6).Draw(t, "invoice"))}
		payment := fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "payment"))
		switch rapid.IntRange(0, 9).Draw(t, "what") {
		case 0, 1:
			invoice := Invoice{rapid.Int64Range(1, 1<<40).Draw(t, "minor"), "USD", rapid.Int64Range(0, 1<<50).Draw(t, "cents"),
				day - 10, day + event.Day(rapid.Int32Range(-50, 50).Draw(t, "due"))}
			model, history := baseline(), rapid.Bool().Draw(t, "history")
			before := p.Assess(nil, model, day)
			_, quiet := p.Issue(ref, invoice, day, history, as)
			if after := p.Assess(nil, model, day); quiet && !reflect.DeepEqual(before, after) {
				t.Fatalf("a quiet invoice moved %v to %v", before, after)
			}
		case 2, 3, 4:
			p.Pay(ref, Payment{payment, rapid.Int64Range(1, 1<<40).Draw(t, "minor"), "USD",
				day - event.Day(rapid.Int32Range(-1, 50).Draw(t, "ago"))}, day)
		case 5:
			p.Dispute(ref, rapid.Bool().Draw(t, "begins"), day)
		case 6:
			p.Extend(ref, day+event.Day(rapid.Int32Range(-20, 40).Draw(t, "due")), day)
		case 7:
			p.Reverse(ref, payment, day)
		case 9:
			b := Balance{AsOf: day - event.Day(rapid.Int32Range(-1, 220).Draw(t, "as of"))}
			for i := range b.Cents {
				b.Cents[i] = max(0, rapid.Int64Range(-1<<20, 1<<40).Draw(t, "cents"))
			}
			p.Report(ref.Policy, b, day)
		case 8:
			p.Cancel(ref, day)
			p.HistoryClosed(ref.Policy, day)
			p.Tidy(day)
		}
	}
	return day
}

// roundTrip restores a snapshot and checks that it is the same, byte for byte.
func roundTrip[T wire.Walker](t interface{ Fatalf(string, ...any) }, state, empty T) T {
	b := wire.Append(nil, state)
	if err := wire.Decode(b, empty); err != nil {
		t.Fatalf("restore: %v", err)
	}
	if again := wire.Append(nil, empty); string(again) != string(b) {
		t.Fatalf("a restored state has other bytes")
	}
	return empty
}

// TestPaymentsSurviveASnapshot, and the running sums, which are not in it, are those that were kept.
func TestPaymentsSurviveASnapshot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p Payments
		day := script(t, &p, 20_000)
		restored := roundTrip(t, &p, &Payments{})
		if before := string(wire.Append(nil, &p)); p.Cross(day) || before != string(wire.Append(nil, &p)) {
			t.Fatalf("a second crossing on one day changed %+v", p)
		}
		if p.outstanding != restored.outstanding || p.overdue != restored.overdue || p.inBucket != restored.inBucket {
			t.Fatalf("running sums %+v, from the invoices %+v", p, restored)
		}
		for i := range p.suppliers {
			if a, b := p.suppliers[i], restored.suppliers[i]; a.pastDue != b.pastDue || a.arrears != b.arrears {
				t.Fatalf("supplier %s: %+v, from the invoices %+v", a.policy, a, b)
			}
		}
		m := baseline()
		if whole, points := p.Assess(nil, m, day), p.Points(m, day); points.Sum != whole.Sum ||
			points.HasPayments != whole.HasPayments {
			t.Fatalf("points %v, assessed %v", points, whole)
		}
		a, b := p.Assess(nil, m, day), restored.Assess(nil, m, day)
		if !reflect.DeepEqual(a, b) || string(wire.Append(nil, &p)) != string(wire.Append(nil, restored)) {
			t.Fatalf("%+v, restored %+v: reading changes nothing", a, b)
		}
		if a.Sum < -500 || a.Sum > 2800 || Sum(a.Contributions) != a.Sum || p.overdue > p.outstanding || p.overdue < 0 {
			t.Fatalf("%+v of %+v", a, p)
		}
		for _, c := range a.Contributions[:2] {
			if c.Figure < -300 || c.Figure > 1_000_000 {
				t.Fatalf("%+v", c)
			}
		}
	})
}

// TestSuppliersAddUp: what each supplier has put into the sums is what there is, but for what moves of the landmark cut
// off; and without some it is as if they had never told anything.
func TestSuppliersAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p Payments
		day := script(t, &p, 20_000)
		out := rapid.SampledFrom([]string{"", "p1", "p2", "p3"}).Draw(t, "without")
		without := func(policy string) bool { return policy == out }
		rest := p.Without(without, day)
		if p.supplier(out) == nil && rest != &p {
			t.Fatalf("without %q, which is no supplier: %+v, want the whole", out, rest)
		}
		if len(p.suppliers) > 1 {
			var all []*supplier
			for i := range p.suppliers {
				all = append(all, &p.suppliers[i])
			}
			sameBehaviour(t, together(all, day), &p, day)
		}
		if got := rest.Points(baseline(), day); rest.supplier(out) != nil || got.Reporting > len(rest.suppliers) {
			t.Fatalf("without %s: %+v", out, got)
		}
		sameBehaviour(t, roundTrip(t, &p, &Payments{}).Without(without, day), rest, day)
	})
}

// TestTheOnlySupplierIsTheWhole: without one that is none it is what there is, also where its sums are not yet moved to
// the day.
func TestTheOnlySupplierIsTheWhole(t *testing.T) {
	var p Payments
	p.Report("p3", Balance{AsOf: 20_000, Cents: [buckets]int64{4: 1}}, 20_000)
	day := event.Day(20_160) // the landmark of which is a later one
	nobody := func(string) bool { return false }
	if p.Without(nobody, day) != &p {
		t.Fatal("without nobody it is not the whole")
	}
	restored := roundTrip(t, &p, &Payments{}).Without(nobody, day)
	if a, b := restored.Points(baseline(), day), p.Points(baseline(), day); !reflect.DeepEqual(a, b) || !b.HasPayments {
		t.Fatalf("%+v, want %+v", a, b)
	}
}

// sameBehaviour compares what is a sum over suppliers.
func sameBehaviour(t *rapid.T, got, want *Payments, day event.Day) {
	if got.outstanding != want.outstanding || got.overdue != want.overdue || got.inBucket != want.inBucket ||
		got.evidence != want.evidence {
		t.Fatalf("%+v, want %+v", got, want)
	}
	if got.months.last(day) != want.months.last(day) {
		t.Fatalf("months %v, want %v", got.months, want.months)
	}
	if n, all := got.n.At(day, SlowHalfLife), want.n.At(day, SlowHalfLife); n-all > 60 || all-n > 60 {
		t.Fatalf("n %d, want %d", n, all)
	}
	one, other := got.dbt, want.dbt // as they are read: a whole that nothing came to since may be of an earlier landmark
	one.Move(day)
	other.Move(day)
	for i, pair := range [][2]*Sums{{&one.Slow, &other.Slow}, {&one.Fast, &other.Fast}} {
		for _, x := range [][2]Int128{{pair[0].All, pair[1].All}, {pair[0].Late, pair[1].Late}} {
			if d, _ := x[0].Sub(x[1]).Abs(); d.Hi != 0 || d.Lo > 4000 {
				t.Fatalf("sums %d: %+v, want %+v", i, x[0], x[1])
			}
		}
	}
}

// TestWithoutASupplierItIsAsIfItHadToldNothing plays what happens once with all suppliers and once without one.
func TestWithoutASupplierItIsAsIfItHadToldNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all, without Payments
		day := event.Day(20_000)
		for i := range rapid.IntRange(1, 40).Draw(t, "steps") {
			day += event.Day(rapid.Int32Range(0, 40).Draw(t, "days"))
			policy := rapid.SampledFrom([]string{"p1", "p2", "p3"}).Draw(t, "policy")
			ref, due := Ref{policy, fmt.Sprint(i)}, day+event.Day(rapid.Int32Range(-90, 40).Draw(t, "due"))
			cents, paidOn := rapid.Int64Range(1, 1<<30).Draw(t, "cents"), day-event.Day(rapid.Int32Range(0, 30).Draw(t, "ago"))
			pays, reverses, disputes := rapid.Bool().Draw(t, "pays"), rapid.IntRange(0, 5).Draw(t, "reverses") == 0,
				rapid.IntRange(0, 5).Draw(t, "disputes") == 0
			for _, p := range []*Payments{&all, &without} {
				if p.Cross(day); p == &without && policy == "p1" {
					continue
				}
				p.Issue(ref, Invoice{cents, "EUR", cents, due - 30, due}, day, false, as)
				if disputes {
					p.Dispute(ref, true, day)
				}
				if pays {
					p.Pay(ref, Payment{"x", cents, "EUR", paidOn}, day)
				}
				if reverses {
					p.Reverse(ref, "x", day)
				}
				if p.Cross(day); i%5 == 4 {
					p.Tidy(day)
				}
			}
		}
		if day%landmarkDays < 200 { // now and then the sums move before they are read
			day += 200
		}
		for _, p := range []*Payments{&all, &without} {
			p.Cross(day)
		}
		rest := all.Without(func(policy string) bool { return policy == "p1" }, day)
		sameBehaviour(t, rest, &without, day)
		a, b := rest.Points(baseline(), day), without.Points(baseline(), day)
		if d := a.Sum - b.Sum; d > 5 || d < -5 || a.Reporting != b.Reporting || a.InArrears != b.InArrears {
			t.Fatalf("%+v, want %+v", a, b)
		}
	})
}

// TestAReversedPaymentLeavesEvidenceAlone: paid and reversed is as if it had not been paid, but for n, months and
// evidence.
func TestAReversedPaymentLeavesEvidenceAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := event.Day(20_000)
		var p Payments
		day = script(t, &p, day)
		ref := Ref{"p1", "new"}
		p.Issue(ref, euros(rapid.Int64Range(1, 1000).Draw(t, "euros"),
			day-event.Day(rapid.Int32Range(-40, 90).Draw(t, "due"))), day, false, as)
		p.dbt.Move(day)
		before := *roundTrip(t, &p, &Payments{})
		if r, _ := p.Pay(ref, paid("x", rapid.Int64Range(1, 2000).Draw(t, "paid"),
			day-event.Day(rapid.Int32Range(0, 90).Draw(t, "ago"))), day); r != Applied && r != Overpaid {
			t.Fatalf("payment: %s", r)
		}
		if r := p.Reverse(ref, "x", day); r != Applied {
			t.Fatalf("reversal: %s", r)
		}
		if r := p.Reverse(ref, "x", day); r != Repeated {
			t.Fatalf("reversal again: %s", r)
		}
		if p.dbt != before.dbt || p.outstanding != before.outstanding || p.overdue != before.overdue ||
			p.inBucket != before.inBucket {
			t.Fatalf("before %+v, after %+v", before, p)
		}
	})
}

// TestPaymentsOfOneLandmarkCommute: in whatever order they arrive, days beyond terms, months and what is open are the
// same.
func TestPaymentsOfOneLandmarkCommute(t *testing.T) {
	const today = event.Day(20_150) // 19 800 is the landmark
	rapid.Check(t, func(t *rapid.T) {
		type message struct {
			ref     Ref
			payment Payment
		}
		var messages []message
		for i := range rapid.IntRange(2, 20).Draw(t, "payments") {
			messages = append(messages, message{Ref{fmt.Sprint("p", i%3), fmt.Sprint("i", i%4)},
				Payment{fmt.Sprint(i), rapid.Int64Range(1, 100).Draw(t, "minor"), "EUR",
					today - event.Day(rapid.Int32Range(0, 300).Draw(t, "ago"))}})
		}
		fold := func(order []int) *Payments {
			p := new(Payments)
			for i := range 12 {
				p.Issue(Ref{fmt.Sprint("p", i%3), fmt.Sprint("i", i%4)}, euros(1000, today-event.Day(i*11)), today, true, as)
			}
			for _, i := range order {
				if r, _ := p.Pay(messages[i].ref, messages[i].payment, today); r != Applied {
					t.Fatalf("%+v: %s", messages[i], r)
				}
			}
			p.n = Decaying{} // of first payments, so it is of the order
			for i := range p.suppliers {
				p.suppliers[i].n = Decaying{}
			}
			return p
		}
		order := make([]int, len(messages))
		for i := range order {
			order[i] = i
		}
		a, b := fold(order), fold(rapid.Permutation(order).Draw(t, "order"))
		if string(wire.Append(nil, a)) != string(wire.Append(nil, b)) {
			t.Fatalf("%+v, in another order %+v", a, b)
		}
	})
}

func FuzzRestorePayments(f *testing.F) {
	p := wholeScorePayments(20_500)
	f.Add(wire.Append(nil, p))
	m := baseline()
	f.Fuzz(func(t *testing.T, b []byte) {
		var p Payments
		if wire.Decode(b, &p) == nil {
			p.Assess(nil, m, 20_500)
			p.Cross(20_600)
			p.Tidy(20_600)
		}
	})
}
