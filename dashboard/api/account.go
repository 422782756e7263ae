package api

import (
	"slices"

	"barometer/dashboard/format"
	"barometer/ingest/event"
	"barometer/processor/claim"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

// Account is a statement of account as of a day: what is open of each invoice that was due before it, and the late
// interest on it. Interest and compensation are owed by law, and not insured.
type Account struct {
	AsOf         string         `json:"as_of"`
	Lines        []AccountLine  `json:"lines"`
	Totals       []AccountTotal `json:"totals" doc:"by currency"`
	Compensation string         `json:"flat_compensation" doc:"for all late invoices together, in EUR"`
	Rates        []AccountRate  `json:"rates" doc:"yearly rates of late interest, ascending"`
}

// AccountLine is an invoice of a statement of account.
type AccountLine struct {
	InvoiceID string `json:"invoice_id,omitempty"`
	DueOn     string `json:"due_on"`
	Days      int32  `json:"days_late" doc:"after the due day, up to as_of"`
	Open      string `json:"open" doc:"in the invoice's currency"`
	Interest  string `json:"interest" doc:"of what is open, and of what was paid late"`
	Currency  string `json:"currency"`
	Disputed  bool   `json:"disputed"`
}

// AccountTotal is the sum of the lines of a currency.
type AccountTotal struct {
	Currency string `json:"currency"`
	Open     string `json:"open"`
	Interest string `json:"interest"`
}

// AccountRate is a yearly rate, in per cent.
type AccountRate struct {
	From string `json:"from"`
	Rate string `json:"rate" doc:"per cent a year"`
}

// accountOf is the statement of account of a case as it stands, as of a day, by the rule of package claim. Of a day
// that is over it has open what was paid since.
func accountOf(c *public.Case, decidedOn, asOf event.Day) Account {
	a := Account{AsOf: asOf.String(), Lines: []AccountLine{}, Totals: []AccountTotal{}, Rates: []AccountRate{}}
	var rates []event.LateRate
	for _, r := range c.Rates {
		rates = append(rates, event.LateRate{From: r.From.HalfYear(), PPM: r.RatePPM})
		a.Rates = append(a.Rates, AccountRate{r.From.String(), percentage(r.RatePPM)})
	}
	type sums struct{ open, interest int64 }
	totals := map[string]sums{}
	var late, lateThen int64
	for i := range c.Debts {
		d := &c.Debts[i]
		if d.DueOn < decidedOn {
			lateThen++
		}
		if d.DueOn >= asOf {
			continue
		}
		late++
		open, interest := owed(d, rates, asOf)
		sum := totals[d.Own.Currency]
		totals[d.Own.Currency] = sums{sum.open + open, sum.interest + interest}
		a.Lines = append(a.Lines, AccountLine{InvoiceID: d.Invoice, DueOn: d.DueOn.String(), Days: int32(asOf - d.DueOn),
			Open: format.Amount(open, d.Own.Currency), Interest: format.Amount(interest, d.Own.Currency),
			Currency: d.Own.Currency, Disputed: d.Disputed})
	}
	for currency, sum := range totals {
		a.Totals = append(a.Totals, AccountTotal{currency, format.Amount(sum.open, currency),
			format.Amount(sum.interest, currency)})
	}
	slices.SortFunc(a.Totals, func(x, y AccountTotal) int {
		if x.Currency < y.Currency {
			return -1
		}
		return 1
	})
	flat := c.Flat // for as many invoices as were late when it was decided
	if lateThen > 0 {
		flat = c.Flat / lateThen * late
	}
	a.Compensation = format.Amount(flat, "EUR")
	return a
}

// owed is what is open of a debt as of a day, and the interest on it, in the invoice's currency.
func owed(d *decision.CaseDebt, rates []event.LateRate, asOf event.Day) (open, interest int64) {
	debt := claim.Debt{DueOn: d.DueOn, Own: d.Own}
	open = d.Own.Minor
	for _, p := range d.Parts {
		debt.Parts = append(debt.Parts, claim.Part{On: p.On, Minor: p.Amount.Minor})
		if p.On > asOf {
			open += p.Amount.Minor
		}
	}
	return open, debt.Interest(rates, asOf)
}
