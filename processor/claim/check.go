package claim

import (
	"errors"
	"fmt"
	"slices"

	"barometer/ingest/event"
)

// Check says which invariant of the case is broken, nil for none. A broken one is a bug of this package: tests call it
// after each step.
func (c *Case) Check() error {
	switch {
	case c.stage < event.StageReported || c.stage > event.StageClosed:
		return fmt.Errorf("case %d is in stage %d", c.number, c.stage)
	case c.Closed() != (c.outcome != event.CaseOutcomeNone):
		return fmt.Errorf("case %d is %s with outcome %q", c.number, c.stage, c.outcome)
	case c.Closed() && c.before == event.StageNone:
		return fmt.Errorf("case %d is closed, and was in no stage", c.number)
	case c.outcome == event.CaseCollected && c.Balance() > 0:
		return fmt.Errorf("case %d is collected, with %d owed", c.number, c.Balance())
	case !c.Closed() && len(c.debts) > 0 && c.Balance() <= 0:
		return fmt.Errorf("case %d is %s, with nothing owed", c.number, c.stage)
	case len(c.debts) > maxDebts, len(c.receipts) > maxReceipts:
		return fmt.Errorf("case %d has %d invoices and %d receipts", c.number, len(c.debts), len(c.receipts))
	}
	for i := range c.debts {
		d := &c.debts[i]
		switch {
		case i > 0 && c.debts[i-1].compare(d) >= 0:
			return fmt.Errorf("case %d has %+v after %+v", c.number, d, c.debts[i-1])
		case d.Open < 0 || d.Open > d.Amount || (d.Open == 0) != (d.Own.Minor == 0):
			return fmt.Errorf("case %d has %+v", c.number, d)
		case !slices.IsSortedFunc(d.Parts, func(p, q Part) int { return int(p.On - q.On) }):
			return fmt.Errorf("case %d has parts %+v", c.number, d.Parts)
		}
	}
	_, fees := c.Recovered()
	came := c.shared()
	if c.unclaimed < 0 || c.unclaimed > came || c.unclaimedFees < 0 || c.unclaimedFees > fees {
		return fmt.Errorf("case %d has %d and fees of %d unclaimed, of %d and %d", c.number, c.unclaimed, c.unclaimedFees,
			came, fees)
	}
	if p := &c.plan; p.State != NoPlan && p.sum(0) != p.Open {
		return fmt.Errorf("case %d has a plan of %d for %d", c.number, p.sum(0), p.Open)
	}
	return nil
}

// Check says which invariant of the claim is broken, nil for none.
func (c *Claim) Check() error {
	var loss, decided int64
	for i := range c.items {
		v := &c.items[i]
		switch {
		case i > 0 && c.items[i-1].Invoice >= v.Invoice:
			return fmt.Errorf("claim %d has %s after %s", c.number, v.Invoice, c.items[i-1].Invoice)
		case v.Loss < 0 || v.Loss > v.Insured || v.Insured > v.Open || v.Open > v.Amount:
			return fmt.Errorf("claim %d has %+v", c.number, v)
		case (v.Insured == 0) != (v.Reason != ""):
			return fmt.Errorf("claim %d has %+v: a reason if and only if nothing is insured", c.number, v)
		}
		loss += v.Loss
	}
	if again := Assess(slices.Clone(c.items), c.loss.Recovered, c.accepted); again != c.loss || loss != c.loss.Minor {
		return fmt.Errorf("claim %d has a loss of %+v, its items make %+v", c.number, c.loss, again)
	}
	decided = c.indemnity.Minor
	switch shared := c.Shared(); {
	case len(c.items) == 0:
		return fmt.Errorf("claim %d has no invoices", c.number)
	case c.Room() < 0:
		return fmt.Errorf("claim %d has received %d of %d", c.number, c.Recovered(), c.loss.Debt)
	case len(c.indemnity.Lines) == 0 && (decided != 0 || c.paid != 0 || c.state == Decided || c.state == Paid):
		return fmt.Errorf("claim %d is %s, and was never decided", c.number, c.state)
	case decided > c.loss.Minor:
		return fmt.Errorf("claim %d is paid %d for %d", c.number, decided, c.loss.Minor)
	case shared.Insurer > decided || shared.Insurer < 0 || shared.FeeInsurer < 0 || shared.FeePolicyholder < 0:
		return fmt.Errorf("claim %d shares %+v, and is paid %d", c.number, shared, decided)
	case c.loss.Recovered+decided+shared.Policyholder > c.loss.Debt:
		return fmt.Errorf("claim %d brings the policyholder %d and %d and %d, of %d", c.number, c.loss.Recovered, decided,
			shared.Policyholder, c.loss.Debt)
	case c.documents.missing&c.documents.had != 0:
		return fmt.Errorf("claim %d misses documents that it has", c.number)
	}
	return nil
}

// Check says which invariant of the aggregates is broken, nil for none.
func (a *Aggregates) Check() error {
	var seen []string
	for i, u := range a.periods {
		if i > 0 {
			if p := a.periods[i-1]; p.From > u.From || p.From == u.From && p.To >= u.To {
				return fmt.Errorf("period %+v after %+v", u.Period, p.Period)
			}
		}
		if len(u.uses) == 0 {
			return fmt.Errorf("period %+v is not used", u.Period)
		}
		for _, use := range u.uses {
			if slices.Contains(seen, use.Claim) {
				return fmt.Errorf("%s uses periods twice", use.Claim)
			}
			if seen = append(seen, use.Claim); use.FirstLoss < 0 || use.Liability < 0 || use.FirstLoss+use.Liability == 0 {
				return errors.New(use.Claim + " uses nothing")
			}
		}
	}
	return nil
}
