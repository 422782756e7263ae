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
	CollectionDeadlineDays             int32
	WaitingFromReport                  bool  // the waiting period counts from the report of the overdue, not the due date
	LateReportPPM                      int64 // the percentage that a late report leaves, 0: it forfeits cover
	InsolvencyClaimDays                int32 // of a claim for insolvency, from the day that the log heard of it, 0: none
	DiscretionaryPPM                   int64 // the insured percentage of discretionary cover
	VATInsured                         bool
	EqualDisqualifies                  bool // a loss equal to the non-qualifying one is not insured
	IndemnityDays                      int32
	Assignee                           string  // whom indemnities are paid to, empty: the policyholder
	WarnDays                           []int32 // descending: days before a date of the policy's clock
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
	w.Int32(20, &b.CollectionDeadlineDays)
	w.Bool(21, &b.WaitingFromReport)
	w.Int(22, &b.LateReportPPM)
	w.Int32(23, &b.InsolvencyClaimDays)
	w.Int(24, &b.DiscretionaryPPM)
	w.Bool(25, &b.VATInsured)
	w.Bool(26, &b.EqualDisqualifies)
	w.Int32(27, &b.IndemnityDays)
	w.Str(28, &b.Assignee)
	w.Int32s(29, &b.WarnDays)
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
