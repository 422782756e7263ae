package processor

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// TestWhatACapLeaves: min(1, 5 (C − U) / C) of what is available, truncated, and nothing above the cap.
func TestWhatACapLeaves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := func(name string) int64 {
			return rapid.OneOf(rapid.Int64Range(0, 60), rapid.Int64Range(0, math.MaxInt64)).Draw(t, name)
		}
		c := countryCap{cents: amount("cap"), uses: []partitionUse{{0, amount("used")}, {1, amount("used elsewhere")}}}
		available := amount("available")
		head := new(big.Int).Sub(big.NewInt(c.cents), big.NewInt(c.used()))
		want := new(big.Int)
		if head.Sign() > 0 {
			want.Mul(big.NewInt(available), head.Mul(head, big.NewInt(5)))
			want.Quo(want, big.NewInt(c.cents))
			if want.Cmp(big.NewInt(available)) > 0 {
				want.SetInt64(available)
			}
		}
		if got := c.left(available); got != want.Int64() {
			t.Fatalf("%+v leaves %d of %d, want %s", c, got, available, want)
		}
	})
}
