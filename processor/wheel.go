package processor

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// timerClass is what a timer does; at one midnight the classes fire in this order.
type timerClass uint8

// Timer classes.
const (
	timerPolicyTerms timerClass = iota // a version of a policy comes into force
)

func (c timerClass) String() string { return [...]string{"policy_terms"}[c] }

// timer is due at the beginning of a day. Its owner may have moved on: whoever is called checks that the timer still
// means something, so that nobody needs to find and remove it.
type timer struct {
	class  timerClass
	buyer  string
	policy string
	item   string
}

func (t timer) less(u timer) int {
	return cmp.Or(cmp.Compare(t.class, u.class), cmp.Compare(t.buyer, u.buyer), cmp.Compare(t.policy, u.policy), cmp.Compare(t.item, u.item))
}

// wheel holds the timers by their day.
type wheel struct{ days map[event.Day][]timer }

// at sets a timer. A day that has begun already is the caller's mistake: its midnight does not come again.
func (w *wheel) at(day event.Day, t timer) {
	if w.days == nil {
		w.days = map[event.Day][]timer{}
	}
	w.days[day] = append(w.days[day], t)
}

// take removes the timers of a day and gives them in order, each once.
func (w *wheel) take(day event.Day) []timer {
	due := w.days[day]
	delete(w.days, day)
	slices.SortFunc(due, timer.less)
	return slices.Compact(due)
}

// turnDays fires what is due at the midnights after day before, up to the one that begins day now. A timer may set timers
// for the same midnight: they fire in a further round.
func (m *Machine) turnDays(before, now event.Day) {
	for day := before + 1; day <= now; day++ {
		for due := m.wheel.take(day); len(due) > 0; due = m.wheel.take(day) {
			for _, t := range due {
				m.step.asOf = day
				m.fire(t)
			}
		}
	}
}

// fire does what a timer is for.
func (m *Machine) fire(t timer) {
	m.step.cause = decision.Trigger{Timer: t.class.String()}
	if t.class == timerPolicyTerms {
		m.book.policies[t.policy].turn(m.step.asOf)
	}
}
