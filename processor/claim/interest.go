package claim

import (
	"barometer/ingest/event"
	"barometer/processor/score"
)

// Interest is what late payment of a debt has cost as of a day, in the invoice's currency: per half-year amount × days
// × rate, divided by 365 once at the end. The days are those after the due day, up to the day of payment, or the day
// asked for. rates are those of the debtor's country, ascending (event.LateInterest.Of); a half-year without one has
// the rate of the one before it.
func (d *Debt) Interest(rates []event.LateRate, asOf event.Day) int64 {
	var sum score.Int128
	for _, p := range d.Parts {
		sum = sum.Add(score.Mul(p.Minor, daysAtRates(rates, d.DueOn, min(p.On, asOf))))
	}
	sum = sum.Add(score.Mul(d.Own.Minor, daysAtRates(rates, d.DueOn, asOf)))
	return quotient(sum, yearAtWhole)
}

// yearAtWhole is a year of 365 days at 100 %, in days × parts per million.
const yearAtWhole = 365 * 1_000_000

// daysAtRates is Σ days × rate over the days after one, up to another.
func daysAtRates(rates []event.LateRate, after, to event.Day) (sum int64) {
	for day := after + 1; day <= to; {
		half := day.HalfYear()
		last := min((half+1).First()-1, to)
		var rate int64
		for i := range rates {
			if rates[i].From <= half {
				rate = rates[i].PPM
			}
		}
		sum += int64(last-day+1) * rate
		day = last + 1
	}
	return sum
}

// Account is a statement of account: what a debt comes to as of a day. It is not insured but for the open amount.
type Account struct {
	Debt     *Debt
	Interest event.Amount
}

// Statement is the case's account as of a day: its invoices with something open or paid late, the interest on each, and
// the number of them that the flat compensation is due for: those that were not paid on their day.
func (c *Case) Statement(rates []event.LateRate, asOf event.Day) (lines []Account, late int64) {
	for i := range c.debts {
		d := &c.debts[i]
		if d.DueOn >= asOf {
			continue
		}
		late++
		lines = append(lines, Account{d, event.Amount{Minor: d.Interest(rates, asOf), Currency: d.Own.Currency}})
	}
	if len(rates) == 0 {
		late = 0
	}
	return lines, late
}
