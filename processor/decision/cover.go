package decision

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// CoverCode is what has become of cover beside a limit, or in spite of it. Values are part of the format.
type CoverCode uint8

// Cover codes.
const (
	CoverNone     CoverCode = iota
	Suspended               // deliveries are not covered meanwhile; the limit stays what it is
	Resumed                 // deliveries are covered again
	BindingOrder            // what the limit leaves uncovered of deliveries to To is covered, up to NowMinor
	Discretionary           // what may be delivered without a limit; 0: nothing any more
	Forfeited               // one delivery was not reported by its notification deadline
	Restored                // that delivery was reported in time after all
)

var coverCodes = []string{"", "suspended", "resumed", "binding_order", "discretionary", "forfeited", "restored"}

func (c CoverCode) String() string {
	if int(c) < len(coverCodes) {
		return coverCodes[c]
	}
	return ""
}

// Cover is a change of what is covered beside the limit of one policy on one buyer, or in spite of it. The limit stays
// what it is. Amounts are in minor units of Currency.
type Cover struct {
	Policy, Buyer, Holder string
	Code                  CoverCode
	// of a Forfeited or Restored delivery; empty: it was open before deliveries were followed
	Invoice     string
	Order       string    // of a BindingOrder
	DeliveredOn event.Day // of a Forfeited or Restored delivery
	WasMinor    int64     // what was covered before: of new deliveries, of the order or of the one delivery
	NowMinor    int64     // what is covered now
	LimitMinor  int64     // in force on the day of the decision
	Currency    string
	From, To    event.Day    // deliveries of these days, both included, are concerned; To 0: no end
	Reason      uint32       // RECECO 4509, 0: none
	ReasonText  string       // a code of the public vocabulary
	Evidence    []string     // invoices: overdue ones of a suspension, paid ones of a discretionary limit
	Texts       event.Source // whose words name the buyer
}

// OfDelivery tells whether it is about one delivery alone.
func (b *Cover) OfDelivery() bool { return b.Code == Forfeited || b.Code == Restored }

// Concerns tells whether it is about deliveries of a day.
func (b *Cover) Concerns(day event.Day) bool { return b.From <= day && (b.To == 0 || day <= b.To) }

// Walk walks the fields of barometer.v1.CoverChanged.
func (b *Cover) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Str(2, &b.Buyer)
	w.Str(3, &b.Holder)
	wire.Enum(w, 4, &b.Code)
	w.Str(5, &b.Invoice)
	w.Str(6, &b.Order)
	w.Int32(7, (*int32)(&b.DeliveredOn))
	w.Int(8, &b.WasMinor)
	w.Int(9, &b.NowMinor)
	w.Int(10, &b.LimitMinor)
	w.Str(11, &b.Currency)
	w.Int32(12, (*int32)(&b.From))
	w.Int32(13, (*int32)(&b.To))
	w.Uint32(14, &b.Reason)
	w.Str(15, &b.ReasonText)
	w.Strs(16, &b.Evidence)
	WalkTexts(w, &b.Texts)
}
