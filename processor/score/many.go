package score

import (
	"cmp"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/internal/btree"
)

// fewLines is how many invoices, and how many payments, of a supplier are plain lists.
const fewLines = 256

// many are a supplier's invoices and payments beyond a few, each in the order of its list.
type many struct {
	invoices btree.Tree[invoice, struct{}]
	receipts btree.Tree[receipt, struct{}]
	tidied   event.Day // last; that day there is nothing more to tidy
}

// arrange makes lists that are long trees.
func (s *supplier) arrange(today event.Day) {
	if s.many == nil && (len(s.invoices) > fewLines || len(s.receipts) > fewLines) {
		s.many = &many{invoices: btree.New[invoice, struct{}](nil, s.invoices),
			receipts: btree.New[receipt, struct{}](nil, s.receipts), tidied: today}
		s.invoices, s.receipts = nil, nil
	}
}

// flatten makes trees lists, whose length is nobody's business until they are arranged.
func (s *supplier) flatten() {
	if m := s.many; m != nil {
		s.invoices, s.receipts = make([]invoice, 0, m.invoices.Len()), make([]receipt, 0, m.receipts.Len())
		s.many = nil
		for v := range m.invoices.All() {
			s.invoices = append(s.invoices, *v)
		}
		for r := range m.receipts.All() {
			s.receipts = append(s.receipts, *r)
		}
	}
}

func (s *supplier) invoiceCount() int {
	if s.many != nil {
		return s.many.invoices.Len()
	}
	return len(s.invoices)
}

func (s *supplier) receiptCount() int {
	if s.many != nil {
		return s.many.receipts.Len()
	}
	return len(s.receipts)
}

// eachInvoice calls do for each kept invoice. It may change what the invoice is not found by.
func (s *supplier) eachInvoice(do func(*invoice)) {
	for i := range s.invoices {
		do(&s.invoices[i])
	}
	if s.many != nil {
		for v := range s.many.invoices.All() {
			do(v)
		}
	}
}

// eachReceipt does so for each payment that is kept.
func (s *supplier) eachReceipt(do func(*receipt)) {
	for i := range s.receipts {
		do(&s.receipts[i])
	}
	if s.many != nil {
		for r := range s.many.receipts.All() {
			do(r)
		}
	}
}

// addInvoice keeps an invoice, at its place in the list as s.invoice gives it.
func (s *supplier) addInvoice(at int, v invoice) {
	if s.many != nil {
		s.many.invoices.Insert(v, atInvoice(v.key))
		return
	}
	s.invoices = insert(s.invoices, at, v)
	s.arrange(0)
}

// addReceipt keeps a payment, at its place in the list as s.receipt gives it.
func (s *supplier) addReceipt(at int, r receipt) {
	if s.many != nil {
		s.many.receipts.Insert(r, atReceipt(r.invoice, r.id))
		return
	}
	s.receipts = insert(s.receipts, at, r)
	s.arrange(0)
}

// reversible tells whether a payment of an invoice is kept.
func (s *supplier) reversible(invoice uint64) bool {
	if s.many != nil {
		for r := range s.many.receipts.From(atReceipt(invoice, 0)) {
			return r.invoice == invoice
		}
		return false
	}
	at, _ := s.receiptAt(invoice, 0)
	return at < len(s.receipts) && s.receipts[at].invoice == invoice
}

func atInvoice(key uint64) btree.At[invoice] {
	return func(v *invoice) int { return cmp.Compare(key, v.key) }
}

func atReceipt(invoice, id uint64) btree.At[receipt] {
	return func(r *receipt) int {
		if c := cmp.Compare(invoice, r.invoice); c != 0 {
			return c
		}
		return cmp.Compare(id, r.id)
	}
}

// walk writes what supplier.Walk reads.
func (m *many) walk(w *wire.Wire) {
	for v := range m.invoices.All() {
		w.Msg(3, v)
	}
	for r := range m.receipts.All() {
		w.Msg(4, r)
	}
}

// count is how many there are of something.
type count [3]uint8

func (c *count) add(n int64) {
	sum := int64(c[0]) + int64(c[1])<<8 + int64(c[2])<<16 + n
	*c = count{uint8(sum), uint8(sum >> 8), uint8(sum >> 16)}
}

// any tells whether there is one.
func (c *count) any() bool { return *c != count{} }
