package history

import (
	"time"

	"github.com/shopspring/decimal"
)

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
