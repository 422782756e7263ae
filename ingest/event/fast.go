package event

import (
	"encoding/binary"
	"math/bits"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"
)

// Invoices and payments are nearly all that a log holds, so their records have a faster way than the walk: one pass
// over the bytes for what canonical records of these two kinds look like, whose fields ascend. It never refuses:
// whatever looks otherwise is decoded, or refused, by the walk, and a fuzz test holds it to the walk's answers.
//
// Bytes are read by index. What looks otherwise moves the index beyond the end, where no field is found any more.

// Types of a field, in the low bits of its tag.
const (
	varint = byte(protowire.VarintType)
	length = byte(protowire.BytesType)
)

// is tells whether a field of a tag of one byte is at i.
func is(b []byte, i uint, tag byte) bool { return i < uint(len(b)) && b[i] == tag }

// beyond is an index at which there is nothing.
func beyond(b []byte) uint { return uint(len(b)) + 1 }

// smallAt reads a varint of one byte at i, and gives the index behind it.
func smallAt(b []byte, i uint) (byte, uint) {
	if i < uint(len(b)) && b[i] < 0x80 {
		return b[i], i + 1
	}
	return 0, beyond(b)
}

// uintAt reads a varint of up to nine bytes at i, and gives the index behind it.
func uintAt(b []byte, i uint) (v uint64, next uint) {
	for shift := 0; shift < 63 && i < uint(len(b)); shift += 7 {
		c := b[i]
		i++
		if v |= uint64(c&0x7f) << shift; c < 0x80 {
			return v, i
		}
	}
	return 0, beyond(b)
}

// wideAt is uintAt for varints of many bytes, of which eight are read at once.
func wideAt(b []byte, i uint) (uint64, uint) {
	if i+8 > uint(len(b)) {
		return uintAt(b, i)
	}
	v := binary.LittleEndian.Uint64(b[i:])
	ends := ^v & 0x8080808080808080
	if ends == 0 {
		return uintAt(b, i)
	}
	v &= (ends ^ (ends - 1)) & 0x7f7f7f7f7f7f7f7f // up to the first byte that ends it
	v = v&0x007f007f007f007f | v&0x7f007f007f007f00>>1
	v = v&0x00003fff00003fff | v&0x3fff00003fff0000>>2
	return v&0x0fffffff | v>>32<<28, i + uint(bits.TrailingZeros64(ends))/8 + 1
}

// textAt reads a length of one byte at i and the text that it announces, and gives the index behind that.
func textAt(b []byte, i uint) (string, uint) {
	if i < uint(len(b)) && b[i] < 0x80 {
		if n := uint(b[i]); n == 0 {
			return "", i + 1
		} else if n < uint(len(b))-i {
			return unsafe.String((*byte)(unsafe.Add(unsafe.Pointer(&b[i]), 1)), int(n)), i + 1 + n
		}
	}
	return "", beyond(b)
}

// within is where a message begins and ends whose length, of one byte, is at i. Where it is longer, or ends beyond b,
// the end is where no field ends.
func within(b []byte, i uint) (from, end uint) {
	n, from := smallAt(b, i)
	return from, from + uint(n)
}

