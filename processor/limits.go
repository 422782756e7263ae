package processor

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
)

// capacity is what a buyer can bear at its published grade.
func (m *Machine) capacity(b *buyer) limit.Capacity {
	if b.cell != nil && b.cell.country.offCover {
		return limit.Capacity{}
	}
	return limit.Of(m.model.parsed, b.rating.Grade, b.accounts(m.today()))
}

// capacityCents is the same without its parts, worked out again only where grade or accounts are others.
func (m *Machine) capacityCents(b *buyer) int64 {
	if b.cell != nil && b.cell.country.offCover {
		return 0
	}
	if c := &b.cache; int64(c.capacityOf) != b.rating.Grade {
		c.capacity, c.capacityOf = limit.Of(m.model.parsed, b.rating.Grade, b.accounts(m.today())).Cents, int8(b.rating.Grade)
	}
	return b.cache.capacity
}

// cancelAll cancels all limits of a buyer of grade 10 at once.
func (m *Machine) cancelAll(b *buyer) {
	for i := range b.lines {
		l := &b.lines[i]
		if e, ok := l.CancelInsolvent(m.moment(b, l.Policy())); ok {
			m.publishCut(b, l, e)
		}
	}
}

// reinstate gives back what an insolvency cancelled that was none, by policies, each up to what is available.
func (m *Machine) reinstate(b *buyer) {
	for i := range b.lines {
		l := &b.lines[i]
		if e, ok := l.Reinstate(m.moment(b, l.Policy()), m.available(b, l)); ok {
			m.validity(b, l)
			m.step.decide(decision.LimitDecided, b.id, m.decision(b, l, e))
		}
	}
}

// validity sets the timers of a limit's end.
func (m *Machine) validity(b *buyer, l *limit.Line) {
	warning, end := l.Deadlines(m.today())
	if end != 0 {
		m.wheel.Set(end, timer{class: timerValidity, buyer: b.id, policy: l.Policy()})
	}
	if warning != 0 {
		m.wheel.Set(warning, timer{class: timerEnding, buyer: b.id, policy: l.Policy()})
	}
}

// ending fires the warning of a limit's end.
func (m *Machine) ending(b *buyer, policy string) {
	l := b.lines.Find(policy)
	if l == nil {
		return
	}
	if e, ok := l.EndWarning(m.moment(b, policy)); ok {
		m.publishExpired(b, l, e)
	}
}

// ended fires the end of a limit's validity.
func (m *Machine) ended(b *buyer, policy string, day event.Day) {
	l := b.lines.Find(policy)
	if l == nil || !l.EndsBefore(day) {
		return
	}
	if e, ok := l.End(m.moment(b, policy)); ok {
		m.publishExpired(b, l, e)
	}
}

func (m *Machine) publishExpired(b *buyer, l *limit.Line, e limit.Decided) {
	d := m.decision(b, l, e)
	d.ReasonText = textExpired
	m.step.decide(decision.LimitDecided, b.id, d)
}

// revalue converts the limits of a buyer at the latest rates, and forgets deliveries that are over, on its day in
// thirty.
func (m *Machine) revalue(b *buyer) {
	for i := range b.lines {
		b.lines[i].Revalue(m.moment(b, b.lines[i].Policy()))
	}
}

// holders are the policyholders to whom a buyer's grade is told, ascending: those with a limit in force, or a request,
// other than a preliminary one, decided within twelve months.
func (m *Machine) holders(b *buyer) []string {
	var holders []string
	for i := range b.lines {
		if l := &b.lines[i]; l.Related(m.logDay()) {
			holders = append(holders, m.terms(l.Policy()).Holder)
		}
	}
	slices.Sort(holders)
	return slices.Compact(holders)
}
