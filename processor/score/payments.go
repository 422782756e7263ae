package score

import (
	"barometer/ingest/event"
)

// Result is what became of a payment message or a news item. All but Applied and Repeated are the reason of a rejection;
// none but Applied, and Overpaid up to the open amount, changed anything.
type Result uint8

// Results.
const (
	Applied        Result = iota
	Repeated              // the same with the same content, or a state that is so already: to be ignored and counted
	IDReused              // the same id with other content
	UnknownInvoice        // never seen, or forgotten: the message may wait for it
	UnknownPayment        // no such payment of the last 60 days
	UnknownNews           // no such news of the last 45 days
	InvoiceClosed         // nothing is open any more
	Overpaid              // applied up to the open amount; the excess is refused
	OtherCurrency         // not the invoice's currency
	Full                  // a bound of this package is reached; see the limits
	ResultEnd             // not a result: the number of results
)

// String is the reason code.
func (r Result) String() string {
	return [ResultEnd]string{"applied", "repeated", "id_reused", "unknown_invoice", "unknown_payment", "unknown_news", "invoice_closed",
		"overpaid", "other_currency", "state_full"}[r]
}

// Limits of what is kept of one buyer. Beyond them messages are refused as Full, but for fingerprints, of which the newest
// are kept.
const (
	MaxSuppliers = 4096    // of a buyer
	MaxOpen      = 1 << 14 // invoices kept of one supplier on one buyer, open or with a payment that can be reversed
	MaxReceipts  = 1 << 14 // payments of the last 60 days of one supplier on one buyer
	MaxClosed    = 4096    // fingerprints of closed invoices of one supplier on one buyer
	maxCents     = 1 << 62 // outstanding of one buyer
	ReversalDays = 60      // a payment can be reversed so many days after it was booked
)

// Ref names an invoice of a buyer. Policy is kept: pass the one interned string of the policy.
type Ref struct{ Policy, Invoice string }

// Invoice is a delivery on credit. Amounts are positive. Cents is Minor in euro cents at the rate of its booking.
type Invoice struct {
	Minor              int64
	Currency           string
	Cents              int64
	DeliveredOn, DueOn event.Day
}

// Payment is a payment of an invoice, whole or part: ID is the message's.
type Payment struct {
	ID       string
	Minor    int64 // positive, in the invoice's currency
	Currency string
	PaidOn   event.Day
}

// Payments is one buyer's payment behaviour towards all its suppliers (policies).
//
// today is log time's day, or a timer's day while it fires, and never falls from call to call. history says that the message
// is evidence only: its invoice starts ageing at HistoryClosed. Reads never change anything.
//
// What the caller owes: a timer at NextCrossing that calls Cross, before anything else of that day; Tidy now and then (on
// the buyer's day in thirty).
type Payments struct {
	dbt       DBT
	suppliers []supplier // ascending by policy
}

type supplier struct{ policy string }

// Issue books an invoice: Applied, Repeated, IDReused or Full.
func (p *Payments) Issue(ref Ref, v Invoice, today event.Day, history bool) Result { return Applied }

// Pay books a payment and says how much of it was applied: Applied, Repeated, IDReused, UnknownInvoice, OtherCurrency,
// Overpaid (applied up to the open amount, which may be 0) or Full.
func (p *Payments) Pay(ref Ref, v Payment, today event.Day) (r Result, appliedMinor int64) {
	return Applied, 0
}

// Dispute begins a dispute or ends it: Applied, Repeated (it is so already), UnknownInvoice or InvoiceClosed.
func (p *Payments) Dispute(ref Ref, disputed bool, today event.Day) Result { return Applied }

// Cancel writes off what is open: Applied, Repeated (nothing is open) or UnknownInvoice.
func (p *Payments) Cancel(ref Ref, today event.Day) Result { return Applied }

// Extend gives an invoice a new due date for behaviour; the original one stays for the policy clock: Applied, Repeated,
// UnknownInvoice or InvoiceClosed.
func (p *Payments) Extend(ref Ref, dueOn, today event.Day) Result { return Applied }

// Reverse takes a payment back: its part is open again and out of days beyond terms; what it counted as evidence stays:
// Applied, Repeated, UnknownInvoice, UnknownPayment or Full.
func (p *Payments) Reverse(ref Ref, payment string, today event.Day) Result { return Applied }

// HistoryClosed starts the ageing of a policy's invoices that came as history.
func (p *Payments) HistoryClosed(policy string, today event.Day) {}

// NextCrossing is the day on which Cross is due next, 0 for none. It may be earlier than needed.
func (p *Payments) NextCrossing() event.Day { return 0 }

// Cross moves what crosses into another ageing bucket up to today and tells whether anything did: the buyer is to be
// evaluated then.
func (p *Payments) Cross(today event.Day) (crossed bool) { return false }

// Tidy forgets payments that can no longer be reversed, and turns invoices that are closed for good into fingerprints.
func (p *Payments) Tidy(today event.Day) {}

// InternPolicies replaces each policy id by the caller's one string for it, after a restore.
func (p *Payments) InternPolicies(intern func(string) string) {}

// Outstanding is what is open, disputed invoices included, and Overdue what is undisputed and more than 30 days past due, in
// euro cents.
func (p *Payments) Outstanding() int64 { return 0 }

// Overdue is described at Outstanding.
func (p *Payments) Overdue() int64 { return 0 }

// OutstandingOf is what is open towards one policy, in euro cents.
func (p *Payments) OutstandingOf(policy string) int64 { return 0 }
