package score

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// points prints contributions.
func points(contributions []decision.Contribution) string {
	var all []string
	for _, c := range contributions {
		all = append(all, fmt.Sprintf("%s %d", c.Code, c.PointsMLO))
	}
	return strings.Join(all, ", ")
}

// as keeps a policy's id as it is.
func as(policy string) string { return policy }

// euros is an invoice of euros due on a day, delivered thirty days before.
func euros(amount int64, due event.Day) Invoice {
	return Invoice{Minor: amount * 100, Currency: "EUR", Cents: amount * 100, DeliveredOn: due - 30, DueOn: due}
}

func paid(id string, amount int64, on event.Day) Payment {
	return Payment{ID: id, Minor: amount * 100, Currency: "EUR", PaidOn: on}
}

// wholeScorePayments are payments of 400 + 200 + 350 + 200 points with n = 20: 16 to 30 days beyond terms, lately 6 to
// 15 more; 5 to 15 percent overdue; between 61 and 90 days late at worst.
func wholeScorePayments(today event.Day) *Payments {
	p := new(Payments)
	for i := range 19 {
		ref := Ref{"p1", fmt.Sprint("i", i)}
		late := event.Day(10)
		if i < 6 {
			late = 50 // the six newest
		}
		on := today - event.Day(i*20)
		p.Issue(ref, euros(1000, on-late), today, true, as)
		p.Pay(ref, paid("1", 1000, on), today)
	}
	p.Issue(Ref{"p1", "late"}, euros(100, today-70), today, false, as)
	p.Issue(Ref{"p1", "due"}, euros(900, today+5), today, false, as)
	p.n = Decaying{20 * Whole, today} // the twenty are of different days
	return p
}

func TestInvoiceFromIssueToFingerprint(t *testing.T) {
	var p Payments
	day := event.Date(2026, 1, 1)
	ref := Ref{"p1", "i1"}
	is := func(what string, got, want Result) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	pay := func(ref Ref, v Payment) Result { r, _ := p.Pay(ref, v, day); return r }
	is("a payment before its invoice", pay(ref, paid("1", 10, day)), UnknownInvoice)
	is("the invoice", issued(p.Issue(ref, euros(100, day+30), day, false, as)), Applied)
	is("the invoice again", issued(p.Issue(ref, euros(100, day+30), day, false, as)), Repeated)
	is("another amount", issued(p.Issue(ref, euros(101, day+30), day, false, as)), IDReused)
	is("the same id of another policy", issued(p.Issue(Ref{"p2", "i1"}, euros(7, day+30), day, false, as)), Applied)
	is("a part", pay(ref, paid("1", 60, day)), Applied)
	is("the part again", pay(ref, paid("1", 60, day)), Repeated)
	is("another part of that id", pay(ref, paid("1", 40, day)), IDReused)
	is("the part on another day", pay(ref, paid("1", 60, day-1)), IDReused)
	is("in dollars", pay(ref, Payment{ID: "2", Minor: 1, Currency: "USD", PaidOn: day}), OtherCurrency)
	if r, applied := p.Pay(ref, paid("2", 50, day), day); r != Overpaid || applied != 40_00 {
		t.Errorf("50 of 40 open: %s, applied %d", r, applied)
	}
	if r, applied := p.Pay(ref, paid("3", 1, day), day); r != Overpaid || applied != 0 {
		t.Errorf("of nothing open: %s, applied %d", r, applied)
	}
	is("a dispute of a closed invoice", p.Dispute(ref, true, day), InvoiceClosed)
	is("an extension of a closed invoice", p.Extend(ref, day+60, day), InvoiceClosed)
	is("a credit note for nothing", p.Cancel(ref, day), Repeated)
	if p.Outstanding() != 7_00 || owed(&p, "p1") != 0 || owed(&p, "p2") != 7_00 {
		t.Errorf("outstanding %d", p.Outstanding())
	}

	p.Tidy(day + 60)
	if len(p.suppliers[0].invoices) != 1 {
		t.Error("an invoice whose payments can be reversed is kept")
	}
	p.Tidy(day + 61)
	if s := &p.suppliers[0]; len(s.invoices) != 0 || len(s.receipts) != 0 || len(s.closed) != 1 {
		t.Errorf("61 days later: %+v", s)
	}
	is("the closed invoice again", issued(p.Issue(ref, euros(100, day+30), day, false, as)), Repeated)
	is("with another due date", issued(p.Issue(ref, euros(100, day+31), day, false, as)), IDReused)
	is("a payment of it", pay(ref, paid("9", 1, day)), Overpaid)
	is("a reversal", p.Reverse(ref, "1", day), UnknownPayment)
	is("an unknown invoice", p.Reverse(Ref{"p1", "i2"}, "1", day), UnknownInvoice)
}

