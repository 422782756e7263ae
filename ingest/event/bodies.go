package event

// bodies is one body of each kind, for a decoder to use again.
type bodies struct {
	indicator            Indicator
	invoiceIssued        InvoiceIssued
	invoicePaid          InvoicePaid
	invoiceDisputed      InvoiceDisputed
	invoiceCancelled     InvoiceCancelled
	invoiceExtended      InvoiceExtended
	paymentReversed      PaymentReversed
	experience           Experience
	historyClosed        HistoryClosed
	news                 News
	newsWithdrawn        NewsWithdrawn
	policyUpserted       PolicyUpserted
	buyerUpserted        BuyerUpserted
	statementFiled       StatementFiled
	limitRequested       LimitRequested
	overdueReported      OverdueReported
	dunningSent          DunningSent
	claimFiled           ClaimFiled
	recoveryReceived     RecoveryReceived
	reviewDecided        ReviewDecided
	underwriterDecided   UnderwriterDecided
	bindingOrderAccepted BindingOrderAccepted
	countryCapSet        CountryCapSet
	claimExamined        ClaimExamined
	collectionMoved      CollectionMoved
	modelActivated       ModelActivated
	foldActivated        FoldActivated
	tick                 Tick
	logOpened            LogOpened
	relayed              Relayed
	noticeDelivered      NoticeDelivered
	quarantined          Quarantined
	marks                Marks
	state                State
	noticeServed         NoticeServed
	adverseReported      AdverseReported
	paymentPlanAgreed    PaymentPlanAgreed
	documentAdded        DocumentAdded
	planDecided          PlanDecided
	indemnityPaid        IndemnityPaid
}

// cleared resets a body, and gives it back as one.
func cleared[T any, P interface {
	*T
	Body
}](p P) Body {
	var zero T
	*p = zero
	return p
}

// of gives the cleared body of kind k, nil for an unknown kind.
func (b *bodies) of(k Kind) Body {
	switch k {
	case KindIndicator:
		return cleared(&b.indicator)
	case KindInvoiceIssued:
		return cleared(&b.invoiceIssued)
	case KindInvoicePaid:
		return cleared(&b.invoicePaid)
	case KindInvoiceDisputed:
		return cleared(&b.invoiceDisputed)
	case KindInvoiceCancelled:
		return cleared(&b.invoiceCancelled)
	case KindInvoiceExtended:
		return cleared(&b.invoiceExtended)
	case KindPaymentReversed:
		return cleared(&b.paymentReversed)
	case KindExperience:
		return cleared(&b.experience)
	case KindHistoryClosed:
		return cleared(&b.historyClosed)
	case KindNews:
		return cleared(&b.news)
	case KindNewsWithdrawn:
		return cleared(&b.newsWithdrawn)
	case KindPolicyUpserted:
		return cleared(&b.policyUpserted)
	case KindBuyerUpserted:
		return cleared(&b.buyerUpserted)
	case KindStatementFiled:
		return cleared(&b.statementFiled)
	case KindLimitRequested:
		return cleared(&b.limitRequested)
	case KindOverdueReported:
		return cleared(&b.overdueReported)
	case KindDunningSent:
		return cleared(&b.dunningSent)
	case KindClaimFiled:
		return cleared(&b.claimFiled)
	case KindRecoveryReceived:
		return cleared(&b.recoveryReceived)
	case KindReviewDecided:
		return cleared(&b.reviewDecided)
	case KindUnderwriterDecided:
		return cleared(&b.underwriterDecided)
	case KindBindingOrderAccepted:
		return cleared(&b.bindingOrderAccepted)
	case KindCountryCapSet:
		return cleared(&b.countryCapSet)
	case KindClaimExamined:
		return cleared(&b.claimExamined)
	case KindCollectionMoved:
		return cleared(&b.collectionMoved)
	case KindModelActivated:
		return cleared(&b.modelActivated)
	case KindFoldActivated:
		return cleared(&b.foldActivated)
	case KindTick:
		return cleared(&b.tick)
	case KindLogOpened:
		return cleared(&b.logOpened)
	case KindRelayed:
		return cleared(&b.relayed)
	case KindNoticeDelivered:
		return cleared(&b.noticeDelivered)
	case KindQuarantined:
		return cleared(&b.quarantined)
	case KindMarks:
		return cleared(&b.marks)
	case KindState:
		return cleared(&b.state)
	case KindNoticeServed:
		return cleared(&b.noticeServed)
	case KindAdverseReported:
		return cleared(&b.adverseReported)
	case KindPaymentPlanAgreed:
		return cleared(&b.paymentPlanAgreed)
	case KindDocumentAdded:
		return cleared(&b.documentAdded)
	case KindPlanDecided:
		return cleared(&b.planDecided)
	case KindIndemnityPaid:
		return cleared(&b.indemnityPaid)
	default:
		return nil
	}
}
