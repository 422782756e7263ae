package processor

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// orders takes an order that binds.
func (m *Machine) orders(b *buyer, e *event.Event, v *event.BindingOrderAccepted) outcome {
	if _, known := m.book.policies[v.Policy]; !known {
		return waits(need{kind: needPolicy, id: v.Policy})
	}
	l := b.lines.Find(v.Policy)
	if l != nil {
		if digest, bound := l.BoundBy(v.Order); bound {
			if digest == e.Digest() {
				return repeated
			}
			return refused(ReasonIDReused, "")
		}
		if l.OrdersFull() {
			return refused(score.Full.String(), "orders")
		}
	}
	cents, needs, ok := m.euro(v.Amount)
	switch {
	case needs.kind != needNothing:
		return waits(needs)
	case !ok:
		return refused(ReasonAmountTooLarge, "")
	case cents <= 0:
		return refused(ReasonOutOfRange, "amount")
	case v.DeliverBy < m.logDay():
		return refused(ReasonOutOfRange, "deliver_by "+v.DeliverBy.String())
	}
	if l == nil {
		l = limit.NewLine(m.intern(v.Policy), m.intern(v.Amount.Currency))
	}
	m.keep(b)
	id := clone(v.Order)
	l.Bind(m.moment(b, v.Policy), limit.Order{ID: id, Digest: e.Digest(), Cents: cents, By: v.DeliverBy})
	l = m.put(b, l)
	d := m.cover(b, l, decision.BindingOrder, 0, m.exchange(v.Amount.Minor, v.Amount.Currency, l.Currency()))
	d.Order, d.To = id, v.DeliverBy
	m.step.decide(decision.CoverChanged, b.id, d)
	return accepted
}
