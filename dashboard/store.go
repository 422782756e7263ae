package dashboard

import (
	"context"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"

	"github.com/shopspring/decimal"
)

// Store is what the API and the pages ask of ClickHouse.
//
// Decisions come back as they were published: points in mlo, probabilities in ppm, amounts in minor units, days as
// event.Day. Body is *decision.Score, *decision.Limit, *decision.Rejection or *decision.Macro by Kind, with every field
// that the tables hold; Chain, Last and Texts may be left out. Kinds without a table are left out. Every method honours
// ctx and gives at most Limit rows.
type Store interface {
	// Buyers are the buyers of now, the riskiest first: by grade descending, then by PDPPM descending, then by ID.
	Buyers(ctx context.Context, q BuyerQuery) ([]Buyer, error)
	// Buyer is one of them, nil for none.
	Buyer(ctx context.Context, id string) (*Buyer, error)
	// HolderBuyers are the buyers whose grade a policyholder may know, by grade, the worst first, then by ID. Score is the
	// newest change of the grade, nil for none.
	HolderBuyers(ctx context.Context, q HolderBuyerQuery) ([]Buyer, error)
	// HolderLanguage is the language (BCP 47) that a policyholder's newest policy names, empty where it has no policy.
	HolderLanguage(ctx context.Context, holder string) (string, error)
	// Names are the names of buyers as far as they are known.
	Names(ctx context.Context, buyers []string) (map[string]string, error)
	// Decisions are the newest first: by AtMs descending, then by position descending.
	Decisions(ctx context.Context, q DecisionQuery) ([]decision.Decision, error)
	// LimitsNow is the newest limit.decided of each policy and buyer, by policy, then buyer.
	LimitsNow(ctx context.Context, q LimitQuery) ([]decision.Decision, error)
	// LimitSums sums the limits in force on a day, by currency.
	LimitSums(ctx context.Context, q LimitSumQuery, on event.Day) ([]LimitSum, error)
	// LimitStates is the limit of each policy and buyer now, by policy, then buyer.
	LimitStates(ctx context.Context, q LimitQuery) ([]LimitState, error)
	// Orders are what the insurer's people decided, the newest first: by At descending, then by position descending.
	Orders(ctx context.Context, q OrderQuery) ([]Order, error)
	// Exposures are the newest exposure.changed of each of some policies and some buyers, up to the end of a day.
	Exposures(ctx context.Context, q ExposureQuery) ([]decision.Decision, error)
	// PolicyEnds are the last days of those policies whose period is over on a day.
	PolicyEnds(ctx context.Context, policies []string, on event.Day) (map[string]event.Day, error)
	// Reviews are those that wait, the most urgent first, or those that are over, the newest first.
	Reviews(ctx context.Context, q ReviewQuery) ([]Review, error)
	// News are the newest reports about a buyer, the newest first.
	News(ctx context.Context, buyer string, limit int) ([]NewsItem, error)
	// Cover is what a delivery of a day is covered up to, as known at a moment.
	Cover(ctx context.Context, policy, buyer string, deliveredOn event.Day, knownAt time.Time) (Cover, error)
	// Barometers are a policy's portfolio by day from one on, the oldest first, by currency.
	Barometers(ctx context.Context, policy string, from time.Time) ([]Barometer, error)
	// Model is the model of the newest score, nil: there is none yet.
	Model(ctx context.Context) (*Model, error)
	// Groups are groups of companies, those of which most is used first, then by ID; one restricts them to it, empty to
	// none.
	Groups(ctx context.Context, group string, after *GroupCursor, limit int) ([]Group, error)
	// GroupOf is the group that a buyer is of, empty for none.
	GroupOf(ctx context.Context, buyer string) (string, error)
	// GroupMembers are the companies of a group, those of which most is used first; none: there is no such group.
	GroupMembers(ctx context.Context, group string, limit int) ([]GroupMember, error)
	// HolderPolicies are the policies whose newest version is of a holder, at most limit of them.
	HolderPolicies(ctx context.Context, holder string, limit int) ([]string, error)
	// Preliminaries are the ids of preliminary requests, each with its buyer, of some policies that were decided from an
	// instant of log time on, at most limit of each policy.
	Preliminaries(ctx context.Context, policies []string, from time.Time, limit int) (map[string][][2]string, error)
	// Rates are exchange rates of some currencies, units of it per euro with eight decimals: the latest one, and the
	// latest of those that came before an instant of log time, or else the first. A currency without any is left out.
	Rates(ctx context.Context, currencies []string, before time.Time) (map[string][2]int64, error)
	// Request is the newest limit.requested of a policy and request id that the log holds, nil for none.
	Request(ctx context.Context, policy, request string) (*Request, error)

	// Grades counts the buyers of now by grade.
	Grades(ctx context.Context) ([]GradeCount, error)
	// Tables counts the rows of the history tables (indicators, payments, …, scores, limits, …): they may be approximate.
	Tables(ctx context.Context) ([]Count, error)
	// Rejections and DeadLetters count by reason what came since an instant, the most frequent first. since is log time
	// for rejections and wall time for dead letters.
	Rejections(ctx context.Context, since time.Time) ([]Count, error)
	DeadLetters(ctx context.Context, since time.Time) ([]Count, error)

	// Notifications are the newest first: by At descending, then by Sequence and Subscription descending.
	Notifications(ctx context.Context, q NotificationQuery) ([]Notification, error)
	// Notification is one of them, nil for none.
	Notification(ctx context.Context, id string) (*Notification, error)

	// Progress is how far ClickHouse is, one row per partition of the newest generation that has any.
	Progress(ctx context.Context) ([]Progress, error)
}

