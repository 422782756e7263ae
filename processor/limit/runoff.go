package limit

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/score"

	"github.com/cespare/xxhash/v2"
)

// runoff is what a policy has delivered to a buyer that it has, or had, a limit on, and what of that was published.
//
// Invariant: totals are those of the deliveries.
type runoff struct {
	Deliveries
	orders    []order // that bind, as they were accepted
	nets      []net   // ascending by key: of deliveries whose invoices say what they are without VAT
	totals    Totals
	published Exposure
	timer     event.Day // of the policy clock that counts, 0: none
	deadline  event.Day // of the timer of dates to come that counts, 0: none
	stale     bool      // the policy clock has not looked since a delivery changed
}

// Exposure is what is published of deliveries, in euro cents.
type Exposure struct {
	Open, Covered, Suspended int64
	SuspendedFrom            event.Day // since when deliveries are not covered, 0: they are
}

func (r *runoff) changed() { r.totals, r.stale = r.Totals(), true }

// Followed tells whether deliveries are followed.
func (l *Line) Followed() bool { return l.runoff != nil }

// Exposure is what is to be published of deliveries.
func (l *Line) Exposure() Exposure {
	t := l.Totals()
	return Exposure{t.Open, t.Covered, t.Suspended, l.suspendedFrom()}
}

// PublishExposure gives what is to be published of deliveries; false where that was published before.
func (l *Line) PublishExposure() (Exposure, bool) {
	now := l.Exposure()
	if now == l.runoff.published {
		return Exposure{}, false
	}
	l.runoff.published = now
	return now, true
}

// Discretion is the discretionary limit that was published last, in minor units of the policy's currency.
func (l *Line) Discretion() int64 { return l.discretion }

// SetDiscretion notes the discretionary limit that is to be published, and gives the one before.
func (l *Line) SetDiscretion(minor int64) (was int64) {
	was, l.discretion = l.discretion, minor
	return was
}

// insuredOn is what deliveries of a day may be covered up to, in euro cents at the rate of now.
func (l *Line) insuredOn(at Moment, day event.Day) int64 {
	if l.suspendedOn(day) || at.Terms.EndedOn(day) {
		return 0
	}
	v, currency := l.InForce(day), l.currency
	if day < l.since {
		v = Money{}
		for i := 0; i < len(l.past) && l.past[i].on <= day; i++ {
			v, currency = l.past[i].Money, l.past[i].currency
		}
	}
	if cents, ok := at.Rates.Euro(event.Amount{Minor: v.Minor, Currency: currency}); ok {
		return cents
	}
	return v.Cents
}

// Follow begins to follow the deliveries of a line that has no limit, with those that are open.
func (l *Line) Follow(at Moment) { l.follow(at) }

func (l *Line) follow(at Moment) {
	if l.runoff != nil {
		return
	}
	var all []Delivery
	at.Ledger.EachOpen(l.policy, func(v score.Open) {
		d := deliveryOf(&v, v.Cents)
		d.Limit = l.insuredOn(at, v.DeliveredOn)
		all = append(all, d)
	})
	l.runoff = &runoff{Deliveries: Follow(all)}
	l.runoff.changed()
}

// deliveryOf is the delivery of an invoice, with so much of it open.
func deliveryOf(v *score.Open, cents int64) Delivery {
	return Delivery{Key: v.Key, DeliveredOn: v.DeliveredOn, DueOn: v.DueOn, Open: cents, Disputed: v.Disputed,
		Exempt: v.History, Preserved: v.History}
}

// reinsure covers what is delivered on a day or later by a limit that has risen. What was covered when it came to be
// known stays so.
func (l *Line) reinsure(at Moment, from event.Day) {
	if l.runoff == nil {
		return
	}
	later := false
	for v := range l.runoff.From(from) {
		later = true
		if limit := l.insuredOn(at, v.DeliveredOn); limit > v.Limit {
			v.Limit, v.Discretionary = limit, false
			l.runoff.Update(v)
		}
	}
	if later {
		l.runoff.changed()
	}
}

