package processor

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// doubts lets a moratorium of transfers that is not confirmed wait for its verdict, in the place of one that waits
// already. It is reviewed where its country is at home, without a deadline, and needs two different analysts, of whom
// none entered it.
func (m *Machine) doubts(e *event.Event, b *event.Indicator) {
	if !e.Home {
		return
	}
	p := m.pendingOf(decision.ReviewCountry, e.Key)
	if p == nil || !p.open() {
		m.propose(decision.ReviewCountry, e, b.Analyst)
		return
	}
	if old := decoded(p.record).Body.(*event.Indicator); before(old.Period, b.Period) || b.Period == old.Period {
		m.batch.Repeat()
		return
	}
	p.record, p.asked, p.first = event.Append(nil, e), clone(b.Analyst), "" // who has approved it has not seen this one
	m.publishPending(p, decision.ReviewJoined, "")
}

// undoubted closes the review of a country where a moratorium of the same period or a later one is confirmed, or is
// none.
func (m *Machine) undoubted(c *country, period event.Period) {
	p := m.pendingOf(decision.ReviewCountry, countryKey+c.code)
	if p != nil && p.open() && !before(decoded(p.record).Body.(*event.Indicator).Period, period) {
		m.supersede(decision.ReviewCountry, p.key)
	}
}
