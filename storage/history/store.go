package history

import (
	"context"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// Store answers what the API and the pages ask of the history.
//
// Decisions come back as they were published: points in mlo, probabilities in ppm, amounts in minor units, days as
// event.Day. Body is what Kind says, with every field that the tables hold; Chain, Last and Texts may be left out.
// Kinds without a table are left out. Every method honours ctx and gives at most Limit rows.
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
	// LimitsOn are the decisions that made the limits in force on a day what they are, by policy, then buyer.
	LimitsOn(ctx context.Context, q LimitQuery) ([]decision.Decision, error)
	// LimitSums sums the limits in force on a day, by currency.
	LimitSums(ctx context.Context, q LimitSumQuery, on event.Day) ([]LimitSum, error)
	// LimitStates is the limit of each policy and buyer now, by policy, then buyer.
	LimitStates(ctx context.Context, q LimitQuery) ([]LimitState, error)
	// Orders are what the insurer's people decided, the newest first: by At descending, then by position descending.
	Orders(ctx context.Context, q OrderQuery) ([]Order, error)
	// Documents are those of an id that the fold has not refused, the first of each case and claim, the oldest first.
	Documents(ctx context.Context, q DocumentQuery) ([]Document, error)
	// Cases are the newest decisions on cases, those opened last first, then by id.
	Cases(ctx context.Context, q CaseQuery) ([]decision.Decision, error)
	// Claims are the newest decisions on claims, those filed last first, then by id.
	Claims(ctx context.Context, q ClaimQuery) ([]decision.Decision, error)
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
