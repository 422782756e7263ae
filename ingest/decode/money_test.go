package decode

import (
	"math"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"barometer/ingest/event"
)

// TestDecimalsAreExact holds our parser to shopspring/decimal, and to JSON's spelling of numbers, which is narrower.
func TestDecimalsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[-+]?[0-9]{0,21}(\.[0-9]{0,9})?(e1)?`).Draw(t, "decimal")
		places := rapid.IntRange(0, 8).Draw(t, "places")
		n, ok := parseDecimal(s, places)
		d, err := decimal.NewFromString(s)
		digits := strings.TrimPrefix(s, "-")
		want := err == nil && !strings.ContainsAny(s, "+e") && digits[0] != '.' && !strings.HasSuffix(s, ".") &&
			(digits[0] != '0' || len(digits) == 1 || digits[1] == '.') && -d.Exponent() <= int32(places) &&
			d.Shift(int32(places)).Abs().LessThanOrEqual(decimal.NewFromInt(math.MaxInt64))
		if ok != want {
			t.Fatalf("%q with %d places: %v, want %v", s, places, ok, want)
		}
		if ok && !decimal.New(n, int32(-places)).Equal(d) {
			t.Fatalf("%q with %d places: %d", s, places, n)
		}
		if again, ok := parseDecimal(printDecimal(n, places), places); !ok || again != n {
			t.Fatalf("%d is printed %q", n, printDecimal(n, places))
		}
	})
}

func TestLargestAmounts(t *testing.T) {
	for _, c := range []struct {
		currency, largest, beyond string
	}{
		{"EUR", "92233720368547758.07", "92233720368547758.08"},
		{"JPY", "92233720368547758", "92233720368547759"},
		{"KWD", "9223372036854775.807", "9223372036854775.808"}, // what an int64 holds
	} {
		decimals := event.Decimals(c.currency)
		for _, sign := range []string{"", "-"} {
			if _, ok := parseAmount(sign+c.largest, decimals, true); !ok {
				t.Errorf("%s%s %s refused", sign, c.largest, c.currency)
			}
			if _, ok := parseAmount(sign+c.beyond, decimals, true); ok {
				t.Errorf("%s%s %s taken", sign, c.beyond, c.currency)
			}
		}
	}
	if _, ok := parseAmount("-1", 2, false); ok {
		t.Error("a negative amount where none makes sense")
	}
}