func TestNewestClosedInvoicesAreRemembered(t *testing.T) {
	var p Payments
	ref := func(i int) Ref { return Ref{"p", fmt.Sprint(i)} }
	const more = MaxClosed/8 + 100
	for i := range MaxClosed + more {
		p.Issue(ref(i), euros(1, 20_000), 20_000, false, as)
		p.Cancel(ref(i), 20_000)
	}
	for i, want := range map[int]Result{more - 1: UnknownInvoice, more: Repeated, MaxClosed + more - 1: Repeated} {
		if got := p.Cancel(ref(i), 20_000); got != want {
			t.Errorf("invoice %d: %s, want %s", i, got, want)
		}
	}
	if restored := roundTrip(t, &p, &Payments{}); restored.Cancel(ref(more-1), 20_000) != UnknownInvoice ||
		restored.Cancel(ref(more), 20_000) != Repeated {
		t.Error("a snapshot remembers others")
	}
}

func TestAgeing(t *testing.T) {
	var p Payments
	due := event.Date(2026, 1, 20)
	p.Issue(Ref{"p", "i"}, euros(100, due), due-30, false, as)
	var crossed []event.Day
	for day := due - 29; day < due+200; day++ {
		if p.NextCrossing() != 0 && day >= p.NextCrossing() && p.Cross(day) {
			crossed = append(crossed, day-due)
		}
		if want := day >= due+31; (p.Overdue() == 100_00) != want {
			t.Fatalf("%d days after the due date %d is overdue", day-due, p.Overdue())
		}
	}
	if !reflect.DeepEqual(crossed, []event.Day{1, 31, 61, 91}) || p.NextCrossing() != 0 {
		t.Errorf("crossed after %v days, next on %d", crossed, p.NextCrossing())
	}
	if p.n != (Decaying{Whole, due + 1}) || p.evidence != due+1 {
		t.Errorf("n %v, evidence on due + %d: want one, on due + 1", p.n, p.evidence-due)
	}
	for m, want := range map[event.Day]uint8{event.Date(2026, 1, 31): 1, event.Date(2026, 2, 28): 2,
		event.Date(2026, 3, 31): 3,
		event.Date(2026, 4, 30): 4, event.Date(2027, 3, 31): 4, event.Date(2027, 4, 1): 0} {
		months := p.months
		if got := months.last(m); got != want {
			t.Errorf("worst of the twelve months to %s: %d, want %d", m, got, want)
		}
	}
}

