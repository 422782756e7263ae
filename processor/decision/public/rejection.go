package public

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// Refused is the reason of a message that was not taken for a reason that is not told.
const Refused = "refused"

// rejectionReasons are told as they are.
var rejectionReasons = []string{"not_supported", "id_reused", "unknown_invoice", "unknown_policy", "unknown_buyer",
	"unknown_payment",
	"no_rate", "waiting_full", "future_date", "bad_value", "amount_too_large", "out_of_range", "no_limit", "policy_ended",
	"late_notification", "ambiguous_company", "under_review", "invoice_closed", "overpaid", "other_currency", "state_full"}

// OwnKinds are the messages of a policyholder about its own policy; of no others it is told that they were refused.
var OwnKinds = []event.Kind{event.KindInvoiceIssued, event.KindInvoicePaid, event.KindInvoiceDisputed,
	event.KindInvoiceCancelled, event.KindInvoiceExtended, event.KindPaymentReversed, event.KindExperience,
	event.KindHistoryClosed, event.KindLimitRequested, event.KindOverdueReported, event.KindDunningSent,
	event.KindClaimFiled, event.KindRecoveryReceived, event.KindAdverseReported, event.KindPaymentPlanAgreed,
	event.KindDocumentAdded}

// Rejection is a message of the policyholder that was not applied.
type Rejection struct {
	Type          event.Kind
	ID            string
	Policy, Buyer string
	Reason        string
}

// RejectionOf is what the policyholder of a message's policy is told, false for a message that is not its own.
func RejectionOf(b *decision.Rejection) (Rejection, bool) {
	if b.Policy == "" || !slices.Contains(OwnKinds, b.Kind) {
		return Rejection{}, false
	}
	return Rejection{Type: b.Kind, ID: b.ID, Policy: b.Policy, Buyer: b.Buyer, Reason: RejectionReason(b.Reason)}, true
}

// RejectionReason is the word for why a message of the policyholder was not applied.
func RejectionReason(reason string) string {
	if slices.Contains(rejectionReasons, reason) {
		return reason
	}
	return Refused
}
