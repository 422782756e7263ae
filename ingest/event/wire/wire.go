// Package wire is the canonical Protobuf encoding of the log and of the decisions.
//
// A message describes itself once, in a method that walks its fields in ascending field number. The same walk encodes
// and decodes, so the two directions cannot disagree. The bytes are ordinary Protobuf (the .proto files beside the
// messages are the published contract and a test holds both to the same answers), with one more promise than Protobuf
// makes: fields ascend, zero values are absent and integers are minimal, so equal messages are equal bytes.
//
// A decoder therefore reads forwards only. Fields that it does not know are skipped; a field that comes after a higher
// one is an error, for no writer of ours makes one. Decoding allocates nothing but lists: strings and byte slices alias
// the input, which must never be modified afterwards. Who keeps one beyond the life of the input clones it, else it
// keeps the whole input alive.
package wire

import (
	"errors"
	"fmt"
	"math"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"
)

// ErrMalformed is wrapped by every decoding error.
var ErrMalformed = errors.New("malformed record")

// MaxList bounds the elements of one list, so that a few corrupt bytes cannot ask for much memory.
const MaxList = 1 << 20

// Walker is a message that can walk its own fields.
type Walker interface{ Walk(w *Wire) }

// Wire is a cursor over one message being encoded or decoded. The zero value is ready for its methods Append and
// Decode.
type Wire struct {
	buf      []byte
	err      error
	last     protowire.Number
	decoding bool
}

// Append appends the canonical encoding of m to dst.
func Append(dst []byte, m Walker) []byte { return new(Wire).Append(dst, m) }

// Decode fills m, which must be zero, from b. Strings and slices in m alias b.
func Decode(b []byte, m Walker) error { return new(Wire).Decode(b, m) }

// Append is the function Append without its allocation: w is used again.
func (w *Wire) Append(dst []byte, m Walker) []byte {
	w.Encode(dst)
	m.Walk(w)
	return w.Bytes()
}

// Decode is the function Decode without its allocation: w is used again.
func (w *Wire) Decode(b []byte, m Walker) error {
	w.Begin(b)
	m.Walk(w)
	return w.Finish()
}

// Begin starts decoding b, for a caller that walks by hand and then calls Finish.
func (w *Wire) Begin(b []byte) { *w = Wire{buf: b, decoding: true} }

// Encode starts encoding at the end of dst, for a caller that walks by hand; Bytes gives the result.
func (w *Wire) Encode(dst []byte) { *w = Wire{buf: dst} }

// Bytes is what was encoded so far, or what is left to decode.
func (w *Wire) Bytes() []byte { return w.buf }

// Decoding tells the direction of the walk.
func (w *Wire) Decoding() bool { return w.decoding }

// Fail makes a decode fail with a reason: for a walk that finds a value out of its range. The first reason stays.
func (w *Wire) Fail(format string, args ...any) {
	if w.decoding && w.err == nil {
		w.err = fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
	}
}

// Finish skips what is left of a message being decoded and returns the first error.
func (w *Wire) Finish() error {
	for w.decoding && w.err == nil && len(w.buf) > 0 {
		num, _, n := w.peek()
		if w.err == nil {
			w.skip(num, n)
		}
	}
	return w.err
}

func (w *Wire) peek() (protowire.Number, protowire.Type, int) {
	num, typ, n := protowire.ConsumeTag(w.buf)
	if n < 0 {
		w.Fail("tag after field %d", w.last)
		return 0, 0, 0
	}
	if num < w.last {
		w.Fail("field %d after field %d", num, w.last)
		return 0, 0, 0
	}
	return num, typ, n
}

func (w *Wire) skip(num protowire.Number, tagLen int) {
	n := protowire.ConsumeFieldValue(num, typeOf(w.buf), w.buf[tagLen:])
	if n < 0 {
		w.Fail("field %d", num)
		return
	}
	w.last = num
	w.buf = w.buf[tagLen+n:]
}

func typeOf(b []byte) protowire.Type {
	_, typ, _ := protowire.ConsumeTag(b)
	return typ
}

// at moves to field num of type typ; false when the message does not have it.
func (w *Wire) at(num protowire.Number, typ protowire.Type) bool {
	for w.err == nil && len(w.buf) > 0 {
		// One-byte tags are the common case of the hot records.
		if b := w.buf[0]; b < 0x80 && num >= w.last {
			if b == byte(num)<<3|byte(typ) && num < 16 {
				w.buf, w.last = w.buf[1:], num
				return true
			}
			if protowire.Number(b>>3) > num {
				return false
			}
		}
		got, t, n := w.peek()
		switch {
		case w.err != nil || got > num:
			return false
		case got < num:
			w.skip(got, n)
		case t != typ:
			w.Fail("field %d has type %d", num, t)
			return false
		default:
			w.buf, w.last = w.buf[n:], num
			return true
		}
	}
	return false
}

func (w *Wire) varint() uint64 {
	if len(w.buf) > 0 && w.buf[0] < 0x80 {
		v := uint64(w.buf[0])
		w.buf = w.buf[1:]
		return v
	}
	v, n := protowire.ConsumeVarint(w.buf)
	if n < 0 {
		w.Fail("field %d", w.last)
		return 0
	}
	w.buf = w.buf[n:]
	return v
}

