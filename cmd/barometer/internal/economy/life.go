package economy

import (
	"fmt"
	"math"
)

// live is a company's day: its strength moves, its accounts are filed, it may be in the news or become insolvent.
func (e *Economy) live(i int, c *company) {
	c.strength += 0.002*(c.mean-c.strength) + 0.045*e.random.NormFloat64()
	if e.day.YearDay() == 100+i%60 && c.filed < e.day.Year()-1 {
		e.file(c, e.day.Year()-1)
	}
	weak := math.Exp(-0.9 * c.strength)
	switch {
	case e.chance(0.014 * weak):
		c.insolvent = true
		e.proceed(c)
		e.report(c, "insolvency.opened", "register", "Insolvency proceedings opened over "+c.name, nil)
	case e.chance(0.04 * weak):
		e.report(c, "accounts.late", "register", c.name+" has not filed its accounts in time",
			fields{"days": 30 + e.random.IntN(90)})
	case e.chance(0.03 * weak):
		e.report(c, "dishonoured_bill", "regulated", "A bill of "+c.name+" was dishonoured", nil)
	case e.chance(0.05 * weak):
		e.report(c, "litigation", "web", "Supplier takes "+c.name+" to court", nil)
	case e.chance(0.05 / weak):
		e.report(c, "capital.raised", "regulated", c.name+" raises new capital", nil)
	case e.chance(0.3):
		e.report(c, "other", "web", c.name+" opens a new site", nil)
	case e.chance(0.006 * weak):
		e.report(c, "insolvency.opened", "web", c.name+" is said to have filed for insolvency", nil)
	}
}

var outlets = map[string]string{"register": "Insolvency and company register", "regulated": "Regulated news service",
	"web": "Trade press"}

// report writes of a company as outlets do: registers know its number, the press its name, and a news service was asked
// about it.
func (e *Economy) report(c *company, category, outlet, headline string, details fields) {
	f := fields{"headline": headline, "language": "en", "category": category, "source": fields{"name": outlets[outlet],
		"kind": outlet}}
	switch outlet {
	case "register":
		f["company"] = fields{"name": c.name, "country": c.country, "registrations": []fields{c.registration()}}
	case "web":
		f["company"] = fields{"name": c.name, "country": c.country}
	default:
		f["buyer_id"] = c.id
	}
	if details != nil {
		f["details"] = details
	}
	e.say("risk.news", c.id, "news", fmt.Sprintf("news-%s-%s", c.id, date(e.day)), f)
}

// registration is a company's number in a register.
func (c *company) registration() fields {
	return fields{"scheme": "simulated", "value": c.country + c.id}
}

// file files a year's accounts; a strong company has more equity, cash and profit.
func (e *Economy) file(c *company, year int) {
	c.filed = year
	squash := 1 / (1 + math.Exp(-c.strength)) // 0 to 1
	a := c.assets
	equity := a * (0.55*squash + 0.04)
	current := a * (0.40 + 0.20*squash)
	owed := a - equity
	revenue := a * (1.2 + 0.6*e.random.Float64())
	ebit := revenue * (0.14*squash - 0.03)
	e.say("risk.portfolio", c.id, "statement.filed", fmt.Sprintf("st-%s-%d", c.id, year), fields{
		"buyer_id": c.id, "period_end": fmt.Sprintf("%d-12-31", year), "months": 12, "currency": "EUR",
		"total_assets": money(a), "equity": money(equity), "current_assets": money(current),
		"inventories": money(current * 0.35),
		"cash":        money(current * (0.04 + 0.20*squash)), "current_liabilities": money(owed * 0.6),
		"total_liabilities": money(owed),
		"trade_payables":    money(owed * 0.25), "revenue": money(revenue), "ebit": money(ebit),
		"net_income":   money(ebit*0.75 - owed*0.01),
		"depreciation": money(a * 0.04),
	})
}

// trade is a relation's day: payments and overdues of what is open, perhaps a new invoice or a larger limit.
func (e *Economy) trade(r *relation) {
	e.settle(r)
	if r.buyer.insolvent {
		return
	}
	if e.random.Float64() < 1/r.every {
		e.deliver(r)
	}
	if e.chance(0.8) {
		r.limit = math.Ceil(r.limit*1.2/1000) * 1000
		e.request(r, "increase")
	}
}

func (e *Economy) deliver(r *relation) {
	r.invoices++
	// Most of the difference in lateness is between companies, less between the invoices of one.
	habit := 9 * math.Exp(-0.8*r.buyer.strength)
	delay := math.Min(150, habit*(e.random.ExpFloat64()+e.random.ExpFloat64()+e.random.ExpFloat64())/3) - 3
	due := e.day.AddDate(0, 0, r.terms)
	n := invoice{id: fmt.Sprintf("inv-%s-%s-%d", r.policy, r.buyer.id, r.invoices),
		amount: money(r.ticket * (0.5 + e.random.Float64())), due: due, payment: due.AddDate(0, 0, int(delay))}
	r.open = append(r.open, n)
	e.say("risk.payments", r.buyer.id, "invoice.issued", n.id, fields{"policy_id": r.policy, "buyer_id": r.buyer.id,
		"invoice_id": n.id, "amount": n.amount, "currency": "EUR", "delivered_on": date(e.day), "due_on": date(due)})
}

// givenUpDays after the due date nobody expects an insolvent buyer to pay an invoice.
const givenUpDays = 60

func (e *Economy) settle(r *relation) {
	kept := r.open[:0]
	for _, n := range r.open {
		if !r.buyer.insolvent && !e.day.Before(n.payment) {
			e.say("risk.payments", r.buyer.id, "invoice.paid", "pay-"+n.id, fields{"policy_id": r.policy, "buyer_id": r.buyer.id,
				"invoice_id": n.id, "amount": n.amount, "currency": "EUR", "paid_on": date(e.day)})
			continue
		}
		if !r.buyer.insolvent || !e.day.After(n.due.AddDate(0, 0, givenUpDays)) {
			kept = append(kept, n)
		}
	}
	r.open = kept
}

func (e *Economy) request(r *relation, kind string) {
	r.requests++
	id := fmt.Sprintf("req-%s-%s-%d", r.policy, r.buyer.id, r.requests)
	e.say("risk.portfolio", r.buyer.id, "limit.requested", id, fields{"request_id": id, "policy_id": r.policy,
		"buyer_id": r.buyer.id,
		"kind":     kind, "amount": money(r.limit), "currency": "EUR"})
}