// BuyerQuery narrows Buyers. Zero values do not narrow.
type BuyerQuery struct {
	Search  string // words of the name in any order, without marks and case, or the beginning of the id
	Grade   uint32
	Country string
	After   *BuyerCursor
	Limit   int
}

// HolderBuyerQuery narrows HolderBuyers. Zero values do not narrow, but of Holder, On and Since.
type HolderBuyerQuery struct {
	Holder  string
	On      event.Day // the day of the limits in force
	Since   time.Time // log time: requests decided from then on count
	ID      string    // this buyer only
	Search  string    // words of the name in any order, without marks and case, or the beginning of the id
	Grade   uint32
	Country string
	After   *HolderBuyerCursor
	Limit   int
}

// HolderBuyerCursor is the last row of the page before.
type HolderBuyerCursor struct {
	Grade uint32
	ID    string
}

// BuyerCursor is the last row of the page before.
type BuyerCursor struct {
	Grade uint32
	PDPPM int64
	ID    string
}

// Buyer is a buyer of now. Name is empty where it is not known (or was erased). Score is the newest score.changed, nil
// where there is none yet.
type Buyer struct {
	ID, Name, Country, Sector string
	Score                     *decision.Decision
}

// DecisionQuery narrows Decisions. Zero values do not narrow.
type DecisionQuery struct {
	Kinds  []decision.Kind // none: score.changed, limit.decided, input.rejected, macro.changed
	Buyer  string
	Policy string
	// what concerns this holder: its limits, changes of grades that name it, refused messages of its policies
	Holder  string
	Moved   bool   // score.changed that change the grade, each once; with Holder they are anyway
	Request string // limit.decided that answer this request (of Policy)
	ID      string // input.rejected of messages with this id
	// Above narrows to one generation and partition, to what is above it there; the order is then ascending by position.
	Above  *event.Position
	From   time.Time // log time, inclusive
	Before *DecisionCursor
	Limit  int
}

// DecisionCursor is the last row of the page before.
type DecisionCursor struct {
	AtMs     int64
	Position event.Position
}

// OrderQuery narrows Orders. Zero values do not narrow.
type OrderQuery struct {
	Types                                   []string // of messages, such as underwriter.decided
	ID, Policy, Buyer, Country, Review, Who string   // ID is a message's; Who is an analyst, first or second
	Before                                  *OrderCursor
	Limit                                   int
}

// OrderCursor is the last row of the page before.
type OrderCursor struct {
	AtMs     int64
	Position event.Position
}

