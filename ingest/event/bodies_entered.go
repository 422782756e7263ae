package event

// Who of the insurer's people entered a message: nobody approves what he entered himself. Empty is a feed, a
// policyholder or the installation.

// EnteredBy is who of the insurer's people entered the message.
func (b *LimitRequested) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *UnderwriterDecided) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *BindingOrderAccepted) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *NoticeServed) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *PlanDecided) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *Indicator) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *News) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *NewsWithdrawn) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *StatementFiled) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *ReviewDecided) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *CountryCapSet) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *ClaimExamined) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *CollectionMoved) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *IndemnityPaid) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *ModelActivated) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *FoldActivated) EnteredBy() string { return b.Analyst }

// EnteredBy is who of the insurer's people entered the message.
func (b *Quarantined) EnteredBy() string { return b.Analyst }

// EnteredBy is empty: none of the insurer's people enters it.
func (*InvoiceIssued) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*InvoicePaid) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*InvoiceDisputed) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*InvoiceCancelled) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*InvoiceExtended) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*PaymentReversed) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*Experience) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*HistoryClosed) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*PolicyUpserted) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*OverdueReported) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*DunningSent) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*ClaimFiled) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*AdverseReported) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*PaymentPlanAgreed) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*BuyerUpserted) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*RecoveryReceived) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*DocumentAdded) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*Tick) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*LogOpened) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*Relayed) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*NoticeDelivered) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*Marks) EnteredBy() string { return "" }

// EnteredBy is empty: none of the insurer's people enters it.
func (*State) EnteredBy() string { return "" }
