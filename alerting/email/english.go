package email

import (
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

var english = language{
	months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
		"November", "December"}, date: "%s %s %d", thousands: ",", decimal: ".",
	scale:   "on a scale from 1 (best) to 10",
	andMore: " (and %d more)", grade: "Grade", limit: "Credit limit", policy: "Policy", fromWhen: "In effect from",
	why: "Why", todo: "What to do now", until: "Valid until", condition: "Conditions", asked: "Requested",
	first: "%d", moved: "%s → %s", at: "buyer’s grade %d",
	covered: "Cover of the invoice", delivered: "Delivered on", invoice: "Invoice", order: "Order",
	coveredOrder: "Cover of the order", overdue: "Overdue invoices",
	once:      "the receipt of this message; another one confirms the date",
	after:     "%d days after the receipt of this message; another one confirms the date",
	footer:    "You receive this message because your company subscribed to notifications about its buyers.",
	reference: "Reference", intro: "%d changes concern your buyers.",
	short: "(1 best, 10 worst)", named: "%s: %s",
	insolvent:       "Insolvency, grade %d",
	worse:           "Grade worsens from %d to %d",
	better:          "Grade improves from %d to %d",
	known:           "First grade %d",
	falls:           "Credit limit falls to %s on %s",
	ends:            "Credit limit ends on %s",
	fallsWithNotice: "Notice: credit limit falls to %s",
	endsWithNotice:  "Notice: credit limit ends",
	standing:        "Request not approved, the limit of %s stands",
	unlikelySubject: "Indication only, no cover: no limit at present",
	now:             "In force now",
	planned:         "Planned",
	stands:          "%s stays in force (%s)",
	indication:      "Indication",
	indicated:       "%s could be granted at present; nothing is covered by this answer",
	unlikely:        "no limit could be granted at present; nothing is covered by this answer",
	mails: mails{
		confirm: "Please confirm this address for notifications",
		confirmText: "Somebody asked us to send notifications about the buyers of a credit insurance policy to this " +
			"address. Nothing is sent until the address is confirmed with the link below, which holds for seven days. If you " +
			"did not expect this message, do nothing.",
		confirmLink: "Confirm this address",
		test:        "Test message: notifications arrive here",
		testText:    "You asked for a test. Notifications to this address arrive; there is nothing to do.",
		unsubscribe: "No more messages to this address",
	},
	conditions: map[string]string{
		"max_terms_days": "terms of payment of at most %s days", "security": "security: %s",
		"insolvency_only": "only insolvency is covered"},
	codes: map[decision.LimitCode]code{
		decision.Approved:           {"approved", "Credit limit approved, %s"},
		decision.PartlyApproved:     {"partly approved", "Credit limit partly approved, %s"},
		decision.NotApproved:        {"not approved", "Credit limit not approved"},
		decision.Conditional:        {"approved with conditions", "Credit limit approved with conditions, %s"},
		decision.Reduced:            {"reduced", "Credit limit reduced to %s"},
		decision.Cancelled:          {"cancelled", "Credit limit cancelled"},
		decision.Preliminary:        {"indication, no cover", "Indication only, no cover: %s"},
		decision.StillInvestigating: {"still being investigated", "Request still being investigated, the limit is %s"},
		decision.Reinstated:         {"reinstated", "Credit limit reinstated, %s"},
	},
	covers: map[decision.CoverCode]coverText{
		decision.Suspended: {"cover suspended", "Cover for new deliveries suspended, limit %s",
			"Deliver only against prepayment until the buyer has paid what is overdue. Earlier deliveries stay " +
				"covered. Report the overdue invoice before its notification deadline."},
		decision.Resumed: {"cover resumed", "Deliveries are covered again, limit %s",
			"You can deliver on credit up to the limit again."},
		decision.BindingOrder: {"binding order", "Binding order stays covered, %s",
			"Deliver the order by the date shown: it is covered up to its amount, also where the limit does not " +
				"cover it."},
		decision.Forfeited: {"cover forfeited", "Cover of an overdue invoice is forfeited, %s",
			"Report overdue invoices before their notification deadline. If you reported this one in time, send us " +
				"the day of your report: its cover is then restored."},
		decision.Restored: {"cover restored", "Cover of an overdue invoice is restored, %s",
			"Nothing. The invoice is covered again."},
	},
	cases: englishCases,
	reasons: map[string]string{
		public.Insolvency: "insolvency proceedings", public.Accounts: "its financial statements",
		public.News: "news about the company", public.Profile: "the age and size of the company",
		public.Economic: "the economy of its country and sector", public.Political: "the risk of its country",
		public.NoAccounts:     "no financial statements are known",
		public.InsolvencyOnly: "only insolvency can be insured", public.Adverse: "adverse information about the buyer",
		"valid_until":       "the agreed validity ends",
		"superseded":        "you have asked for less meanwhile",
		public.Underwriter:  "an underwriter has decided so",
		"overdue":           "an invoice is unpaid beyond the maximum extension period",
		"late_notification": "an overdue invoice was not reported by its notification deadline",
		"no_longer_overdue": "no invoice is unpaid beyond the maximum extension period any more",
		"reported_in_time":  "the invoice was reported before its notification deadline",
		public.Capacity:     "we cannot cover more on this buyer at present",
		"policy_ended":      "the period of the policy is over",
	},
	deadlines: englishDeadlines,
	unstated:  "the overall assessment of the buyer",
	advice: advice{
		insolvent: "Stop deliveries on credit at once. Report open invoices and file your claim with the insolvency " +
			"administrator.",
		worse: "Check what is open with this buyer and consider shorter terms or prepayment. Your limit stands unless " +
			"we tell you otherwise.",
		better: "Nothing. You can ask for a higher limit if you need one.",
		first:  "Nothing. We watch this buyer for you from now on.",
		ends: "Ask for a prolongation if you go on delivering on credit. Without one, deliver only against " +
			"prepayment from the date above on.",
		withdrawn: "Deliver only against prepayment from the date above on. Earlier deliveries stay covered up to the " +
			"limit in force when you delivered.",
		less: "Keep new deliveries within the new limit from the date above on. Earlier deliveries stay covered up " +
			"to the limit in force when you delivered.",
		refused: "Deliver more than the limit shown only against prepayment. Recent financial statements of the buyer " +
			"may change the answer.",
		partly:   "Keep open deliveries within the limit and its conditions; ask for prepayment beyond it.",
		granted:  "You can deliver on credit up to the limit.",
		wait:     "Wait for our answer before you deliver on credit beyond the limit shown.",
		restored: "You can deliver on credit up to the limit again.",
		stands: "Your limit stands: deliver within it as before, beyond it only against prepayment. Recent financial " +
			"statements of the buyer may change the answer.",
		indication: "This is an indication and no decision. Request a limit before you deliver on credit.",
	},
}
