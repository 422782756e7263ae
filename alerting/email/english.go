package email

import (
	"barometer/alerting/notice"
	"barometer/processor/decision"
)

var english = language{
	months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	date:   "%s %s %d", thousands: ",", decimal: ".",
	scale:   "on a scale from 1 (best) to 10",
	andMore: " (and %d more)", grade: "Grade", limit: "Credit limit", policy: "Policy", fromWhen: "In effect from", why: "Why",
	todo: "What to do now", until: "Valid until", condition: "Conditions", asked: "Requested",
	first: "%d", moved: "%s → %s", at: "buyer’s grade %d",
	footer:    "You receive this message because your company subscribed to notifications about its buyers.",
	reference: "Reference", intro: "%d changes concern your buyers.",
	insolvent:  "%s is insolvent: grade %d",
	worse:      "%s: grade worsens from %d to %d",
	better:     "%s: grade improves from %d to %d",
	known:      "%s: first grade %d",
	conditions: map[string]string{"order": "order %s", "max_terms_days": "terms of payment of at most %s days", "security": "security: %s", "insolvency_only": "only insolvency is covered"},
	codes: map[decision.LimitCode]code{
		decision.Approved:           {"approved", "%s: credit limit approved, %s"},
		decision.PartlyApproved:     {"partly approved", "%s: credit limit partly approved, %s"},
		decision.NotApproved:        {"not approved", "%s: credit limit not approved, it stays at %s"},
		decision.Conditional:        {"approved with conditions", "%s: credit limit approved with conditions, %s"},
		decision.Reduced:            {"reduced", "%s: credit limit reduced to %s"},
		decision.Cancelled:          {"cancelled", "%s: credit limit cancelled, now %s"},
		decision.Preliminary:        {"preliminary answer", "%s: preliminary answer, %s"},
		decision.StillInvestigating: {"still being investigated", "%s: your request is still being investigated, the limit is %s"},
		decision.Reinstated:         {"reinstated", "%s: credit limit reinstated, %s"},
		decision.Suspended:          {"cover stopped", "%s: cover for new deliveries stopped, limit %s"},
		decision.Resumed:            {"cover resumed", "%s: deliveries are covered again, limit %s"},
		decision.BindingOrder:       {"binding order", "%s: a binding order stays covered, %s"},
	},
	reasons: map[string]string{
		notice.ReasonInsolvency: "insolvency proceedings", notice.ReasonAccounts: "its financial statements",
		notice.ReasonEvents: "news about the company", notice.ReasonProfile: "the age and size of the company",
		notice.ReasonEconomic: "the economy of its country and sector", notice.ReasonPolitical: "the risk of its country",
		"no_accounts": "no financial statements are known", "new_company": "the company is new",
		"insolvency_risk_only": "only insolvency can be insured", "adverse_information": "adverse information about the buyer",
		"valid_until": "the agreed validity ends",
		"overdue":     "an invoice is unpaid beyond the maximum extension period",
		"capacity":    "the capacity for this buyer is used up", "lack_of_turnover": "the figures of the buyer do not support more",
	},
	unstated: "the overall assessment of the buyer",
	advice: advice{
		insolvent: "Stop deliveries on credit at once. Report open invoices and file your claim with the insolvency administrator.",
		worse:     "Check what is open with this buyer and consider shorter terms or prepayment. Your limit stands unless we tell you otherwise.",
		better:    "Nothing. You can ask for a higher limit if you need one.",
		first:     "Nothing. We watch this buyer for you from now on.",
		ends:      "Ask for a prolongation if you go on delivering on credit. Without one, deliver only against prepayment from the date above on.",
		withdrawn: "Deliver only against prepayment from the date above on. Earlier deliveries stay covered up to the limit in force when you delivered.",
		less:      "Keep new deliveries within the new limit from the date above on. Earlier deliveries stay covered up to the limit in force when you delivered.",
		refused:   "Deliver more than the limit shown only against prepayment. Recent financial statements of the buyer may change the answer.",
		partly:    "Keep open deliveries within the limit and its conditions; ask for prepayment beyond it.",
		granted:   "You can deliver on credit up to the limit.",
		wait:      "Wait for our answer before you deliver on credit beyond the limit shown.",
		restored:  "You can deliver on credit up to the limit again.",
		stopped:   "Deliver only against prepayment until the buyer has paid what is overdue. Earlier deliveries stay covered. Report the overdue invoice before its notification deadline.",
		ordered:   "Deliver the order by the date shown: it is covered up to its amount, also where the limit does not cover it.",
	},
}
