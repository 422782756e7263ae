package economy

import (
	"fmt"
	"slices"
	"time"
)

// reportedAfter days from its due date a policyholder reports an invoice, mostly.
const reportedAfter = 45

// decide is what people do on a day: buyers dispute invoices, policyholders have orders bound and report what is
// overdue, underwriters bound grades, analysts cap countries and decide reviews. Its chance is a generator of its own,
// so that all else is as it would be without.
func (e *Economy) decide() {
	for _, r := range e.relations {
		e.dispute(r)
		for _, n := range r.open {
			if e.day.Equal(n.due.AddDate(0, 0, reportedAfter)) && e.people.Float64() < 0.9 {
				e.say("risk.portfolio", r.buyer.id, "overdue.reported", "overdue-"+n.id,
					fields{"policy_id": r.policy, "buyer_id": r.buyer.id,
						"invoices": []string{n.id}, "reported_on": date(e.day)})
			}
		}
		if !r.buyer.insolvent && e.people.Float64() < 0.1/365 {
			id := fmt.Sprintf("order-%s-%s-%s", r.policy, r.buyer.id, date(e.day))
			e.say("risk.orders", r.buyer.id, "binding_order.accepted", id, fields{"policy_id": r.policy, "buyer_id": r.buyer.id,
				"order_id": id,
				"amount":   money(r.ticket * (1 + e.people.Float64())), "currency": "EUR",
				"deliver_by": date(e.day.AddDate(0, 0, 30))})
		}
	}
	for _, c := range e.companies {
		if !c.insolvent && e.people.Float64() < 0.05/365 {
			e.bound(c)
		}
		if c.insolvent && e.day.Equal(c.closes) {
			e.close(c)
		}
	}
	for _, v := range e.verdicts {
		e.say("risk.orders", v.key, "review.decided", "verdict-"+v.id+"-"+v.analyst,
			fields{"review_id": v.id, "verdict": v.verdict,
				"analyst": v.analyst, "reason": "looked at " + date(e.day)})
	}
	e.verdicts = nil
	for _, c := range countries {
		e.govern(c)
	}
}

// verdict is what an analyst is to say on the next day.
type verdict struct{ key, id, verdict, analyst string }

// bound is an underwriter's decision on a company; of three one has no second analyst with it, and waits for one where
// the company has large limits.
func (e *Economy) bound(c *company) {
	f := fields{"scope": "buyer", "buyer_id": c.id, "grade_floor": 5 + e.people.IntN(4), "reason": "to be watched",
		"valid_until": date(e.day.AddDate(0, 0, 30+e.people.IntN(60))), "analyst": "a.jansen"}
	if e.people.IntN(3) > 0 {
		f["second_analyst"] = "b.peeters"
	}
	e.say("risk.orders", c.id, "underwriter.decided", fmt.Sprintf("bound-%s-%s", c.id, date(e.day)), f)
}

// outcomes of insolvencies; not every register says how one ended.
var outcomes = []string{"no_assets", "no_assets", "no_assets", "no_assets", "no_assets", "liquidated", "liquidated",
	"liquidated", "", "plan", "plan", "recovered", "annulled"}

// proceed settles when and how a company's insolvency will end: an annulled one soon.
func (e *Economy) proceed(c *company) {
	c.outcome, c.closes = outcomes[e.people.IntN(len(outcomes))], e.day.AddDate(0, 0, 100+e.people.IntN(400))
	if c.outcome == "annulled" {
		c.closes = e.day.AddDate(0, 0, 5+e.people.IntN(25))
	}
}

// close ends a company's insolvency: mostly it is no more, sometimes it goes on.
func (e *Economy) close(c *company) {
	outcome := c.outcome
	c.closes, c.outcome = time.Time{}, ""
	details := fields{}
	if outcome != "" {
		details["outcome"] = outcome
	}
	if outcome == "plan" || outcome == "recovered" || outcome == "annulled" {
		c.insolvent = false
	}
	e.report(c, "insolvency.closed", "register", "Insolvency proceedings over "+c.name+" closed", details)
}

// govern is what people decide about a country: an analyst sets a cap, and another approves it; a moratorium is
// rumoured, and an analyst finds nothing in it.
func (e *Economy) govern(c country) {
	key := "country/" + c.code
	if e.people.Float64() < 1.0/365 {
		e.caps[c.code]++
		e.say("risk.orders", c.code, "country_cap.set", fmt.Sprintf("cap-%s-%d", c.code, e.caps[c.code]),
			fields{"country": c.code,
				"amount": money(5e6 + float64(e.caps[c.code])*1e6), "currency": "EUR", "analyst": "a.jansen"})
		e.verdicts = append(e.verdicts, verdict{key, fmt.Sprintf("%s/cap-%d", key, e.caps[c.code]), "approve", "b.peeters"})
	}
	if e.people.Float64() < 0.2/365 {
		e.rumours[c.code]++
		e.say("risk.indicators", c.code, "indicator", fmt.Sprintf("rumour-%s-%d", c.code, e.rumours[c.code]),
			fields{"country": c.code, "sector": "*",
				"indicator": "transfer_moratorium", "period": e.day.Format("2006-01"), "value": "1", "source": "A newspaper"})
		e.verdicts = append(e.verdicts, verdict{key, fmt.Sprintf("%s/country-%d", key, e.rumours[c.code]), "reject",
			"c.maes"})
	}
}

// dispute begins a dispute about an invoice of a supplier, or ends the one that there is.
func (e *Economy) dispute(r *relation) {
	say := func(disputed bool) {
		e.say("risk.payments", r.buyer.id, "invoice.disputed", fmt.Sprintf("dispute-%s-%v-%s", r.disputed, disputed,
			date(e.day)), fields{"policy_id": r.policy, "buyer_id": r.buyer.id,
			"invoice_id": r.disputed, "disputed": disputed})
	}
	if !slices.ContainsFunc(r.open, func(n invoice) bool { return n.id == r.disputed }) {
		r.disputed = "" // it was paid
	}
	switch {
	case r.disputed != "" && e.people.Float64() < 0.05:
		say(false)
		r.disputed = ""
	case r.disputed == "" && len(r.open) > 0 && !r.buyer.insolvent && e.people.Float64() < 0.2/365:
		r.disputed = r.open[e.people.IntN(len(r.open))].id
		say(true)
	}
}
