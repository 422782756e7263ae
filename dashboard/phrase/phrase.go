package phrase

import (
	"slices"

	"barometer/processor/decision"
	"barometer/processor/explain"
)

// phrases are words for the other codes: causes, reasons, answers, states.
var phrases = map[string]string{
	"requested": "waiting", "joined": "waiting", "reopened": "open again", "effective": "took effect",
	"withdrawn": "nothing left to decide",
	"first":     "first score", "grade": "grade changed", "points": "score moved",
	"approved_once": "a second analyst is needed", "override": "underwriter's decision",
	"insolvency": "Insolvency", "approved": "approved", "partly_approved": "partly approved",
	"not_approved": "not approved",
	"conditional":  "conditional", "reduced": "reduced", "cancelled": "withdrawn", "preliminary": "preliminary",
	"still_investigating": "still investigating", "reinstated": "reinstated", "suspended": "cover suspended",
	"resumed": "cover resumed", "binding_order": "binding order", "forfeited": "cover forfeited",
	"restored": "cover restored", "late_notification": "not reported by its notification deadline",
	"reported_in_time":  "reported by its notification deadline",
	"no_longer_overdue": "nothing is overdue so long any more",
	"discretionary":     "discretionary",
	"not_agreed":        "not agreed in the policy", "policy_ended": "the policy has ended",
	"weak_buyer": "the buyer is too weak",
	"off_cover":  "its country is off cover", "paid_late": "an invoice was paid too late",
	"open_late": "an invoice is open too long", "no_experience": "too few invoices were paid",
	"overdue": "an invoice is overdue beyond its maximum extension", "gave_up": "given up",
	"id_reused": "id used before with other content", "not_supported": "not supported yet",
	"quarantined": "set aside by an operator", "bad_model": "model file refused",
	"unknown_policy": "policy not known", "unknown_buyer": "buyer not known", "unknown_invoice": "invoice not known",
	"underwriter": "an underwriter", "superseded": "less was asked for meanwhile", "valid_until": "its validity ends",
	"second_analyst": "a second analyst is needed", "overtaken": "one that was sent later acts",
	"above_capacity":  "more than the buyer can bear",
	"insolvency_only": "only insolvency is covered", "no_rate": "exchange rate not known",
	"future_date": "dated in the future",
	"too_large":   "too large", "empty": "empty", "type_not_accepted": "not of a type that is accepted",
	"false_type": "another type than it is said to be", "damaged": "damaged",
	"unpacks_too_large": "it unpacks to too much", "macros": "it has macros", "encrypted": "encrypted",
}

// limitReasons are the words of RECECO 4509.
var limitReasons = map[uint32]string{1: "no financial statements", 4: "new company", 8: "insolvency risk only",
	12: "adverse information", 13: "limit full", 14: "lack of turnover"}

// Of says a code in English.
func Of(code string) string {
	if p, ok := phrases[code]; ok && !explain.Known(code) {
		return p
	}
	return explain.Name(explain.English, code)
}

// Reason says why a limit is not what was asked for, empty where no reason is known.
func Reason(b *decision.Limit) string {
	if b.ReasonText != "" {
		return Of(b.ReasonText)
	}
	if w, ok := limitReasons[b.Reason]; ok {
		return w
	}
	return ""
}

// Figure says the figure behind a contribution with its unit, empty where there is none to say.
func Figure(code string, v int64) string { return explain.Figure(explain.English, code, v) }

// Gone tells whether a component that changed has no part in a score any more.
func Gone(b *decision.Score, code string) bool {
	return !slices.ContainsFunc(b.Contributions, func(c decision.Contribution) bool { return c.Code == code })
}
