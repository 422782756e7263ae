package processor

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// deliver follows a delivery that was booked.
func (m *Machine) deliver(b *buyer, l *limit.Line, e *event.Event, v *event.InvoiceIssued, cents int64) {
	l.Deliver(m.moment(b, l.Policy()), limit.Delivery{Key: score.KeyOf(v.Ref.Invoice), Invoice: clone(v.Ref.Invoice),
		DeliveredOn: v.DeliveredOn, DueOn: v.DueOn, Open: cents, Exempt: e.History, Preserved: e.History},
		m.discretionary(b, l, v.DeliveredOn))
	if v.NetMinor > 0 && v.NetMinor < v.Amount.Minor {
		l.NoteNet(score.KeyOf(v.Ref.Invoice), v.NetMinor, v.Amount.Minor)
	}
	if !e.History {
		m.awaitDelivery(b, l, v)
	}
}

// changeDelivery follows a message that changed an invoice, and by how much more of it is open, in euro cents.
func (m *Machine) changeDelivery(b *buyer, e *event.Event, ref *event.InvoiceRef, more int64) {
	l := b.lines.Followed(ref.Policy)
	if l == nil {
		return
	}
	switch v := e.Body.(type) {
	case *event.InvoicePaid:
		if !m.sharesPayment(b, l, e, v, -more) {
			l.Pay(ref.Invoice, e.ID, -more, m.today())
			m.mark(b).settledOn = v.PaidOn
		}
	case *event.InvoiceCancelled:
		l.WriteOff(ref.Invoice, -more)
	case *event.PaymentReversed:
		if !m.unsharesPayment(b, l, v) {
			l.Reverse(m.moment(b, ref.Policy), ref.Invoice, v.Payment, more)
		}
		m.awaitDeadline(b, l, 0) // what was settled is owed again
	case *event.InvoiceDisputed:
		l.Dispute(ref.Invoice, v.Disputed)
		m.awaitDeadline(b, l, 0)
	}
}

// publishExposures publishes what has changed of what is outstanding and covered, and lets the policy clock look.
func (m *Machine) publishExposures(b *buyer) {
	for i := range b.lines {
		l := &b.lines[i]
		if !l.Followed() {
			continue
		}
		m.publishDiscretion(b, l)
		if l.ClockStale() {
			m.lookAtClock(b, l)
			m.lookAtDates(b, l)
		}
		e, changed := l.PublishExposure()
		if !changed {
			continue
		}
		m.step.decide(decision.ExposureChanged, b.id, &decision.Exposure{Policy: l.Policy(), Buyer: b.id,
			Holder: m.terms(l.Policy()).Holder, Currency: l.Currency(), OpenMinor: m.exchange(e.Open, "EUR", l.Currency()),
			CoveredMinor:   m.exchange(e.Covered, "EUR", l.Currency()),
			SuspendedMinor: m.exchange(e.Suspended, "EUR", l.Currency()), StoppedFrom: e.SuspendedFrom,
			Texts: b.master.texts})
	}
}

// lookAtClock lets the policy clock look at the deliveries of a policy.
func (m *Machine) lookAtClock(b *buyer, l *limit.Line) {
	changes, wake := l.RunClock(m.moment(b, l.Policy()))
	m.publishCover(b, l, changes)
	if wake != 0 {
		m.wheel.Set(wake, timer{class: timerPolicyClock, buyer: b.id, policy: l.Policy()})
	}
}

// wakeClock lets the policy clock look at a line, as its day has come.
func (m *Machine) wakeClock(b *buyer, policy string, day event.Day) {
	if l := b.lines.Followed(policy); l != nil {
		l.Wake(day)
	}
}
