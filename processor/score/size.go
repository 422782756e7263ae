package score

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// AgeAndSize appends what a company's age and its revenue add: two contributions, of 0 points where nothing is known.
// foundedOn is 0 where it is not given; revenue is euro cents a year of the counting statement, known where hasRevenue.
func AgeAndSize(dst []decision.Contribution, m *event.Model, foundedOn, today event.Day, revenue int64,
	hasRevenue bool) []decision.Contribution {
	var age, months, size int64
	if foundedOn != 0 {
		switch {
		case today < foundedOn.AddMonths(int(m.Size.YoungMonths)):
			age = m.Size.Young
		case today < foundedOn.AddMonths(int(m.Size.NewishMonths)):
			age = m.Size.Newish
		}
		months = fullMonths(foundedOn, today)
	}
	switch {
	case !hasRevenue:
		revenue = 0
	case revenue < m.Size.SmallRevenue:
		size = m.Size.Small
	case revenue > m.Size.LargeRevenue:
		size = m.Size.Large
	}
	return append(dst, contribution(ComponentAge, age, months), contribution(ComponentSize, size, revenue))
}

// NextAge is the next day on which a company's age adds something else, 0 for none.
func NextAge(m *event.Model, foundedOn, today event.Day) event.Day {
	if foundedOn == 0 {
		return 0
	}
	if young := foundedOn.AddMonths(int(m.Size.YoungMonths)); today < young {
		return young
	}
	if newish := foundedOn.AddMonths(int(m.Size.NewishMonths)); today < newish {
		return newish
	}
	return 0
}

// NextStatement is the next day on which the age of the newest statement, nil for none, changes what it adds or how
// good a grade can be; 0 for none.
func NextStatement(newest *Statement, today event.Day) event.Day {
	if newest == nil {
		return 0
	}
	for _, day := range [...]event.Day{newest.PeriodEnd.AddMonths(StaleMonths), newest.PeriodEnd.AddMonths(oldMonths) + 1,
		newest.PeriodEnd.AddMonths(DeadMonths)} {
		if today < day {
			return day
		}
	}
	return 0
}

// fullMonths is how many months old something is.
func fullMonths(from, today event.Day) int64 {
	n := today.Month() - from.Month()
	if today < from.AddMonths(int(n)) {
		n--
	}
	return int64(n)
}

// Rules of what is not known about a buyer, and the names that a score gives to them.
const (
	bestWithNothing = 6 // neither statements nor payments
	bestWithOne     = 4 // only one of the two
	bestWithOld     = 5 // a newest statement of more than oldMonths
	oldMonths       = 24

	CapNothingKnown = "nothing_known"
	CapOneKnown     = "one_kind_known"
	CapOldStatement = "old_statement"
)

// BestKnown is the best grade that what is known about a buyer allows, and the name of the rule, 0 and empty for none.
// newest is the newest statement whether it counts or not, nil for none.
func BestKnown(newest *Statement, hasPayments bool, today event.Day) (best int64, rule string) {
	counts := newest != nil && newest.Counts(today)
	switch {
	case !counts && !hasPayments:
		best, rule = bestWithNothing, CapNothingKnown
	case !counts || !hasPayments:
		best, rule = bestWithOne, CapOneKnown
	}
	if newest != nil && today > newest.PeriodEnd.AddMonths(oldMonths) && best < bestWithOld {
		best, rule = bestWithOld, CapOldStatement
	}
	return best, rule
}
