package history

import (
	"time"

	"github.com/shopspring/decimal"

	"barometer/ingest/event"
)

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
	Claim, Case, Plan, Verdict            string
	Stage, Outcome                        string
	Analyst, SecondAnalyst                string
	Reason                                string // in its words; empty: not said, or erased
	Amount                                *decimal.Decimal
	Currency                              string
	GradeFloor, GradeCeiling              uint32 // 0: no bound
	Block, InsolvencyOnly                 bool
	MaxTermsDays                          int32
	Security                              string
	Until, ServedOn, PaidOn               event.Day // 0: none
	Documents                             []string
	Version                               string // of the model or of the fold that is activated
	Refused                               string // why the fold refused it; empty: it did not
}
