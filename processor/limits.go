package processor

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
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
	today := m.logDay()
	for i := range b.covers {
		c := &b.covers[i]
		was := c.inForce(today)
		if on, gone := c.goneOn(); was.minor == 0 || gone && today >= on {
			continue
		}
		lost := c.agreed()
		m.set(b, c, c.currency, money{})
		c.lost = lost
		d := m.decision(b, c, decision.Cancelled, was)
		m.gives(c, d, today)
		m.explains(d, limit.Facts{Grade: b.rating.Grade, Cut: true})
		m.step.decide(decision.LimitDecided, b.id, d)
	}
}

// reinstate gives back what an insolvency cancelled that was none, by policies, each up to what is available.
func (m *Machine) reinstate(b *buyer) {
	for i := range b.covers {
		c := &b.covers[i]
		v := c.lost
		c.lost = money{}
		if v.minor == 0 || c.validUntil != 0 && c.validUntil < m.logDay() {
			continue
		}
		if v = v.down(m.available(b, c)); v.minor == 0 {
			continue
		}
		was := c.inForce(m.logDay())
		m.set(b, c, c.currency, v)
		m.validity(b, c)
		m.step.decide(decision.LimitDecided, b.id, m.decision(b, c, decision.Reinstated, was))
	}
}

// down is the part of an amount that comes to so many euro cents, at most all of it.
func (v money) down(cents int64) money {
	switch {
	case cents <= 0:
		return money{}
	case cents >= v.cents:
		return v
	}
	minor, ok := score.MulDiv(v.minor, cents, v.cents)
	if !ok || minor == 0 {
		return money{}
	}
	return money{minor, cents}
}

// warnDays is how long before a limit's last day its policyholder is told.
const warnDays = 30

// validity sets the timers of a limit's end.
func (m *Machine) validity(b *buyer, c *cover) {
	if c.validUntil == 0 {
		return
	}
	m.wheel.Set(max(c.validUntil, m.today())+1, timer{class: timerValidity, buyer: b.id, policy: c.policy})
	if day := c.validUntil - warnDays; day > m.today() {
		m.wheel.Set(day, timer{class: timerEnding, buyer: b.id, policy: c.policy})
	}
}

// ending fires the warning of a limit's end. It is said as what will be decided then; nothing is planned, so that the
// limit can be prolonged.
func (m *Machine) ending(b *buyer, policy string, day event.Day) {
	c := b.cover(policy)
	if c == nil || c.validUntil != day+warnDays || c.inForce(c.validUntil).minor == 0 {
		return
	}
	d := m.decision(b, c, decision.Cancelled, c.inForce(c.validUntil))
	d.GrantedMinor, d.EffectiveOn, d.ReasonText = 0, c.validUntil+1, textExpired
	m.step.decide(decision.LimitDecided, b.id, d)
}

// ended fires the end of a limit's validity: the day after its last one it is cancelled without notice.
func (m *Machine) ended(b *buyer, policy string, day event.Day) {
	c := b.cover(policy)
	if c == nil || c.validUntil == 0 || c.validUntil >= day {
		return
	}
	was := c.inForce(day)
	c.validUntil, c.conditions = 0, nil
	m.setAsOf(b, c, c.currency, money{}, day)
	if was.minor != 0 {
		d := m.decision(b, c, decision.Cancelled, was)
		d.EffectiveOn, d.ReasonText = day, textExpired
		m.step.decide(decision.LimitDecided, b.id, d)
	}
	m.idle(b)
	m.exposes(b)
}

// revalue converts the limits of a buyer at the latest rates, and forgets deliveries that are over, on its day in
// thirty.
func (m *Machine) revalue(b *buyer) {
	for i := range b.covers {
		c := &b.covers[i]
		if c.runoff != nil {
			c.runoff.Tidy(m.today(), score.ReversalDays)
			c.runoff.orders = slices.DeleteFunc(slices.Clone(c.runoff.orders),
				func(o order) bool { return o.by+orderDays < m.today() })
		}
		if rate, known := m.macro.rate(c.currency); known && c.currency != "EUR" {
			c.each(func(v *money) {
				if cents, ok := score.ToEuro(v.minor, rate, c.currency); ok {
					v.cents = cents
				}
			})
		}
	}
}

// each calls do with each amount that is in force or may come to be.
func (c *cover) each(do func(*money)) {
	do(&c.now)
	for i := range c.plan {
		do(&c.plan[i].money)
	}
	if c.proposal != nil {
		do(&c.proposal.to)
	}
	if c.lost.minor > 0 {
		do(&c.lost)
	}
}

// relatedMonths is how long the decision of a request makes its policyholder one to whom the buyer's grade is told.
const relatedMonths = 12

// holders are the policyholders to whom a buyer's grade is told, ascending: those with a limit in force, or a request,
// other than a preliminary one, decided within twelve months.
func (m *Machine) holders(b *buyer) []string {
	var holders []string
	for i := range b.covers {
		c := &b.covers[i]
		if c.inForce(m.logDay()).minor > 0 || c.decidedOn != 0 && m.logDay() < c.decidedOn.AddMonths(relatedMonths) {
			holders = append(holders, m.terms(c.policy).Holder)
		}
	}
	slices.Sort(holders)
	return slices.Compact(holders)
}
