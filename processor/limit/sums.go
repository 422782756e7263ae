package limit

import (
	"math"

	"barometer/ingest/event"
)

// covered is what is covered of a delivery, by its limit and by orders, where earlier ones use so much of the limit.
func (v *Delivery) covered(used int64) (byLimit, byOrder int64) {
	if v.Forfeited {
		return 0, 0
	}
	byLimit = min(v.Open, max(v.Limit-used, 0))
	return byLimit, min(v.Open-byLimit, v.Ordered)
}

// tally adds up deliveries in their order.
type tally struct {
	Totals
	used int64 // of the limit, by those so far
}

func (t *tally) add(v *Delivery) {
	byLimit, byOrder := v.covered(t.used)
	t.used += byLimit
	t.Open += v.Open
	t.Covered += byLimit + byOrder
	t.Ordered += byOrder
	if v.Discretionary {
		t.Discretionary += byLimit
	}
	if v.Disputed {
		t.Suspended += byLimit + byOrder
	}
}

// sums are those over a part of many deliveries, which are neighbours in order.
//
// What of a part is covered follows from its sums in two cases: where earlier ones use as much as the greatest limit in
// it, no limit covers any of it; where they and all of it use no more than the least one, limits cover all of it. Else
// its halves are to be looked at. Among deliveries under one limit there is one at most that is covered in part, so
// that a sum costs the logarithm of how many there are, times how often the limit changes from one delivery to the
// next, and where the limits are above or below what is used by far, those changes cost nothing.
type sums struct {
	open int64

	// Of deliveries whose cover is not forfeited.
	insured, discretionary, disputed int64 // open: all, that within discretionary limits, that in dispute
	ordered, disputedOrdered         int64 // covered by orders where no limit covers any, and of it in dispute
	least, most                      int64 // limits of those with something open

	// The earliest due dates, or never: of those that suspend cover if they stay open, and of those whose cover is
	// forfeited if they are not reported.
	suspends, forfeits event.Day
}

// never is a due date after every other.
const never event.Day = math.MaxInt32

// none are the sums of nothing.
func none() sums {
	return sums{least: math.MaxInt64, most: math.MinInt64, suspends: never, forfeits: never}
}

// add adds a delivery that comes next.
func (s *sums) add(v *Delivery) {
	s.open += v.Open
	if v.Open == 0 {
		return
	}
	if !v.Disputed && !v.Exempt {
		s.suspends = min(s.suspends, v.DueOn)
	}
	if v.Forfeited {
		return
	}
	if !v.Disputed && !v.Preserved {
		s.forfeits = min(s.forfeits, v.DueOn)
	}
	ordered := min(v.Open, v.Ordered)
	s.insured += v.Open
	s.ordered += ordered
	s.least, s.most = min(s.least, v.Limit), max(s.most, v.Limit)
	if v.Discretionary {
		s.discretionary += v.Open
	}
	if v.Disputed {
		s.disputed += v.Open
		s.disputedOrdered += ordered
	}
}

// addPart adds a part as a whole; false where its halves are to be looked at.
func (t *tally) addPart(s *sums) bool {
	switch {
	case t.used >= s.most:
		t.Covered += s.ordered
		t.Ordered += s.ordered
		t.Suspended += s.disputedOrdered
	case s.insured <= s.least-t.used:
		t.used += s.insured
		t.Covered += s.insured
		t.Discretionary += s.discretionary
		t.Suspended += s.disputed
	default:
		return false
	}
	t.Open += s.open
	return true
}

// summing makes sums for the tree of many deliveries.
type summing struct{ *many }

func (m summing) Of(items []handle) sums {
	s := none()
	for _, h := range items {
		s.add(m.at(h))
	}
	return s
}

func (summing) Add(s, next *sums) {
	s.open += next.open
	s.insured += next.insured
	s.discretionary += next.discretionary
	s.disputed += next.disputed
	s.ordered += next.ordered
	s.disputedOrdered += next.disputedOrdered
	s.least, s.most = min(s.least, next.least), max(s.most, next.most)
	s.suspends, s.forfeits = min(s.suspends, next.suspends), min(s.forfeits, next.forfeits)
}
