package score

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// Commercial is what payment behaviour adds.
type Commercial struct {
	// Contributions are one per component, points after credibility, and payments_bound where the bounds change the sum: they
	// always add up to Sum.
	Contributions []decision.Contribution
	Sum           int64
	HasPayments   bool  // at least one supplier reports
	Reporting     int   // suppliers that report
	InArrears     int   // suppliers in arrears
	N             int64 // invoices that count, decayed to today, in thousandths
}

// Assess scores the payment behaviour on a day. Contributions are appended to dst. It expects that Cross was called as due.
func (p *Payments) Assess(dst []decision.Contribution, m *event.Model, today event.Day) Commercial {
	return Commercial{Contributions: dst}
}
