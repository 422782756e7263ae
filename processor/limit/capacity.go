package limit

import (
	"barometer/ingest/event"
	"barometer/processor/score"
)

// Basis is what a capacity comes from.
type Basis uint8

// Bases. The tightest one is the capacity.
const (
	ByNothing  Basis = iota // the grade allows no limit
	ByEquity                // a share of equity
	ByRevenue               // a share of a year's revenue
	ByPayables              // a share of trade payables
	ByLoss                  // the yearly expected loss that one buyer may cost
	ByGrade                 // without accounts: by the grade alone
)

func (b Basis) String() string {
	return [...]string{"nothing", "equity", "revenue", "trade_payables", "expected_loss", "without_accounts"}[b]
}

// Accounts are the figures of the counting statement that capacity looks at, in euro cents; revenue is a year's. Given
// says which are known (event.Given… bits).
type Accounts struct {
	Equity, Revenue, Payables int64
	Given                     uint32
}

// usable are the figures of which capacity needs at least one: a statement without them counts as no accounts.
const usable = event.GivenEquity | event.GivenRevenue | event.GivenTradePayables

// Usable tells whether capacity has something to look at.
func (a *Accounts) Usable() bool { return a != nil && a.Given&usable != 0 }

// Capacity is the sum of limits that a buyer can bear, in euro cents.
type Capacity struct {
	Cents    int64
	Tightest Basis
	Parts    []Part // what it is the least of, in the order of the bases, before rounding
}

// Part is one input of a capacity.
type Part struct {
	Basis Basis
	Cents int64
}

// Of is the capacity of a buyer of a grade, 1 to 10; accounts is nil without a counting statement.
func Of(m *event.Model, grade int64, accounts *Accounts) Capacity {
	if grade < 1 || grade > 8 {
		return Capacity{}
	}
	table, i := &m.Capacity, grade-1
	if !accounts.Usable() {
		c := Capacity{Tightest: ByGrade, Cents: max(table.NoAccounts[i], 0)}
		c.Parts = []Part{{ByGrade, c.Cents}}
		return c
	}
	var c Capacity
	add := func(basis Basis, cents int64) {
		if len(c.Parts) == 0 || cents < c.Cents {
			c.Cents, c.Tightest = cents, basis
		}
		c.Parts = append(c.Parts, Part{basis, cents})
	}
	if accounts.Given&event.GivenEquity != 0 {
		add(ByEquity, share(accounts.Equity, table.EquityPPM[i]))
	}
	if accounts.Given&event.GivenRevenue != 0 {
		add(ByRevenue, share(accounts.Revenue, table.RevenuePPM[i]))
	}
	if accounts.Given&event.GivenTradePayables != 0 {
		add(ByPayables, share(accounts.Payables, table.PayablesPPM))
	}
	if cents, ok := score.MulDiv(table.RiskBudget, 100*ppm, m.GradePD[i]*table.LossGivenPct); ok {
		add(ByLoss, cents)
	}
	c.Cents = TwoDigits(c.Cents)
	return c
}

const ppm = 1_000_000

// share is a share of an amount in ppm, at least 0.
func share(cents, part int64) int64 {
	v, _ := score.MulDiv(max(cents, 0), part, ppm) // part is at most 1 000 000: always fits
	return v
}

// TwoDigits rounds an amount down to its two leading digits: 1 307 000 becomes 1 300 000.
func TwoDigits(cents int64) int64 {
	unit := int64(1)
	for cents/unit >= 100 {
		unit *= 10
	}
	return cents - cents%unit
}
