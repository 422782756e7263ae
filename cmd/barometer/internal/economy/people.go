package economy

import (
	"fmt"
	"slices"
)

// reportedAfter days from its due date a policyholder reports an invoice, mostly.
const reportedAfter = 45

// decide is what people do on a day: buyers dispute invoices, policyholders have orders bound and report what is overdue, underwriters bound grades. Its chance is a
// generator of its own, so that all else is as it would be without.
func (e *Economy) decide() {
	for _, r := range e.relations {
		e.dispute(r)
		for _, n := range r.open {
			if e.day.Equal(n.due.AddDate(0, 0, reportedAfter)) && e.people.Float64() < 0.9 {
				e.say("risk.portfolio", r.buyer.id, "overdue.reported", "overdue-"+n.id, fields{"policy_id": r.policy, "buyer_id": r.buyer.id,
					"invoices": []string{n.id}, "reported_on": date(e.day)})
			}
		}
		if !r.buyer.insolvent && e.people.Float64() < 0.1/365 {
			id := fmt.Sprintf("order-%s-%s-%s", r.policy, r.buyer.id, date(e.day))
			e.say("risk.orders", r.buyer.id, "binding_order.accepted", id, fields{"policy_id": r.policy, "buyer_id": r.buyer.id, "order_id": id,
				"amount": money(r.ticket * (1 + e.people.Float64())), "currency": "EUR", "deliver_by": date(e.day.AddDate(0, 0, 30))})
		}
	}
	for _, c := range e.companies {
		if !c.insolvent && e.people.Float64() < 0.05/365 {
			e.say("risk.orders", c.id, "underwriter.decided", fmt.Sprintf("bound-%s-%s", c.id, date(e.day)), fields{"scope": "buyer", "buyer_id": c.id,
				"grade_floor": 5 + e.people.IntN(4), "reason": "to be watched", "valid_until": date(e.day.AddDate(0, 0, 30+e.people.IntN(60))),
				"analyst": "a.jansen", "second_analyst": "b.peeters"})
		}
	}
}

// dispute begins a dispute about an invoice of a supplier, or ends the one that there is.
func (e *Economy) dispute(r *relation) {
	say := func(disputed bool) {
		e.say("risk.payments", r.buyer.id, "invoice.disputed", fmt.Sprintf("dispute-%s-%v", r.disputed, disputed), fields{"policy_id": r.policy, "buyer_id": r.buyer.id,
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
