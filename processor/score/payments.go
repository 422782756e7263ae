package score

import (
	"barometer/ingest/event"

	"github.com/cespare/xxhash/v2"
)

// Result is what became of a payment message or a news item. All but Applied and Repeated are the reason of a
// rejection; none but Applied, and Overpaid up to the open amount, changed anything.
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
	return [ResultEnd]string{"applied", "repeated", "id_reused", "unknown_invoice", "unknown_payment", "unknown_news",
		"invoice_closed",
		"overpaid", "other_currency", "state_full"}[r]
}

// Limits of what is kept of one buyer. Beyond them messages are refused as Full, but for fingerprints, of which the
// newest are kept.
const (
	MaxSuppliers = 4096    // of a buyer
	MaxOpen      = 1 << 17 // invoices kept of one supplier on one buyer, open or with a payment that can be reversed
	MaxReceipts  = 1 << 17 // payments of the last 60 days of one supplier on one buyer
	MaxClosed    = 4096    // fingerprints of closed invoices of one supplier on one buyer
	maxCents     = 1 << 62 // outstanding of one buyer
	ReversalDays = 60      // a payment can be reversed so many days after it was booked
)

// Ref names an invoice of a buyer.
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
// today is log time's day, or a timer's day while it fires, and never falls from call to call. history says that the
// message is evidence only: its invoice starts ageing at HistoryClosed. Reads never change anything.
//
// It must not be copied: its first suppliers lie within it, so that they come from memory with it.
//
// What the caller owes: a timer at NextCrossing that calls Cross, before anything else of that day; Tidy now and then
// (on the buyer's day in thirty).
type Payments struct {
	dbt       DBT
	n         Decaying  // invoices that count, in thousandths
	evidence  event.Day // of the last payment evidence, 0: none
	next      event.Day // when something may cross, 0: nothing will
	months    months
	closings  closings   // of all suppliers; follows from them
	suppliers []supplier // ascending by policy

	// Running sums over the open invoices, kept by book.
	outstanding, overdue int64
	inBucket             [buckets]uint32 // open invoices that age, by bucket

	// Now numbers the moment, for EachSupplier: the caller's count of what it was told, which never falls. It is no state.
	Now uint32

	few [fewSuppliers]supplier // where suppliers are while they are not more
}

// Issue books an invoice: Applied, Repeated, IDReused or Full. quiet tells that Assess gives on this day what it gave
// before. A policy that has had no invoice yet is kept as the one string that intern gives for it.
func (p *Payments) Issue(ref Ref, v Invoice, today event.Day, history bool, intern func(string) string) (r Result,
	quiet bool) {
	p.dbt.Move(today)
	fresh := invoice{key: xxhash.Sum64String(ref.Invoice), minor: v.Minor, open: v.Minor, cents: v.Cents,
		deliveredOn: v.DeliveredOn, dueOn: v.DueOn, lateFrom: v.DueOn, currency: currencyCode(v.Currency)}
	if history {
		fresh.flags = dormant
	}
	at, found := p.place(ref.Policy)
	if !found {
		if len(p.suppliers) >= MaxSuppliers || !p.room(v.Cents) {
			return Full, true
		}
		p.supply(at, intern(ref.Policy))
	}
	s := &p.suppliers[at]
	p.makeRoom(s, today)
	old, i := s.invoice(fresh.key)
	if old != nil {
		return sameOr(old.sameAs(&fresh)), true
	}
	if f, closed := p.wasClosed(s, fresh.key); closed {
		return sameOr(f == fresh.fingerprint()), true
	}
	if s.invoiceCount() >= MaxOpen || !p.room(v.Cents) {
		return Full, true
	}
	p.age(s, &fresh, today, true)
	// Not yet due, it is but more outstanding, which nothing is a share of, and an open invoice beside others, or after
	// others were paid.
	quiet = fresh.bucket == 0 && p.overdue == 0 && (!fresh.ages() || p.inBucket[0] > 0 || p.months.last(today) > 0)
	p.book(s, &fresh, 1)
	s.addInvoice(i, fresh)
	s.history = s.history || history
	return Applied, quiet
}

