package processor

import (
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"

	"github.com/cespare/xxhash/v2"
)

// Bounds of what is kept of limits that were: deliveries told later than that have had none.
const (
	pastDays = 730
	maxPast  = 64
)

// runoff is what a policy has delivered to a buyer that it has, or had, a limit on.
type runoff struct {
	limit.Deliveries
	orders []order      // that bind, as they were accepted
	totals limit.Totals // of now
	told   exposure     // by the last exposure.changed
	timer  event.Day    // of the policy clock that counts, 0: none
	stale  bool         // the policy clock has not looked since a delivery changed
}

// exposure is what is told of deliveries.
type exposure struct {
	open, covered, suspended int64
	stopped                  event.Day // since when deliveries are not covered, 0: they are
}

// exposed is what a cover's deliveries come to.
func (c *cover) exposed() limit.Totals {
	if c.runoff == nil {
		return limit.Totals{}
	}
	return c.runoff.totals
}

func (r *runoff) changed() { r.totals, r.stale = r.Totals(), true }

// passes makes what has come of the plan the limit of now, and remembers what was.
func (c *cover) passes(today event.Day) {
	for len(c.plan) > 0 && c.plan[0].on <= today {
		c.becomes(c.plan[0].money, c.plan[0].on)
		c.plan = c.plan[1:]
	}
	if len(c.plan) == 0 {
		c.plan = nil
	}
	over := func(i int) bool { return i+1 < len(c.past) && c.past[i+1].on+pastDays < today }
	n := max(len(c.past)-maxPast, 0)
	for over(n) {
		n++
	}
	c.past = slices.Delete(c.past, 0, n)
}

func (c *cover) becomes(v money, on event.Day) {
	if on > c.since && (c.now.minor > 0 || len(c.past) > 0) {
		c.past = append(c.past, former{c.since, c.now, c.currency})
	}
	c.now, c.since = v, on
}

// insuredOn is what deliveries of a day may be covered up to, in euro cents at the latest rate.
func (m *Machine) insuredOn(c *cover, day event.Day) int64 {
	if c.stoppedOn(day) || m.book.policies[c.policy].endedOn(day) {
		return 0
	}
	v, currency := c.inForce(day), c.currency
	if day < c.since {
		v = money{}
		for i := 0; i < len(c.past) && c.past[i].on <= day; i++ {
			v, currency = c.past[i].money, c.past[i].currency
		}
	}
	if cents, needs, ok := m.euro(event.Amount{Minor: v.minor, Currency: currency}); ok && needs.kind == needNothing {
		return cents
	}
	return v.cents
}

// follow begins to follow the deliveries of a policy, with those that are open.
func (m *Machine) follow(b *buyer, c *cover) {
	if c.runoff != nil {
		return
	}
	var all []limit.Delivery
	b.paid().EachOpen(c.policy, func(v score.Open) {
		all = append(all, limit.Delivery{Key: v.Key, DeliveredOn: v.DeliveredOn, DueOn: v.DueOn, Open: v.Cents,
			Limit: m.insuredOn(c, v.DeliveredOn), Disputed: v.Disputed, Spared: v.History, Kept: v.History})
	})
	c.runoff = &runoff{Deliveries: limit.Follow(all)}
	c.runoff.changed()
}

// reinsure covers what is delivered on a day or later by a limit that has risen. What was covered when it was told
// stays so.
func (m *Machine) reinsure(c *cover, from event.Day) {
	if c.runoff == nil {
		return
	}
	later := c.runoff.From(from)
	for i := range later {
		if limit := m.insuredOn(c, later[i].DeliveredOn); limit > later[i].Limit {
			later[i].Limit, later[i].AtWill = limit, false
		}
	}
	if len(later) > 0 {
		c.runoff.changed()
	}
}

// followed is the deliveries of a policy that are followed, nil for none.
func (b *buyer) followed(policy string) *cover {
	if len(b.covers) == 0 {
		return nil
	}
	if c := b.cover(policy); c != nil && c.runoff != nil {
		return c
	}
	return nil
}