// fast decodes a record of an invoice or a payment; false where it is another one, or looks otherwise than expected.
func (d *Decoder) fast(b []byte) bool {
	e := &d.event
	*e = Event{}
	if len(b) < 2 || b[0] != 1<<3|varint || b[1] != Format {
		return false
	}
	var v, excess uint64 // what does not fit is not nothing
	var small byte
	i := uint(2)
	if is(b, i, 2<<3|varint) {
		small, i = smallAt(b, i+1)
		e.Source.Topic = Topic(small)
	}
	if is(b, i, 3<<3|varint) {
		small, i = smallAt(b, i+1)
		e.Source.Incarnation = uint32(small)
	}
	if is(b, i, 4<<3|varint) {
		v, i = uintAt(b, i+1)
		e.Source.Partition, excess = uint32(v), excess|v>>32
	}
	if is(b, i, 5<<3|varint) {
		v, i = uintAt(b, i+1)
		e.Source.Offset = protowire.DecodeZigZag(v)
	}
	if is(b, i, 6<<3|varint) {
		v, i = uintAt(b, i+1)
		e.Source.Seq, excess = uint32(v), excess|v>>32
	}
	if is(b, i, 7<<3|varint) {
		v, i = wideAt(b, i+1)
		e.StampMs = protowire.DecodeZigZag(v)
	}
	if is(b, i, 8<<3|varint) {
		small, i = smallAt(b, i+1)
		e.Kind = Kind(small)
	}
	if is(b, i, 9<<3|length) {
		e.Key, i = textAt(b, i+1)
	}
	if is(b, i, 10<<3|length) {
		e.ID, i = textAt(b, i+1)
	}
	if is(b, i, 11<<3|varint) {
		v, i = wideAt(b, i+1)
		e.AtMs = protowire.DecodeZigZag(v)
	}
	if is(b, i, 12<<3|varint) {
		small, i = smallAt(b, i+1)
		e.History = small != 0
	}
	if is(b, i, 13<<3|varint) {
		small, i = smallAt(b, i+1)
		e.Home = small != 0
	}
	if is(b, i, 14<<3|varint) {
		small, i = smallAt(b, i+1)
		e.Text = small != 0
	}
	const body = 16<<3 | length // of two bytes
	if excess != 0 || !is(b, i, body&0x7f|0x80) || !is(b, i+1, body>>7) {
		return false
	}
	if v, i = uintAt(b, i+2); i > uint(len(b)) || v != uint64(uint(len(b))-i) {
		return false
	}
	e.raw = b[i:len(b):len(b)]
	switch e.Kind {
	case KindInvoiceIssued:
		v := &d.bodies.invoiceIssued
		*v = InvoiceIssued{}
		e.Body = v
		return fastInvoice(b, i, &v.Ref, &v.Amount, &v.DeliveredOn, &v.DueOn, &v.NetMinor)
	case KindInvoicePaid:
		v := &d.bodies.invoicePaid
		*v = InvoicePaid{}
		e.Body = v
		return fastInvoice(b, i, &v.Ref, &v.Amount, &v.PaidOn, nil, nil)
	default:
		return false
	}
}

// fastInvoice decodes a body from i to the end of b that names an invoice, an amount and one day, or two and a net
// amount.
func fastInvoice(b []byte, i uint, ref *InvoiceRef, amount *Amount, one, two *Day, net *int64) bool {
	if is(b, i, 1<<3|length) {
		var end uint
		if i, end = within(b, i+1); is(b, i, 1<<3|length) && i < end {
			var inner uint
			if i, inner = within(b, i+1); is(b, i, 1<<3|length) && i < inner {
				ref.Buyer.ID, i = textAt(b, i+1)
			}
			if is(b, i, 2<<3|length) && i < inner {
				ref.Buyer.Country, i = textAt(b, i+1)
			}
			if i != inner {
				return false // a company without an id, or anything else
			}
		}
		if is(b, i, 2<<3|length) && i < end {
			ref.Policy, i = textAt(b, i+1)
		}
		if is(b, i, 3<<3|length) && i < end {
			ref.Invoice, i = textAt(b, i+1)
		}
		if i != end {
			return false
		}
	}
	if is(b, i, 2<<3|length) {
		var end uint
		if i, end = within(b, i+1); is(b, i, 1<<3|varint) && i < end {
			var v uint64
			v, i = uintAt(b, i+1)
			amount.Minor = protowire.DecodeZigZag(v)
		}
		if is(b, i, 2<<3|length) && i < end {
			amount.Currency, i = textAt(b, i+1)
		}
		if i != end {
			return false
		}
	}
	var v, excess uint64
	if is(b, i, 3<<3|varint) {
		v, i = uintAt(b, i+1)
		*one, excess = Day(protowire.DecodeZigZag(v)), v>>32
	}
	if two != nil && is(b, i, 4<<3|varint) {
		v, i = uintAt(b, i+1)
		*two, excess = Day(protowire.DecodeZigZag(v)), excess|v>>32
	}
	if net != nil && is(b, i, 5<<3|varint) {
		v, i = uintAt(b, i+1)
		*net = protowire.DecodeZigZag(v)
	}
	return i == uint(len(b)) && excess == 0
}
