package history

import (
	"github.com/shopspring/decimal"

	"barometer/ingest/event"
)

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