// Renew covers what was delivered since the last period of the policy was over, now that the next one is known.
func (l *Line) Renew(at Moment, from event.Day) {
	l.reinsure(at, from)
	for v := range l.runoff.From(from) {
		l.bind(at, v)
	}
	l.runoff.changed()
}

// Full tells whether no further delivery can be followed, when those that are over are forgotten.
func (l *Line) Full(today event.Day) bool {
	r := l.runoff
	if r != nil && r.Full() {
		r.Tidy(today, score.ReversalDays)
		r.forgetNets()
	}
	return r != nil && r.Full()
}

// Deliver follows a delivery, covered by the limit of its day, else by a discretionary one in euro cents; history says
// that it came as such.
func (l *Line) Deliver(at Moment, d Delivery, discretion int64) {
	d.Limit = l.insuredOn(at, d.DeliveredOn)
	if discretion > 0 {
		d.Limit, d.Discretionary = discretion, true
	}
	l.runoff.Add(d)
	l.bind(at, l.runoff.Find(d.Key))
	l.runoff.changed()
}

// Pay applies a payment of an invoice.
func (l *Line) Pay(invoice, payment string, cents int64, today event.Day) {
	l.runoff.Pay(paymentKey(invoice, payment), cents, today)
	l.runoff.changed()
}

// Reverse takes a payment back where it came off, so that cents more of its invoice are open.
func (l *Line) Reverse(at Moment, invoice, payment string, cents int64) {
	r, key := l.runoff, score.KeyOf(invoice)
	switch d := r.Find(key); {
	case r.Reverse(paymentKey(invoice, payment), cents):
	case d != nil: // it was paid before deliveries were followed
		r.setOpen(d, d.Open+cents)
	default:
		if open, ok := at.Ledger.Find(score.Ref{Policy: l.policy, Invoice: invoice}); ok {
			d := deliveryOf(&open, cents)
			d.Key, d.Invoice, d.Limit = key, string([]byte(invoice)), l.insuredOn(at, open.DeliveredOn)
			r.Add(d)
		}
	}
	r.changed()
}

// WriteOff takes a credit note off the delivery of an invoice.
func (l *Line) WriteOff(invoice string, cents int64) {
	l.runoff.WriteOff(score.KeyOf(invoice), cents)
	l.runoff.changed()
}

// Dispute notes that an invoice is in dispute, or no longer.
func (l *Line) Dispute(invoice string, disputed bool) {
	if d := l.runoff.Find(score.KeyOf(invoice)); d != nil {
		d.Disputed = disputed
		l.runoff.Update(d)
	}
	l.runoff.changed()
}

// paymentKey names a payment of an invoice.
func paymentKey(invoice, id string) uint64 {
	var d xxhash.Digest
	d.Reset()
	_, _ = d.WriteString(invoice)
	_, _ = d.Write([]byte{0}) // an id has printable characters only
	_, _ = d.WriteString(id)
	return d.Sum64()
}

// Walk walks the fields of what runs off in a snapshot.
func (r *runoff) Walk(w *wire.Wire) {
	r.Deliveries.Walk(w)
	w.Msg(3, &r.published)
	w.Int32(4, (*int32)(&r.timer))
	w.Bool(5, &r.stale)
	wire.Msgs(w, 6, &r.orders)
	w.Int32(7, (*int32)(&r.deadline))
	wire.Msgs(w, 8, &r.nets)
	if w.Decoding() {
		r.totals = r.Totals()
	}
}

// Walk walks the fields of what is published in a snapshot.
func (e *Exposure) Walk(w *wire.Wire) {
	w.Int(1, &e.Open)
	w.Int(2, &e.Covered)
	w.Int(3, &e.Suspended)
	w.Int32(4, (*int32)(&e.SuspendedFrom))
}
