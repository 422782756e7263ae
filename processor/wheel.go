package processor

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// timerClass is what a timer does; at one midnight the classes fire in this order. Values are part of the snapshot's
// format.
type timerClass uint8

// Timer classes. Landmarks of days beyond terms need none: they move before anything else of a day is asked of a buyer.
const (
	timerPolicyTerms timerClass = iota // a version of a policy comes into force
	timerAgeing                        // an invoice crosses into another ageing bucket
	timerPolicyClock                   // an invoice goes beyond its maximum extension
	timerDeadline                      // a date of the policy's clock is near
	timerPlan                          // the day after an instalment
	timerReview                        // a review lapses
	timerExpire                        // what waited in vain
	timerUnmatched                     // what waited in vain for a buyer with its key
	timerForget                        // the id of a request
	timerEnding                        // a limit's last day comes near
	timerValidity                      // a limit's last day is over
	timerOverride                      // an underwriter's decision on a buyer is over
	timerFigures                       // on the first of a month: figures that are too old
	timerCountryUse                    // limits are summed up in a country that has a cap
	timerEvaluation                    // a buyer's day in thirty, or an improvement that is due
	timerEnd
)

func (c timerClass) String() string {
	return [timerEnd]string{"policy_terms", "ageing", "policy_clock", "deadline", "plan", "review", "expiry", "unmatched",
		"forget", "ending", "validity", "override", "figures", "country_use", "evaluation"}[c]
}

// timer is due at the beginning of a day. Its owner may have moved on: whoever is called checks that the timer still
// means something, so that nobody needs to find and remove it.
type timer struct {
	class  timerClass
	buyer  string
	policy string
	item   string
}

// compare is the order of firing. It is written out, as a day has many timers and most differ by buyer.
func (t timer) compare(u timer) int {
	switch {
	case t.class != u.class:
		return cmp.Compare(t.class, u.class)
	case t.buyer != u.buyer:
		return cmp.Compare(t.buyer, u.buyer)
	case t.policy != u.policy:
		return cmp.Compare(t.policy, u.policy)
	default:
		return cmp.Compare(t.item, u.item)
	}
}

// turnDays fires what is due at the midnights after day before, up to the one that begins day now. A timer may set
// timers for the same midnight: they fire in a further round.
func (m *Machine) turnDays(before, now event.Day) {
	for day := before + 1; day <= now; day++ {
		if day == firstOfMonth(day) {
			m.wheel.Set(day, timer{class: timerFigures})
		}
		for due := m.daily(day, m.wheel.Take(day)); len(due) > 0; due = m.wheel.Take(day) {
			for _, t := range due {
				m.step.asOf = day
				m.fire(t)
			}
		}
	}
	m.step.asOf = 0
}

// daily adds to the timers of a day, in order, those that nobody keeps: of the buyers on their day in thirty. They
// belong to the last class, so that both lists are merged from where it begins.
func (m *Machine) daily(day event.Day, due []timer) []timer {
	slot := m.slotInOrder(int(day % evaluationDays))
	if len(slot) == 0 {
		return due
	}
	from := len(due)
	for from > 0 && due[from-1].class == timerEvaluation {
		from--
	}
	all := append(make([]timer, 0, len(due)+len(slot)), due[:from]...)
	kept := due[from:]
	for _, b := range slot {
		for len(kept) > 0 && kept[0].buyer < b.id {
			all, kept = append(all, kept[0]), kept[1:]
		}
		if len(kept) > 0 && kept[0].buyer == b.id {
			kept = kept[1:]
		}
		all = append(all, timer{class: timerEvaluation, buyer: b.id})
	}
	return append(all, kept...)
}

// slotInOrder is the buyers of a day in thirty, by id. What a Capture is walking through is left as it is.
func (m *Machine) slotInOrder(i int) []*buyer {
	if m.book.dropped[i] > 0 {
		m.sweepSlot(int32(i))
	}
	slot := &m.book.slots[i]
	if !m.book.inOrder[i] {
		if m.captures.Going() != nil {
			*slot = slices.Clone(*slot)
		}
		slices.SortFunc(*slot, func(x, y *buyer) int { return cmp.Compare(x.id, y.id) })
		m.book.inOrder[i] = true
	}
	return *slot
}

// fire does what a timer is for.
func (m *Machine) fire(t timer) {
	m.step.cause = decision.Trigger{Timer: t.class.String()}
	day, b := m.step.asOf, m.book.buyers.get(t.buyer)
	switch {
	case b != nil:
		m.mark(b)
	case t.buyer != "":
		return // it was forgotten
	}
	switch t.class {
	case timerPolicyTerms:
		m.book.policies[t.policy].Turn(day)
	case timerAgeing:
		m.aged(b, day)
	case timerPolicyClock:
		m.wakeClock(b, t.policy, day)
	case timerDeadline:
		m.warn(b, t.policy, day)
	case timerPlan:
		m.instalmentDue(b, t.policy, day)
	case timerReview:
		m.lapse(b, day)
	case timerExpire:
		m.expire(b, day)
	case timerUnmatched:
		m.unmatched(t.item, day)
	case timerForget:
		m.forget(requestKey{t.policy, t.item}, day)
	case timerEnding:
		m.ending(b, t.policy)
	case timerValidity:
		m.ended(b, t.policy, day)
	case timerOverride:
		m.overrideEnded(b, day)
	case timerFigures:
		m.expireFigures(day)
	case timerCountryUse:
		m.useTold(t.item, day)
	case timerEvaluation:
		m.evaluated(b, day)
	}
	m.followUpAll()
}
