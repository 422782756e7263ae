package claim

import "slices"

// Recourse is what a receipt after the indemnity, or all of them, is shared into, in minor units of the policy's
// currency.
//
// Invariant: Insurer and Policyholder add up to Minor, FeeInsurer and FeePolicyholder to Fee.
type Recourse struct {
	Minor                       int64 // that came in
	OnInsured                   int64 // of it, on what is insured
	Insurer, Policyholder       int64
	Fee                         int64 // of the collector
	FeeInsurer, FeePolicyholder int64
}

// Recovered is what came in for the claim's debt, before it was filed and after.
func (c *Claim) Recovered() int64 {
	sum := c.loss.Recovered
	for i := range c.receipts {
		sum += c.receipts[i].Minor
	}
	return sum
}

// Room is what is still owed of the claim's debt.
func (c *Claim) Room() int64 { return c.loss.Debt - c.Recovered() }

// Receive takes a receipt. What is more than is owed is the caller's to leave out (Room).
func (c *Claim) Receive(r Receipt) (Recourse, Refusal) {
	switch {
	case r.Minor > c.Room():
		return Recourse{}, AboveDebt
	case len(c.receipts) >= maxReceipts:
		return Recourse{}, TooMany
	}
	before := c.Shared()
	c.receipts = append(c.receipts, r)
	return c.Shared().less(before), NoneRefused
}

// Reverse takes a receipt back, false where there is none of that id.
func (c *Claim) Reverse(id string) (Recourse, bool) {
	i := slices.IndexFunc(c.receipts, func(r Receipt) bool { return r.ID == id })
	if i < 0 {
		return Recourse{}, false
	}
	before := c.Shared()
	c.receipts = slices.Delete(c.receipts, i, i+1)
	return c.Shared().less(before), true
}

// Shared is what all receipts since the claim was filed come to: nothing is the insurer's before it is decided, and
// never more than it indemnifies. What would bring the policyholder, with its indemnity, more than the debt is the
// insurer's: that is how both have what they lost when all is recovered, whatever was truncated. Of a fee the insurer
// bears the insured part of the debt at the claim's percentage, of those before the claim too, from its decision on.
func (c *Claim) Shared() (sum Recourse) {
	decided := len(c.indemnity.Lines) > 0
	for i := range c.receipts {
		r := &c.receipts[i]
		sum.Minor += r.Minor
		sum.Fee += r.Fee
		if decided { // of a refused claim there is no loss, and so no part
			sum.FeeInsurer += c.loss.percentOf(c.loss.insured(r.Fee))
		}
	}
	sum.OnInsured = c.loss.insured(sum.Minor)
	if decided {
		own := c.loss.Debt - c.loss.Recovered - c.indemnity.Minor // what the policyholder has lost for good until now
		sum.Insurer = min(max(c.loss.percentOf(sum.OnInsured), sum.Minor-own), c.indemnity.Minor)
		sum.FeeInsurer += c.loss.percentOf(c.loss.insured(c.feesBefore))
	}
	sum.Fee += c.feesBefore
	sum.Policyholder = sum.Minor - sum.Insurer
	sum.FeePolicyholder = sum.Fee - sum.FeeInsurer
	return sum
}

func (r Recourse) less(before Recourse) Recourse {
	return Recourse{Minor: r.Minor - before.Minor, OnInsured: r.OnInsured - before.OnInsured,
		Insurer: r.Insurer - before.Insurer, Policyholder: r.Policyholder - before.Policyholder,
		Fee: r.Fee - before.Fee, FeeInsurer: r.FeeInsurer - before.FeeInsurer,
		FeePolicyholder: r.FeePolicyholder - before.FeePolicyholder}
}
