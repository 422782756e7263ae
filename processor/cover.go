package processor

import (
	"cmp"
	"math"
	"slices"

	"barometer/ingest/event"
)

// money is an amount in minor units of a currency, and in euro cents at the rate of its decision.
type money struct{ minor, cents int64 }

// cover is what one policy has on one buyer. Without a limit it remembers its last answer.
type cover struct {
	policy   string
	currency string // of all its amounts
	now      money  // the limit, before what is planned
	// cuts in notice, ascending by their days, none to more than the one before; those on delivery in the order of their
	// decisions
	plan       []planned
	proposal   *proposal // a cut that waits for a verdict or was rejected, nil for none
	validUntil event.Day // last day of the limit, 0: no end
	since      event.Day // from which on the limit is in force
	past       []former  // limits that were, ascending by the days from which on they were
	stops      []stop    // of cover for new deliveries, ascending; only the last one may go on
	toldStop   bool      // its policyholder knows of the one that goes on
	runoff     *runoff   // nil before the first limit, and without experience that allows to deliver without one
	decidedOn  event.Day // when a request, other than a preliminary one, was decided last, 0: none was
	refused    bool      // a limit was asked for and refused before there was one
	discretion int64     // the discretionary limit that was told, in minor units of the policy's currency
	lost       money     // what an insolvency cancelled and may be reinstated
	last       answer
	conditions []string // an underwriter's, until one says otherwise or the limit ends
}

// planned is a limit from a day on.
type planned struct {
	on event.Day // onDelivery where its notice is not delivered
	money
	notice *awaited // what is not delivered, else nil
}

// former is a limit that was, from a day on.
type former struct {
	on event.Day
	money
	currency string
}

// proposal is a cut that is not made.
type proposal struct {
	to       money
	until    event.Day // last day that its rejection holds, 0: it waits for its verdict
	capacity int64     // that it was rejected at
}

// waits tells whether a cut waits for its verdict.
func (c *cover) waits() bool { return c.proposal != nil && c.proposal.until == 0 }

// inForce is the limit of today or a later day, whether or not cover is stopped.
func (c *cover) inForce(day event.Day) money {
	now := c.now
	for i := range c.plan {
		if c.plan[i].on <= day {
			now = c.plan[i].money
		}
	}
	return now
}

// agreed is the limit when all that is planned has come.
func (c *cover) agreed() money {
	if n := len(c.plan); n > 0 {
		return c.plan[n-1].money
	}
	return c.now
}

// decided is the limit as it counts towards the capacity: a cut in notice, or one that waits for its verdict, counts as
// made.
func (c *cover) decided() money {
	if c.waits() {
		return c.proposal.to
	}
	return c.agreed()
}

// goneOn is the day from which on there is no limit any more, false where there is one.
func (c *cover) goneOn() (event.Day, bool) {
	switch n := len(c.plan); {
	case c.agreed().minor > 0:
		return 0, false
	case n > 0:
		return c.plan[n-1].on, true
	default:
		return 0, true
	}
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

// put keeps what a policy has on a buyer.
func (b *buyer) put(c *cover) {
	i, found := b.coverAt(c.policy)
	if !found {
		b.covers = append(b.covers, cover{})
		copy(b.covers[i+1:], b.covers[i:])
	}
	b.covers[i] = *c
}

// covered tells whether any policy has a limit.
func (b *buyer) covered() bool {
	return slices.ContainsFunc(b.covers, func(c cover) bool { return c.decided().minor > 0 })
}

// use is what a policy uses of the capacity.
func (c *cover) use() int64 { return max(c.decided().cents, c.exposed().Used()) }

// inUse is what all policies but one use, in euro cents.
func (b *buyer) inUse(but string) int64 {
	var sum int64
	for i := range b.covers {
		if c := &b.covers[i]; c.policy != but {
			sum = plus(sum, c.use())
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

// set makes an amount the limit from today on: what is planned or proposed goes, and what was answered before is
// forgotten.
func (m *Machine) set(b *buyer, c *cover, currency string, v money) {
	m.setAsOf(b, c, currency, v, m.logDay())
}

// setAsOf is the same from a day on that may have gone by.
func (m *Machine) setAsOf(b *buyer, c *cover, currency string, v money, on event.Day) {
	c.passes(on)
	c.toldStop = c.toldStop && v.minor <= c.now.minor
	c.becomes(v, on)
	c.currency, c.plan, c.proposal, c.lost, c.last = currency, nil, nil, money{}, answer{}
	if v.minor > 0 {
		m.follow(b, c)
		c.runoff.stale = true // whether its policyholder is to be told that cover is stopped
	}
	m.reinsure(c, m.logDay())
}

// setFrom makes an amount the limit from a day on, with notice or without. What is planned for that day or later goes;
// where the day is not known yet, what is planned to be as little.
func (m *Machine) setFrom(b *buyer, c *cover, v money, on event.Day) {
	today := m.logDay()
	if on <= today {
		m.set(b, c, c.currency, v)
		return
	}
	c.passes(today)
	c.plan = slices.DeleteFunc(slices.Clone(c.plan), func(p planned) bool {
		return p.on >= on &&
			(on != onDelivery || p.minor <= v.minor)
	})
	c.plan = append(c.plan, planned{on: on, money: v})
	if n := len(c.plan) - maxAwaited - 1; on == onDelivery && n >= 0 && c.plan[n].on == onDelivery {
		c.plan = slices.Delete(c.plan, n, n+1) // the delivery of a later one is notice of less
	}
	c.proposal, c.last = nil, answer{}
}
