package event

import (
	"math"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"
)

// Invoices and payments are nearly all that a log holds, so their records have a faster way than the walk: one pass over the bytes for
// what canonical records of these two kinds look like. It never refuses: whatever looks otherwise is decoded, or refused, by the walk, and
// a fuzz test holds it to the walk's answers.

// Tags of one byte: a field's number and its type.
const (
	varint = byte(protowire.VarintType)
	length = byte(protowire.BytesType)
)

// scan is a cursor over bytes that look as expected so far, or bad.
type scan struct {
	b   []byte
	bad bool
}

// tag gives the next tag of one byte, 0 at the end. Fields ascend.
func (s *scan) tag(last byte) byte {
	if len(s.b) == 0 {
		return 0
	}
	t := s.b[0]
	if t <= last || t >= 0x80 {
		s.bad = true
		return 0
	}
	s.b = s.b[1:]
	return t
}

func (s *scan) uint() uint64 {
	if len(s.b) > 0 && s.b[0] < 0x80 {
		v := s.b[0]
		s.b = s.b[1:]
		return uint64(v)
	}
	v, n := protowire.ConsumeVarint(s.b)
	if n < 0 {
		s.bad = true
		return 0
	}
	s.b = s.b[n:]
	return v
}

func (s *scan) int() int64 { return protowire.DecodeZigZag(s.uint()) }

func (s *scan) small(most uint64) uint64 {
	v := s.uint()
	if v > most {
		s.bad = true
	}
	return v
}

func (s *scan) day() Day {
	v := s.int()
	if v < math.MinInt32 || v > math.MaxInt32 {
		s.bad = true
	}
	return Day(v)
}

// bytes gives what a length of one byte announces.
func (s *scan) bytes() []byte {
	if len(s.b) == 0 || s.b[0] >= 0x80 || int(s.b[0]) >= len(s.b) {
		s.bad = true
		return nil
	}
	n := 1 + int(s.b[0])
	v := s.b[1:n:n]
	s.b = s.b[n:]
	return v
}

func (s *scan) str() string {
	v := s.bytes()
	return unsafe.String(unsafe.SliceData(v), len(v))
}

// fast decodes a record of an invoice or a payment; false where it is another one, or looks otherwise than expected.
func (d *Decoder) fast(b []byte) bool {
	s, e := scan{b: b}, &d.event
	*e = Event{}
	if s.tag(0) != 1<<3|varint || s.uint() != Format {
		return false
	}
	const body = 16<<3 | length // of two bytes
	last := byte(1<<3 | varint)
	for len(s.b) > 0 && s.b[0] < 0x80 {
		t := s.tag(last)
		switch last = t; t {
		case 2<<3 | varint:
			e.Source.Topic = Topic(s.small(math.MaxUint8))
		case 3<<3 | varint:
			e.Source.Incarnation = uint32(s.small(math.MaxUint32))
		case 4<<3 | varint:
			e.Source.Partition = uint32(s.small(math.MaxUint32))
		case 5<<3 | varint:
			e.Source.Offset = s.int()
		case 6<<3 | varint:
			e.Source.Seq = uint32(s.small(math.MaxUint32))
		case 7<<3 | varint:
			e.StampMs = s.int()
		case 8<<3 | varint:
			e.Kind = Kind(s.small(math.MaxUint8))
		case 9<<3 | length:
			e.Key = s.str()
		case 10<<3 | length:
			e.ID = s.str()
		case 11<<3 | varint:
			e.AtMs = s.int()
		case 12<<3 | varint:
			e.History = s.uint() != 0
		case 13<<3 | varint:
			e.Home = s.uint() != 0
		case 14<<3 | varint:
			e.Text = s.uint() != 0
		default:
			return false
		}
		if s.bad {
			return false
		}
	}
	if len(s.b) < 3 || s.b[0] != body&0x7f|0x80 || s.b[1] != body>>7 {
		return false
	}
	s.b = s.b[2:]
	raw := s.bytes()
	if s.bad || len(s.b) > 0 {
		return false
	}
	e.raw = raw
	switch e.Kind {
	case KindInvoiceIssued:
		v := &d.bodies.invoiceIssued
		*v = InvoiceIssued{}
		e.Body = v
		return fastInvoice(raw, &v.Ref, &v.Amount, &v.DeliveredOn, &v.DueOn)
	case KindInvoicePaid:
		v := &d.bodies.invoicePaid
		*v = InvoicePaid{}
		e.Body = v
		return fastInvoice(raw, &v.Ref, &v.Amount, &v.PaidOn, nil)
	default:
		return false
	}
}

// fastInvoice decodes a body that names an invoice, an amount and one day or two.
func fastInvoice(raw []byte, ref *InvoiceRef, amount *Amount, first, second *Day) bool {
	s := scan{b: raw}
	for last := byte(0); len(s.b) > 0; {
		t := s.tag(last)
		switch last = t; {
		case t == 1<<3|length:
			s.bad = !fastRef(s.bytes(), ref) || s.bad
		case t == 2<<3|length:
			s.bad = !fastAmount(s.bytes(), amount) || s.bad
		case t == 3<<3|varint:
			*first = s.day()
		case t == 4<<3|varint && second != nil:
			*second = s.day()
		default:
			return false
		}
		if s.bad {
			return false
		}
	}
	return true
}

func fastRef(raw []byte, ref *InvoiceRef) bool {
	s := scan{b: raw}
	for last := byte(0); len(s.b) > 0; {
		t := s.tag(last)
		switch last = t; t {
		case 1<<3 | length:
			s.bad = !fastParty(s.bytes(), &ref.Buyer) || s.bad
		case 2<<3 | length:
			ref.Policy = s.str()
		case 3<<3 | length:
			ref.Invoice = s.str()
		default:
			return false
		}
		if s.bad {
			return false
		}
	}
	return true
}

func fastParty(raw []byte, p *Party) bool {
	s := scan{b: raw}
	for last := byte(0); len(s.b) > 0; {
		t := s.tag(last)
		switch last = t; t {
		case 1<<3 | length:
			p.ID = s.str()
		case 2<<3 | length:
			p.Country = s.str()
		default:
			return false // a company without an id
		}
		if s.bad {
			return false
		}
	}
	return true
}

func fastAmount(raw []byte, a *Amount) bool {
	s := scan{b: raw}
	for last := byte(0); len(s.b) > 0; {
		t := s.tag(last)
		switch last = t; t {
		case 1<<3 | varint:
			a.Minor = s.int()
		case 2<<3 | length:
			a.Currency = s.str()
		default:
			return false
		}
		if s.bad {
			return false
		}
	}
	return true
}
