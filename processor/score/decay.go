package score

import "barometer/ingest/event"

// Decay is what is left of v points after d days at a half-life of h days: |v| · 2^(−d/h), truncated, with v's sign.
// |v| must be below 2^33. An age below 0 changes nothing.
func Decay(v int64, d, h int32) int64 {
	if d <= 0 || v == 0 {
		return v
	}
	q, r := d/h, d%h
	magnitude := uint64(max(v, -v))
	left := int64(magnitude * halves[int64(r)*1024/int64(h)] >> 30 >> q)
	if v < 0 {
		return -left
	}
	return left
}

// Decaying is a quantity that halves every H days: its value as of a day. Reading never changes it.
type Decaying struct {
	Value int64
	Day   event.Day
}

// At is the value on a day; before its own day it is the value itself.
func (d Decaying) At(day event.Day, h int32) int64 { return Decay(d.Value, int32(day-d.Day), h) }

// Add adds v as of a day. The sum is as of the newer of both days, and the older part decays to it.
func (d *Decaying) Add(v int64, day event.Day, h int32) {
	if day < d.Day {
		d.Value += Decay(v, int32(d.Day-day), h)
		return
	}
	d.Value, d.Day = d.At(day, h)+v, day
}

// PD is the probability of default within twelve months at a score of l mlo, in parts per million: 1 / (1 +
// e^(−l/1000)), interpolated in a table of steps of 25 mlo. Scores are clamped to ±10 000.
func PD(l int64) int64 {
	const low, high, step = -10_000, 10_000, 25
	l = min(max(l, low), high)
	i, rest := (l-low)/step, (l-low)%step
	if rest == 0 {
		return logistic[i]
	}
	return logistic[i] + (logistic[i+1]-logistic[i])*rest/step
}

// EvaluationDay is the remainder of a day by 30 on which a buyer is evaluated anyway: FNV-1a-64 of its id, mod 30.
func EvaluationDay(buyer string) int32 {
	h := uint64(14695981039346656037)
	for i := range len(buyer) {
		h ^= uint64(buyer[i])
		h *= 1099511628211
	}
	return int32(h % 30)
}
