package decode

import (
	"strings"

	"barometer/ingest/event"
)

// message is what is known of a kind of message.
type message struct {
	about string // for its schema
	fresh func() event.Body
	walk  func(*walk) // walks the body of walk.event, which is of the kind's type
}

func as[T any, P interface {
	*T
	event.Body
}](members func(*walk, P), about string) message {
	return message{about, func() event.Body { return P(new(T)) }, func(w *walk) { members(w, w.event.Body.(P)) }}
}

// messages are the kinds that source topics carry as JSON. It is filled by init, as its functions describe themselves
// by it.
var messages [event.KindEnd]message

func init() {
	messages = [event.KindEnd]message{
		event.KindIndicator: as(walkIndicator, "A figure about a country and sector; a newer one for the same "+
			"cell and period is a revision."),
		event.KindInvoiceIssued:    as(walkInvoiceIssued, "A delivery on credit."),
		event.KindInvoicePaid:      as(walkInvoicePaid, "A payment of an invoice, whole or part."),
		event.KindInvoiceDisputed:  as(walkInvoiceDisputed, "The begin or end of a dispute."),
		event.KindInvoiceCancelled: as(walkInvoiceCancelled, "A credit note for what is open of an invoice."),
		event.KindInvoiceExtended: as(walkInvoiceExtended, "A new due date. The policy's clock counts from the "+
			"original one."),
		event.KindPaymentReversed: as(walkPaymentReversed, "A payment taken back, such as a bounced debit."),
		event.KindExperience:      as(walkExperience, "An ageing balance, of a supplier who reports no invoices."),
		event.KindHistoryClosed:   as(walkHistoryClosed, "From now on the policy's messages are live."),
		event.KindNews:            as(walkNews, "A report about a company."),
		event.KindNewsWithdrawn:   as(walkNewsWithdrawn, "A report taken back."),
		event.KindPolicyUpserted: as(walkPolicyUpserted, "A version of a policy's terms. A delivery uses the version "+
			"of its date."),
		event.KindBuyerUpserted:   as(walkBuyerUpserted, "A buyer's master data."),
		event.KindStatementFiled:  as(walkStatementFiled, "A company's annual accounts."),
		event.KindLimitRequested:  as(walkLimitRequested, "A policyholder's request for a limit."),
		event.KindOverdueReported: as(walkOverdueReported, "A policyholder's notification of overdue invoices."),
		event.KindAdverseReported: as(walkAdverseReported, "Adverse information on a buyer, which a policyholder must "+
			"report within ten days of knowing it."),
		event.KindPaymentPlanAgreed: as(walkPaymentPlanAgreed, "A payment plan that a policyholder has agreed with a "+
			"buyer."),
		event.KindDocumentAdded:    as(walkDocumentAdded, "A document of a case or of a claim, stored under its SHA-256."),
		event.KindDunningSent:      as(walkDunningSent, "A reminder or formal notice that a policyholder sent."),
		event.KindClaimFiled:       as(walkClaimFiled, "A claim for an indemnity."),
		event.KindRecoveryReceived: as(walkRecoveryReceived, "Money recovered for a case or a claim."),
		event.KindReviewDecided:    as(walkReviewDecided, "An analyst's verdict on a review."),
		event.KindUnderwriterDecided: as(walkUnderwriterDecided,
			"An underwriter overrules the model for a buyer, or sets one limit."),
		event.KindBindingOrderAccepted: as(walkBindingOrderAccepted, "An order that stays covered after its limit is gone."),
		event.KindNoticeServed: as(walkNoticeServed, "A policyholder had notice of a cut by another way than a "+
			"notification, where its notice counts from delivery."),
		event.KindCountryCapSet:   as(walkCountryCapSet, "A bound on the sum of limits on one country's buyers."),
		event.KindClaimExamined:   as(walkClaimExamined, "The outcome of a claim's examination."),
		event.KindIndemnityPaid:   as(walkIndemnityPaid, "The payment of an indemnity."),
		event.KindCollectionMoved: as(walkCollectionMoved, "A collector's step of a case."),
		event.KindPlanDecided:     as(walkPlanDecided, "The insurer's word on a payment plan."),
		event.KindModelActivated:  as(walkModelActivated, "A model file that applies from now on."),
		event.KindFoldActivated:   as(walkFoldActivated, "A version of the fold that applies from now on."),
		event.KindTick:            as(walkTick, "Log time moves."),
	}
}

// message walks all members of a message: those that every type has, then those of its type.
func (w *walk) message() {
	e := w.event
	if w.mode != reading {
		w.at.typeOf(w.mode, e.Kind)
	}
	if e.Kind == event.KindTick {
		optional(w, "id", &e.ID, ident, "Names the event.")
	} else {
		required(w, "id", &e.ID, ident, "Names the event.")
	}
	required(w, "at", &e.AtMs, instant, "When it happened or was published.")
	if e.Kind.Topic() == event.TopicPayments && e.Kind != event.KindHistoryClosed {
		optional(w, "history", &e.History, boolean, "Evidence only, until history.closed.")
	}
	messages[e.Kind].walk(w)
}

func (o *object) typeOf(m mode, kind event.Kind) {
	if m == printing {
		o.members["type"] = kind.String()
		return
	}
	o.members["type"] = map[string]any{"const": kind.String()}
	o.needed = append(o.needed, "type")
}

// Keys that are not a buyer's begin with one of these.
const (
	policyKey  = "policy/"
	countryKey = "country/"
)

// keyOf is the key that an event is routed by, or whose partition is the home of a broadcast.
func keyOf(e *event.Event) string {
	switch b := e.Body.(type) {
	case *event.Indicator:
		return countryKey + b.Country
	case *event.CountryCapSet:
		return countryKey + b.Country
	case *event.PolicyUpserted:
		return policyKey + b.Policy
	case *event.HistoryClosed:
		return policyKey + b.Policy
	case *event.ReviewDecided:
		return owner(b.Review)
	case *event.ClaimExamined:
		return owner(b.Claim)
	case *event.IndemnityPaid:
		return owner(b.Claim)
	case *event.CollectionMoved:
		return owner(b.Case)
	case *event.DocumentAdded:
		return owner(b.Case + b.Claim) // one of the two is empty
	case *event.RecoveryReceived:
		return owner(b.Case + b.Claim) // one of the two is empty
	}
	if p := e.Body.Party(); p != nil {
		return partyKey(p)
	}
	return e.Kind.String()
}

// owner is the key that an id which Barometer minted belongs to.
func owner(minted string) string { return minted[:strings.LastIndexByte(minted, '/')] }

func partyKey(p *event.Party) string {
	if p.ID == "" && len(p.Matches) > 0 {
		return p.Matches[0].Key
	}
	return p.ID
}
