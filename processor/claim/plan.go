package claim

import (
	"slices"

	"barometer/ingest/event"
)

// PlanState is how a payment plan stands.
type PlanState uint8

// States of a plan.
const (
	NoPlan      PlanState = iota
	PlanWaits             // for the insurer's consent: an instalment is due beyond the maximum extension
	PlanAgreed            // it runs
	PlanRefused           // by the insurer: the cover of its invoices is forfeited
	PlanBroken            // an instalment was not paid
	PlanEnded             // it was kept, or its case was closed
)

func (s PlanState) String() string {
	return [...]string{"", "waiting_for_consent", "agreed", "refused", "broken", "ended"}[s]
}

// Plan is a payment plan, in minor units of the policy's currency.
//
// Invariant: instalments ascend by day and add up to Open.
type Plan struct {
	ID          string
	State       PlanState
	AgreedOn    event.Day
	Debts       []DebtKey // its invoices
	Open        int64     // of these when it was agreed
	Instalments []event.Instalment
}

// DebtKey is an invoice's key.
type DebtKey uint64

func (p *Plan) going() bool { return p.State == PlanWaits || p.State == PlanAgreed }

func (p *Plan) end() {
	if p.going() {
		p.State = PlanEnded
	}
}

// sum is what is to be paid before a day, or altogether where that is 0.
func (p *Plan) sum(before event.Day) (minor int64) {
	for _, i := range p.Instalments {
		if before == 0 || i.DueOn < before {
			minor += i.Minor
		}
	}
	return minor
}

// Agree takes a plan of the policyholder's with the buyer; it takes the place of an earlier one. An instalment after
// the latest day, which is the end of the maximum extension of the oldest invoice of it, needs the insurer's consent.
func (c *Case) Agree(p Plan, latest, day event.Day) Refusal {
	if c.Closed() {
		return NotOpen
	}
	p.Open = 0
	for _, key := range p.Debts {
		d := c.Find(uint64(key))
		if d == nil || d.Open == 0 {
			return UnknownDebt
		}
		p.Open += d.Open
	}
	if p.sum(0) != p.Open {
		return BadPlan
	}
	p.State = PlanAgreed
	if n := len(p.Instalments); n > 0 && p.Instalments[n-1].DueOn > latest {
		p.State = PlanWaits
	}
	c.plan = p
	if c.stage != event.StageNegotiation {
		c.enter(event.StageNegotiation, day)
	}
	return NoneRefused
}

// Decide takes the insurer's word on a plan. A refused one ends negotiations, and forfeits the cover of its invoices;
// consent may come later still, and restores it.
func (c *Case) Decide(id string, consent bool, day event.Day) Refusal {
	switch {
	case c.Closed():
		return NotOpen
	case c.plan.ID != id || c.plan.State != PlanWaits && (c.plan.State != PlanRefused || !consent):
		return UnknownPlan
	case consent:
		if c.plan.State = PlanAgreed; c.stage != event.StageNegotiation {
			c.enter(event.StageNegotiation, day)
		}
	default:
		c.plan.State = PlanRefused
		c.resume(day)
	}
	return NoneRefused
}

// resume ends negotiations: what they have interrupted goes on.
func (c *Case) resume(day event.Day) {
	if c.stage == event.StageNegotiation {
		c.enter(max(c.before, event.StageReported), day)
	}
}

// paid is what was settled of the plan's invoices since it was agreed.
func (c *Case) paid() int64 {
	paid := c.plan.Open
	for i := range c.debts {
		if slices.Contains(c.plan.Debts, DebtKey(c.debts[i].Key)) {
			paid -= c.debts[i].Open
		}
	}
	return paid
}

// Instalment is the next one that is not paid yet: its day, and what is still to be paid until then; false for none.
func (c *Case) Instalment() (next event.Instalment, any bool) {
	if !c.plan.going() {
		return next, false
	}
	paid := c.paid()
	for _, i := range c.plan.Instalments {
		if next.Minor += i.Minor; next.Minor > paid {
			return event.Instalment{DueOn: i.DueOn, Minor: next.Minor - paid}, true
		}
	}
	return event.Instalment{}, false
}

// PlanDue looks at the plan on the day after an instalment: one that was not paid breaks it, and what it has
// interrupted goes on.
func (c *Case) PlanDue(day event.Day) (broken bool) {
	next, any := c.Instalment()
	if !any || c.plan.State != PlanAgreed || next.DueOn >= day {
		return false
	}
	c.plan.State = PlanBroken
	c.resume(day)
	return true
}
