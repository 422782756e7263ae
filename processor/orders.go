package processor

import (
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// Bounds of binding orders.
const (
	maxOrders = 64 // of one policy on one buyer
	orderDays = 90 // a delivery may be told so long after the last day of its order
)

// order is an order that binds: what the limit leaves uncovered of deliveries from its acceptance to its last day is
// covered, up to its amount.
type order struct {
	id       string
	digest   uint64 // of the message
	left     int64  // of its amount, in euro cents at the rate of its acceptance
	from, by event.Day
}

// orders takes an order that binds.
func (m *Machine) orders(b *buyer, e *event.Event, v *event.BindingOrderAccepted) outcome {
	if _, known := m.book.policies[v.Policy]; !known {
		return waits(need{kind: needPolicy, id: v.Policy})
	}
	c := b.cover(v.Policy)
	if c != nil && c.runoff != nil {
		if i := slices.IndexFunc(c.runoff.orders, func(o order) bool { return o.id == v.Order }); i >= 0 {
			if c.runoff.orders[i].digest == e.Digest() {
				return repeated
			}
			return refused(ReasonIDReused, "")
		}
		if len(c.runoff.orders) >= maxOrders {
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
	if c == nil {
		c = &cover{policy: m.intern(v.Policy), currency: m.intern(v.Amount.Currency)}
	}
	m.keep(b)
	m.follow(b, c)
	o := order{id: clone(v.Order), digest: e.Digest(), left: cents, from: m.logDay(), by: v.DeliverBy}
	later := c.runoff.From(o.from)
	for i := range later {
		m.binds(c, &o, &later[i])
	}
	c.runoff.orders = append(slices.Clone(c.runoff.orders), o)
	c.runoff.changed()
	b.put(c)
	d := m.decision(b, c, decision.BindingOrder, c.inForce(m.logDay()))
	d.GrantedMinor, d.ValidUntil, d.Conditions = m.exchange(v.Amount.Minor, v.Amount.Currency, c.currency), v.DeliverBy,
		[]string{"order=" + o.id}
	m.step.decide(decision.LimitDecided, b.id, d)
	m.evaluate(b)
	return answered
}

// binds covers what is left uncovered of a delivery that an order is for.
func (m *Machine) binds(c *cover, o *order, v *limit.Delivery) {
	if v.DeliveredOn < o.from || v.DeliveredOn > o.by || m.book.policies[c.policy].endedOn(v.DeliveredOn) {
		return
	}
	open, covered := c.runoff.Part(v.Key)
	part := min(o.left, open-covered)
	o.left -= part
	v.Ordered += part
}

// Walk walks the fields of an order in a snapshot.
func (o *order) Walk(w *wire.Wire) {
	w.Str(1, &o.id)
	w.Fixed(2, &o.digest)
	w.Int(3, &o.left)
	w.Int32(4, (*int32)(&o.from))
	w.Int32(5, (*int32)(&o.by))
}