// Order is a message of risk.orders: what one of the insurer's people decided. What its type does not say is empty.
type Order struct {
	Position                              event.Position
	At, OccurredAt                        time.Time // log time, and the message's own
	ID, Type                              string
	Policy, Buyer, Country, Review, Order string
	Claim, Case, Verdict, Stage           string
	Analyst, SecondAnalyst                string
	Reason                                string // in its words; empty: not said, or erased
	Amount                                *decimal.Decimal
	Currency                              string
	GradeFloor, GradeCeiling              uint32 // 0: no bound
	Block, InsolvencyOnly                 bool
	MaxTermsDays                          int32
	Security                              string
	Until, ServedOn                       event.Day // 0: none
	Documents                             []string
	Version                               string // of the model or of the fold that is activated
	Refused                               string // why the fold refused it; empty: it did not
}

// ReviewQuery narrows Reviews. Zero values do not narrow.
type ReviewQuery struct {
	ID    string // whether it is open or not
	Buyer string
	Open  bool
	After *ReviewCursor
	Limit int
}

// ReviewCursor is the last row of the page before: its deadline where it is open, else when it changed.
type ReviewCursor struct {
	Ms int64
	ID string
}

// Review is the newest decision on a review.
type Review struct {
	Decision decision.Decision
	OpenedAt time.Time
	Texts    map[string]Text // of its items and of its verdict, by source
}

// Text is what a message says in words, as far as it is known and was not erased.
type Text struct {
	Headline, OutletName, URL string // of news
	Reason                    string // of what an analyst decided
}

// NewsItem is a report about a buyer. Matched is how the buyer was found, empty where the report names it by id; Others
// are further buyers that it may be about.
type NewsItem struct {
	At                                                         time.Time
	Type, Category, Outlet, OutletName, Headline, URL, Matched string
	Others                                                     []string
}

// Barometer is a policy's portfolio on a day, in one currency: the limits in force. Lists are by grade, 1 to 10.
type Barometer struct {
	Day              time.Time
	Currency         string
	Exposure         decimal.Decimal
	Limits           uint64
	BuyersByGrade    []uint64
	ExposureByGrade  []decimal.Decimal
	Largest          decimal.Decimal
	ConcentrationHHI float64 // sum of squared shares
}

// Model is what a model says of losses: shares of 1. GradePD is of grades 1 to 8.
type Model struct {
	Version          string
	LossGivenDefault decimal.Decimal
	GradePD          []decimal.Decimal
}

// Group is what all policies use of a group of companies, in euros.
type Group struct {
	ID, LargestBuyer         string
	Buyers, BuyersInUse      uint64
	WorstGrade               uint32
	InUse, Capacity, Largest decimal.Decimal
}

// GroupCursor is the last row of the page before.
type GroupCursor struct {
	InUse decimal.Decimal
	ID    string
}

// GroupMember is a company of a group. Amounts are euros, over all policies, as of the newest limit decision on it.
type GroupMember struct {
	Group, Buyer, Parent, Country string
	Grade                         uint32 // 0: none yet
	InUse, Capacity               decimal.Decimal
	Policies                      uint64
	DecidedAt                     time.Time
}

// Request is a limit request as the log holds it.
type Request struct {
	Policy, Buyer, Request string
	Kind                   event.RequestKind
	Minor                  int64
	Currency               string
	ValidUntil             event.Day
}

// GradeCount is how many buyers have a grade, 1 to 10.
type GradeCount struct {
	Grade  uint32
	Buyers uint64
}

// Count is a number by a name: a table, a reason.
type Count struct {
	Name string
	N    uint64
}

// Progress is how far ClickHouse is in one partition.
type Progress struct {
	Position event.Position // of the progress decision: everything up to it is stored
	At       time.Time      // log time reached
	// Next is where to go on in the partition of risk.decisions: an offset at or before the record after Position.
	Next int64
}

// Producer appends to source topics; *kafkalog.Client is one.
type Producer interface {
	Append(ctx context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack, error)
	Partitions(ctx context.Context, topic string) (int, error)
}

// Lag is how many records a role is behind in a topic.
type Lag struct {
	Role, Topic string
	Records     int64
	Unknown     bool // of a partition with records nothing is committed
}
