package score

import "barometer/ingest/event"

// rateUnit is one unit of currency per euro, as rates are kept: with eight decimals.
const rateUnit = 100_000_000

var powers = [...]int64{1, 10, 100, 1000, 10_000}

// ToEuro converts minor units of a currency to euro cents at a rate: units of it per euro, with eight decimals. The
// result is truncated; ok is false where it, or the divisor, is beyond int64.
func ToEuro(minor, rate int64, currency string) (cents int64, ok bool) {
	if currency == "EUR" {
		return minor, true
	}
	divisor, ok := MulDiv(rate, powers[event.Decimals(currency)], 1)
	if !ok {
		return 0, false
	}
	return MulDiv(minor, 100*rateUnit, divisor)
}

// FromEuro converts euro cents to minor units of a currency; rate and ok are as in ToEuro.
func FromEuro(cents, rate int64, currency string) (minor int64, ok bool) {
	if currency == "EUR" {
		return cents, true
	}
	factor, ok := MulDiv(rate, powers[event.Decimals(currency)], 1)
	if !ok {
		return 0, false
	}
	return MulDiv(cents, factor, 100*rateUnit)
}
