package processor

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// textLate is why the cover of a debt is lost: it was not reported by its notification deadline.
const textLate = "late_notification"

// losesOn is the first day on which the cover of a delivery that is open and was not reported is lost, false where the
// policy has no notification deadline.
func (p *policy) losesOn(v *limit.Delivery) (event.Day, bool) {
	days := p.termsOn(v.DeliveredOn).NotificationDeadlineDays
	return v.DueOn + event.Day(days) + 1, days > 0
}

// reports takes a policyholder's notification of overdue invoices: their cover cannot be lost by late notification any
// more. One that is itself told late, of a day in time, gives back what was lost.
func (m *Machine) reports(b *buyer, v *event.OverdueReported) outcome {
	p, known := m.book.policies[v.Policy]
	switch {
	case !known:
		return waits(need{kind: needPolicy, id: v.Policy})
	case v.ReportedOn > m.logDay()+maxAhead:
		return refused(ReasonFutureDate, "reported_on "+v.ReportedOn.String())
	}
	c := b.followed(v.Policy)
	find := func(invoice string) *limit.Delivery {
		if c == nil {
			return nil
		}
		return c.runoff.Find(score.KeyOf(invoice))
	}
	for _, id := range v.Invoices {
		ref := event.InvoiceRef{Buyer: v.Buyer, Policy: v.Policy, Invoice: id}
		if !b.paid().Knows(refOf(&ref)) {
			return waits(needOfInvoice(&ref))
		}
		if d := find(id); d != nil && v.ReportedOn <= d.DueOn {
			return refused(ReasonOutOfRange, clone(id)+" was not overdue")
		}
	}
	kept, late := 0, ""
	for _, id := range v.Invoices {
		d := find(id)
		if d == nil || d.Kept {
			continue
		}
		if day, any := p.losesOn(d); any && v.ReportedOn >= day {
			late = clone(id) + " was to be reported by " + (day - 1).String()
			continue
		}
		m.keeps(b, c, d)
		kept++
	}
	switch {
	case kept > 0:
		c.runoff.changed()
		return accepted
	case late != "":
		return refused(ReasonLate, late)
	default:
		return repeated
	}
}

// loses ends the cover of a delivery that was not reported in time.
func (m *Machine) loses(b *buyer, c *cover, v *limit.Delivery) {
	_, covered := c.runoff.Part(v.Key)
	v.Lost = true
	c.runoff.totals = c.runoff.Totals()
	m.tellCover(b, c, v, decision.CoverLost, covered, 0)
}

// keeps notes that a delivery was reported in time, and gives back its cover where that was lost meanwhile.
func (m *Machine) keeps(b *buyer, c *cover, v *limit.Delivery) {
	was := v.Lost
	v.Kept, v.Lost = true, false
	c.runoff.totals = c.runoff.Totals()
	if was {
		_, covered := c.runoff.Part(v.Key)
		m.tellCover(b, c, v, decision.CoverRestored, 0, covered)
	}
}

// tellCover says what becomes of the cover of one delivery, in euro cents; the decision is about deliveries of its day.
// Nothing is said of one that was delivered without cover.
func (m *Machine) tellCover(b *buyer, c *cover, v *limit.Delivery, code decision.LimitCode, from, to int64) {
	if v.Limit == 0 && v.Ordered == 0 {
		return
	}
	d := m.decision(b, c, code, money{minor: m.exchange(from, "EUR", c.currency)})
	d.GrantedMinor, d.EffectiveOn, d.ValidUntil, d.ReasonText = m.exchange(to, "EUR", c.currency), v.DeliveredOn,
		v.DeliveredOn, textLate
	d.Conditions = nil
	if v.Invoice != "" {
		d.Conditions = []string{"invoice=" + v.Invoice}
	}
	m.step.decide(decision.LimitDecided, b.id, d)
}