func TestDisputedInvoicesAreOutstandingOnly(t *testing.T) {
	var p Payments
	m, due := baseline(), event.Day(20_000)
	ref := Ref{"p", "i"}
	p.Issue(ref, euros(100, due), due-1, false, as)
	p.Dispute(ref, true, due)
	if p.Cross(due + 100); p.Outstanding() != 100_00 || p.Overdue() != 0 || p.n.Value != 0 || p.months.newest != 0 {
		t.Errorf("while disputed: %+v", p)
	}
	if c := p.Assess(nil, m, due+100); c.HasPayments || c.InArrears != 0 || Sum(c.Contributions) != 0 {
		t.Errorf("while disputed: %+v", c)
	}
	p.Pay(ref, paid("1", 40, due+100), due+100)
	if tenths, ok := p.dbt.Slow.Tenths(); !ok || tenths != 1000 || p.n.Value != 0 || p.months.newest != 0 {
		t.Errorf("its payments enter days beyond terms alone: %d, %+v", tenths, p)
	}
	p.Dispute(ref, false, due+110)
	if p.n != (Decaying{Whole, due + 1}) || p.Overdue() != 60_00 || p.months.newest != 0 ||
		p.suppliers[0].arrears != (count{1}) {
		t.Errorf("when the dispute ends: %+v", p)
	}
	if c := p.Assess(nil, m, due+110); c.Contributions[2].Figure != 120 {
		t.Errorf("what is open and undisputed now is the worst status: %+v", c.Contributions[2])
	}
}

func TestDisputeThatEndsPaidCountsOnce(t *testing.T) {
	due, ref := event.Day(20_000), Ref{"p", "i"}
	for settled, want := range map[event.Day]event.Day{due - 5: due - 5, due + 40: due + 1} {
		var p Payments
		p.Issue(ref, euros(100, due), due-20, false, as)
		p.Dispute(ref, true, due-19)
		p.Pay(ref, paid("1", 100, due-10), due-10)
		if r := p.Dispute(ref, false, settled); r != Applied || p.n != (Decaying{Whole, want}) {
			t.Errorf("settled on due %+d: %s, n %v, want one as of due %+d", settled-due, r, p.n, want-due)
		}
	}
}

func TestSilenceCuresNothing(t *testing.T) {
	m, today := baseline(), event.Date(2026, 6, 1)
	p := wholeScorePayments(today)
	p.Pay(Ref{"p1", "late"}, paid("1", 100, today), today)
	p.Pay(Ref{"p1", "due"}, paid("1", 900, today), today)
	now, later := p.Assess(nil, m, today), p.Assess(nil, m, today+720)
	if a, b := now.Contributions[0], later.Contributions[0]; a.PointsMLO < 300 || a.PointsMLO != b.PointsMLO {
		t.Errorf("days beyond terms %+v, two years later %+v", a, b)
	}
	if a, b := now.Contributions[1], later.Contributions[1]; a.PointsMLO >= -70 || b.PointsMLO != -100*1250/6250 {
		t.Errorf("nothing past due %+v, two years later %+v", a, b)
	}
}

func TestReadingMovesTheLandmarkAsWritingDoes(t *testing.T) {
	var p Payments
	m, day, ref := baseline(), event.Day(20_000), Ref{"p", "i"}
	p.Issue(ref, Invoice{Minor: 1, Currency: "EUR", Cents: 1, DueOn: day - 20}, day, false, as)
	p.Pay(ref, Payment{"1", 1, "EUR", day}, day)
	if c := p.Assess(nil, m, day+20*landmarkDays).Contributions[0]; c.Figure != 0 {
		t.Errorf("a cent weighs nothing after twenty years: %+v", c)
	}
}

func TestMonthsOlderThanTheRingAreIgnored(t *testing.T) {
	var m months
	m.mark(event.Date(2026, 6, 1), 1)
	if m.mark(event.Date(2025, 5, 31), 4); m.last(event.Date(2026, 6, 1)) != 1 || m.last(event.Date(2026, 5, 1)) != 0 {
		t.Errorf("%+v", m)
	}
	if m.mark(event.Date(2025, 6, 1), 3); m.last(event.Date(2026, 6, 1)) != 1 || m.last(event.Date(2026, 5, 1)) != 3 {
		t.Errorf("%+v", m)
	}
}

