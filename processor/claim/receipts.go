package claim

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/score"
)

// shared is what came in and settles no invoice.
func (c *Case) shared() (minor int64) {
	for i := range c.receipts {
		minor += c.receipts[i].Shared
	}
	return minor
}

// Unclaimed is what came in after the date of loss and belongs to no claim yet.
func (c *Case) Unclaimed() int64 { return c.unclaimed }

// Receive books a receipt of the collector. What came after the date of loss settles no invoice (r.Shared); what of
// that no claim has taken waits for one to be filed. A case that nothing is owed of any more is closed.
func (c *Case) Receive(r Receipt, unclaimed int64, day event.Day) (closed bool, no Refusal) {
	switch {
	case len(c.receipts) >= maxReceipts:
		return false, TooMany
	case r.Shared > c.Balance():
		return false, AboveDebt
	}
	c.receipts = append(c.receipts, r)
	if unclaimed > 0 {
		c.unclaimed += unclaimed
		fees, _ := score.MulDiv(r.Fee, unclaimed, r.Minor)
		c.unclaimedFees += fees
	}
	if !c.Closed() && len(c.debts) > 0 && c.Balance() <= 0 {
		_ = c.close(event.CaseCollected, day)
		return true, NoneRefused
	}
	return false, NoneRefused
}

// Receipt is one by its id, nil for none.
func (c *Case) Receipt(id string) *Receipt {
	for i := range c.receipts {
		if c.receipts[i].ID == id {
			return &c.receipts[i]
		}
	}
	return nil
}

// Claim takes what came in for so much debt after the date of loss and before the claim, with its fees.
func (c *Case) Claim(debt int64) (recovered, fees int64) {
	recovered = min(c.unclaimed, debt)
	if c.unclaimed -= recovered; recovered > 0 {
		fees, c.unclaimedFees = c.unclaimedFees, 0
	}
	return recovered, fees
}

// Reverse takes a receipt back, as it bounced; false where there is none of that id. claimed is what of it a claim has
// taken. A case that was closed goes on where it was.
func (c *Case) Reverse(id string, day event.Day) (r Receipt, claimed int64, ok bool) {
	i := slices.IndexFunc(c.receipts, func(r Receipt) bool { return r.ID == id })
	if i < 0 {
		return r, 0, false
	}
	r = c.receipts[i]
	c.receipts = slices.Delete(c.receipts, i, i+1)
	part := min(r.Shared, c.unclaimed)
	c.unclaimed -= part
	_, fees := c.Recovered()
	c.unclaimedFees = min(c.unclaimedFees, fees)
	if c.Closed() && c.Balance() > 0 {
		c.reopen(day)
	}
	return r, r.Shared - part, true
}
