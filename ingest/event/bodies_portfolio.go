package event

import "barometer/ingest/event/wire"

// DeductibleKind names a deductible of a policy.
type DeductibleKind uint8

// Kinds of deductible.
const (
	DeductibleNone DeductibleKind = iota
	EachAndEvery
	AggregateFirstLoss
	NonQualifying
)

var deductibleKinds = []string{"", "each_and_every", "aggregate_first_loss", "non_qualifying"}

func (k DeductibleKind) String() string { return name(deductibleKinds, uint8(k)) }

// ParseDeductibleKind finds a kind of deductible by its published name.
func ParseDeductibleKind(s string) (DeductibleKind, bool) {
	v, ok := parse(deductibleKinds, s)
	return DeductibleKind(v), ok
}

// Deductible is one deductible, in minor units of the policy's currency.
type Deductible struct {
	Kind  DeductibleKind
	Minor int64
}

// Walk walks the fields of barometer.v1.Deductible.
func (d *Deductible) Walk(w *wire.Wire) {
	wire.Enum(w, 1, &d.Kind)
	w.Int(2, &d.Minor)
}

// PolicyUpserted is a version of a policy's terms, in force from EffectiveOn. Money is in minor units of Currency.
type PolicyUpserted struct {
	Policy, Holder, Language, Currency string
	InsuredPPM                         int64 // insured percentage in parts per million
	DiscretionaryMinor                 int64
	MaximumLiabilityMinor              int64
	MinimumRetentionMinor              int64
	Deductibles                        []Deductible
	IndemnityOrder                     []string
	WaitingPeriodDays                  int32
	NoticeDays                         int32
	NoticeFromDelivery                 bool
	MaximumExtensionDays               int32
	NotificationDeadlineDays           int32
	ClaimDeadlineDays                  int32
	EffectiveOn, PeriodFrom, PeriodTo  Day
}

// Walk walks the fields of barometer.v1.PolicyUpserted.
func (b *PolicyUpserted) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Str(2, &b.Holder)
	w.Str(3, &b.Language)
	w.Str(4, &b.Currency)
	w.Int(5, &b.InsuredPPM)
	w.Int(6, &b.DiscretionaryMinor)
	w.Int(7, &b.MaximumLiabilityMinor)
	w.Int(8, &b.MinimumRetentionMinor)
	wire.Msgs(w, 9, &b.Deductibles)
	w.Strs(10, &b.IndemnityOrder)
	w.Int32(11, &b.WaitingPeriodDays)
	w.Int32(12, &b.NoticeDays)
	w.Bool(13, &b.NoticeFromDelivery)
	w.Int32(14, &b.MaximumExtensionDays)
	w.Int32(15, &b.NotificationDeadlineDays)
	w.Int32(16, &b.ClaimDeadlineDays)
	w.Int32(17, (*int32)(&b.EffectiveOn))
	w.Int32(18, (*int32)(&b.PeriodFrom))
	w.Int32(19, (*int32)(&b.PeriodTo))
}

// BuyerUpserted is a buyer's master data; its name and registrations are words, Buyer.Matches their fingerprints.
type BuyerUpserted struct {
	Buyer         Party
	Sector        string
	FoundedOn     Day
	Group, Parent string
	NaturalPerson bool
}

// Walk walks the fields of barometer.v1.BuyerUpserted.
func (b *BuyerUpserted) Walk(w *wire.Wire) {
	w.Msg(1, &b.Buyer)
	w.Str(2, &b.Sector)
	w.Int32(3, (*int32)(&b.FoundedOn))
	w.Str(4, &b.Group)
	w.Str(5, &b.Parent)
	w.Bool(6, &b.NaturalPerson)
}

// StatementFiled is a company's annual statement, in minor units of Currency. Figures that were not given are absent
// from Given, a set of bits by the order of the fields here.
type StatementFiled struct {
	Buyer                                                 Party
	PeriodEnd                                             Day
	Months                                                int32
	Currency                                              string
	TotalAssets, Equity, CurrentAssets, Inventories, Cash int64
	CurrentLiabilities, TotalLiabilities, TradePayables   int64
	Revenue, EBIT, NetIncome, Depreciation                int64
	Given                                                 uint32
	Consolidated                                          bool
	Analyst                                               string // of the insurer's people: who enters it, empty: a feed
}

