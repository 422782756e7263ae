package limit

import (
	"barometer/ingest/event/wire"
	"barometer/processor/score"
)

// Money is an amount in minor units of a currency, and in euro cents at the rate of its decision.
type Money struct{ Minor, Cents int64 }

// Down is the part of an amount that comes to so many euro cents, at most all of it.
func (v Money) Down(cents int64) Money {
	switch {
	case cents <= 0:
		return Money{}
	case cents >= v.Cents:
		return v
	}
	minor, ok := score.MulDiv(v.Minor, cents, v.Cents)
	if !ok || minor == 0 {
		return Money{}
	}
	return Money{minor, cents}
}

// Walk walks the fields of an amount in a snapshot.
func (v *Money) Walk(w *wire.Wire) {
	w.Int(1, &v.Minor)
	w.Int(2, &v.Cents)
}
