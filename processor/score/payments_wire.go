package score

import (
	"encoding/binary"
	"slices"

	"barometer/ingest/event/wire"

	"google.golang.org/protobuf/encoding/protowire"
)

// Walk walks the fields of a buyer's payments in a snapshot. The running sums and closings are not among them: they
// follow from the suppliers. Strings alias the snapshot: see InternPolicies.
func (p *Payments) Walk(w *wire.Wire) {
	w.Msg(1, &p.dbt)
	w.Msg(2, &p.n)
	w.Int32(3, (*int32)(&p.evidence))
	w.Int32(4, (*int32)(&p.next))
	p.months.walk(w, 5)
	wire.Msgs(w, 7, &p.suppliers)
	if !w.Decoding() {
		return
	}
	p.restore(w)
}

// walk walks the worst status of months, in two fields from a number on.
func (m *months) walk(w *wire.Wire, from protowire.Number) {
	w.Int32(from, &m.newest)
	worst := m.worst[:]
	if w.Blob(from+1, &worst); !w.Decoding() {
		return
	}
	if len(worst) != kept || slices.Max(worst) >= buckets || m.newest < 0 || m.newest > 1<<28 {
		w.Fail("months of payments")
		return
	}
	copy(m.worst[:], worst)
}

// restore checks what the rest of the package takes for granted, and makes the running sums.
func (p *Payments) restore(w *wire.Wire) {
	if n := len(p.suppliers); n <= fewSuppliers {
		p.suppliers = p.few[:copy(p.few[:], p.suppliers)]
	}
	for i := range p.suppliers {
		s := &p.suppliers[i]
		if i > 0 && p.suppliers[i-1].policy >= s.policy {
			w.Fail("suppliers out of order")
		}
		for j := range s.invoices {
			v := &s.invoices[j]
			if j > 0 && s.invoices[j-1].key >= v.key || v.bucket >= buckets || v.open < 0 || v.open > v.minor {
				w.Fail("invoice %x", v.key)
				return
			}
			p.book(s, v, 1)
			s.history = s.history || v.has(dormant)
		}
		s.arrange(0)
		for _, f := range s.closed {
			p.closings.add(f)
		}
		if s.balance.standing() > 0 {
			if !p.room(s.balance.total()) {
				w.Fail("a balance beyond bounds")
				return
			}
			p.weigh(s, 1)
		}
	}
}

// Walk walks the fields of days beyond terms in a snapshot.
func (d *DBT) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&d.Landmark))
	w.Msg(2, &d.Slow.Late)
	w.Msg(3, &d.Slow.All)
	w.Msg(4, &d.Fast.Late)
	w.Msg(5, &d.Fast.All)
}

// Walk walks the fields of a wide integer in a snapshot.
func (x *Int128) Walk(w *wire.Wire) {
	w.Int(1, &x.Hi)
	w.Fixed(2, &x.Lo)
}

// Walk walks the fields of a decaying quantity in a snapshot.
func (d *Decaying) Walk(w *wire.Wire) {
	w.Int(1, &d.Value)
	w.Int32(2, (*int32)(&d.Day))
}

// Walk walks the fields of a supplier in a snapshot.
func (s *supplier) Walk(w *wire.Wire) {
	w.Str(1, &s.policy)
	w.Int32(2, (*int32)(&s.evidence))
	if s.many != nil {
		s.many.walk(w)
	} else {
		wire.Msgs(w, 3, &s.invoices)
		wire.Msgs(w, 4, &s.receipts)
	}
	var closed []byte
	for _, f := range s.remembered() {
		closed = binary.LittleEndian.AppendUint64(closed, f)
	}
	w.Blob(5, &closed)
	reports := s.balance != nil
	if w.Bool(6, &reports); reports {
		if s.balance == nil {
			s.balance = &balance{}
		}
		w.Msg(7, s.balance)
	}
	w.Uint32(8, &s.told)
	apart := s.own != nil
	if w.Bool(9, &apart); apart {
		if s.own == nil {
			s.own = &own{}
		}
		w.Msg(10, s.own)
	}
	w.Msg(11, &s.n)
	if !w.Decoding() {
		return
	}
	if len(closed)%8 != 0 || len(closed) > 8*MaxClosed {
		w.Fail("%d bytes of fingerprints", len(closed))
	}
	for ; len(closed) >= 8; closed = closed[8:] {
		s.closed = append(s.closed, binary.LittleEndian.Uint64(closed))
	}
}

// Walk walks the fields of an invoice in a snapshot.
func (v *invoice) Walk(w *wire.Wire) {
	w.Fixed(1, &v.key)
	w.Int(2, &v.minor)
	w.Int(3, &v.open)
	w.Int(4, &v.cents)
	w.Int32(5, (*int32)(&v.deliveredOn))
	w.Int32(6, (*int32)(&v.dueOn))
	w.Int32(7, (*int32)(&v.lateFrom))
	currency := uint32(v.currency)
	w.Uint32(8, &currency)
	v.currency = uint16(currency)
	wire.Enum(w, 9, &v.bucket)
	wire.Enum(w, 10, &v.flags)
}

// Walk walks the fields of a payment in a snapshot.
func (r *receipt) Walk(w *wire.Wire) {
	w.Fixed(1, &r.invoice)
	w.Fixed(2, &r.id)
	w.Int(3, &r.minor)
	w.Int(4, &r.applied)
	w.Int32(5, (*int32)(&r.paidOn))
	w.Int32(6, (*int32)(&r.booked))
	w.Int32(7, (*int32)(&r.landmark))
	late := int32(r.late)
	w.Int32(8, &late)
	r.late = int8(late)
	wire.Enum(w, 9, &r.flags)
}
