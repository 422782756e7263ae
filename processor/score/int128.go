package score

import "math/bits"

// Int128 is a signed 128-bit integer in two's complement: Hi · 2^64 + Lo.
type Int128 struct {
	Hi int64
	Lo uint64
}

// Mul is a · b.
func Mul(a, b int64) Int128 {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	p := Int128{int64(hi), lo}
	if (a < 0) != (b < 0) {
		return p.Neg()
	}
	return p
}

// Neg is −x.
func (x Int128) Neg() Int128 {
	lo, borrow := bits.Sub64(0, x.Lo, 0)
	hi, _ := bits.Sub64(0, uint64(x.Hi), borrow)
	return Int128{int64(hi), lo}
}

// Add is x + y.
func (x Int128) Add(y Int128) Int128 {
	lo, carry := bits.Add64(x.Lo, y.Lo, 0)
	hi, _ := bits.Add64(uint64(x.Hi), uint64(y.Hi), carry)
	return Int128{int64(hi), lo}
}

// Sub is x − y.
func (x Int128) Sub(y Int128) Int128 { return x.Add(y.Neg()) }

// Abs is |x|, and whether x is negative.
func (x Int128) Abs() (Int128, bool) {
	if x.Hi < 0 {
		return x.Neg(), true
	}
	return x, false
}

// MulInt is x · b for products that fit.
func (x Int128) MulInt(b int64) Int128 {
	m, negative := x.Abs()
	p := m.times(magnitude(b))
	if negative != (b < 0) {
		return p.Neg()
	}
	return p
}

// Less tells whether x < y.
func (x Int128) Less(y Int128) bool { return x.Hi < y.Hi || x.Hi == y.Hi && x.Lo < y.Lo }

// Right is x / 2^n, truncated towards zero, for n up to 127.
func (x Int128) Right(n uint) Int128 {
	m, negative := x.Abs()
	r := Int128{int64(uint64(m.Hi) >> n), m.Lo>>n | uint64(m.Hi)<<(64-n)}
	if n >= 64 {
		r = Int128{0, uint64(m.Hi) >> (n - 64)}
	}
	if negative {
		return r.Neg()
	}
	return r
}

// MulDiv is a · b / c, truncated towards zero, exact in between; ok is false where c is 0 or the result is beyond
// int64.
func MulDiv(a, b, c int64) (result int64, ok bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	d := magnitude(c)
	if hi >= d { // c is 0, or the quotient is beyond 64 bits
		return 0, false
	}
	q, _ := bits.Div64(hi, lo, d)
	if q > 1<<63-1 {
		return 0, false
	}
	if (a < 0) != (b < 0) != (c < 0) {
		return -int64(q), true
	}
	return int64(q), true
}

// magnitude is |v|, the smallest int64 included.
func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

// times is x · b for x ≥ 0 and products that fit.
func (x Int128) times(b uint64) Int128 {
	hi, lo := bits.Mul64(x.Lo, b)
	return Int128{int64(hi + uint64(x.Hi)*b), lo}
}

// quotient is num / den, truncated, for num ≥ 0, den > 0 and a result of at most 20 bits.
func quotient(num, den Int128) int64 {
	return int64(min(divide(uint64(num.Hi), num.Lo, uint64(den.Hi), den.Lo), 1<<20-1))
}

// divide is the quotient of two 128-bit numbers, at most 2^64 − 1, by the division of their leading 64 bits and one
// correction: Warren, Hacker's Delight, 2nd edition, section 9-5.
func divide(nHi, nLo, dHi, dLo uint64) uint64 {
	if dHi == 0 {
		if nHi >= dLo {
			return 1<<64 - 1
		}
		q, _ := bits.Div64(nHi, nLo, dLo)
		return q
	}
	shift := uint(bits.LeadingZeros64(dHi))
	leading := dHi<<shift | dLo>>1>>(63-shift)
	q, _ := bits.Div64(nHi>>1, nHi<<63|nLo>>1, leading)
	if q >>= 63 - shift; q > 0 {
		q-- // it is right now, or one too small
	}
	hi, lo := bits.Mul64(q, dLo)
	hi += q * dHi
	restLo, borrow := bits.Sub64(nLo, lo, 0)
	restHi, _ := bits.Sub64(nHi, hi, borrow)
	if restHi > dHi || restHi == dHi && restLo >= dLo {
		q++
	}
	return q
}
