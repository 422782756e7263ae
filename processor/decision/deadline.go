package decision

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// DateKind is a date of the policy's clock. Values are part of the format, and in the order in which the lines of an
// invoice stand in a Deadline.
type DateKind uint8

// Dates, which count from the original due date of an invoice.
const (
	DateNone          DateKind = iota
	StopShipment               // the maximum extension period ends: new deliveries are not covered
	HandOver                   // the buyer's whole balance is to be handed over to collection
	ReportOverdue              // the overdue is to be reported, else its cover is forfeited, or falls
	ProtractedDefault          // the date of loss where the buyer is not insolvent
	FileClaim                  // the last day of a claim
)

var dateKinds = []string{"", "stop_shipment", "hand_over", "report", "protracted_default", "claim"}

func (k DateKind) String() string {
	if int(k) < len(dateKinds) {
		return dateKinds[k]
	}
	return ""
}

// CostsCover tells whether cover is lost by a date that nobody heeds.
func (k DateKind) CostsCover() bool {
	switch k {
	case StopShipment, HandOver, ReportOverdue, FileClaim:
		return true
	default:
		return false
	}
}

// DeadlineState is what has become of the dates of a Deadline.
type DeadlineState uint8

// States.
const (
	DatesNone    DeadlineState = iota
	DatesNear                  // they come
	DatesSettled               // they were told as near, and need nothing any more
)

var deadlineStates = []string{"", "near", "settled"}

func (s DeadlineState) String() string {
	if int(s) < len(deadlineStates) {
		return deadlineStates[s]
	}
	return ""
}

// Deadline is what a policyholder has to heed on one buyer, of one day. Amounts are in minor units of Currency, the
// limit's, at the rate of the decision.
type Deadline struct {
	Policy, Buyer, Holder string
	Currency              string
	State                 DeadlineState
	Lines                 []DeadlineLine // by invoice: due date, then id; of each in the order of DateKind
	AtStakeMinor          int64          // of all lines, each invoice once
	LimitMinor            int64          // where a line says stop_shipment: what new deliveries are covered up to
	Texts                 event.Source   // whose words name the buyer
}

// DeadlineLine is one date of one invoice.
type DeadlineLine struct {
	Kind         DateKind
	Invoice      string    // empty: it was open before deliveries were followed
	DueOn        event.Day // the original one
	On           event.Day // the last day
	OpenMinor    int64     // of the invoice
	AtStakeMinor int64     // what cover may be lost of it; of stop_shipment none of its own
	Why          string    // of a settled one: paid, reported, handed_over, claimed, disputed, insolvent
}

// Walk walks the fields of barometer.v1.DeadlineNear.
func (b *Deadline) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Str(2, &b.Buyer)
	w.Str(3, &b.Holder)
	w.Str(4, &b.Currency)
	wire.Enum(w, 5, &b.State)
	wire.Msgs(w, 6, &b.Lines)
	w.Int(7, &b.AtStakeMinor)
	w.Int(8, &b.LimitMinor)
	WalkTexts(w, &b.Texts)
}

// Walk walks the fields of barometer.v1.DeadlineLine.
func (l *DeadlineLine) Walk(w *wire.Wire) {
	wire.Enum(w, 1, &l.Kind)
	w.Str(2, &l.Invoice)
	w.Int32(3, (*int32)(&l.DueOn))
	w.Int32(4, (*int32)(&l.On))
	w.Int(5, &l.OpenMinor)
	w.Int(6, &l.AtStakeMinor)
	w.Str(7, &l.Why)
}
