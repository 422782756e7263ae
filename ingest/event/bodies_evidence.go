package event

import "barometer/ingest/event/wire"

// Period is a year, quarter or month, first and last day included.
type Period struct{ First, Last Day }

// Walk walks the fields of barometer.v1.Period.
func (p *Period) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&p.First))
	w.Int32(2, (*int32)(&p.Last))
}

// Indicator is a figure about a country-by-sector cell, or an exchange rate.
type Indicator struct {
	Country, Sector, Name string
	Period                Period
	ValueE8               int64  // the value with eight decimals
	Currency              string // fx_rate only: units of it per euro
	Confirmed             bool
	Analyst               string // of the insurer's people: who enters it, empty: a feed
}

// Walk walks the fields of barometer.v1.Indicator.
func (b *Indicator) Walk(w *wire.Wire) {
	w.Str(1, &b.Country)
	w.Str(2, &b.Sector)
	w.Str(3, &b.Name)
	w.Msg(4, &b.Period)
	w.Int(5, &b.ValueE8)
	w.Str(6, &b.Currency)
	w.Bool(7, &b.Confirmed)
	w.Str(8, &b.Analyst)
}

// InvoiceRef names an invoice: it is unique per policy and buyer.
type InvoiceRef struct {
	Buyer           Party
	Policy, Invoice string
}

// Walk walks the fields of barometer.v1.InvoiceRef.
func (r *InvoiceRef) Walk(w *wire.Wire) {
	w.Msg(1, &r.Buyer)
	w.Str(2, &r.Policy)
	w.Str(3, &r.Invoice)
}

// InvoiceIssued is a delivery on credit.
type InvoiceIssued struct {
	Ref         InvoiceRef
	Amount      Amount
	DeliveredOn Day
	DueOn       Day
	NetMinor    int64 // without VAT, in Amount's currency; 0: not said
}

// Walk walks the fields of barometer.v1.InvoiceIssued.
func (b *InvoiceIssued) Walk(w *wire.Wire) {
	w.Msg(1, &b.Ref)
	w.Msg(2, &b.Amount)
	w.Int32(3, (*int32)(&b.DeliveredOn))
	w.Int32(4, (*int32)(&b.DueOn))
	w.Int(5, &b.NetMinor)
}

// InvoicePaid is a payment, whole or part.
type InvoicePaid struct {
	Ref    InvoiceRef
	Amount Amount
	PaidOn Day
}

// Walk walks the fields of barometer.v1.InvoicePaid.
func (b *InvoicePaid) Walk(w *wire.Wire) {
	w.Msg(1, &b.Ref)
	w.Msg(2, &b.Amount)
	w.Int32(3, (*int32)(&b.PaidOn))
}

// InvoiceDisputed begins or ends a dispute.
type InvoiceDisputed struct {
	Ref      InvoiceRef
	Disputed bool
}

// Walk walks the fields of barometer.v1.InvoiceDisputed.
func (b *InvoiceDisputed) Walk(w *wire.Wire) {
	w.Msg(1, &b.Ref)
	w.Bool(2, &b.Disputed)
}

// InvoiceCancelled is a credit note for what is open.
type InvoiceCancelled struct{ Ref InvoiceRef }

// Walk walks the fields of barometer.v1.InvoiceCancelled.
func (b *InvoiceCancelled) Walk(w *wire.Wire) { w.Msg(1, &b.Ref) }

// InvoiceExtended gives an invoice a new due date.
type InvoiceExtended struct {
	Ref   InvoiceRef
	DueOn Day
}

// Walk walks the fields of barometer.v1.InvoiceExtended.
func (b *InvoiceExtended) Walk(w *wire.Wire) {
	w.Msg(1, &b.Ref)
	w.Int32(2, (*int32)(&b.DueOn))
}

// PaymentReversed takes a payment back.
type PaymentReversed struct {
	Ref     InvoiceRef
	Payment string // id of the invoice.paid message
}

// Walk walks the fields of barometer.v1.PaymentReversed.
func (b *PaymentReversed) Walk(w *wire.Wire) {
	w.Msg(1, &b.Ref)
	w.Str(2, &b.Payment)
}

// Experience is an ageing balance, in minor units of Currency.
type Experience struct {
	Buyer                                    Party
	Policy                                   string
	AsOf                                     Day
	Currency                                 string
	Current, D1to30, D31to60, D61to90, D90up int64
}

// Walk walks the fields of barometer.v1.Experience.
func (b *Experience) Walk(w *wire.Wire) {
	w.Msg(1, &b.Buyer)
	w.Str(2, &b.Policy)
	w.Int32(3, (*int32)(&b.AsOf))
	w.Str(4, &b.Currency)
	w.Int(5, &b.Current)
	w.Int(6, &b.D1to30)
	w.Int(7, &b.D31to60)
	w.Int(8, &b.D61to90)
	w.Int(9, &b.D90up)
}

// HistoryClosed ends a policy's history.
type HistoryClosed struct{ Policy string }

// Walk walks the fields of barometer.v1.HistoryClosed.
func (b *HistoryClosed) Walk(w *wire.Wire) { w.Str(1, &b.Policy) }

// News is a report about a company. Amount is set where HasAmount.
type News struct {
	Buyer      Party
	Category   Category
	Outlet     Outlet
	Notches    int32 // rating.changed: below 0 is down
	Days       int32 // accounts.late
	Role       string
	HasAmount  bool
	Amount     Amount
	Language   string
	Classifier uint32   // version of the text classifier, 0 where the sender gave the category
	Phrases    []string // rules that fired
	Outcome    Outcome  // insolvency.closed: how it ended
	Analyst    string   // of the insurer's people: who enters it, empty: a feed
}

// Walk walks the fields of barometer.v1.News.
func (b *News) Walk(w *wire.Wire) {
	w.Msg(1, &b.Buyer)
	wire.Enum(w, 2, &b.Category)
	wire.Enum(w, 3, &b.Outlet)
	w.Int32(4, &b.Notches)
	w.Int32(5, &b.Days)
	w.Str(6, &b.Role)
	w.Bool(7, &b.HasAmount)
	w.Msg(8, &b.Amount)
	w.Str(9, &b.Language)
	w.Uint32(10, &b.Classifier)
	w.Strs(11, &b.Phrases)
	wire.Enum(w, 12, &b.Outcome)
	w.Str(13, &b.Analyst)
}

// NewsWithdrawn takes a report back.
type NewsWithdrawn struct {
	Buyer     Party
	Withdraws string
	Analyst   string // of the insurer's people: who takes it back, empty: a feed
}

// Walk walks the fields of barometer.v1.NewsWithdrawn.
func (b *NewsWithdrawn) Walk(w *wire.Wire) {
	w.Msg(1, &b.Buyer)
	w.Str(2, &b.Withdraws)
	w.Str(3, &b.Analyst)
}