func (w *Wire) bytes() []byte {
	if b := w.buf; len(b) > 0 && b[0] < 0x80 && len(b) > int(b[0]) {
		n := 1 + int(b[0])
		w.buf = b[n:]
		return b[1:n:n]
	}
	v, n := protowire.ConsumeBytes(w.buf)
	if n < 0 {
		w.Fail("field %d", w.last)
		return nil
	}
	w.buf = w.buf[n:]
	return v
}

// Uint is a uint64 field.
func (w *Wire) Uint(num protowire.Number, v *uint64) {
	if !w.decoding {
		w.put(num, *v)
	} else if u, ok := w.take(num); ok {
		*v = u
	}
}

// put appends a varint field, unless it is zero.
func (w *Wire) put(num protowire.Number, u uint64) {
	if u != 0 {
		w.buf = protowire.AppendVarint(protowire.AppendTag(w.buf, num, protowire.VarintType), u)
	}
}

// take gives a varint field; false where the message does not have it, or has an error. A tag of a byte and a value, or
// a field that is not there, are most of a hot record.
func (w *Wire) take(num protowire.Number) (uint64, bool) {
	if b := w.buf; len(b) > 1 && b[0] < 0x80 && num < 16 && num >= w.last && w.err == nil {
		tag := byte(num) << 3
		if b[0] == tag {
			if b[1] < 0x80 {
				w.buf, w.last = b[2:], num
				return uint64(b[1]), true
			}
			if u, n := protowire.ConsumeVarint(b[1:]); n > 0 {
				w.buf, w.last = b[1+n:], num
				return u, true
			}
		} else if b[0] > tag|7 {
			return 0, false
		}
	}
	if !w.at(num, protowire.VarintType) {
		return 0, false
	}
	return w.varint(), true
}

// Int is a sint64 field.
func (w *Wire) Int(num protowire.Number, v *int64) {
	if !w.decoding {
		w.put(num, protowire.EncodeZigZag(*v))
	} else if u, ok := w.take(num); ok {
		*v = protowire.DecodeZigZag(u)
	}
}

// Int32 is a sint32 field.
func (w *Wire) Int32(num protowire.Number, v *int32) {
	if !w.decoding {
		w.put(num, protowire.EncodeZigZag(int64(*v)))
	} else if u, ok := w.take(num); ok {
		i := protowire.DecodeZigZag(u)
		if i < math.MinInt32 || i > math.MaxInt32 {
			w.Fail("field %d beyond 32 bits", num)
			return
		}
		*v = int32(i)
	}
}

// Uint32 is a uint32 field.
func (w *Wire) Uint32(num protowire.Number, v *uint32) {
	if !w.decoding {
		w.put(num, uint64(*v))
	} else if u, ok := w.take(num); ok {
		if u > math.MaxUint32 {
			w.Fail("field %d beyond 32 bits", num)
			return
		}
		*v = uint32(u)
	}
}

// Enum is an enum field of at most 255 values.
func Enum[E ~uint8](w *Wire, num protowire.Number, v *E) {
	if !w.decoding {
		w.put(num, uint64(*v))
	} else if u, ok := w.take(num); ok {
		if u > math.MaxUint8 {
			w.Fail("field %d: enum value %d", num, u)
			return
		}
		*v = E(u)
	}
}

// Bool is a bool field.
func (w *Wire) Bool(num protowire.Number, v *bool) {
	if w.decoding {
		if u, ok := w.take(num); ok {
			*v = u != 0
		}
	} else if *v {
		w.put(num, 1)
	}
}

// Fixed is a fixed64 field.
func (w *Wire) Fixed(num protowire.Number, v *uint64) {
	if w.decoding {
		if w.at(num, protowire.Fixed64Type) {
			u, n := protowire.ConsumeFixed64(w.buf)
			if n < 0 {
				w.Fail("field %d", num)
				return
			}
			*v, w.buf = u, w.buf[n:]
		}
	} else if *v != 0 {
		w.buf = protowire.AppendFixed64(protowire.AppendTag(w.buf, num, protowire.Fixed64Type), *v)
	}
}

// Str is a string field.
func (w *Wire) Str(num protowire.Number, v *string) {
	if w.decoding {
		if b := w.buf; len(b) > 1 && b[0] < 0x80 && num < 16 && num >= w.last && w.err == nil {
			tag := byte(num)<<3 | byte(protowire.BytesType)
			if n := 2 + int(b[1]); b[0] == tag && b[1] < 0x80 && n <= len(b) {
				*v, w.buf, w.last = unsafe.String(unsafe.SliceData(b[2:]), n-2), b[n:], num
				return
			}
			if b[0] > tag|7 {
				return
			}
		}
		if w.at(num, protowire.BytesType) {
			b := w.bytes()
			*v = unsafe.String(unsafe.SliceData(b), len(b))
		}
	} else if *v != "" {
		w.buf = protowire.AppendString(protowire.AppendTag(w.buf, num, protowire.BytesType), *v)
	}
}

// Blob is a bytes field.
func (w *Wire) Blob(num protowire.Number, v *[]byte) {
	if w.decoding {
		if w.at(num, protowire.BytesType) {
			*v = w.bytes()
		}
	} else if len(*v) != 0 {
		w.buf = protowire.AppendBytes(protowire.AppendTag(w.buf, num, protowire.BytesType), *v)
	}
}
