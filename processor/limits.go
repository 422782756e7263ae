package processor

import (
	"cmp"
	"math"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// worstInsured is the worst grade at which limits exist: 9 and 10 cancel.
const worstInsured = 8

// money is an amount in minor units of a currency, and in euro cents at the rate of its decision.
type money struct{ minor, cents int64 }

// cover is what one policy has on one buyer. Without a limit it remembers its last answer.
type cover struct {
	policy     string
	currency   string    // of decided, before and lost
	decided    money     // the limit, a change in notice counted as made
	before     money     // what is in force before noticeOn
	noticeOn   event.Day // first day of decided, 0: it is in force
	validUntil event.Day // last day of the limit, 0: no end
	peakCents  int64     // the highest limit that what is outstanding may have been delivered under
	lost       money     // what an insolvency cancelled and may be reinstated
	last       answer
}

// inForce is the limit that deliveries of a day are covered up to.
func (c *cover) inForce(day event.Day) money {
	if c.noticeOn != 0 && day < c.noticeOn {
		return c.before
	}
	return c.decided
}

// cover finds what a policy has on a buyer, nil for nothing.
func (b *buyer) cover(policy string) *cover {
	if i, found := b.coverAt(policy); found {
		return &b.covers[i]
	}
	return nil
}

func (b *buyer) coverAt(policy string) (int, bool) {
	return slices.BinarySearchFunc(b.covers, policy, func(c cover, id string) int { return cmp.Compare(c.policy, id) })
}

// covered tells whether any policy has a limit.
func (b *buyer) covered() bool {
	return slices.ContainsFunc(b.covers, func(c cover) bool { return c.decided.minor > 0 })
}

// outstanding is how much of what is open towards a policy counts as covered: until deliveries are followed one by one, all
// of it up to the highest limit since nothing was open, so never too little.
func (b *buyer) outstanding(c *cover) int64 {
	if c.peakCents == 0 {
		return 0
	}
	return min(b.paid().OutstandingOf(c.policy), c.peakCents)
}

// use is what a policy uses of the capacity.
func (b *buyer) use(c *cover) int64 { return max(c.decided.cents, b.outstanding(c)) }

// inUse is what all policies but one use, in euro cents.
func (b *buyer) inUse(but string) int64 {
	var sum int64
	for i := range b.covers {
		if c := &b.covers[i]; c.policy != but {
			sum = plus(sum, b.use(c))
		}
	}
	return sum
}

// plus adds amounts, which stay at the largest one.
func plus(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// capacity is what a buyer can bear at its published grade.
func (m *Machine) capacity(b *buyer) limit.Capacity {
	if b.cell != nil && b.cell.country.offCover {
		return limit.Capacity{}
	}
	return limit.Of(m.model.parsed, b.rating.Grade, b.accounts(m.today()))
}

// set makes an amount the decided limit from today on; changes in notice go, and what was answered before is forgotten.
func (m *Machine) set(b *buyer, c *cover, currency string, v money) {
	if b.paid().OutstandingOf(c.policy) == 0 {
		c.peakCents = 0
	}
	c.peakCents = max(c.peakCents, v.cents)
	c.currency, c.decided, c.before, c.noticeOn, c.lost, c.last = currency, v, money{}, 0, money{}, answer{}
}

// cancelAll cancels all limits of a buyer of grade 9 or 10: at 10 at once, at 9 after each policy's notice.
func (m *Machine) cancelAll(b *buyer) {
	today := m.logDay()
	for i := range b.covers {
		c := &b.covers[i]
		was, effective := c.inForce(today), today
		if b.rating.Grade < score.Insolvent {
			effective += event.Day(m.terms(c.policy).NoticeDays)
		}
		if was.minor == 0 || c.decided.minor == 0 && (c.noticeOn == 0 || effective >= c.noticeOn) {
			continue
		}
		lost := money{}
		if b.rating.Grade == score.Insolvent {
			lost = c.decided
		}
		m.set(b, c, c.currency, money{})
		c.lost = lost
		if effective > today {
			c.before, c.noticeOn = was, effective
		}
		d := m.decision(b, c, decision.Cancelled, was)
		d.EffectiveOn = effective
		m.explains(d, limit.Facts{Grade: b.rating.Grade, Cut: true})
		m.step.decide(decision.LimitDecided, b.id, d)
	}
}

// reinstate gives back what an insolvency cancelled that was none, by policies, each up to what is available.
func (m *Machine) reinstate(b *buyer) {
	capacity := m.capacity(b).Cents
	for i := range b.covers {
		c := &b.covers[i]
		v := c.lost
		c.lost = money{}
		if v.minor == 0 || c.validUntil != 0 && c.validUntil < m.logDay() {
			continue
		}
		available := capacity - b.inUse(c.policy)
		if b.outstanding(c) > available {
			continue
		}
		if v.cents > available {
			minor, ok := score.MulDiv(v.minor, max(available, 0), v.cents)
			if !ok || minor == 0 {
				continue
			}
			v = money{minor, available}
		}
		was := c.inForce(m.logDay())
		m.set(b, c, c.currency, v)
		m.validity(b, c)
		m.step.decide(decision.LimitDecided, b.id, m.decision(b, c, decision.Reinstated, was))
	}
}

// validity sets the timer of a limit's end.
func (m *Machine) validity(b *buyer, c *cover) {
	if c.validUntil != 0 {
		m.wheel.at(max(c.validUntil, m.today())+1, timer{class: timerValidity, buyer: b.id, policy: c.policy})
	}
}

// ended fires the end of a limit's validity: the day after its last one it is cancelled without notice.
func (m *Machine) ended(b *buyer, policy string, day event.Day) {
	c := b.cover(policy)
	if c == nil || c.validUntil == 0 || c.validUntil >= day {
		return
	}
	was := c.inForce(day)
	c.validUntil = 0
	m.set(b, c, c.currency, money{})
	if was.minor == 0 {
		return
	}
	d := m.decision(b, c, decision.Cancelled, was)
	d.EffectiveOn, d.ReasonText = day, textExpired
	m.step.decide(decision.LimitDecided, b.id, d)
}

// revalue converts the limits of a buyer at the latest rates, on its day in thirty.
func (m *Machine) revalue(b *buyer) {
	for i := range b.covers {
		c := &b.covers[i]
		if b.paid().OutstandingOf(c.policy) == 0 {
			c.peakCents = c.inForce(m.today()).cents
		}
		if c.currency == "EUR" {
			continue
		}
		for _, v := range []*money{&c.decided, &c.before, &c.lost} {
			if rate, known := m.macro.rate(c.currency); known {
				if cents, ok := score.ToEuro(v.minor, rate, c.currency); ok {
					v.cents = cents
				}
			}
		}
		c.peakCents = max(c.peakCents, c.decided.cents, c.before.cents)
	}
}

// holders are the policyholders with a limit on a buyer, ascending.
func (m *Machine) holders(b *buyer) []string {
	var holders []string
	for i := range b.covers {
		if c := &b.covers[i]; c.inForce(m.logDay()).minor > 0 {
			holders = append(holders, m.terms(c.policy).Holder)
		}
	}
	slices.Sort(holders)
	return slices.Compact(holders)
}
