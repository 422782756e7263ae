package score

import (
	"math/bits"

	"barometer/ingest/event"
)

// Half-lives of days beyond terms, in days: the level, and the fast one that the trend is read against.
const (
	SlowHalfLife = 180
	FastHalfLife = 45
)

// landmarkDays is how often the weights' origin moves; a multiple of both half-lives, so that a move is a shift.
const landmarkDays = 360

// DBT is days beyond terms: the mean lateness of payments, weighted by their euro amount and by forward decay (Cormode,
// Shkapenyuk, Srivastava, Xu, ICDE 2009). A payment's weight grows with its day from a landmark on instead of the older
// ones' shrinking, so that a payment costs one addition, and between two moves of the landmark their order does not
// matter.
//
// Invariant: Landmark is divisible by 360 and not after the newest day that Move saw.
type DBT struct {
	Landmark   event.Day
	Slow, Fast Sums
}

// Sums is Σ w · cents · days and Σ w · cents, w in Q30.
type Sums struct{ Late, All Int128 }

// Move takes the landmark to the one of a day. It is called with log time's day before anything else of that day.
func (d *DBT) Move(day event.Day) {
	if d.covers(day) {
		return
	}
	landmark := day - floorMod(day, landmarkDays)
	if d.Landmark == 0 && d.Slow == (Sums{}) && d.Fast == (Sums{}) {
		d.Landmark = landmark
		return
	}
	if moves := uint(landmark-d.Landmark) / landmarkDays; landmark > d.Landmark {
		d.Slow.shift(moves * (landmarkDays / SlowHalfLife))
		d.Fast.shift(moves * (landmarkDays / FastHalfLife))
		d.Landmark = landmark
	}
}

// covers tells whether the landmark is that of a day.
func (d *DBT) covers(day event.Day) bool { return uint32(day-d.Landmark) < landmarkDays }

// shift is any number of moves at once: truncation towards zero composes.
func (s *Sums) shift(n uint) {
	if n > 127 {
		*s = Sums{}
		return
	}
	s.Late, s.All = s.Late.Right(n), s.All.Right(n)
}

// Enter adds a payment: what it paid, on which day, and how many days after the due date, clamped to −30 … 120.
func (d *DBT) Enter(cents int64, paidOn event.Day, late int32) {
	age := int64(paidOn - d.Landmark)
	d.Slow.enter(cents, weight(age, SlowHalfLife), clampLate(late))
	d.Fast.enter(cents, weight(age, FastHalfLife), clampLate(late))
}

// Remove takes a payment out again that entered when the landmark was at the day entered: what it put in, shifted as
// the sums were since.
func (d *DBT) Remove(cents int64, paidOn event.Day, late int32, entered event.Day) {
	was := d.entered(cents, paidOn, late, entered)
	for i, sums := range [...]*Sums{&d.Slow, &d.Fast} {
		sums.Late, sums.All = sums.Late.Sub(was[i].Late), sums.All.Sub(was[i].All)
	}
}

// EnterShifted adds what Remove would take out.
func (d *DBT) EnterShifted(cents int64, paidOn event.Day, late int32, entered event.Day) {
	was := d.entered(cents, paidOn, late, entered)
	d.Slow.add(&was[0])
	d.Fast.add(&was[1])
}

// entered is what a payment put into the slow and the fast sums when the landmark was at the day entered, shifted as
// they were since.
func (d *DBT) entered(cents int64, paidOn event.Day, late int32, entered event.Day) (was [2]Sums) {
	moves := uint(d.Landmark-entered) / landmarkDays
	for i, h := range [...]int64{SlowHalfLife, FastHalfLife} {
		was[i].enter(cents, weight(int64(paidOn-entered), h), clampLate(late))
		was[i].shift(moves * uint(landmarkDays/h))
	}
	return was
}

func (s *Sums) add(other *Sums) { s.Late, s.All = s.Late.Add(other.Late), s.All.Add(other.All) }

// enter adds a payment of cents ≥ 0.
func (s *Sums) enter(cents, weight, late int64) {
	hi, lo := bits.Mul64(uint64(cents), uint64(weight))
	all := Int128{int64(hi), lo}
	s.All = s.All.Add(all)
	if part := all.times(magnitude(late)); late < 0 {
		s.Late = s.Late.Sub(part)
	} else {
		s.Late = s.Late.Add(part)
	}
}

// Tenths is the weighted mean in tenths of a day, truncated; ok is false without payments.
func (s *Sums) Tenths() (tenths int64, ok bool) {
	if s.All.Hi < 0 || s.All == (Int128{}) {
		return 0, false
	}
	late, negative := s.Late.Abs()
	tenths = quotient(late.times(10), s.All)
	if negative {
		return -tenths, true
	}
	return tenths, true
}

// weight is w = 2^(age/h) in Q30: −age = q·h + r with 0 ≤ r < h, w = halves[1024 r / h] shifted left by −q, or right by
// q.
func weight(age, h int64) int64 {
	r := floorMod(-age, h)
	q := (-age - r) / h
	w := int64(halves[1024*r/h])
	if q >= 0 {
		return w >> min(q, 63)
	}
	return w << -q
}

func clampLate(days int32) int64 { return int64(min(max(days, -30), 120)) }

func floorMod[T ~int32 | ~int64](a, n T) T { return ((a % n) + n) % n }
