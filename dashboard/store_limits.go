package dashboard

import (
	"barometer/ingest/event"
	"barometer/processor/decision"

	"github.com/shopspring/decimal"
)

// LimitQuery narrows LimitsNow. Zero values do not narrow. With Holder, what only answers preliminary requests is no
// limit.
type LimitQuery struct {
	Policy, Buyer, Holder string
	Policies, Buyers      []string
	On                    event.Day // those in force on a day, instead of the newest decisions
	After                 *LimitCursor
	Limit                 int
}

// LimitCursor is the last row of the page before.
type LimitCursor struct{ Policy, Buyer string }

// LimitSumQuery narrows LimitSums. Zero values do not narrow.
type LimitSumQuery struct{ Country, Policy, Buyer string }

// LimitSum is what limits of one currency come to.
type LimitSum struct {
	Currency string
	Limits   uint64
	Granted  decimal.Decimal
}

// LimitState is the limit of a policy on a buyer now, by log time: three decisions, each nil for none.
type LimitState struct {
	Policy, Buyer string
	// InForce made what is in force. A limit may be 0, or over: Granted says.
	InForce *decision.Decision
	// Granted is what is in force, in minor units of InForce's currency.
	GrantedMinor int64
	// Planned says what the limit becomes next, from its EffectiveOn on; 0: OnDelivery, when its policyholder has had
	// notice.
	Planned *decision.Decision
	// Answer answers the last request, preliminary ones apart. It may be InForce, or one that left the limit as it is.
	Answer *decision.Decision
	// Newest is the newest decision where there never was a limit, such as a discretionary one; nil where there was one.
	Newest *decision.Decision
}

// ExposureQuery says whose exposures, and up to when.
type ExposureQuery struct {
	Policies, Buyers []string
	On               event.Day
}

// Cover is what a delivery is covered up to, in Currency; 0 where Reason (no_policy, policy_ended, no_limit, refused,
// expired, cancelled, overdue, dispute, late_notification) says why.
type Cover struct {
	UpTo       decimal.Decimal
	Currency   string
	Percentage decimal.Decimal
	Decision   string // position, empty: none
	Reason     string
	Limit      CoverLimit
	StoppedBy  string     // position of the decision that stopped cover for deliveries of that day, empty: none
	Refused    bool       // a limit was asked for and refused by that day
	AtWill     CoverOrder // the discretionary limit of the day, zero for none
	Orders     []CoverOrder
	Ended      bool // the policy's period was over
	// Invoices that are known to have been delivered that day, those of them that are in dispute, and those that were not
	// reported by their notification deadline.
	Delivered, Disputed, Late []string
}

// CoverOrder is an order that binds and that deliveries of the day may be of; or an amount that needs none.
type CoverOrder struct {
	Amount   decimal.Decimal
	Currency string
	Decision string // position
}

// CoverLimit is the limit of the day, whether or not cover is stopped.
type CoverLimit struct {
	Amount     decimal.Decimal
	ValidUntil event.Day // 0: no end
	Decision   string    // position, empty: there is none
}