func sameOr(same bool) Result {
	if same {
		return Repeated
	}
	return IDReused
}

// room tells whether a buyer can owe so much more.
func (p *Payments) room(cents int64) bool { return cents <= maxCents-p.outstanding }

// Pay books a payment and says how much of it was applied: Applied, Repeated, IDReused, UnknownInvoice, OtherCurrency,
// Overpaid (applied up to the open amount, which may be 0) or Full.
func (p *Payments) Pay(ref Ref, v Payment, today event.Day) (r Result, appliedMinor int64) {
	p.dbt.Move(today)
	s := p.supplier(ref.Policy)
	if s == nil {
		return UnknownInvoice, 0
	}
	p.makeRoom(s, today)
	inv, known := p.findOf(s, ref.Invoice)
	if inv == nil {
		if known {
			return Overpaid, 0
		}
		return UnknownInvoice, 0
	}
	id, same := xxhash.Sum64String(v.ID), inv.currency == currencyCode(v.Currency)
	old, at := s.receipt(inv.key, id)
	if old != nil {
		return sameOr(same && old.minor == v.Minor && old.paidOn == v.PaidOn), 0
	}
	switch {
	case !same:
		return OtherCurrency, 0
	case inv.open == 0:
		return Overpaid, 0
	case s.receiptCount() >= MaxReceipts:
		return Full, 0
	}
	applied := min(v.Minor, inv.open)
	p.enter(s, inv, at, receipt{invoice: inv.key, id: id, minor: v.Minor, applied: applied, paidOn: v.PaidOn,
		booked: today, landmark: p.dbt.Landmark}, today)
	if applied < v.Minor {
		return Overpaid, applied
	}
	return Applied, applied
}

// enter gives a payment its meaning as evidence and keeps it at its place among the receipts.
func (p *Payments) enter(s *supplier, v *invoice, at int, r receipt, today event.Day) {
	late := r.paidOn - v.lateFrom
	r.late = int8(clampLate(int32(late)))
	p.dbt.Enter(v.part(r.applied), r.paidOn, int32(r.late))
	p.found(s, r.paidOn)
	if v.has(disputed) {
		r.flags |= unmarked
	} else {
		p.count(s, v, r.paidOn)
		p.months.mark(r.paidOn, bucketOf(late))
	}
	p.change(s, v, today, true, func() { v.open -= r.applied })
	s.addReceipt(at, r)
}

// Reverse takes a payment back: its part is open again and out of days beyond terms; what it counted as evidence stays:
// Applied, Repeated, UnknownInvoice, UnknownPayment or Full.
func (p *Payments) Reverse(ref Ref, payment string, today event.Day) Result {
	p.dbt.Move(today)
	s, v, known := p.find(ref)
	if v == nil {
		if known {
			return UnknownPayment
		}
		return UnknownInvoice
	}
	r, _ := s.receipt(v.key, xxhash.Sum64String(payment))
	if r == nil || r.booked+ReversalDays < today {
		return UnknownPayment
	}
	cents := v.part(r.applied)
	switch {
	case r.has(reversed):
		return Repeated
	case !p.room(cents):
		return Full
	}
	r.flags |= reversed
	p.dbt.Remove(cents, r.paidOn, int32(r.late), r.landmark)
	if r.has(settled) && s.own != nil {
		s.own.dbt.Move(today)
		s.own.dbt.Remove(cents, r.paidOn, int32(r.late), r.landmark)
	}
	p.change(s, v, today, false, func() { v.open += r.applied })
	return Applied
}

// Dispute begins a dispute or ends it: Applied, Repeated (it is so already), UnknownInvoice or InvoiceClosed. An
// invoice whose dispute ends past due, or paid, counts in n as of the day after its due date.
func (p *Payments) Dispute(ref Ref, begins bool, today event.Day) Result {
	s, v, known := p.find(ref)
	switch {
	case v == nil && known:
		return InvoiceClosed
	case v == nil:
		return UnknownInvoice
	case v.has(disputed) == begins:
		return Repeated
	case v.open == 0 && begins:
		return InvoiceClosed
	}
	p.change(s, v, today, false, func() { v.flags ^= disputed })
	if !begins && v.open < v.minor {
		p.count(s, v, min(v.lateFrom+1, today))
	}
	return Applied
}

