package processor

import (
	"barometer/ingest/event"
	"barometer/processor/score"
)

// mark is a buyer that a record or timer may have changed, and what is known of what must follow.
type mark struct {
	buyer     *buyer
	evaluate  bool      // its score is to be brought up to date
	reset     bool      // its grade follows the score at once
	trusted   bool      // what one supplier alone tells counts in full
	reinstate bool      // what its insolvency cancelled comes back
	settledOn event.Day // when what is settled of its invoices was paid, 0: today
	cause     string    // why its score is published whatever moved, empty: it is where it moved
}

// edit gives a buyer to be changed, a new one that is not kept yet where it is unknown. Whoever only looks reads the
// book.
func (m *Machine) edit(id string) *buyer {
	b := m.foreseen
	if b == nil || !b.kept || b.id != id {
		b = m.book.buyers.get(id)
	}
	if b == nil {
		b = &buyer{}
		b.name(id)
	}
	m.mark(b)
	return b
}

// mark must come before a change of a buyer, as edit does it: a snapshot that is being made takes the buyer as it was,
// and followUp does what must follow. The mark is good until the next call.
func (m *Machine) mark(b *buyer) *mark {
	m.touch(b)
	if i := m.markOf(b); i >= 0 {
		return &m.marked[i]
	}
	m.marked = append(m.marked, mark{buyer: b})
	return &m.marked[len(m.marked)-1]
}

// markOf finds a buyer among those that are marked, -1 for none. There are few at a time.
func (m *Machine) markOf(b *buyer) int {
	for i := len(m.marked) - 1; i >= 0; i-- {
		if m.marked[i].buyer == b {
			return i
		}
	}
	return -1
}

// unmark takes a mark away: its buyer was not changed after all, or what must follow is done now. A buyer without one
// gives a mark without a buyer.
func (m *Machine) unmark(b *buyer) mark {
	i := m.markOf(b)
	if i < 0 {
		return mark{}
	}
	k := m.marked[i]
	last := len(m.marked) - 1
	copy(m.marked[i:], m.marked[i+1:])
	m.marked[last] = mark{}
	m.marked = m.marked[:last]
	return k
}

// followUp does what must follow the change of a buyer, in this order: evaluate it, fit its limits to the capacity,
// open and end reviews, publish what is outstanding, follow its cases. It comes once for a message, a timer or a
// verdict. Whoever goes on to another one, or needs the buyer as evaluated, calls it before. What is still marked at
// the end of a record or timer is followed up then.
func (m *Machine) followUp(b *buyer) {
	k, word := m.unmark(b), ""
	if k.evaluate {
		word = m.evaluate(b, &k)
	}
	if len(b.lines) > 0 {
		if b.rating.Grade == score.Insolvent {
			m.cancelAll(b)
		} else {
			if k.reinstate {
				m.reinstate(b)
			}
			m.fit(b)
		}
	}
	m.hearsInsolvency(b)
	if k.evaluate {
		m.withholds(b, word)
	}
	m.endIdleCuts(b)
	m.endIdleMatch(b)
	m.publishExposures(b)
	m.followCases(b, k.settledOn)
}

// followUpAll follows up whoever is still marked, in the order in which the record or timer came to them.
func (m *Machine) followUpAll() {
	for len(m.marked) > 0 {
		m.followUp(m.marked[0].buyer)
	}
}

// bringUpToDate evaluates a buyer before it is decided on, which may change it further.
func (m *Machine) bringUpToDate(b *buyer) {
	m.mark(b).evaluate = true
	m.followUp(b)
	m.mark(b)
}
