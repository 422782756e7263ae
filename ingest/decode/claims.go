package decode

import (
	"encoding/hex"
	"math"

	"barometer/ingest/event"
)

const (
	maxInvoices    = 1000     // of one report, plan or claim
	maxInstalments = 120      // of one payment plan
	maxDocument    = 20 << 20 // bytes of one document
)

func walkOverdueReported(w *walk, b *event.OverdueReported) {
	required(w, "policy_id", &b.Policy, ident, "The policy.")
	w.party(&b.Buyer)
	list(w, "invoices", &b.Invoices, ident, 1, maxInvoices, "The overdue invoices.")
	required(w, "reported_on", &b.ReportedOn, day, "The day of the report.")
	optional(w, "reference", &b.Reference, ident, "The policyholder's own reference.")
	byDefault(w, "kind", &b.Kind, caseKind, event.CaseCollect, "What the insurer is to do: watch a payment plan, "+
		"collect, pay a claim, or both.")
}

func walkAdverseReported(w *walk, b *event.AdverseReported) {
	required(w, "policy_id", &b.Policy, ident, "The policy.")
	w.party(&b.Buyer)
	required(w, "known_on", &b.KnownOn, day, "The day that the policyholder came to know it.")
	required(w, "what", &b.What, adversity, "What it knows.")
	w.text("details", "details", line, false, "What there is to say.")
}

func walkPaymentPlanAgreed(w *walk, b *event.PaymentPlanAgreed) {
	required(w, "policy_id", &b.Policy, ident, "The policy.")
	w.party(&b.Buyer)
	required(w, "plan_id", &b.Plan, ident, "Names the plan, unique per policy and buyer.")
	list(w, "invoices", &b.Invoices, ident, 1, maxInvoices, "The invoices that it pays.")
	required(w, "agreed_on", &b.AgreedOn, day, "The day of the agreement.")
	required(w, "currency", &b.Currency, currency, "The currency of the instalments.")
	amount := amountOf(b.Currency, unsigned)
	last, total, sums, ascends := b.AgreedOn-1, int64(0), true, true
	objects(w, "instalments", &b.Instalments, 1, maxInstalments, "Its payments, by their days.",
		func(i *event.Instalment) {
			required(w, "due_on", &i.DueOn, day, "The day that it is due.")
			required(w, "amount", &i.Minor, amount, "The amount.")
			sums = sums && i.Minor > 0 && i.Minor <= math.MaxInt64-total
			ascends, last, total = ascends && last < i.DueOn, i.DueOn, total+i.Minor
		})
	w.check(sums, BadAmount, "instalments", "amounts above 0 whose sum is within ±92 233 720 368 547 758.07")
	w.check(ascends, BadField, "instalments", "days that ascend, the first not before agreed_on")
}

func walkDocumentAdded(w *walk, b *event.DocumentAdded) {
	w.caseOrClaim(&b.Case, &b.Claim, "The case that it belongs to.", "The claim that it belongs to.")
	required(w, "document_id", &b.Document, ident, "Names the document, unique per case and claim.")
	required(w, "kind", &b.Kind, document, "What it shows.")
	w.text("name", "document_name", name, false, "Its name.")
	sum := hex.EncodeToString(b.SHA256)
	required(w, "sha256", &sum, digest, "The SHA-256 of its bytes, by which it is stored.")
	size := int32(b.Size)
	required(w, "bytes", &size, bytesOf, "How many bytes it has.")
	if w.mode == reading && w.err == nil {
		b.SHA256, _ = hex.DecodeString(sum) // digest took hexadecimal digits only
		b.Size = int64(size)
	}
}

func walkDunningSent(w *walk, b *event.DunningSent) {
	required(w, "policy_id", &b.Policy, ident, "The policy.")
	w.party(&b.Buyer)
	required(w, "invoice_id", &b.Invoice, ident, "The invoice.")
	required(w, "kind", &b.Formal, dunning, "What was sent.")
	required(w, "sent_on", &b.SentOn, day, "The day that it was sent.")
}

