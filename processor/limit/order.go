package limit

import (
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// Bounds of binding orders.
const (
	maxOrders = 64 // of one line
	orderDays = 90 // a delivery may come to be known so long after the last day of its order
)

// Order is an order that binds: what the limit leaves uncovered of deliveries from its acceptance to its last day is
// covered, up to its amount.
type Order struct {
	ID     string
	Digest uint64 // of its message
	Cents  int64  // at the rate of its acceptance
	By     event.Day
}

// order is what is left of an order.
type order struct {
	id       string
	digest   uint64
	left     int64 // of its amount
	from, by event.Day
}

// BoundBy is the digest of an order that binds already, by its id.
func (l *Line) BoundBy(id string) (digest uint64, ok bool) {
	if l.runoff == nil {
		return 0, false
	}
	i := slices.IndexFunc(l.runoff.orders, func(o order) bool { return o.id == id })
	if i < 0 {
		return 0, false
	}
	return l.runoff.orders[i].digest, true
}

// OrdersFull tells whether no further order can bind.
func (l *Line) OrdersFull() bool { return l.runoff != nil && len(l.runoff.orders) >= maxOrders }

// Bind accepts an order as of today. A line without a limit follows its deliveries from then on.
func (l *Line) Bind(at Moment, o Order) {
	l.follow(at)
	bound := order{id: o.ID, digest: o.Digest, left: o.Cents, from: at.Day, by: o.By}
	for v := range l.runoff.From(at.Day) {
		l.cover(at, &bound, v)
	}
	l.runoff.orders = append(slices.Clone(l.runoff.orders), bound)
	l.runoff.changed()
}

// bind covers by orders what is left uncovered of a delivery.
func (l *Line) bind(at Moment, v *Delivery) {
	if len(l.runoff.orders) == 0 {
		return
	}
	l.runoff.orders = slices.Clone(l.runoff.orders)
	for i := range l.runoff.orders {
		l.cover(at, &l.runoff.orders[i], v)
	}
}

// cover covers by an order what is left uncovered of a delivery that it is for.
func (l *Line) cover(at Moment, o *order, v *Delivery) {
	if v.DeliveredOn < o.from || v.DeliveredOn > o.by || at.Terms.EndedOn(v.DeliveredOn) {
		return
	}
	open, covered := l.runoff.Outstanding(v.Key)
	part := min(o.left, open-covered)
	o.left -= part
	v.Ordered += part
	l.runoff.Update(v)
}

// Walk walks the fields of an order in a snapshot.
func (o *order) Walk(w *wire.Wire) {
	w.Str(1, &o.id)
	w.Fixed(2, &o.digest)
	w.Int(3, &o.left)
	w.Int32(4, (*int32)(&o.from))
	w.Int32(5, (*int32)(&o.by))
}
