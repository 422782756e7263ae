package limit

import (
	"fmt"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/score"
)

// parity are rates at which every currency is worth a euro.
type parity struct{}

func (parity) Euro(a event.Amount) (int64, bool) { return a.Minor, true }

// world is what a line's transitions happen in.
type world struct {
	day    event.Day
	seq    uint32
	terms  Terms
	ledger score.Payments
}

func newWorld(noticeDays int32, onDelivery bool) *world {
	w := &world{day: 1000, terms: NewTerms()}
	w.terms.Put(event.PolicyUpserted{Policy: "p", NoticeDays: noticeDays, NoticeFromDelivery: onDelivery,
		MaximumExtensionDays: 60, NotificationDeadlineDays: 90})
	w.terms.Turn(w.day)
	return w
}

func (w *world) moment() Moment {
	w.seq++
	return Moment{Day: w.day, AsOf: w.day, Next: event.Position{Seq: w.seq}, Terms: &w.terms, Rates: parity{},
		Ledger: &w.ledger}
}

func euros(n int64) Money { return Money{n * 100, n * 100} }

// granted is a line with a limit of so many euros.
func (w *world) granted(n int64) *Line {
	l := NewLine("p", "EUR")
	l.Grant(w.moment(), decision.Approved, "EUR", euros(n), 0)
	return l
}

func sound(t interface {
	Helper()
	Fatal(...any)
}, l *Line) {
	t.Helper()
	if err := l.Check(); err != nil {
		t.Fatal(err)
	}
}

// TestACutRunsThroughItsNotice follows a limit of 100 000 euros that is cut to 60 000 with thirty days of notice.
func TestACutRunsThroughItsNotice(t *testing.T) {
	w := newWorld(30, false)
	l := w.granted(100_000)
	d := l.Cut(w.moment(), euros(60_000).Cents)
	if want := (Decided{Code: decision.Reduced, Was: 100_000_00, Granted: 60_000_00, From: w.day + 30}); d != want {
		t.Fatalf("published %+v, want %+v", d, want)
	}
	for day, want := range map[event.Day]Money{0: euros(100_000), 29: euros(100_000), 30: euros(60_000)} {
		if got := l.InForce(w.day + day); got != want {
			t.Errorf("on day %d %v is in force, want %v", day, got, want)
		}
	}
	if l.Agreed() != euros(60_000) || l.Use() != 60_000_00 {
		t.Errorf("agreed %v, in use %d", l.Agreed(), l.Use())
	}
	l.Cut(w.moment(), euros(40_000).Cents) // on the same day: it takes the place of the first
	if len(l.plan) != 1 || l.Agreed() != euros(40_000) {
		t.Errorf("planned: %+v", l.plan)
	}
	sound(t, l)
	l.Grant(w.moment(), decision.Approved, "EUR", euros(70_000), 0)
	if l.InForce(w.day+100) != euros(70_000) {
		t.Errorf("a grant leaves a cut planned: %+v", l.plan)
	}
	sound(t, l)
}

func TestNoticeThatCountsFromItsDelivery(t *testing.T) {
	w := newWorld(30, true)
	l := w.granted(100_000)
	first := l.Cut(w.moment(), euros(80_000).Cents)
	at := w.moment()
	second := l.Cut(at, 0)
	if first.From != OnDelivery || second.From != OnDelivery || second.NoticeDays != 30 ||
		second.Code != decision.Cancelled {
		t.Fatalf("published %+v and %+v", first, second)
	}
	if l.InForce(w.day+500) != euros(100_000) || l.Use() != 0 {
		t.Errorf("in force %v, in use %d", l.InForce(w.day+500), l.Use())
	}
	sound(t, l)
	w.day += 10
	i := l.Awaited(at.Next)
	if d := l.ServeNotice(w.moment(), i, w.day-1); d.From != w.day+29 || d.Granted != 0 || d.Was != 100_000_00 {
		t.Fatalf("published %+v", d)
	}
	if len(l.plan) != 1 { // the first one would come later, if ever
		t.Errorf("planned: %+v", l.plan)
	}
	if l.Awaited(at.Next) >= 0 {
		t.Error("a notice is delivered twice")
	}
	sound(t, l)
}