func walkClaimFiled(w *walk, b *event.ClaimFiled) {
	required(w, "policy_id", &b.Policy, ident, "The policy.")
	w.party(&b.Buyer)
	list(w, "invoices", &b.Invoices, ident, 1, maxInvoices, "The unpaid invoices.")
	required(w, "cause", &b.Insolvency, cause, "The cause of the loss.")
	required(w, "filed_on", &b.FiledOn, day, "The day of the claim.")
	optional(w, "reference", &b.Reference, ident, "The policyholder's own reference.")
}

func walkRecoveryReceived(w *walk, b *event.RecoveryReceived) {
	w.caseOrClaim(&b.Case, &b.Claim, "The case that it was recovered in.", "The claim that it is for.")
	required(w, "recovery_id", &b.Recovery, ident, "Names the recovery, unique per case.")
	w.sum(&b.Amount, "What was received.")
	required(w, "received_on", &b.ReceivedOn, day, "The day that it was received.")
	required(w, "from", &b.From, recoveredFrom, "Where it came from.")
	optional(w, "fee", &b.FeeMinor, amountOf(b.Amount.Currency, unsigned), "The collector's fee for it, in its currency.")
}

// caseOrClaim walks the id of a case or of a claim: one of the two.
func (w *walk) caseOrClaim(collection, claim *string, ofCase, ofClaim string) {
	optional(w, "case_id", collection, minted, ofCase)
	optional(w, "claim_id", claim, minted, ofClaim)
	w.check(*collection != "" || *claim != "", MissingField, "case_id", "case_id or claim_id")
	w.check(*collection == "" || *claim == "", BadField, "claim_id", "case_id or claim_id, not both")
	w.rule(func() map[string]any {
		return map[string]any{"oneOf": []any{given("case_id"), given("claim_id")}}
	})
}

func walkClaimExamined(w *walk, b *event.ClaimExamined) {
	required(w, "claim_id", &b.Claim, minted, "The claim.")
	required(w, "verdict", &b.Verdict, examined, "The outcome.")
	w.maybeSum(&b.HasAmount, &b.Amount, "Of verdict partly: the loss that is accepted, in the policy's currency.")
	list(w, "documents", &b.Documents, missing, 0, 100, "The kinds of documents that are missing. A claim that lacks one "+
		"stays open.")
	w.text("reason", "reason", line, false, "Why.")
	required(w, "analyst", &b.Analyst, ident, "Who examined it.")
	w.check(b.Verdict != event.VerdictPartly || b.HasAmount, MissingField, "amount", "it for verdict partly")
	w.rule(func() map[string]any {
		return map[string]any{"if": where("verdict", event.VerdictPartly.String()), "then": given("amount")}
	})
}

func walkIndemnityPaid(w *walk, b *event.IndemnityPaid) {
	required(w, "claim_id", &b.Claim, minted, "The claim.")
	w.sum(&b.Amount, "What was paid.")
	required(w, "paid_on", &b.PaidOn, day, "The day of the payment.")
	required(w, "analyst", &b.Analyst, ident, "Who paid it.")
}

func walkCollectionMoved(w *walk, b *event.CollectionMoved) {
	required(w, "case_id", &b.Case, minted, "The case.")
	required(w, "stage", &b.Stage, stage, "The stage that it comes to.")
	optional(w, "outcome", &b.Outcome, caseOutcome, "Of stage closed: how it ended.")
	required(w, "analyst", &b.Analyst, ident, "The collector.")
	w.text("details", "details", line, false, "What there is to say.")
	closed := b.Stage == event.StageClosed
	w.check(!closed || b.Outcome != event.CaseOutcomeNone, MissingField, "outcome", "it for stage closed")
	w.check(closed || b.Outcome == event.CaseOutcomeNone, BadField, "outcome", "none but for stage closed")
	w.rule(func() map[string]any {
		return map[string]any{"if": where("stage", event.StageClosed.String()), "then": given("outcome"),
			"else": map[string]any{"not": given("outcome")}}
	})
}

func walkPlanDecided(w *walk, b *event.PlanDecided) {
	required(w, "plan_id", &b.Plan, ident, "The payment plan.")
	required(w, "policy_id", &b.Policy, ident, "The policy.")
	w.party(&b.Buyer)
	required(w, "verdict", &b.Consent, consent, "Whether the insurer consents to it.")
	required(w, "analyst", &b.Analyst, ident, "Who decided.")
	w.text("reason", "reason", line, false, "Why.")
}