// Bits of StatementFiled.Given.
const (
	GivenTotalAssets uint32 = 1 << iota
	GivenEquity
	GivenCurrentAssets
	GivenInventories
	GivenCash
	GivenCurrentLiabilities
	GivenTotalLiabilities
	GivenTradePayables
	GivenRevenue
	GivenEBIT
	GivenNetIncome
	GivenDepreciation
)

// Walk walks the fields of barometer.v1.StatementFiled.
func (b *StatementFiled) Walk(w *wire.Wire) {
	w.Msg(1, &b.Buyer)
	w.Int32(2, (*int32)(&b.PeriodEnd))
	w.Int32(3, &b.Months)
	w.Str(4, &b.Currency)
	w.Int(5, &b.TotalAssets)
	w.Int(6, &b.Equity)
	w.Int(7, &b.CurrentAssets)
	w.Int(8, &b.Inventories)
	w.Int(9, &b.Cash)
	w.Int(10, &b.CurrentLiabilities)
	w.Int(11, &b.TotalLiabilities)
	w.Int(12, &b.TradePayables)
	w.Int(13, &b.Revenue)
	w.Int(14, &b.EBIT)
	w.Int(15, &b.NetIncome)
	w.Int(16, &b.Depreciation)
	w.Uint32(17, &b.Given)
	w.Bool(18, &b.Consolidated)
	w.Str(19, &b.Analyst)
}

// LimitRequested is a policyholder's request; Amount is the total wanted.
type LimitRequested struct {
	Request, Policy string
	Buyer           Party
	Kind            RequestKind
	Amount          Amount
	ValidUntil      Day
	Analyst         string // who asks for the policyholder, empty: itself
}

// Walk walks the fields of barometer.v1.LimitRequested.
func (b *LimitRequested) Walk(w *wire.Wire) {
	w.Str(1, &b.Request)
	w.Str(2, &b.Policy)
	w.Msg(3, &b.Buyer)
	wire.Enum(w, 4, &b.Kind)
	w.Msg(5, &b.Amount)
	w.Int32(6, (*int32)(&b.ValidUntil))
	w.Str(7, &b.Analyst)
}

// OverdueReported is a policyholder's notification of overdue invoices.
type OverdueReported struct {
	Policy     string
	Buyer      Party
	Invoices   []string
	ReportedOn Day
	Reference  string
}

// Walk walks the fields of barometer.v1.OverdueReported.
func (b *OverdueReported) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Msg(2, &b.Buyer)
	w.Strs(3, &b.Invoices)
	w.Int32(4, (*int32)(&b.ReportedOn))
	w.Str(5, &b.Reference)
}

// DunningSent is a reminder, or a formal notice where Formal.
type DunningSent struct {
	Policy  string
	Buyer   Party
	Invoice string
	Formal  bool
	SentOn  Day
}

// Walk walks the fields of barometer.v1.DunningSent.
func (b *DunningSent) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Msg(2, &b.Buyer)
	w.Str(3, &b.Invoice)
	w.Bool(4, &b.Formal)
	w.Int32(5, (*int32)(&b.SentOn))
}

// ClaimFiled asks for an indemnity: for protracted default, or for insolvency where Insolvency.
type ClaimFiled struct {
	Policy     string
	Buyer      Party
	Invoices   []string
	Insolvency bool
	FiledOn    Day
	Reference  string
}

// Walk walks the fields of barometer.v1.ClaimFiled.
func (b *ClaimFiled) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Msg(2, &b.Buyer)
	w.Strs(3, &b.Invoices)
	w.Bool(4, &b.Insolvency)
	w.Int32(5, (*int32)(&b.FiledOn))
	w.Str(6, &b.Reference)
}

// RecoveryReceived is money recovered for a case or for a claim.
type RecoveryReceived struct {
	Case, Claim string
	Amount      Amount
	ReceivedOn  Day
	From        string
}

// Walk walks the fields of barometer.v1.RecoveryReceived.
func (b *RecoveryReceived) Walk(w *wire.Wire) {
	w.Str(1, &b.Case)
	w.Str(2, &b.Claim)
	w.Msg(3, &b.Amount)
	w.Int32(4, (*int32)(&b.ReceivedOn))
	w.Str(5, &b.From)
}
