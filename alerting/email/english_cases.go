package email

var englishCases = caseTranslations{
	caseID: "Case", claimID: "Claim", reference: "Your reference",
	happened: "What happened", next: "What comes next", turn: "Whose turn it is", deadline: "By",
	open: "Outstanding", insured: "Of it insured", disputed: "Of it disputed",
	recovered: "Collected so far", invoices: "Invoices", adverse: "Adverse information",
	loss: "Loss", lossOn: "Date of loss", paid: "Indemnity paid", payBack: "To be paid back",
	payee: "Payee", missing: "Missing documents",
	received: "Received", shared: "Shared", fees: "Collection fees", split: "%s yours, %s ours",
	cases: map[string]string{
		"reported": "Overdue reported, %s outstanding", "adverse": "Adverse information recorded",
		"reminder_sent": "Your payment reminder is recorded", "formal_notice_sent": "Your formal notice is recorded",
		"moved": "Collection goes on: %s", "plan_agreed": "Payment plan recorded",
		planWaits: "Payment plan needs our consent", "plan_consented": "We consent to the payment plan",
		"plan_refused":    "Payment plan refused, cover of its invoices forfeited",
		"plan_broken":     "Payment plan broken, an instalment is unpaid",
		"disputed":        "Invoice disputed, its cover is suspended",
		"dispute_settled": "Dispute settled, the case goes on",
		"received":        "Payment of %s received", "reversed": "Payment of %s taken back",
		"cover_changed": "What is insured of the case is now %s",
		"insolvent":     "Insolvency, %s outstanding", "solvent": "Insolvency over, the case goes on",
		"reopened": "Case reopened, %s outstanding",
	},
	outcomes: map[string]string{
		"collected": "Case closed, all is collected", "partly_collected": "Case closed, %s not collected",
		"uncollectible": "Case closed as uncollectible, %s outstanding", "withdrawn": "Case closed, it was withdrawn",
	},
	claims: map[string]string{
		"filed": "Claim filed, loss %s", claimIncomplete: "Claim filed, documents are missing",
		"document_added": "All documents of the claim have arrived", documentsMissing: "Documents of the claim are missing",
		"refused": "Claim refused", "decided": "Indemnity decided, %s", noIndemnity: "Claim decided, nothing is paid",
		"corrected": "Indemnity corrected to %s", "paid": "Indemnity paid, %s",
		"recovered": "Recovery of %s after the claim", "reversed": "A recovery after the claim was taken back",
	},
	stages: map[string]string{
		"reported": "overdue reported", "reminder_sent": "reminder sent", "formal_notice_sent": "formal notice sent",
		"collection": "letters and calls to the buyer", "negotiation": "negotiation of a payment plan",
		"court_order": "court order for payment", "judgment": "judgment", "enforcement": "enforcement", "closed": "closed",
	},
	steps: map[string]string{
		"reminder_sent": "Payment reminder to the buyer", "formal_notice_sent": "Formal notice to the buyer",
		"collection": "Letters and calls to the buyer", "negotiation": "Negotiation of a payment plan",
		"court_order": "Court order for payment", "judgment": "Judgment", "enforcement": "Enforcement",
		"closed": "Closing of the case", "consent": "Decision on the payment plan",
		"instalment": "Next instalment of the payment plan", "settle_dispute": "Settlement of the dispute",
		"report": "Handing over to collection", "file_claim": "Claim",
		"proof_of_debt": "Proof of debt in the insolvency proceedings",
		"documents":     "Missing documents", "examine": "Examination of the claim", "pay": "Payment of the indemnity",
		"pay_back": "Repayment",
	},
	actors: map[string]string{"policyholder": "Yours", "collector": "Our collector’s", "lawyer": "Our lawyer’s",
		"bailiff": "The bailiff’s", "analyst": "Ours", "buyer": "The buyer’s"},
	documents: map[string]string{
		"invoice": "invoices", "delivery_note": "delivery notes", "order": "orders",
		"statement_of_account": "statement of account", "correspondence": "correspondence with the buyer",
		"discretionary_evidence": "evidence for the discretionary limit",
		"proof_of_debt":          "proof of debt in the insolvency proceedings", "other": "other documents",
	},
	adversities: map[string]string{
		"payment_refused": "the buyer refuses to pay", "plea_for_time": "the buyer asks for more time",
		"cheque_returned": "a cheque or direct debit was returned", "goods_refused": "the buyer refuses the goods",
		"other": "other",
	},
	waterfall: map[string]string{
		"debt": "Debt", "not_insured": "Not insured", "recovered": "Recovered before the claim",
		"examined": "Not accepted in the examination", "non_qualifying": "Below the threshold of insured losses",
		"insured_percentage": "Your uninsured percentage", "each_and_every": "Deductible per loss",
		"aggregate_first_loss": "Annual aggregate first loss", "minimum_retention": "Minimum retention",
		"maximum_liability": "Above the maximum liability of the period", "indemnity": "Indemnity",
	},
	caseTasks: map[string]string{
		nothingToDo: "Nothing.",
		weAct: "Nothing: it is our turn. Tell us at once of any payment or letter of the buyer that reaches you, and " +
			"agree nothing with the buyer without us.",
		proofByUs: "Stop deliveries on credit at once and send us your invoices and delivery notes: we lodge the debt in " +
			"the insolvency proceedings. File your claim; you need not wait.",
		nothingInsured: "Nothing. None of what is still outstanding is insured, so there is nothing to claim.",
		"plan_refused": "Do not rely on the plan: its invoices are not covered any more. Send us a plan that ends within " +
			"the maximum extension period, or ask us to decide again.",
		"collected":  "Nothing.",
		"withdrawn":  "Nothing, if all is paid. What stays unpaid must be reported again before its notification deadline.",
		"file_claim": "File your claim for what is insured before the claim deadline, unless you have done so.",
		"consent": "Wait for our answer before you rely on the plan: without our consent, cover of its invoices is " +
			"forfeited.",
		"instalment": "Report each payment on the day it comes. If an instalment stays unpaid, we resume collection.",
		"settle_dispute": "Settle the dispute with the buyer and tell us the outcome: until then the invoice is not " +
			"covered.",
		"report": "If the buyer does not pay, report the overdue for collection before its notification " +
			"deadline.",
		"reminder_sent":      "Send the buyer a payment reminder and tell us the day.",
		"formal_notice_sent": "Send the buyer a formal notice, by registered letter, and tell us the day.",
		"proof_of_debt": "Stop deliveries on credit at once, lodge the debt with the insolvency administrator, and file " +
			"your claim; you need not wait.",
	},
	claimTasks: map[string]string{
		nothingToDo: "Nothing. Tell us of any payment of the buyer that still reaches you: it is shared between us.",
		noIndemnity: "Nothing is payable; the lines above show why. If a figure is wrong, send us the proof and ask us to " +
			"examine the claim again.",
		"refused": "Ask us for the reasons. If you have proof that we have not seen, send it and ask us to examine the " +
			"claim again.",
		"documents": "Send the missing documents named above: we cannot examine the claim without them.",
		"examine":   "Nothing. We examine the claim and tell you the result.",
		"pay":       "Nothing. We pay by the date above. Tell us of any payment of the buyer that still reaches you.",
		"pay_back":  "Pay the amount above back to us: the correction has made the indemnity smaller than what we paid.",
	},
}
