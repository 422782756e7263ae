package processor

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// Reasons of input.rejected: the published vocabulary, with those of score.Result (overpaid,
// invoice_closed, …) and of claim.Refusal (nothing_owed, before_loss, …).
const (
	ReasonNotSupported     = "not_supported"
	ReasonBadModel         = "bad_model"
	ReasonIDReused         = "id_reused"
	ReasonUnknownInvoice   = "unknown_invoice" // this and the next five: after it has waited
	ReasonUnknownPolicy    = "unknown_policy"
	ReasonUnknownBuyer     = "unknown_buyer"
	ReasonNoRate           = "no_rate"
	ReasonUnknownPayment   = "unknown_payment"
	ReasonUnknownNews      = "unknown_news"
	ReasonWaitingFull      = "waiting_full"
	ReasonFutureDate       = "future_date"
	ReasonUnknownIndicator = "unknown_indicator"
	ReasonBadValue         = "bad_value"
	ReasonAmountTooLarge   = "amount_too_large"
	ReasonOutOfRange       = "out_of_range" // of a request: an amount or a day that makes no sense
	ReasonNoLimit          = "no_limit"     // of a request: there is nothing to cancel, reduce or prolong
	ReasonPolicyEnded      = "policy_ended" // of a request for more: the period of its policy is over
	ReasonLate             = textLate       // of a report of overdue invoices: their deadline is over
	ReasonUnknownCase      = "unknown_case"
	ReasonUnknownClaim     = "unknown_claim"
	ReasonNoNotice         = "no_notice" // of one that was served: no cut waits for its delivery
	// it may be about several buyers, and nobody has said that it is about this one
	ReasonAmbiguousCompany = "ambiguous_company"
	ReasonUnderReview      = "under_review" // a request, after it has waited
	ReasonUnknownReview    = "unknown_review"
	ReasonOvertaken        = "overtaken"      // a cap or a model: one that was sent later acts
	ReasonReviewClosed     = "review_closed"  // it was decided, has lapsed, or had nothing left to decide
	ReasonSecondAnalyst    = "second_analyst" // a verdict of whoever asked for it, or has approved it already
	ReasonAboveCapacity    = "above_capacity" // likewise, of more than the buyer can bear with what others have
	ReasonQuarantined      = "quarantined"    // an operator has set the record aside, as the fold could not take it
)

// reject tells that e could not be applied. A broadcast is rejected at its home only.
func (m *Machine) reject(e *event.Event, reason, detail string) {
	if !e.Home && e.Kind.Broadcast() {
		return
	}
	m.step.decide(decision.InputRejected, e.Key, &decision.Rejection{
		Reason: reason, Detail: detail, Buyer: buyerOf(e), Policy: e.Body.PolicyID(), ID: e.ID, Kind: e.Kind,
		Source: e.Source})
}

// rejectOther is the same of another message than the one that is taken now, which is no business of who sent it.
func (m *Machine) rejectOther(e *event.Event, reason, detail string) {
	cause := m.step.cause
	m.step.cause = trigger(e)
	m.reject(e, reason, detail)
	m.step.cause = cause
}

// setAside rejects a record that is quarantined in this partition, a broadcast too.
func (m *Machine) setAside(e *event.Event, why string) {
	m.step.decide(decision.InputRejected, e.Key, &decision.Rejection{
		Reason: ReasonQuarantined, Detail: why, Buyer: buyerOf(e), Policy: e.Body.PolicyID(), ID: e.ID, Kind: e.Kind,
		Source: e.Source})
}

// buyerOf is the id of the buyer that e names, empty for none.
func buyerOf(e *event.Event) string {
	if p := e.Body.Party(); p != nil {
		return p.ID
	}
	return ""
}

// claimant is the policy whose message e is: that names it, and is not the insurer's.
func claimant(e *event.Event) string {
	if e.Kind.Topic() == event.TopicOrders {
		return ""
	}
	return e.Body.PolicyID()
}
