package score

import (
	"encoding/binary"
	"slices"

	"barometer/ingest/event"

	"github.com/cespare/xxhash/v2"
)

// supplier is what is kept of one policy's invoices on a buyer: 144 bytes and its lists.
type supplier struct {
	policy   string
	evidence event.Day // of the last payment evidence, 0: none
	told     uint32    // Payments.Now when evidence came last
	pastDue  count     // undisputed open invoices past due
	arrears  count     // of them, more than 30 days; and a live balance with something of that age
	history  bool      // an invoice came as history since HistoryClosed
	n        Decaying  // what it counts in n, where there are others
	invoices []invoice // ascending by key
	receipts []receipt // ascending by invoice and id
	many     *many     // where these lists would be long; they are nil then
	// closed are fingerprints of invoices that are closed for good, the newest last: 48 bits of the id's hash, 16 of the
	// content's. It grows beyond MaxClosed and is cut back now and then; older ones are not looked at.
	closed  []uint64
	balance *balance // of a supplier that reports no invoices; nil: none
	own     *own     // nil: nothing, or it is the only one, and all is its own
}

// invoice is an invoice that is open, or closed with a payment that can still be reversed: 48 bytes.
//
// Invariants: 0 ≤ open ≤ minor; bucket is 0 unless the invoice ages.
type invoice struct {
	key                uint64 // hash of the invoice's id
	minor, open, cents int64  // the amount, what is open of it, the amount in euro cents
	deliveredOn, dueOn event.Day
	lateFrom           event.Day // the due date that behaviour counts from: dueOn, or where it was extended to
	currency           uint16
	bucket             uint8 // ageing: 0 not due, then up to 30, 60, 90, and more days past due
	flags              uint8
}

// Flags of an invoice.
const (
	disputed uint8 = 1 << iota
	dormant        // came as history: does not age until history is closed
	counted        // counts in n
)

// receipt is a payment that can still be reversed: 48 bytes. Its part of the invoice's euro amount follows from
// applied.
type receipt struct {
	invoice, id    uint64 // hashes of the ids
	minor, applied int64
	paidOn, booked event.Day
	landmark       event.Day // of the sums when it entered
	late           int8      // days, clamped
	flags          uint8
}

// Flags of a payment.
const (
	reversed uint8 = 1 << iota
	unmarked       // the invoice was in dispute: it marks no month
	settled        // its supplier's own has it
)

func (r *receipt) has(flag uint8) bool { return r.flags&flag != 0 }

func (v *invoice) has(flag uint8) bool { return v.flags&flag != 0 }

// ages tells whether an invoice moves through the ageing buckets.
func (v *invoice) ages() bool { return v.open > 0 && v.flags&(disputed|dormant) == 0 }

// part is the part of the invoice's euro cents that an amount stands for.
func (v *invoice) part(minor int64) int64 {
	if minor == v.minor {
		return v.cents
	}
	cents, _ := MulDiv(v.cents, minor, v.minor) // minor is at most v.minor
	return cents
}

// sameAs tells whether an invoice was issued with this content.
func (v *invoice) sameAs(n *invoice) bool {
	return v.minor == n.minor && v.currency == n.currency && v.deliveredOn == n.deliveredOn && v.dueOn == n.dueOn
}

// fingerprint is what is remembered of an invoice that is closed for good.
func (v *invoice) fingerprint() uint64 {
	var b [18]byte
	binary.LittleEndian.PutUint64(b[0:], uint64(v.minor))
	binary.LittleEndian.PutUint32(b[8:], uint32(v.deliveredOn))
	binary.LittleEndian.PutUint32(b[12:], uint32(v.dueOn))
	binary.LittleEndian.PutUint16(b[16:], v.currency)
	return v.key&^contentBits | xxhash.Sum64(b[:])&contentBits
}

const contentBits = 1<<16 - 1

// currencyCode packs the three letters of a currency.
func currencyCode(currency string) uint16 {
	var code uint16
	for i := range len(currency) {
		code = code*26 + uint16(currency[i]-'A')
	}
	return code
}

// currencyOf gives the letters of a currency that is packed.
func currencyOf(code uint16) string {
	if code == currencyCode(euro) {
		return euro
	}
	return string([]byte{'A' + byte(code/676), 'A' + byte(code/26%26), 'A' + byte(code%26)})
}

const euro = "EUR"

// fewSuppliers is how many lie within Payments, which are 632 bytes with them.
const fewSuppliers = 3

// supply adds a supplier at its place.
func (p *Payments) supply(at int, policy string) {
	n := len(p.suppliers)
	switch n {
	case 0:
		p.suppliers = p.few[:0]
	case 1:
		p.part()
	}
	p.suppliers = insert(p.suppliers, at, supplier{policy: policy})
	if n == fewSuppliers {
		p.few = [fewSuppliers]supplier{} // they have moved
	}
}

// supplier finds a policy, nil where it has no invoice on the buyer.
func (p *Payments) supplier(policy string) *supplier {
	if i, found := p.place(policy); found {
		return &p.suppliers[i]
	}
	return nil
}