// ships follows a delivery that was booked.
func (m *Machine) ships(b *buyer, c *cover, e *event.Event, v *event.InvoiceIssued, cents int64) {
	d := limit.Delivery{Key: score.KeyOf(v.Ref.Invoice), Invoice: clone(v.Ref.Invoice), DeliveredOn: v.DeliveredOn,
		DueOn: v.DueOn, Open: cents, Limit: m.insuredOn(c, v.DeliveredOn), Spared: e.History, Kept: e.History}
	if at := m.discretionary(b, c, v.DeliveredOn); at > 0 {
		d.Limit, d.AtWill = at, true
	}
	r := c.runoff
	r.Ship(d)
	m.bind(c, r.Find(d.Key))
	r.changed()
}

// bind covers by orders what is left uncovered of a delivery.
func (m *Machine) bind(c *cover, v *limit.Delivery) {
	if len(c.runoff.orders) == 0 {
		return
	}
	c.runoff.orders = slices.Clone(c.runoff.orders)
	for i := range c.runoff.orders {
		m.binds(c, &c.runoff.orders[i], v)
	}
}

// moved follows a message that changed an invoice, and by how much more of it is open, in euro cents.
func (m *Machine) moved(b *buyer, e *event.Event, ref *event.InvoiceRef, more int64) {
	c := b.followed(ref.Policy)
	if c == nil {
		return
	}
	r, key := c.runoff, score.KeyOf(ref.Invoice)
	switch v := e.Body.(type) {
	case *event.InvoicePaid:
		r.Pay(paymentKey(ref, e.ID), -more, m.today())
	case *event.InvoiceCancelled:
		r.WriteOff(key, -more)
	case *event.PaymentReversed:
		if r.TakeBack(paymentKey(ref, v.Payment), more) {
			break
		}
		if d := r.Find(key); d != nil { // it was paid before deliveries were followed
			d.Open += more
		} else if open, ok := b.paid().Find(refOf(ref)); ok {
			r.Ship(limit.Delivery{Key: key, Invoice: clone(ref.Invoice), DeliveredOn: open.DeliveredOn, DueOn: open.DueOn,
				Open: more, Limit: m.insuredOn(c, open.DeliveredOn), Disputed: open.Disputed, Spared: open.History,
				Kept: open.History})
		}
	case *event.InvoiceDisputed:
		if d := r.Find(key); d != nil {
			d.Disputed = v.Disputed
		}
	default:
		return
	}
	r.changed()
}

// paymentKey names a payment of an invoice.
func paymentKey(ref *event.InvoiceRef, id string) uint64 {
	var d xxhash.Digest
	d.Reset()
	_, _ = d.WriteString(ref.Invoice)
	_, _ = d.Write([]byte{0}) // an id has printable characters only
	_, _ = d.WriteString(id)
	return d.Sum64()
}

// exposes tells what has changed of what is outstanding and covered, and lets the policy clock look. It is called after
// all that may change it.
func (m *Machine) exposes(b *buyer) {
	for i := range b.covers {
		c := &b.covers[i]
		r := c.runoff
		if r == nil {
			continue
		}
		m.tellDiscretion(b, c)
		if r.stale {
			m.looks(b, c)
		}
		now := exposure{r.totals.Open, r.totals.Covered, r.totals.Suspended, c.stoppedFrom()}
		if now == r.told {
			continue
		}
		r.told = now
		m.step.decide(decision.ExposureChanged, b.id, &decision.Exposure{Policy: c.policy, Buyer: b.id,
			Holder: m.terms(c.policy).Holder, Currency: c.currency, OpenMinor: m.exchange(now.open, "EUR", c.currency),
			CoveredMinor: m.exchange(now.covered, "EUR", c.currency), SuspendedMinor: m.exchange(now.suspended, "EUR",
				c.currency), StoppedFrom: now.stopped, Texts: b.master.texts})
	}
}

// Walk walks the fields of what runs off in a snapshot.
func (r *runoff) Walk(w *wire.Wire) {
	r.Deliveries.Walk(w)
	w.Msg(3, &r.told)
	w.Int32(4, (*int32)(&r.timer))
	w.Bool(5, &r.stale)
	wire.Msgs(w, 6, &r.orders)
	if w.Decoding() {
		r.totals = r.Totals()
	}
}

// Walk walks the fields of what is told in a snapshot.
func (e *exposure) Walk(w *wire.Wire) {
	w.Int(1, &e.open)
	w.Int(2, &e.covered)
	w.Int(3, &e.suspended)
	w.Int32(4, (*int32)(&e.stopped))
}