func TestARejectedCutPreservesItsLimit(t *testing.T) {
	w := newWorld(0, false)
	l := w.granted(100_000)
	l.Propose(euros(30_000).Cents)
	if !l.CutPending() || l.Decided() != euros(30_000) || l.InForce(w.day) != euros(100_000) {
		t.Fatalf("pending %v, decided %v", l.CutPending(), l.Decided())
	}
	sound(t, l)
	l.RejectCut(w.day+30, 1_000_00)
	if l.CutPending() || !l.CutRejected() || l.Decided() != euros(100_000) || l.Taken() != euros(30_000) {
		t.Fatalf("decided %v, taken to be %v", l.Decided(), l.Taken())
	}
	for _, c := range []struct {
		days      event.Day
		capacity  int64
		preserved bool
	}{{30, 1_000_00, true}, {30, 900_01, true}, {30, 900_00, false}, {31, 1_000_00, false}} {
		again := *l
		if again.ReleaseRejected(w.day+c.days, c.capacity); again.CutRejected() != c.preserved {
			t.Errorf("after %d days at a capacity of %d: preserved %v", c.days, c.capacity, again.CutRejected())
		}
	}
	l.ReshareRejected(0)
	if l.Taken() != (Money{}) || l.InForce(w.day) != euros(100_000) {
		t.Errorf("taken to be %v, in force %v", l.Taken(), l.InForce(w.day))
	}
	sound(t, l)
}

func TestAnInsolvencyCancelsAndItsEndReinstatesOnce(t *testing.T) {
	w := newWorld(30, false)
	l := w.granted(100_000)
	if d, ok := l.CancelInsolvent(w.moment()); !ok || d.Was != 100_000_00 || d.Granted != 0 || d.From != w.day {
		t.Fatalf("%v: published %+v", ok, d)
	}
	if _, again := l.CancelInsolvent(w.moment()); again {
		t.Error("a limit is cancelled twice")
	}
	sound(t, l)
	w.day += 5
	if d, ok := l.Reinstate(w.moment(), euros(60_000).Cents); !ok || d.Granted != 60_000_00 {
		t.Fatalf("%v: published %+v", ok, d)
	}
	if _, again := l.Reinstate(w.moment(), euros(60_000).Cents); again {
		t.Error("a limit is reinstated twice")
	}
	sound(t, l)
}

func TestALimitEndsAfterItsLastDay(t *testing.T) {
	w := newWorld(30, false)
	l := NewLine("p", "EUR")
	l.Grant(w.moment(), decision.Approved, "EUR", euros(10_000), w.day+100)
	if warning, end := l.Deadlines(w.day); warning != w.day+70 || end != w.day+101 {
		t.Fatalf("warning on %d, end on %d", warning-w.day, end-w.day)
	}
	w.day += 70
	if d, ok := l.EndWarning(w.moment()); !ok || d.From != w.day+31 || l.Agreed() != euros(10_000) {
		t.Errorf("%v: published %+v, agreed %v", ok, d, l.Agreed())
	}
	w.day += 30
	if l.EndsBefore(w.day) || !l.EndsBefore(w.day+1) {
		t.Error("the last day is one of the limit")
	}
	w.day++
	if d, ok := l.End(w.moment()); !ok || d.From != w.day || d.Was != 10_000_00 || l.Use() != 0 {
		t.Errorf("%v: published %+v", ok, d)
	}
	sound(t, l)
}

// TestOverdueInvoicesSuspendAndForfeit follows one invoice of 10 000 euros that is paid 100 days late.
func TestOverdueInvoicesSuspendAndForfeit(t *testing.T) {
	w := newWorld(30, false)
	l := w.granted(100_000)
	due := w.day + 30
	l.Deliver(w.moment(), Delivery{Key: score.KeyOf("i"), Invoice: "i", DeliveredOn: w.day, DueOn: due,
		Open: 10_000_00}, 0)
	look := func(day event.Day) (codes []decision.CoverCode, wake event.Day) {
		w.day = day
		l.Wake(day)
		changes, wake := l.RunClock(w.moment())
		for _, c := range changes {
			codes = append(codes, c.Code)
			if overdue := fmt.Sprint(c.Overdue); (overdue == "[i]") != (c.Code == decision.Suspended) {
				t.Errorf("%s for %s", c.Code, overdue)
			}
		}
		sound(t, l)
		return codes, wake
	}
	for _, c := range []struct {
		day  event.Day
		want string
		wake event.Day
	}{{w.day, "[]", due + 61}, {due + 61, "[suspended]", due + 91}, {due + 91, "[forfeited]", 0}} {
		if codes, wake := look(c.day); fmt.Sprint(codes) != c.want || wake != c.wake {
			t.Fatalf("on day %d: %v, wake on %d", c.day-due, codes, wake-due)
		}
	}
	if e := l.Exposure(); e != (Exposure{Open: 10_000_00, SuspendedFrom: due + 61}) {
		t.Errorf("exposure %+v", e)
	}
	w.day += 2
	r := l.Report(w.moment(), due+90, []string{"i"})
	if r.Preserved != 1 || len(r.Changes) != 1 || r.Changes[0].Code != decision.Restored ||
		r.Changes[0].Now != 10_000_00 {
		t.Errorf("reported: %+v", r)
	}
	if again := l.Report(w.moment(), due+90, []string{"i"}); again.Preserved != 0 || again.Late != "" {
		t.Errorf("reported again: %+v", again)
	}
	l.Pay("i", "payment", 10_000_00, w.day)
	if codes, _ := look(w.day + 1); fmt.Sprint(codes) != "[resumed]" {
		t.Errorf("paid: %v", codes)
	}
	l.Deliver(w.moment(), Delivery{Key: 2, Invoice: "j", DeliveredOn: w.day - 1, DueOn: w.day, Open: 5}, 0)
	if got := l.runoff.Find(2).Limit; got != 0 {
		t.Errorf("a delivery of the suspension is covered up to %d", got)
	}
}

