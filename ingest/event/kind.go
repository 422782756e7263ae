package event

// Topic is a topic that ingest or route follows. Values are part of the log's format.
type Topic uint8

// Topics that can be the source of a log record.
const (
	TopicNone Topic = iota
	TopicIndicators
	TopicPayments
	TopicNews
	TopicPortfolio
	TopicOrders
	TopicClock
	TopicRelays
	TopicDeliveries
	TopicControl
	TopicDecisions
	TopicSubscriptions
	topicEnd
)

var topicNames = [topicEnd]string{"", "risk.indicators", "risk.payments", "risk.news", "risk.portfolio", "risk.orders",
	"risk.clock", "risk.relays", "risk.deliveries", "risk.control", "risk.decisions", "risk.subscriptions"}

func (t Topic) String() string {
	if t < topicEnd {
		return topicNames[t]
	}
	return ""
}

// ParseTopic finds a topic by its name.
func ParseTopic(name string) (Topic, bool) {
	for t := TopicIndicators; t < topicEnd; t++ {
		if topicNames[t] == name {
			return t, true
		}
	}
	return TopicNone, false
}

// Kind is what a log record says. Values are part of the log's format: add at the end, never renumber.
type Kind uint8

// Kinds, in the order of interfaces.md; from KindLogOpened on they are the log's own.
const (
	KindNone Kind = iota
	KindIndicator
	KindInvoiceIssued
	KindInvoicePaid
	KindInvoiceDisputed
	KindInvoiceCancelled
	KindInvoiceExtended
	KindPaymentReversed
	KindExperience
	KindHistoryClosed
	KindNews
	KindNewsWithdrawn
	KindPolicyUpserted
	KindBuyerUpserted
	KindStatementFiled
	KindLimitRequested
	KindOverdueReported
	KindDunningSent
	KindClaimFiled
	KindRecoveryReceived
	KindReviewDecided
	KindUnderwriterDecided
	KindBindingOrderAccepted
	KindCountryCapSet
	KindClaimExamined
	KindCollectionMoved
	KindModelActivated
	KindFoldActivated
	KindTick
	KindLogOpened
	KindRelayed
	KindNoticeDelivered
	KindQuarantined
	KindMarks
	KindState
	KindNoticeServed
	KindAdverseReported
	KindPaymentPlanAgreed
	KindDocumentAdded
	KindPlanDecided
	KindIndemnityPaid
	KindEnd // not a kind: the number of kinds
)

var kinds = [KindEnd]struct {
	name  string
	topic Topic
}{
	KindIndicator:            {"indicator", TopicIndicators},
	KindInvoiceIssued:        {"invoice.issued", TopicPayments},
	KindInvoicePaid:          {"invoice.paid", TopicPayments},
	KindInvoiceDisputed:      {"invoice.disputed", TopicPayments},
	KindInvoiceCancelled:     {"invoice.cancelled", TopicPayments},
	KindInvoiceExtended:      {"invoice.extended", TopicPayments},
	KindPaymentReversed:      {"payment.reversed", TopicPayments},
	KindExperience:           {"experience", TopicPayments},
	KindHistoryClosed:        {"history.closed", TopicPayments},
	KindNews:                 {"news", TopicNews},
	KindNewsWithdrawn:        {"news.withdrawn", TopicNews},
	KindPolicyUpserted:       {"policy.upserted", TopicPortfolio},
	KindBuyerUpserted:        {"buyer.upserted", TopicPortfolio},
	KindStatementFiled:       {"statement.filed", TopicPortfolio},
	KindLimitRequested:       {"limit.requested", TopicPortfolio},
	KindOverdueReported:      {"overdue.reported", TopicPortfolio},
	KindDunningSent:          {"dunning.sent", TopicPortfolio},
	KindClaimFiled:           {"claim.filed", TopicPortfolio},
	KindRecoveryReceived:     {"recovery.received", TopicPortfolio},
	KindReviewDecided:        {"review.decided", TopicOrders},
	KindUnderwriterDecided:   {"underwriter.decided", TopicOrders},
	KindBindingOrderAccepted: {"binding_order.accepted", TopicOrders},
	KindCountryCapSet:        {"country_cap.set", TopicOrders},
	KindClaimExamined:        {"claim.examined", TopicOrders},
	KindCollectionMoved:      {"collection.moved", TopicOrders},
	KindModelActivated:       {"model.activated", TopicOrders},
	KindFoldActivated:        {"fold.activated", TopicOrders},
	KindTick:                 {"tick", TopicClock},
	KindLogOpened:            {"log.opened", TopicControl},
	KindRelayed:              {"relayed", TopicRelays},
	KindNoticeDelivered:      {"notice.delivered", TopicDeliveries},
	KindQuarantined:          {"quarantined", TopicControl},
	KindMarks:                {"marks", TopicControl},
	KindState:                {"state", TopicControl},
	KindNoticeServed:         {"notice.served", TopicOrders},
	KindAdverseReported:      {"adverse.reported", TopicPortfolio},
	KindPaymentPlanAgreed:    {"payment_plan.agreed", TopicPortfolio},
	KindDocumentAdded:        {"document.added", TopicPortfolio},
	KindPlanDecided:          {"plan.decided", TopicOrders},
	KindIndemnityPaid:        {"indemnity.paid", TopicOrders},
}

func (k Kind) String() string {
	if k < KindEnd {
		return kinds[k].name
	}
	return ""
}

// Topic is the source topic that carries messages of kind k.
func (k Kind) Topic() Topic {
	if k < KindEnd {
		return kinds[k].topic
	}
	return TopicNone
}

// ParseKind finds the kind that a message's type names.
func ParseKind(name string) (Kind, bool) {
	for k := KindIndicator; k < KindEnd; k++ {
		if kinds[k].name == name {
			return k, true
		}
	}
	return KindNone, false
}

// Broadcast tells whether records of kind k go to every partition.
func (k Kind) Broadcast() bool {
	switch k {
	case KindIndicator, KindPolicyUpserted, KindHistoryClosed, KindCountryCapSet, KindModelActivated, KindFoldActivated,
		KindTick, KindLogOpened:
		return true
	default:
		return false
	}
}
