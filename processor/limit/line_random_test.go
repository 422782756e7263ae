package limit

import (
	"fmt"
	"testing"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/score"

	"pgregory.net/rapid"
)

// TestRandomTransitionsLeaveALineSound walks through transitions as they may come, on days that do not fall, and
// through snapshots.
func TestRandomTransitionsLeaveALineSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(rapid.SampledFrom([]int32{0, 10, 30}).Draw(t, "notice"), rapid.Bool().Draw(t, "on delivery"))
		l := NewLine("p", "EUR")
		for n := range rapid.IntRange(1, 60).Draw(t, "steps") {
			w.day += event.Day(rapid.SampledFrom([]int32{0, 0, 1, 7, 40}).Draw(t, "days"))
			step(t, w, l, n)
			sound(t, l)
			var again Line
			if err := wire.Decode(wire.Append(nil, l), &again); err != nil {
				t.Fatal(err)
			}
			sound(t, &again)
			if a, b := wire.Append(nil, l), wire.Append(nil, &again); string(a) != string(b) {
				t.Fatal("a snapshot of a snapshot differs")
			}
		}
	})
}

// step makes a random transition.
func step(t *rapid.T, w *world, l *Line, n int) {
	cents := euros(rapid.Int64Range(0, 50).Draw(t, "thousands") * 1000).Cents
	amount, id := Money{cents, cents}, fmt.Sprint("i", rapid.IntRange(0, n).Draw(t, "invoice"))
	within := l.Agreed().Cents
	switch at := w.moment(); rapid.IntRange(0, 20).Draw(t, "step") {
	case 0, 1:
		l.Grant(at, decision.Approved, "EUR", Money{cents + 1, cents + 1}, w.day*event.Day(n%2)+50)
	case 2:
		if now := l.InForce(w.day); within > 1 && now.Cents > 1 {
			v := min(within, now.Cents-1)
			l.Reduce(at, Money{v, v}, 0)
		}
	case 3:
		l.Cancel(at)
	case 4, 5, 6:
		if l.Decided().Minor > 0 && cents < l.Agreed().Cents && !l.CutRejected() {
			l.Cut(at, cents)
		}
	case 7:
		if cents < within && !l.CutRejected() {
			l.Propose(cents)
		}
	case 8:
		if l.CutPending() {
			l.RejectCut(w.day+30, cents)
		}
	case 9:
		l.ReleaseRejected(w.day, cents)
		if l.CutRejected() {
			l.ReshareRejected(cents)
		}
		if l.CutPending() {
			l.ResharePending(cents)
		}
	case 10:
		l.CancelInsolvent(at)
	case 11:
		l.Reinstate(at, cents)
	case 12:
		if i, since, ok := l.LastAwaited(); ok {
			l.ServeNotice(at, i, max(since, w.day-3))
		}
	case 13:
		if l.EndsBefore(w.day) {
			l.End(at)
		}
	case 14:
		if r := (Ruling{Amount: amount, Currency: "EUR"}); (cents > 0 || within > 0) && !l.Matches(&r) {
			l.Rule(at, r)
		}
	case 15:
		if !l.OrdersFull() {
			l.Bind(at, Order{ID: fmt.Sprint("o", n), Cents: cents / 10, By: w.day + 20})
		}
	default:
		if !l.Followed() {
			l.Follow(at)
		}
		moves(t, w, l, n, id, cents)
	}
}

// moves makes a random change of what was delivered.
func moves(t *rapid.T, w *world, l *Line, n int, id string, cents int64) {
	switch at := w.moment(); rapid.IntRange(0, 8).Draw(t, "move") {
	case 0, 1, 2:
		id := fmt.Sprint("i", n)
		day := w.day - event.Day(rapid.Int32Range(0, 20).Draw(t, "ago"))
		l.Deliver(at, Delivery{Key: score.KeyOf(id), Invoice: id, DeliveredOn: day, DueOn: day + 30, Open: cents},
			rapid.SampledFrom([]int64{0, 20_000_00}).Draw(t, "discretion"))
	case 3:
		l.Pay(id, fmt.Sprint(n), cents, w.day)
	case 4:
		l.Reverse(at, id, fmt.Sprint(rapid.IntRange(0, n).Draw(t, "payment")), cents)
	case 5:
		l.Dispute(id, cents%2000_00 == 0)
	case 6:
		l.Report(at, w.day, []string{id})
	case 7:
		l.Revalue(at)
	default:
		l.Wake(w.day)
		changes, wake := l.RunClock(at)
		if wake != 0 && wake <= w.day {
			t.Fatalf("on day %d the clock is to be woken on %d", w.day, wake)
		}
		for i := range changes {
			if c := &changes[i]; c.Limit != l.InForce(w.day).Minor || (c.Code == decision.Suspended) != (len(c.Overdue) > 0) {
				t.Fatalf("with %+v in force it changes %+v", l.InForce(w.day), c)
			}
		}
		if again, _ := l.RunClock(at); len(again) > 0 {
			t.Fatalf("looking twice changes %+v", again)
		}
	}
}
