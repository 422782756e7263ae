package processor

import (
	"barometer/ingest/event"
	"barometer/processor/limit"
)

// delivered follows a notification that reached its receiver. What it gave notice of may be over, or was delivered
// before.
func (m *Machine) delivered(v *event.NoticeDelivered) {
	for _, n := range v.Notices {
		b := m.edit(n.Buyer)
		l := b.lines.Find(n.Policy)
		if l == nil {
			continue
		}
		if i := l.Awaited(n.Position); i >= 0 {
			m.serveNotice(b, l, i, m.logDay())
		}
	}
}

// served takes an analyst's word that a policyholder had notice of what a limit is to become.
func (m *Machine) served(b *buyer, v *event.NoticeServed) outcome {
	if _, known := m.book.policies[v.Policy]; !known {
		return waits(need{kind: needPolicy, id: v.Policy})
	}
	today, on := m.logDay(), v.ServedOn
	if on == 0 {
		on = today
	}
	l := b.lines.Find(v.Policy)
	if l == nil {
		return refused(ReasonNoNotice, "")
	}
	i, since, ok := l.LastAwaited()
	switch {
	case !ok:
		return refused(ReasonNoNotice, "")
	case on > today+maxAhead:
		return refused(ReasonFutureDate, "served_on "+on.String())
	case on < since:
		return refused(ReasonOutOfRange, "served_on "+on.String()+" is before the decision")
	}
	m.serveNotice(b, l, i, on)
	return accepted
}

// serveNotice counts the notice of a planned limit from a day on.
func (m *Machine) serveNotice(b *buyer, l *limit.Line, i int, from event.Day) {
	m.publishCut(b, l, l.ServeNotice(m.moment(b, l.Policy()), i, from))
}