func TestExtensionMovesBehaviourNotThePolicyClock(t *testing.T) {
	var p Payments
	due, ref := event.Day(20_000), Ref{"p", "i"}
	p.Issue(ref, euros(100, due), due-1, false, as)
	p.Cross(due + 40)
	if r := p.Extend(ref, due+60, due+40); r != Applied || p.Overdue() != 0 || p.NextCrossing() > due+61 {
		t.Errorf("%s, %+v", r, p)
	}
	if v := p.suppliers[0].invoices[0]; v.dueOn != due || v.lateFrom != due+60 || v.bucket != 0 {
		t.Errorf("%+v", v)
	}
	if r := p.Extend(ref, due+60, due+40); r != Repeated {
		t.Errorf("again: %s", r)
	}
	if r := issued(p.Issue(ref, euros(100, due), due+41, false, as)); r != Repeated {
		t.Errorf("the invoice again, with its original due date: %s", r)
	}
	p.Pay(ref, paid("1", 100, due+65), due+65)
	if tenths, _ := p.dbt.Slow.Tenths(); tenths != 50 {
		t.Errorf("paid five days after the new date: %d tenths", tenths)
	}
}

func TestHistoryAgesOnceItIsClosed(t *testing.T) {
	var p Payments
	due := event.Day(20_000)
	p.Issue(Ref{"p", "open"}, euros(100, due), due+400, true, as)
	p.Issue(Ref{"p", "paid"}, euros(100, due), due+400, true, as)
	p.Pay(Ref{"p", "paid"}, paid("1", 100, due+20), due+400)
	if p.NextCrossing() != 0 || p.Overdue() != 0 || p.n != (Decaying{Whole, due + 20}) || p.months.last(due+20) != 1 {
		t.Errorf("history: %+v", p)
	}
	p.HistoryClosed("p", due+400)
	if p.Overdue() != 100_00 || p.n.Day != due+20 || p.n.Value <= Whole || p.months.last(due+400) != 4 {
		t.Errorf("closed: %+v", p)
	}
}