// Cancel writes off what is open: Applied, Repeated (nothing is open) or UnknownInvoice.
func (p *Payments) Cancel(ref Ref, today event.Day) Result {
	s, v, known := p.find(ref)
	switch {
	case v == nil && !known:
		return UnknownInvoice
	case v == nil || v.open == 0:
		return Repeated
	}
	p.change(s, v, today, false, func() { v.open = 0 })
	p.settle(s, v)
	return Applied
}

// Extend gives an invoice a new due date for behaviour; the original one stays for the policy clock: Applied, Repeated,
// UnknownInvoice or InvoiceClosed.
func (p *Payments) Extend(ref Ref, dueOn, today event.Day) Result {
	s, v, known := p.find(ref)
	switch {
	case v == nil && !known:
		return UnknownInvoice
	case v == nil || v.open == 0:
		return InvoiceClosed
	case v.lateFrom == dueOn:
		return Repeated
	}
	p.change(s, v, today, true, func() { v.lateFrom = dueOn })
	return Applied
}

// Tidy forgets payments that can no longer be reversed, and turns invoices that are closed for good into fingerprints.
func (p *Payments) Tidy(today event.Day) {
	for i := range p.suppliers {
		p.tidy(&p.suppliers[i], today)
	}
}

// InternPolicies replaces each policy id by the caller's one string for it, after a restore.
func (p *Payments) InternPolicies(intern func(string) string) {
	for i := range p.suppliers {
		p.suppliers[i].policy = intern(p.suppliers[i].policy)
	}
}

// Supplies tells whether a policy has had an invoice on the buyer.
func (p *Payments) Supplies(policy string) bool { return p.supplier(policy) != nil }

// Outstanding is what is open, disputed invoices included, in euro cents.
func (p *Payments) Outstanding() int64 { return p.outstanding }

// Overdue is what is undisputed and more than 30 days past due, in euro cents.
func (p *Payments) Overdue() int64 { return p.overdue }

// Open is an invoice as it stands: Key names it, Cents is what is open of it.
type Open struct {
	Key                uint64
	DeliveredOn, DueOn event.Day // as issued, whatever it was extended to
	Cents              int64
	Disputed, History  bool
	AgreedOn           event.Day    // the due date that it was extended to, else DueOn
	Amount             event.Amount // of the whole invoice
	WholeCents         int64        // likewise
}

// KeyOf is the key of an invoice's id.
func KeyOf(invoice string) uint64 { return xxhash.Sum64String(invoice) }

func (v *invoice) asOpen() Open {
	return Open{Key: v.key, DeliveredOn: v.deliveredOn, DueOn: v.dueOn, Cents: v.part(v.open),
		Disputed: v.has(disputed), History: v.has(dormant), AgreedOn: v.lateFrom,
		Amount: event.Amount{Minor: v.minor, Currency: currencyOf(v.currency)}, WholeCents: v.cents}
}

// EachOpen calls do for each invoice of a policy with something open, in no order that means anything.
func (p *Payments) EachOpen(policy string, do func(Open)) {
	s := p.supplier(policy)
	if s == nil {
		return
	}
	s.eachInvoice(func(v *invoice) {
		if v.open > 0 {
			do(v.asOpen())
		}
	})
}

// Find gives an invoice that is kept, false for one that is not.
func (p *Payments) Find(ref Ref) (Open, bool) {
	if _, v, _ := p.find(ref); v != nil {
		return v.asOpen(), true
	}
	return Open{}, false
}

// FindKey is Find by the invoice's key.
func (p *Payments) FindKey(policy string, key uint64) (Open, bool) {
	s := p.supplier(policy)
	if s == nil {
		return Open{}, false
	}
	if v, _ := s.invoice(key); v != nil {
		return v.asOpen(), true
	}
	return Open{}, false
}

// Knows tells whether an invoice is open, or remembered as one that was.
func (p *Payments) Knows(ref Ref) bool {
	_, v, known := p.find(ref)
	return v != nil || known
}
