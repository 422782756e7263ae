package decision

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// LimitCode is the answer of a limit decision (RECECO 4507). Values are part of the format.
type LimitCode uint8

// Limit codes.
const (
	LimitNone LimitCode = iota
	Approved
	PartlyApproved
	NotApproved
	Conditional
	Reduced
	Cancelled
	Preliminary
	StillInvestigating
	Reinstated
	// 10 to 15 are retired: Cover says what is covered beside a limit.
)

var limitCodes = []string{"", "approved", "partly_approved", "not_approved", "conditional", "reduced", "cancelled",
	"preliminary", "still_investigating", "reinstated"}

func (c LimitCode) String() string {
	if int(c) < len(limitCodes) {
		return limitCodes[c]
	}
	return ""
}

// Limit is a decision on the limit of one policy on one buyer. Amounts are in minor units of Currency.
type Limit struct {
	Policy, Buyer, Holder string
	Request               string // the request that it answers, empty: none
	RequestKind           event.RequestKind
	Code                  LimitCode
	RequestedMinor        int64
	GrantedMinor          int64
	PreviousMinor         int64
	Currency              string
	Reason                uint32 // RECECO 4509, 0: none
	ReasonText            string // a code of the public vocabulary
	Conditions            []string
	// EffectiveOn is the day from which on the limit is GrantedMinor. 0: it stays what it is, as nothing is granted, or
	// until OnDelivery's day is known.
	EffectiveOn event.Day
	// it is effective NoticeDays after its policyholder has had notice; another decision then says from when on
	OnDelivery    bool
	NoticeDays    int32
	ValidUntil    event.Day
	BuyerGrade    uint32
	OverhangMinor int64          // euro cents by which the limits in use exceed the capacity
	CapacityMinor int64          // euro cents
	InUseMinor    int64          // euro cents, of all policies
	Inputs        []Contribution // what the capacity was made from, in euro cents; Code says which
	Override      bool
	Model         string
	Texts         event.Source // whose words name the buyer
}

// Walk walks the fields of barometer.v1.LimitDecided.
func (b *Limit) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Str(2, &b.Buyer)
	w.Str(3, &b.Holder)
	w.Str(4, &b.Request)
	wire.Enum(w, 5, &b.RequestKind)
	wire.Enum(w, 6, &b.Code)
	w.Int(7, &b.RequestedMinor)
	w.Int(8, &b.GrantedMinor)
	w.Int(9, &b.PreviousMinor)
	w.Str(10, &b.Currency)
	w.Uint32(11, &b.Reason)
	w.Str(12, &b.ReasonText)
	w.Strs(13, &b.Conditions)
	w.Int32(14, (*int32)(&b.EffectiveOn))
	w.Int32(15, (*int32)(&b.ValidUntil))
	w.Uint32(16, &b.BuyerGrade)
	w.Int(17, &b.OverhangMinor)
	w.Int(18, &b.CapacityMinor)
	w.Int(19, &b.InUseMinor)
	wire.Msgs(w, 20, &b.Inputs)
	w.Bool(21, &b.Override)
	w.Str(22, &b.Model)
	w.Bool(23, &b.OnDelivery)
	w.Int32(24, &b.NoticeDays)
	WalkTexts(w, &b.Texts)
}

// Exposure is what a policy has delivered to a buyer and has not been paid for, in minor units of Currency, the
// limit's, at the rate of the decision.
type Exposure struct {
	Policy, Buyer, Holder string
	Currency              string
	OpenMinor             int64
	CoveredMinor          int64        // of it: within the limits of the days of delivery
	SuspendedMinor        int64        // of what is covered: in dispute
	StoppedFrom           event.Day    // deliveries from this day on are not covered, 0: they are, up to the limit
	Texts                 event.Source // whose words name the buyer
}

// Walk walks the fields of barometer.v1.ExposureChanged.
func (b *Exposure) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Str(2, &b.Buyer)
	w.Str(3, &b.Holder)
	w.Str(4, &b.Currency)
	w.Int(5, &b.OpenMinor)
	w.Int(6, &b.CoveredMinor)
	w.Int(7, &b.SuspendedMinor)
	w.Int32(8, (*int32)(&b.StoppedFrom))
	WalkTexts(w, &b.Texts)
}

// States of a review. Joined tells that further messages wait for its verdict; withdrawn, that nothing is left to
// decide; reopened, that a verdict came when what was shown had changed; effective, that cuts are made without a
// verdict; approved once, that a second analyst is needed.
const (
	ReviewOpened    = "requested"
	ReviewJoined    = "joined"
	ReviewApproved  = "approved"
	ReviewRejected  = "rejected"
	ReviewLapsed    = "lapsed"
	ReviewWithdrawn = "withdrawn"
	ReviewReopened  = "reopened"
	ReviewEffective = "effective"
	ReviewSeconding = "approved_once"
)

