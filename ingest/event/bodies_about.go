package event

// Whom and which policy each kind of message is about, said once for all who ask: for ingest's routing, the fold, the
// tables and the API. A kind that is about a company without an id has its Party too.

// Party is the company that the message is about.
func (b *InvoiceIssued) Party() *Party { return &b.Ref.Buyer }

// Party is the company that the message is about.
func (b *InvoicePaid) Party() *Party { return &b.Ref.Buyer }

// Party is the company that the message is about.
func (b *InvoiceDisputed) Party() *Party { return &b.Ref.Buyer }

// Party is the company that the message is about.
func (b *InvoiceCancelled) Party() *Party { return &b.Ref.Buyer }

// Party is the company that the message is about.
func (b *InvoiceExtended) Party() *Party { return &b.Ref.Buyer }

// Party is the company that the message is about.
func (b *PaymentReversed) Party() *Party { return &b.Ref.Buyer }

// Party is the company that the message is about.
func (b *Experience) Party() *Party { return &b.Buyer }

// Party is the company that the message is about.
func (b *News) Party() *Party { return &b.Buyer }

// Party is the company that the message is about.
func (b *NewsWithdrawn) Party() *Party { return &b.Buyer }

// Party is the company that the message is about.
func (b *BuyerUpserted) Party() *Party { return &b.Buyer }

// Party is the company that the message is about.
func (b *StatementFiled) Party() *Party { return &b.Buyer }

// Party is the company that the message is about.
func (b *LimitRequested) Party() *Party { return &b.Buyer }

// Party is the company that the message is about.
func (b *OverdueReported) Party() *Party { return &b.Buyer }

// Party is the company that the message is about.
func (b *DunningSent) Party() *Party { return &b.Buyer }

// Party is the company that the message is about.
func (b *ClaimFiled) Party() *Party { return &b.Buyer }

// Party is the company that the message is about.
func (b *UnderwriterDecided) Party() *Party { return &b.Buyer }

// Party is the company that the message is about.
func (b *BindingOrderAccepted) Party() *Party { return &b.Buyer }

// Party is the company that the message is about.
func (b *NoticeServed) Party() *Party { return &b.Buyer }

// Party is the company that the message is about.
func (b *AdverseReported) Party() *Party { return &b.Buyer }

// Party is the company that the message is about.
func (b *PaymentPlanAgreed) Party() *Party { return &b.Buyer }

// Party is the company that the message is about.
func (b *PlanDecided) Party() *Party { return &b.Buyer }

// Party is nil: it is about no company.
func (*Indicator) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*HistoryClosed) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*PolicyUpserted) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*RecoveryReceived) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*ReviewDecided) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*CountryCapSet) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*ClaimExamined) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*CollectionMoved) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*DocumentAdded) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*IndemnityPaid) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*ModelActivated) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*FoldActivated) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*Tick) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*LogOpened) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*Relayed) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*NoticeDelivered) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*Quarantined) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*Marks) Party() *Party { return nil }

// Party is nil: it is about no company.
func (*State) Party() *Party { return nil }

// PolicyID is the policy that the message names.
func (b *InvoiceIssued) PolicyID() string { return b.Ref.Policy }

// PolicyID is the policy that the message names.
func (b *InvoicePaid) PolicyID() string { return b.Ref.Policy }

// PolicyID is the policy that the message names.
func (b *InvoiceDisputed) PolicyID() string { return b.Ref.Policy }

// PolicyID is the policy that the message names.
func (b *InvoiceCancelled) PolicyID() string { return b.Ref.Policy }

// PolicyID is the policy that the message names.
func (b *InvoiceExtended) PolicyID() string { return b.Ref.Policy }

// PolicyID is the policy that the message names.
func (b *PaymentReversed) PolicyID() string { return b.Ref.Policy }

// PolicyID is the policy that the message names.
func (b *Experience) PolicyID() string { return b.Policy }

// PolicyID is the policy that the message names.
func (b *HistoryClosed) PolicyID() string { return b.Policy }

// PolicyID is the policy that the message names.
func (b *PolicyUpserted) PolicyID() string { return b.Policy }

// PolicyID is the policy that the message names.
func (b *LimitRequested) PolicyID() string { return b.Policy }

// PolicyID is the policy that the message names.
func (b *OverdueReported) PolicyID() string { return b.Policy }

// PolicyID is the policy that the message names.
func (b *DunningSent) PolicyID() string { return b.Policy }

// PolicyID is the policy that the message names.
func (b *ClaimFiled) PolicyID() string { return b.Policy }

// PolicyID is the policy that the message names.
func (b *UnderwriterDecided) PolicyID() string { return b.Policy }

// PolicyID is the policy that the message names.
func (b *BindingOrderAccepted) PolicyID() string { return b.Policy }

// PolicyID is the policy that the message names.
func (b *NoticeServed) PolicyID() string { return b.Policy }

// PolicyID is the policy that the message names.
func (b *AdverseReported) PolicyID() string { return b.Policy }

// PolicyID is the policy that the message names.
func (b *PaymentPlanAgreed) PolicyID() string { return b.Policy }

// PolicyID is the policy that the message names.
func (b *PlanDecided) PolicyID() string { return b.Policy }

// PolicyID is empty: it names none.
func (*Indicator) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*News) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*NewsWithdrawn) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*BuyerUpserted) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*StatementFiled) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*RecoveryReceived) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*ReviewDecided) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*CountryCapSet) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*ClaimExamined) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*CollectionMoved) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*DocumentAdded) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*IndemnityPaid) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*ModelActivated) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*FoldActivated) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*Tick) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*LogOpened) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*Relayed) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*NoticeDelivered) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*Quarantined) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*Marks) PolicyID() string { return "" }

// PolicyID is empty: it names none.
func (*State) PolicyID() string { return "" }
