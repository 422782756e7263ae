package score

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// Statement is a company's statement as it counts: figures in euro cents, flows scaled to twelve months.
type Statement struct {
	PeriodEnd    event.Day
	Consolidated bool
	Given        uint32 // event.Given… bits
	TotalAssets, Equity, CurrentAssets, Inventories, Cash,
	CurrentLiabilities, TotalLiabilities, TradePayables,
	Revenue, NetIncome, Depreciation int64
}

// Ages of a statement, in months: from StaleMonths on it counts half, from DeadMonths on not at all.
const (
	StaleMonths = 18
	DeadMonths  = 30
)

// stalePoints are added to a stale statement's points, or as much more as keeps it from scoring better than it did
// fresh.
const stalePoints = 150

// growthFrom and growthTo bound how many days lie between two statements that growth compares.
const (
	growthFrom = 335
	growthTo   = 395
)

// Yearly scales a flow to twelve months; months is 1 to 24. ok is false where the result is beyond int64.
func Yearly(flow int64, months int32) (yearly int64, ok bool) { return MulDiv(flow, 12, int64(months)) }

// Before tells whether s is used before t: the later period end, and of one day the stand-alone accounts.
func (s *Statement) Before(t *Statement) bool {
	if s.PeriodEnd != t.PeriodEnd {
		return s.PeriodEnd > t.PeriodEnd
	}
	return !s.Consolidated && t.Consolidated
}

// Counts tells whether s is young enough on a day to count.
func (s *Statement) Counts(day event.Day) bool { return day < s.PeriodEnd.AddMonths(DeadMonths) }

// Financing is what a statement adds, by ratio, and what its age adds.
type Financing struct {
	Ratios  [event.RatioEnd]int64
	Figures [event.RatioEnd]int64 // the ratios, ppm, within ±mostRatio; 0 where missing
	Age     int64
	Months  int64 // full months since the end of the period
}

// mostRatio is the largest ratio that is told, ppm.
const mostRatio = 1_000_000_000

// Contributions appends what each ratio and the statement's age add.
func (f *Financing) Contributions(dst []decision.Contribution) []decision.Contribution {
	for r := range event.RatioEnd {
		dst = append(dst, contribution(ofRatio(r), f.Ratios[r], f.Figures[r]))
	}
	return append(dst, contribution(ComponentStatementAge, f.Age, f.Months))
}

// Sum is all of it.
func (f *Financing) Sum() int64 {
	sum := f.Age
	for _, p := range f.Ratios {
		sum += p
	}
	return sum
}

// Assess scores a statement on a day; other is the second newest one, nil for none. The caller checks that it Counts.
func (s *Statement) Assess(m *event.Model, other *Statement, day event.Day) Financing {
	f := Financing{Months: fullMonths(s.PeriodEnd, day)}
	for r := range event.RatioEnd {
		if num, den, ok := s.ratio(r, other); ok {
			f.Ratios[r], f.Figures[r] = bin(&m.Ratios[r], num, den), figure(num, den)
		}
	}
	if day < s.PeriodEnd.AddMonths(StaleMonths) {
		return f
	}
	fresh := f.Sum()
	for r := range f.Ratios {
		f.Ratios[r] /= 2
	}
	f.Age = max(stalePoints, fresh-f.Sum())
	return f
}

// ratio is a ratio's numerator and denominator; ok is false where a figure is missing.
func (s *Statement) ratio(r event.RatioName, other *Statement) (num, den Int128, ok bool) {
	has := func(bits uint32) bool { return s.Given&bits == bits }
	one := func(v int64) Int128 { return Mul(v, 1) }
	switch r {
	case event.RatioEquity:
		return one(s.Equity), one(s.TotalAssets), has(event.GivenEquity | event.GivenTotalAssets)
	case event.RatioCashFlow:
		return one(s.NetIncome).Add(one(s.Depreciation)), one(s.TotalLiabilities),
			has(event.GivenNetIncome | event.GivenDepreciation | event.GivenTotalLiabilities)
	case event.RatioQuick:
		return one(s.CurrentAssets).Sub(one(s.Inventories)), one(s.CurrentLiabilities),
			has(event.GivenCurrentAssets | event.GivenInventories | event.GivenCurrentLiabilities)
	case event.RatioCash:
		return one(s.Cash), one(s.CurrentLiabilities), has(event.GivenCash | event.GivenCurrentLiabilities)
	default: // growth
		if other == nil || other.Given&s.Given&event.GivenRevenue == 0 {
			return Int128{}, Int128{}, false
		}
		apart := s.PeriodEnd - other.PeriodEnd
		return one(s.Revenue), one(other.Revenue), apart >= growthFrom && apart <= growthTo
	}
}

// bin finds the points of num/den by cross-multiplication: a ratio equal to a cut belongs above it.
func bin(r *event.Ratio, num, den Int128) int64 {
	if !(Int128{}).Less(den) {
		return r.NoDenominator
	}
	scaled := num.MulInt(1_000_000)
	for i, cut := range r.Cuts {
		if scaled.Less(den.MulInt(cut)) {
			return r.Points[i]
		}
	}
	return r.Points[len(r.Cuts)]
}

// figure is num/den in ppm for people to read; 0 without a denominator.
func figure(num, den Int128) int64 {
	if !(Int128{}).Less(den) {
		return 0
	}
	for !narrow(num) || !narrow(den) {
		num, den = num.Right(1), den.Right(1)
	}
	if ratio, ok := MulDiv(int64(num.Lo), ppm, int64(den.Lo)); ok {
		return min(max(ratio, -mostRatio), mostRatio)
	}
	if num.Hi < 0 {
		return -mostRatio
	}
	return mostRatio
}

// narrow tells whether x fits 64 bits.
func narrow(x Int128) bool { return x.Hi == int64(x.Lo)>>63 }