// WaitingStates are those of a review that waits for a verdict.
var WaitingStates = []string{ReviewOpened, ReviewJoined, ReviewReopened, ReviewSeconding}

// Kinds of review.
const (
	ReviewMatch    = "match"    // is it true, and is it about this buyer?
	ReviewCut      = "cut"      // are these limits to be cut?
	ReviewCountry  = "country"  // is a country to be taken off cover?
	ReviewIncrease = "increase" // is a limit to be raised so much?
	ReviewPayments = "payments" // does what one supplier alone tells, the policy of the terms, bring the buyer to grade 9?
	ReviewAdverse  = "adverse"  // what does something adverse that a policyholder knows of a buyer mean?
	ReviewOverride = "override" // is an underwriter's decision beyond the authority of one to apply?
	ReviewCap      = "cap"      // is a country to have this cap?
	// ReviewActivation asks whether a model, or a version of the fold, is to apply from now on.
	ReviewActivation = "activation"
)

// Review is a step of the four-eyes queue.
type Review struct {
	Review, Kind   string
	Buyer, Country string
	State          string
	Analyst        string
	DeadlineMs     int64
	Reason         string
	Proposals      []Proposal
	Items          []ReviewItem // what waits for the verdict
	Asked          string       // the analyst who asked for it, and may not approve it; empty: none
	First          string       // who approved first, where two are needed; empty: nobody yet, or one is enough
	Verdict        event.Source // of the message that Analyst's verdict came with: its reason is in risk.texts
	Terms          []string     // what is to be decided besides Proposals, as name=value: grade_floor=7, sha256=…
	Texts          event.Source // whose words name the buyer
}

// ReviewItem is a message that waits for a verdict.
type ReviewItem struct {
	Kind     event.Kind
	ID       string
	Category event.Category
	Outlet   event.Outlet
	Matched  event.MatchKind // how the buyer was found, none by its id
	Others   []string        // further buyers that it may be about
	Source   event.Source    // whose words it has
	Analyst  string          // of the insurer's people: who entered it, empty: a feed or a policyholder
}

// Walk walks the fields of barometer.v1.ReviewItem.
func (i *ReviewItem) Walk(w *wire.Wire) {
	wire.Enum(w, 1, &i.Kind)
	w.Str(2, &i.ID)
	wire.Enum(w, 3, &i.Category)
	wire.Enum(w, 4, &i.Outlet)
	wire.Enum(w, 5, &i.Matched)
	w.Strs(6, &i.Others)
	wire.Enum(w, 7, &i.Source.Topic)
	w.Uint32(8, &i.Source.Incarnation)
	w.Uint32(9, &i.Source.Partition)
	w.Int(10, &i.Source.Offset)
	w.Uint32(11, &i.Source.Seq)
	w.Str(12, &i.Analyst)
}

// Proposal is one limit as a review proposes it, in minor units of Currency.
type Proposal struct {
	Policy    string // empty: of a country's cap
	FromMinor int64
	ToMinor   int64
	Currency  string
}

// Walk walks the fields of barometer.v1.Proposal.
func (p *Proposal) Walk(w *wire.Wire) {
	w.Str(1, &p.Policy)
	w.Int(2, &p.FromMinor)
	w.Int(3, &p.ToMinor)
	w.Str(4, &p.Currency)
}

// Walk walks the fields of barometer.v1.ReviewRequested.
func (b *Review) Walk(w *wire.Wire) {
	w.Str(1, &b.Review)
	w.Str(2, &b.Kind)
	w.Str(3, &b.Buyer)
	w.Str(4, &b.Country)
	w.Str(5, &b.State)
	w.Str(6, &b.Analyst)
	w.Int(7, &b.DeadlineMs)
	w.Str(8, &b.Reason)
	wire.Msgs(w, 9, &b.Proposals)
	wire.Msgs(w, 10, &b.Items)
	w.Str(11, &b.Asked)
	w.Str(12, &b.First)
	wire.Enum(w, 13, &b.Verdict.Topic)
	w.Uint32(14, &b.Verdict.Incarnation)
	w.Uint32(15, &b.Verdict.Partition)
	w.Int(16, &b.Verdict.Offset)
	w.Strs(17, &b.Terms)
	WalkTexts(w, &b.Texts)
}
