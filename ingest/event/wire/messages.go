package wire

import (
	"math"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"
)

// Strs is a repeated string field.
func (w *Wire) Strs(num protowire.Number, v *[]string) {
	if !w.decoding {
		for _, s := range *v {
			w.buf = protowire.AppendString(protowire.AppendTag(w.buf, num, protowire.BytesType), s)
		}
		return
	}
	for w.at(num, protowire.BytesType) {
		b := w.bytes()
		*v = append(*v, unsafe.String(unsafe.SliceData(b), len(b)))
		w.bound(num, len(*v))
	}
}

// Int32s is a packed field of sint32.
func (w *Wire) Int32s(num protowire.Number, v *[]int32) {
	if !w.decoding {
		if len(*v) == 0 {
			return
		}
		w.buf = protowire.AppendTag(w.buf, num, protowire.BytesType)
		start := len(w.buf)
		for _, i := range *v {
			w.buf = protowire.AppendVarint(w.buf, protowire.EncodeZigZag(int64(i)))
		}
		w.buf = prefixLength(w.buf, start)
		return
	}
	if !w.at(num, protowire.BytesType) {
		return
	}
	for b := w.bytes(); len(b) > 0; {
		u, n := protowire.ConsumeVarint(b)
		i := protowire.DecodeZigZag(u)
		if n < 0 || i < math.MinInt32 || i > math.MaxInt32 {
			w.Fail("field %d", num)
			return
		}
		*v, b = append(*v, int32(i)), b[n:]
		w.bound(num, len(*v))
	}
}

// Msg is a message field that is always present: an empty message is encoded too.
func (w *Wire) Msg(num protowire.Number, m Walker) {
	if w.decoding {
		if w.at(num, protowire.BytesType) {
			w.inner(m)
		}
		return
	}
	w.buf = protowire.AppendTag(w.buf, num, protowire.BytesType)
	start := len(w.buf)
	m.Walk(w)
	w.buf = prefixLength(w.buf, start)
}

// Msgs is a repeated message field. E's pointer walks it.
func Msgs[E any, P interface {
	*E
	Walker
}](w *Wire, num protowire.Number, v *[]E) {
	if !w.decoding {
		for i := range *v {
			w.Msg(num, P(&(*v)[i]))
		}
		return
	}
	for w.at(num, protowire.BytesType) {
		var zero E
		*v = append(*v, zero)
		w.inner(P(&(*v)[len(*v)-1])) // in its place, as some are large
		w.bound(num, len(*v))
	}
}

func (w *Wire) bound(num protowire.Number, n int) {
	if n > MaxList {
		w.Fail("field %d has more than %d elements", num, MaxList)
	}
}

func (w *Wire) inner(m Walker) {
	body := w.bytes()
	if w.err != nil {
		return
	}
	rest, last := w.buf, w.last
	w.buf, w.last = body, 0
	m.Walk(w)
	_ = w.Finish() // the error stays in w
	w.buf, w.last = rest, last
}

// prefixLength puts the length of b[start:] before it.
func prefixLength(b []byte, start int) []byte {
	n := len(b) - start
	size := protowire.SizeVarint(uint64(n))
	for range size {
		b = append(b, 0)
	}
	copy(b[start+size:], b[start:start+n])
	protowire.AppendVarint(b[start:start], uint64(n))
	return b
}
