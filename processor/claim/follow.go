package claim

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
)

// Standing is how an invoice of a case stands now.
type Standing struct {
	Open     int64
	Own      event.Amount
	DueOn    event.Day // agreed
	Disputed bool
}

// Followed is what has happened to a case since it looked last.
type Followed struct {
	Received, Reversed         int64 // settled of its invoices, and opened again
	Disputed, Settled          bool  // an invoice came into dispute, or out of it
	Reopened, Closed, PlanKept bool
}

// Any tells whether anything has.
func (f Followed) Any() bool { return f != Followed{} }

// Follow looks how its invoices stand now; what was settled was on a day. A case of which nothing is owed any more is
// closed as collected, and one of which something is again goes on where it was. A dispute ends a court order.
func (c *Case) Follow(standing func(key uint64) Standing, on, day event.Day) (f Followed) {
	for i := range c.debts {
		d := &c.debts[i]
		now := standing(d.Key)
		if part := d.Own.Minor - now.Own.Minor; part > 0 {
			d.settle(Part{on, part})
		} else if part < 0 {
			d.unsettle(-part)
		}
		f.Received += max(d.Open-now.Open, 0)
		f.Reversed += max(now.Open-d.Open, 0)
		f.Disputed = f.Disputed || now.Disputed && !d.Disputed
		f.Settled = f.Settled || d.Disputed && !now.Disputed
		d.Open, d.Own.Minor, d.Disputed = now.Open, now.Own.Minor, now.Disputed
		if now.DueOn != 0 {
			d.DueOn = now.DueOn
		}
		d.Amount = max(d.Amount, d.Open)
	}
	switch {
	case !c.Closed() && len(c.debts) > 0 && c.Balance() <= 0:
		f.PlanKept = c.plan.going()
		_ = c.close(event.CaseCollected, day)
		f.Closed = true
	case c.Closed() && f.Reversed > 0 && c.Balance() > 0:
		c.reopen(day)
		f.Reopened = true
	case f.Disputed && c.stage == event.StageCourtOrder:
		c.enter(event.StageCollection, day)
	}
	return f
}

// maxParts bounds the parts of a debt: what comes on top joins the newest one, as of the later day.
const maxParts = 1 << 8

func (d *Debt) settle(p Part) {
	i, found := slices.BinarySearchFunc(d.Parts, p.On, func(p Part, on event.Day) int { return cmp.Compare(p.On, on) })
	switch {
	case found:
		d.Parts[i].Minor += p.Minor
	case len(d.Parts) >= maxParts:
		last := &d.Parts[len(d.Parts)-1]
		last.Minor, last.On = last.Minor+p.Minor, max(last.On, p.On)
	default:
		d.Parts = slices.Insert(d.Parts, i, p)
	}
}

// unsettle takes back what was settled last.
func (d *Debt) unsettle(minor int64) {
	for n := len(d.Parts) - 1; n >= 0 && minor > 0; n-- {
		part := min(minor, d.Parts[n].Minor)
		d.Parts[n].Minor, minor = d.Parts[n].Minor-part, minor-part
		if d.Parts[n].Minor == 0 {
			d.Parts = d.Parts[:n]
		}
	}
}
