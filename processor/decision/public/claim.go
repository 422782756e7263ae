package public

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// Case is a change of a collection case of the policyholder, and how it stands, in minor units of Currency. All of it
// is of its own debts, but for what the insurer's people are called.
type Case struct {
	Case, Policy, Buyer                                     string
	What                                                    string // has happened
	Amount                                                  int64  // of that
	Invoices                                                []string
	Kind, Stage, PreviousStage, Outcome, Warning, Reference string
	Next, NextBy                                            string
	DueOn, OpenedOn, ReportedOn                             event.Day // 0: none
	Open, Insured, Disputed, Recovered, Fees                int64
	Currency                                                string
	Debts                                                   []decision.CaseDebt
	DebtsLeftOut                                            int32
	Receipts                                                []decision.CaseReceipt
	Rates                                                   []decision.CaseRate
	Flat                                                    int64 // in euro cents
	Plan, PlanState                                         string
	Instalments                                             []decision.CaseInstalment
	Documents, MissingDocuments                             []string
	Insolvent                                               bool
	// the id of the policyholder's message that has made the change, empty: none
	Trigger string
}

// Claim is a change of a claim of the policyholder, and how it stands, in minor units of Currency.
type Claim struct {
	Claim, Case, Policy, Buyer                            string
	What, State, Cause, Reason, Reference                 string
	FiledOn, LossOn, DueOn, PayableOn                     event.Day // 0: none
	Debt, Insured, RecoveredBefore, Loss, Indemnity, Paid int64
	FirstLoss                                             int64 // what it uses of the period's aggregate first loss
	PeriodFrom, PeriodTo                                  event.Day
	Currency, Assignee                                    string
	Waterfall                                             []decision.WaterfallLine
	Invoices                                              []decision.ClaimInvoice
	MissingDocuments                                      []string
	Next, NextBy                                          string
	Receipt, Received                                     decision.Shares
	Corrects                                              event.Position // not for the policyholder's eyes
	Trigger                                               string
}

// ownTriggers are messages about cases and claims that are their policyholder's to send.
var ownTriggers = map[event.Kind]bool{event.KindOverdueReported: true, event.KindAdverseReported: true,
	event.KindPaymentPlanAgreed: true, event.KindDocumentAdded: true, event.KindDunningSent: true,
	event.KindClaimFiled: true, event.KindInvoicePaid: true, event.KindInvoiceDisputed: true,
	event.KindInvoiceCancelled: true, event.KindInvoiceExtended: true, event.KindPaymentReversed: true}

func ownTrigger(d *decision.Decision) string {
	if ownTriggers[d.Trigger.Kind] {
		return d.Trigger.ID
	}
	return ""
}

// CaseOf is what the policyholder of a case is told of a decision on it.
func CaseOf(d *decision.Decision, b *decision.Case) Case {
	return Case{Case: b.Case, Policy: b.Policy, Buyer: b.Buyer, What: b.What, Amount: b.AmountMinor, Invoices: b.Invoices,
		Kind: b.Kind, Stage: b.Stage, PreviousStage: b.PreviousStage, Outcome: b.Outcome, Warning: b.Warning,
		Reference: b.Reference, Next: b.Next, NextBy: b.NextBy, DueOn: b.DueOn, OpenedOn: b.OpenedOn,
		ReportedOn: b.ReportedOn, Open: b.OpenMinor, Insured: b.InsuredMinor, Disputed: b.DisputedMinor,
		Recovered: b.RecoveredMinor, Fees: b.FeesMinor, Currency: b.Currency, Debts: b.Debts, DebtsLeftOut: b.DebtsLeftOut,
		Receipts: b.Receipts, Rates: b.Rates, Flat: b.FlatMinor, Plan: b.Plan, PlanState: b.PlanState,
		Instalments: b.Instalments, Documents: b.Documents, MissingDocuments: b.MissingDocuments, Insolvent: b.Insolvent,
		Trigger: ownTrigger(d)}
}

// ClaimOf is what the policyholder of a claim is told of a decision on it.
func ClaimOf(d *decision.Decision, b *decision.Claim) Claim {
	return Claim{Claim: b.Claim, Case: b.Case, Policy: b.Policy, Buyer: b.Buyer, What: b.What, State: b.State,
		Cause: b.Cause, Reason: b.Reason, Reference: b.Reference, FiledOn: b.FiledOn, LossOn: b.LossOn, DueOn: b.DueOn,
		PayableOn: b.PayableOn, Debt: b.DebtMinor, Insured: b.InsuredMinor, RecoveredBefore: b.RecoveredBeforeMinor,
		Loss: b.LossMinor, Indemnity: b.IndemnityMinor, Paid: b.PaidMinor, FirstLoss: b.FirstLossMinor,
		PeriodFrom: b.PeriodFrom, PeriodTo: b.PeriodTo, Currency: b.Currency, Assignee: b.Assignee, Waterfall: b.Waterfall,
		Invoices: b.Invoices, MissingDocuments: b.MissingDocuments, Next: b.Next, NextBy: b.NextBy, Receipt: b.Receipt,
		Received: b.Received, Corrects: b.Corrects, Trigger: ownTrigger(d)}
}