func TestDeliveriesAreJudgedByTheLimitOfTheirDay(t *testing.T) {
	w := newWorld(10, false)
	l := w.granted(100_000)
	first := w.day
	w.day += 5
	l.Cut(w.moment(), euros(20_000).Cents)
	w.day += 20 // the cut holds since its tenth day
	deliver := func(key uint64, on event.Day, n int64) *Delivery {
		l.Deliver(w.moment(), Delivery{Key: key, Invoice: fmt.Sprint(key), DeliveredOn: on, DueOn: on + 30, Open: n * 100}, 0)
		return l.runoff.Find(key)
	}
	for i, c := range []struct {
		on   event.Day
		want int64
	}{{first - 1, 0}, {first, 100_000_00}, {first + 14, 100_000_00}, {first + 15, 20_000_00}} {
		if got := deliver(uint64(i), c.on, 10).Limit; got != c.want {
			t.Errorf("day %d: covered up to %d, want %d", c.on-first, got, c.want)
		}
	}
	l.Bind(w.moment(), Order{ID: "o", Cents: 7_00, By: w.day + 10})
	if v := deliver(9, w.day, 50_000); v.Ordered != 7_00 {
		t.Errorf("an order covers %d", v.Ordered)
	}
	if v := deliver(10, w.day, 50_000); v.Ordered != 0 {
		t.Errorf("an order that is used up covers %d", v.Ordered)
	}
	sound(t, l)
}

func TestWhatALineRemembersIsBounded(t *testing.T) {
	w := newWorld(30, true)
	l := w.granted(100_000)
	for i := range int64(50) {
		l.Cut(w.moment(), euros(99_000-i*1000).Cents)
		sound(t, l)
	}
	if len(l.plan) != maxAwaited || l.Agreed() != euros(50_000) {
		t.Errorf("%d notices are awaited, agreed is %v", len(l.plan), l.Agreed())
	}
	for i := range int64(100) {
		w.day++
		l.Grant(w.moment(), decision.Approved, "EUR", euros(i+1), 0)
		sound(t, l)
	}
	for i := range maxSuspensions * 2 {
		id := fmt.Sprint("i", i)
		l.Deliver(w.moment(), Delivery{Key: score.KeyOf(id), Invoice: id, DeliveredOn: w.day - 100, DueOn: w.day - 61,
			Open: 100}, 0)
		l.RunClock(w.moment())
		w.day++
		l.Pay(id, "payment", 100, w.day)
		l.RunClock(w.moment())
		w.day++
		sound(t, l)
	}
	if len(l.suspensions) != maxSuspensions {
		t.Errorf("%d suspensions are remembered", len(l.suspensions))
	}
	w.day += 2 * pastDays
	l.Cancel(w.moment())
	if len(l.past) != 2 { // the last two
		t.Errorf("remembered after four years: %+v", l.past)
	}
}

func TestPendingCutsShareWhatTheOthersLeave(t *testing.T) {
	w := newWorld(0, false)
	var all Lines
	for i, n := range []int64{100_000, 80_000, 60_000} {
		l := NewLine(fmt.Sprint("p", i), "EUR")
		l.Grant(w.moment(), decision.Approved, "EUR", euros(n), 0)
		all.Put(l)
	}
	all[0].Propose(euros(10_000).Cents)
	all[1].Propose(euros(10_000).Cents)
	if all.InUse("") != euros(80_000).Cents || all.InUse("p2") != euros(20_000).Cents {
		t.Fatalf("in use: %d, without one %d", all.InUse(""), all.InUse("p2"))
	}
	if !all.ResharePending(euros(200_000).Cents, 5_000_00) { // the third has 60 000 of it
		t.Error("the shares are much larger than what was shown")
	}
	if all[0].Taken() != euros(70_000) || all[1].Taken() != euros(70_000) || !all.CutPending() {
		t.Errorf("shares %v and %v", all[0].Taken(), all[1].Taken())
	}
	if all.ResharePending(euros(200_000).Cents, 5_000_00) {
		t.Error("the shares are what was shown")
	}
	all.ResharePending(euros(240_000).Cents, 5_000_00)
	if all.CutPending() || all[0].Taken() != euros(100_000) {
		t.Errorf("there is enough for all, and a cut is pending")
	}
}
