package score

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// Commercial is what payment behaviour adds.
type Commercial struct {
	// Contributions are one per component, points after credibility, and payments_bound where the bounds change the sum:
	// what Assess appended adds up to Sum.
	Contributions []decision.Contribution
	Sum           int64
	HasPayments   bool  // at least one supplier reports
	Reporting     int   // suppliers that report
	InArrears     int   // suppliers in arrears
	N             int64 // invoices that count, decayed to today, in thousandths
}

// reportDays is how long after its last payment evidence a supplier still reports.
const reportDays = 365

// statusDays are the days that stand for a status: at most so many, and more than 90.
var statusDays = [buckets]int64{0, 30, 60, 90, 120}

// Assess scores the payment behaviour on a day. Contributions are appended to dst. It expects that Cross was called as
// due.
func (p *Payments) Assess(dst []decision.Contribution, m *event.Model, today event.Day) Commercial {
	return p.assess(dst, true, m, today)
}

// Points is Assess without the contributions.
func (p *Payments) Points(m *event.Model, today event.Day) Commercial {
	return p.assess(nil, false, m, today)
}

func (p *Payments) assess(dst []decision.Contribution, explain bool, m *event.Model, today event.Day) Commercial {
	if len(p.suppliers) == 0 && !explain {
		return Commercial{} // nothing is known: no points
	}
	c := Commercial{Contributions: dst, N: p.n.At(today, SlowHalfLife)}
	for i := range p.suppliers {
		c.see(&p.suppliers[i], today)
	}
	c.HasPayments = c.Reporting > 0
	atEvidence := c.N
	if p.evidence != today {
		atEvidence = p.n.At(p.evidence, SlowHalfLife)
	}
	scales := &m.Payments
	level, trend := p.lateness(today)
	overdue, share := scales.NothingPast, int64(0)
	if p.overdue != 0 {
		share = p.overdueShare()
		overdue = scales.Overdue.Of(share)
	}
	worst := p.worst(today)
	parts := [...]struct {
		component      Component
		points, figure int64
	}{
		{ComponentDBT, Credible(level.points(&scales.DBT), c.N, atEvidence), level.figure},
		{ComponentOverdue, Credible(overdue, c.N, atEvidence), share},
		{ComponentWorstStatus, Credible(worst.points(&scales.Worst), c.N, atEvidence), worst.figure},
		{ComponentTrend, Credible(trend.points(&scales.Trend), c.N, atEvidence), trend.figure},
		{ComponentSuppliers, Credible(c.arrearsPoints(scales), c.N, atEvidence), int64(c.InArrears)},
	}
	for i := range parts {
		c.Sum += parts[i].points
		if explain {
			c.Contributions = append(c.Contributions, contribution(parts[i].component, parts[i].points, parts[i].figure))
		}
	}
	if held := min(max(c.Sum, scales.Low), scales.High); held != c.Sum {
		if explain {
			c.Contributions = append(c.Contributions, contribution(ComponentPaymentsBound, held-c.Sum, c.Sum))
		}
		c.Sum = held
	}
	return c
}

// see counts a supplier.
func (c *Commercial) see(s *supplier, today event.Day) {
	if s.pastDue.any() || s.evidence != 0 && today-s.evidence <= reportDays {
		c.Reporting++
	}
	if s.arrears.any() {
		c.InArrears++
	}
}

// arrearsPoints are those of suppliers in arrears: from three on that are less than the share of those reporting, as
// for two.
func (c *Commercial) arrearsPoints(scales *event.PaymentScales) int64 {
	switch arrears := int64(c.InArrears); {
	case arrears >= 3 && arrears*ppm >= scales.ManyShare*int64(c.Reporting):
		return scales.ManySuppliers
	case arrears >= 2:
		return scales.TwoSuppliers
	default:
		return 0
	}
}

const ppm = 1_000_000

// reading is a figure that may be unknown: then it has no points.
type reading struct {
	figure int64
	known  bool
}

func (r reading) points(scale *event.Scale) int64 {
	if !r.known {
		return 0
	}
	return scale.Of(r.figure)
}

// lateness is days beyond terms, and how much the fast ones exceed the slow ones, as the sums are after the landmark of
// a day.
func (p *Payments) lateness(today event.Day) (level, trend reading) {
	dbt := &p.dbt
	if !dbt.covers(today) {
		moved := *dbt
		moved.Move(today)
		dbt = &moved
	}
	slow, known := dbt.Slow.tenths()
	fast, fastKnown := dbt.Fast.tenths()
	if !known {
		return reading{}, reading{}
	}
	if !fastKnown {
		return reading{slow, true}, reading{}
	}
	return reading{slow, true}, reading{fast - slow, true}
}

// tenths is Tenths within the days that a payment can count: what a reversal leaves behind after a move of the landmark
// may be a few units of the last place, which mean nothing.
func (s *Sums) tenths() (int64, bool) {
	tenths, ok := s.Tenths()
	return min(max(tenths, 10*clampLate(-1<<30)), 10*clampLate(1<<30)), ok
}

// overdueShare is overdue / outstanding, ppm.
func (p *Payments) overdueShare() int64 {
	share, _ := MulDiv(p.overdue, ppm, p.outstanding)
	return share
}

// worst is the worst status of twelve months, and of what is open and undisputed now, due or not.
func (p *Payments) worst(today event.Day) reading {
	status := p.months.last(today)
	if in := &p.inBucket; in[1]|in[2]|in[3]|in[4] > 0 {
		for b := range uint8(buckets) {
			if in[b] > 0 {
				status = max(status, b)
			}
		}
	} else if in[0] > 0 {
		status = max(status, 1)
	}
	return reading{statusDays[status], status > 0}
}