// place finds a policy, or where it belongs. Few are asked one by one, and first for their last byte: ids of one make
// mostly differ where they end.
func (p *Payments) place(policy string) (int, bool) {
	if n := len(policy); n > 0 && len(p.suppliers) <= fewSuppliers {
		last := policy[n-1]
		for i := range p.suppliers {
			if id := p.suppliers[i].policy; len(id) == n && id[n-1] == last && id == policy {
				return i, true
			}
		}
	}
	low, high := 0, len(p.suppliers)
	for low < high {
		if middle := int(uint(low+high) >> 1); p.suppliers[middle].policy < policy {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, low < len(p.suppliers) && p.suppliers[low].policy == policy
}

// find finds an invoice. Where it is not kept, known tells whether it is closed for good; s is nil for a supplier that
// has no invoice on the buyer.
func (p *Payments) find(ref Ref) (s *supplier, v *invoice, known bool) {
	if s = p.supplier(ref.Policy); s == nil {
		return nil, nil, false
	}
	v, known = p.findOf(s, ref.Invoice)
	return s, v, known
}

// findOf is the same among a supplier's own.
func (p *Payments) findOf(s *supplier, invoice string) (v *invoice, known bool) {
	key := xxhash.Sum64String(invoice)
	if v, _ = s.invoice(key); v != nil {
		return v, true
	}
	_, known = p.wasClosed(s, key)
	return nil, known
}

// invoice finds a kept invoice, nil for none, and the place of one in the list. Searched by hand, as receiptAt is:
// these are the fold's hottest loops, and copying what is compared costs more than comparing.
func (s *supplier) invoice(key uint64) (v *invoice, at int) {
	if s.many != nil {
		return s.many.invoices.Find(atInvoice(key)), 0
	}
	low, high := 0, len(s.invoices)
	for low < high {
		if middle := int(uint(low+high) >> 1); s.invoices[middle].key < key {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low < len(s.invoices) && s.invoices[low].key == key {
		return &s.invoices[low], low
	}
	return nil, low
}

// receipt finds a kept payment, nil for none, and the place of one in the list.
func (s *supplier) receipt(invoice, id uint64) (r *receipt, at int) {
	if s.many != nil {
		return s.many.receipts.Find(atReceipt(invoice, id)), 0
	}
	at, found := s.receiptAt(invoice, id)
	if !found {
		return nil, at
	}
	return &s.receipts[at], at
}

func (s *supplier) receiptAt(invoice, id uint64) (int, bool) {
	low, high := 0, len(s.receipts)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if r := &s.receipts[middle]; r.invoice < invoice || r.invoice == invoice && r.id < id {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == len(s.receipts) {
		return low, false
	}
	return low, s.receipts[low].invoice == invoice && s.receipts[low].id == id
}

// remembered are the fingerprints that count.
func (s *supplier) remembered() []uint64 { return s.closed[max(0, len(s.closed)-MaxClosed):] }

// closings has a bit for each beginning of seven bits that fingerprints have: an invoice whose key begins otherwise was
// not closed, and nothing need be read to know it. That is mostly so while a buyer has some tens of them.
type closings [2]uint64

func (c *closings) add(fingerprint uint64) { c[fingerprint>>63] |= 1 << (fingerprint >> 57 & 63) }

func (c *closings) may(key uint64) bool { return c[key>>63]>>(key>>57&63)&1 != 0 }

// wasClosed finds the fingerprint of a supplier's invoice.
func (p *Payments) wasClosed(s *supplier, key uint64) (uint64, bool) {
	if !p.closings.may(key) {
		return 0, false
	}
	for _, f := range s.remembered() {
		if (f^key)&^contentBits == 0 {
			return f, true
		}
	}
	return 0, false
}

// over tells whether an invoice has nothing open and no payment that can be reversed.
func (s *supplier) over(v *invoice) bool { return v.open == 0 && !s.reversible(v.key) }

// close turns an invoice that is over, and is kept no longer, into a fingerprint.
func (p *Payments) close(s *supplier, v *invoice) {
	if len(s.closed) >= MaxClosed+MaxClosed/8 {
		s.closed = s.closed[:copy(s.closed, s.remembered())]
	}
	s.closed = insert(s.closed, len(s.closed), v.fingerprint())
	p.closings.add(v.fingerprint())
}

// settle closes an invoice if it is over.
func (p *Payments) settle(s *supplier, v *invoice) {
	if !s.over(v) {
		return
	}
	p.close(s, v)
	if s.many != nil {
		s.many.invoices.Delete(atInvoice(v.key))
		return
	}
	_, at := s.invoice(v.key)
	s.invoices = slices.Delete(s.invoices, at, at+1)
}

// tidy drops payments beyond reversal and closes what is over by that. It looks at all there is.
func (p *Payments) tidy(s *supplier, today event.Day) {
	if s.many != nil && s.many.tidied == today {
		return
	}
	s.flatten()
	defer s.arrange(today)
	before := len(s.receipts)
	s.receipts = slices.DeleteFunc(s.receipts, func(r receipt) bool {
		over := r.booked+ReversalDays < today
		if over && len(p.suppliers) > 1 {
			s.keepOwn(&r, today)
		}
		return over
	})
	if len(s.receipts) < before {
		s.invoices = slices.DeleteFunc(s.invoices, func(v invoice) bool {
			if !s.over(&v) {
				return false
			}
			p.close(s, &v)
			return true
		})
		s.receipts, s.invoices = compact(s.receipts), compact(s.invoices)
	}
}

// insert is slices.Insert with little room to spare: there are tens of millions of these lists, most of them short.
func insert[T any](list []T, i int, v T) []T {
	if len(list) == cap(list) {
		roomy := make([]T, len(list), len(list)+len(list)/8+4)
		copy(roomy, list)
		list = roomy
	}
	list = list[:len(list)+1]
	copy(list[i+1:], list[i:])
	list[i] = v
	return list
}

// compact gives back the room of a list that has become much shorter.
func compact[T any](list []T) []T {
	if cap(list) <= 2*len(list)+8 {
		return list
	}
	return append(make([]T, 0, len(list)), list...)
}

// makeRoom tidies ahead of time where a bound is reached.
func (p *Payments) makeRoom(s *supplier, today event.Day) {
	if s.invoiceCount() >= MaxOpen || s.receiptCount() >= MaxReceipts {
		p.tidy(s, today)
	}
}