func TestSuppliersInArrears(t *testing.T) {
	m, today := baseline(), event.Day(20_500)
	for _, c := range []struct{ arrears, reporting, want int64 }{{1, 1, 0}, {2, 2, 150}, {3, 12, 350}, {3, 13, 150},
		{4, 13, 350}} {
		var p Payments
		for i := range c.reporting {
			due := today - 20
			if i < c.arrears {
				due = today - 31
			}
			p.Issue(Ref{fmt.Sprintf("p%02d", i), "i"}, euros(10, due), today, false, as)
		}
		p.n = Decaying{1 << 32, today} // full credibility, but for the last place
		got := p.Assess(nil, m, today)
		if d := c.want - got.Contributions[4].PointsMLO; d < 0 || d > 1 || int64(got.Reporting) != c.reporting ||
			int64(got.InArrears) != c.arrears {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}

func TestReportingEndsAfterAYear(t *testing.T) {
	var p Payments
	p.Issue(Ref{"p", "i"}, euros(10, 20_000), 20_000, false, as)
	p.Pay(Ref{"p", "i"}, paid("1", 10, 20_000), 20_000)
	if m := baseline(); !p.Assess(nil, m, 20_365).HasPayments || p.Assess(nil, m, 20_366).HasPayments {
		t.Error("a supplier reports for 365 days after its last evidence")
	}
}

func TestSumOfPaymentsIsBounded(t *testing.T) {
	m, today := baseline(), event.Day(20_500)
	var p Payments
	for i := range 4 {
		p.Issue(Ref{fmt.Sprint("p", i), "a"}, euros(100, today-200), today, false, as)
		p.Pay(Ref{fmt.Sprint("p", i), "a"}, paid("1", 50, today), today)
	}
	p.n = Decaying{1 << 32, today}
	c := p.Assess(nil, m, today)
	last := c.Contributions[len(c.Contributions)-1]
	if c.Sum != 2800 || Sum(c.Contributions) != 2800 || last.Code != "payments_bound" ||
		last.Figure != 2800-last.PointsMLO {
		t.Errorf("%d: %+v", c.Sum, c.Contributions)
	}
}

func TestBoundsOfPayments(t *testing.T) {
	var p Payments
	huge := Invoice{Minor: 1 << 62, Currency: "EUR", Cents: 1 << 62, DueOn: 20_000}
	if r := issued(p.Issue(Ref{"p", "1"}, huge, 20_000, false, as)); r != Applied {
		t.Errorf("one huge invoice: %s", r)
	}
	if r := issued(p.Issue(Ref{"p", "2"}, huge, 20_000, false, as)); r != Full {
		t.Errorf("another: %s", r)
	}
	p.Pay(Ref{"p", "1"}, Payment{"x", 1 << 62, "EUR", 20_000}, 20_000)
	p.Issue(Ref{"p", "2"}, huge, 20_000, false, as)
	if r := p.Reverse(Ref{"p", "1"}, "x", 20_000); r != Full {
		t.Errorf("a reversal that would owe more than fits: %s", r)
	}
	for i := range MaxSuppliers {
		p.Issue(Ref{fmt.Sprintf("s%04d", i), "1"}, Invoice{Minor: 1, Currency: "EUR", DueOn: 20_000}, 20_000, false, as)
	}
	if r := issued(p.Issue(Ref{"z", "1"}, Invoice{Minor: 1, Currency: "EUR", DueOn: 20_000}, 20_000, false,
		as)); r != Full || len(p.suppliers) != MaxSuppliers {
		t.Errorf("one supplier too many: %s, %d", r, len(p.suppliers))
	}
}

func TestARelationIsBoundedUntilItIsTidy(t *testing.T) {
	var p Payments
	day, ref := event.Day(20_000), Ref{"p", "0"}
	p.Issue(ref, euros(1000, day+100), day, false, as)
	s, v, _ := p.find(ref)
	key := v.key
	for i := range uint64(MaxReceipts - 1) {
		s.receipts = append(s.receipts, receipt{invoice: key, id: i, booked: day})
	}
	pay := func(id string, on event.Day) Result { r, _ := p.Pay(ref, paid(id, 1, on), on); return r }
	if a, b := pay("a", day+1), pay("b", day+1); a != Applied || b != Full {
		t.Errorf("the last payment that fits: %s, one more: %s", a, b)
	}
	if r := pay("b", day+ReversalDays+1); r != Applied || s.receiptCount() != 2 {
		t.Errorf("when the others are beyond reversal: %s, %d are kept", r, s.receiptCount())
	}
	for i := range uint64(MaxOpen - 1) {
		s.invoices = append(s.invoices, invoice{key: 1<<63 | i, minor: 1, open: 1})
	}
	if r := issued(p.Issue(Ref{"p", "more"}, euros(1, day), day+ReversalDays+1, false, as)); r != Full ||
		s.invoiceCount() != MaxOpen {
		t.Errorf("an invoice too many: %s", r)
	}
}

// issued is what became of an invoice.
func issued(r Result, _ bool) Result { return r }

// owed is what is open towards a policy.
func owed(p *Payments, policy string) (cents int64) {
	p.EachOpen(policy, func(v Open) { cents += v.Cents })
	return cents
}

// TestWhatIsALittleLateSpeaksForABuyer: invoices that are unpaid 20 days after their due dates are evidence, and the
// scales put what is up to 30 days late among the good (nothing more than 30 days past due −100, worst status up to 30
// days −50): a buyer of whom they are all that is known is a little better than one of whom nothing is. From the 31st
// day on they speak against it.
func TestWhatIsALittleLateSpeaksForABuyer(t *testing.T) {
	var p Payments
	m, day := baseline(), event.Day(20_000)
	for _, id := range []string{"a", "b", "c"} {
		p.Issue(Ref{"p1", id}, Invoice{100_00, "EUR", 100_00, day - 50, day - 20}, day, false, as)
	}
	if c := p.Points(m, day); c.N != 2788 || c.Sum != -35-17 { // three, decayed for 19 days; −100 and −50 × 2788 / 7788
		t.Errorf("20 days late: %+v", c)
	}
	if p.Cross(day + 11); p.Points(m, day+11).Sum != 550+75 {
		t.Errorf("31 days late: %+v", p.Points(m, day+11))
	}
}
