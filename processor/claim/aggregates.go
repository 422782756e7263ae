package claim

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
)

// Period is a policy's, both days included.
type Period struct{ From, To event.Day }

// PeriodOf is the period of a date of loss: the one that the policy's version of that day has, else the calendar year.
func PeriodOf(lossOn, from, to event.Day) Period {
	if from != 0 && to != 0 && from <= lossOn && lossOn <= to {
		return Period{from, to}
	}
	year, _, _ := lossOn.Civil()
	return Period{event.Date(year, 1, 1), event.Date(year+1, 1, 1) - 1}
}

// Use is what a claim uses of its period.
type Use struct {
	Claim     string
	FirstLoss int64
	Liability int64 // its indemnity
}

// Aggregates are what the claims of one policy have used of each of its periods. They are the policy's partition's
// alone: claims of all partitions are decided by them, in the order in which they arrive.
//
// Invariant: periods ascend; a claim has at most one use in all of them; a use is of something.
type Aggregates struct{ periods []used }

// Empty tells whether nothing is used.
func (a *Aggregates) Empty() bool { return len(a.periods) == 0 }

// used is what is used of a period.
type used struct {
	Period
	uses []Use // in the order of their decisions
}

func (u *used) left(t *Terms) Left {
	left := Left{t.FirstLoss, t.MaximumLiability}
	for _, use := range u.uses {
		left.FirstLoss -= use.FirstLoss
		left.Liability -= use.Liability
	}
	return Left{max(left.FirstLoss, 0), max(left.Liability, 0)}
}

// Decide decides a claim by what those before it leave of its period. Decided once more, as a correction, it gives back
// what it used before, and takes its place after those decided meanwhile: their decisions stand.
func (a *Aggregates) Decide(claim string, in Period, l *Loss, t *Terms) Indemnity {
	a.release(claim)
	i, found := slices.BinarySearchFunc(a.periods, in, func(u used, p Period) int {
		return cmp.Or(cmp.Compare(u.From, p.From), cmp.Compare(u.To, p.To))
	})
	var u used
	if found {
		u = a.periods[i]
	}
	d := Indemnify(l, t, u.left(t))
	if d.FirstLoss == 0 && d.Minor == 0 {
		return d
	}
	if !found {
		a.periods = slices.Insert(a.periods, i, used{Period: in})
	}
	a.periods[i].uses = append(a.periods[i].uses, Use{claim, d.FirstLoss, d.Minor})
	return d
}

// release gives back what a claim has used.
func (a *Aggregates) release(claim string) {
	for i := range a.periods {
		a.periods[i].uses = slices.DeleteFunc(a.periods[i].uses, func(u Use) bool { return u.Claim == claim })
	}
	a.periods = slices.DeleteFunc(a.periods, func(u used) bool { return len(u.uses) == 0 })
}

// Used is what claims have used of a period.
func (a *Aggregates) Used(in Period) (sum Left) {
	for _, u := range a.periods {
		if u.Period == in {
			for _, use := range u.uses {
				sum.FirstLoss += use.FirstLoss
				sum.Liability += use.Liability
			}
		}
	}
	return sum
}
