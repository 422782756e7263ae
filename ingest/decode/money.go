package decode

import (
	"math"
	"strconv"
	"strings"
)

// places of the numbers that the log holds.
const (
	indicatorPlaces = 8 // decimals of an indicator's value
	percentPlaces   = 4 // of a percentage in parts per million
)

// maxUnits is the largest amount of any currency, in whole units: an int64 of hundredths holds it.
const maxUnits = math.MaxInt64 / 100

// parseDecimal reads a decimal number exactly, as an integer with the given decimals. It takes JSON's numbers without
// an exponent, and refuses what has more decimals (zeros too) or does not fit.
func parseDecimal(s string, places int) (int64, bool) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, dotted := strings.Cut(digits, ".")
	if whole == "" || len(whole) > 1 && whole[0] == '0' || dotted && fraction == "" || len(fraction) > places {
		return 0, false
	}
	var n uint64
	for i := range len(whole) {
		var ok bool
		if n, ok = shift(n, whole[i]); !ok {
			return 0, false
		}
	}
	for i := range places {
		c := byte('0')
		if i < len(fraction) {
			c = fraction[i]
		}
		var ok bool
		if n, ok = shift(n, c); !ok {
			return 0, false
		}
	}
	if negative {
		return -int64(n), true
	}
	return int64(n), true
}

// shift appends a digit to n; false where c is none or n leaves what an int64 and its negative hold.
func shift(n uint64, c byte) (uint64, bool) {
	if c < '0' || c > '9' {
		return 0, false
	}
	d := uint64(c - '0')
	if n > (math.MaxInt64-d)/10 {
		return 0, false
	}
	return n*10 + d, true
}

// printDecimal prints what parseDecimal reads, with all its decimals.
func printDecimal(n int64, places int) string {
	sign, u := "", uint64(n)
	if n < 0 {
		sign, u = "-", -uint64(n)
	}
	s := strconv.FormatUint(u, 10)
	if places == 0 {
		return sign + s
	}
	if len(s) <= places {
		s = strings.Repeat("0", places+1-len(s)) + s
	}
	return sign + s[:len(s)-places] + "." + s[len(s)-places:]
}

// trimDecimal drops the zeros that end a printed decimal.
func trimDecimal(s string) string { return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") }

// parseAmount reads an amount of a currency with so many decimals, in minor units.
func parseAmount(s string, decimals int, signed bool) (int64, bool) {
	n, ok := parseDecimal(s, decimals)
	if !ok || !signed && s[0] == '-' {
		return 0, false
	}
	limit := int64(math.MaxInt64)
	switch decimals { // with three decimals and more an int64 ends before the limit
	case 0:
		limit = maxUnits
	case 1:
		limit = math.MaxInt64 / 10
	}
	return n, -limit <= n && n <= limit
}
