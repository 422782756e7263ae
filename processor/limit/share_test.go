package limit

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestShares are the worked numbers of the model, in euros.
func TestShares(t *testing.T) {
	for _, c := range []struct {
		capacity    int64
		limits, out []int64
		want        []int64
	}{
		{500_000, []int64{400_000, 300_000, 100_000}, []int64{150_000, 250_000, 20_000}, []int64{177_000, 277_000, 46_000}},
		{300_000, []int64{400_000, 300_000, 100_000}, []int64{150_000, 250_000, 20_000}, []int64{107_000, 179_000, 14_000}},
		{90_000, []int64{50_000, 50_500, 1_200}, []int64{10_000, 0, 0}, []int64{49_000, 39_000, 1_200}},
		{100_000, []int64{70_500, 70_500, 9_000}, []int64{70_500, 90_000, 9_000}, []int64{47_000, 47_000, 6_000}},
		{80_500, []int64{50_000, 40_500}, []int64{0, 0}, []int64{40_000, 40_000}},
		{0, []int64{50_000, 40_500}, []int64{10_000, 0}, []int64{0, 0}},
		{-5, []int64{50_000}, []int64{0}, []int64{0}},
		{1_000_000, []int64{50_000, 40_500}, []int64{10_000, 99_000}, []int64{50_000, 40_500}},
		{999, []int64{500, 700}, []int64{500, 700}, []int64{0, 0}},
		{1_000, []int64{500, 700}, []int64{500, 700}, []int64{0, 700}},
	} {
		var needs []Need
		for i := range c.limits {
			needs = append(needs, Need{c.limits[i] * 100, c.out[i] * 100})
		}
		got := Share(c.capacity*100, needs)
		for i := range got {
			got[i] /= 100
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%d over %v with %v out: %v, want %v", c.capacity, c.limits, c.out, got, c.want)
		}
	}
}

// plainly shares step by step, as the model says it.
func plainly(capacity int64, needs []Need) []int64 {
	shares := make([]int64, len(needs))
	for i := range needs {
		shares[i] = needs[i].Protected()
		capacity -= shares[i]
	}
	if capacity < 0 {
		return nil
	}
	for added := true; added; {
		added = false
		for i := range needs {
			step := min(1_000_00, needs[i].Limit-shares[i])
			if step <= 0 {
				continue
			}
			if step > capacity {
				return shares
			}
			shares[i], capacity, added = shares[i]+step, capacity-step, true
		}
	}
	return shares
}

func TestSharesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		needs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Need {
			return Need{rapid.Int64Range(0, 80_000_00).Draw(t, "limit"), rapid.Int64Range(-1, 90_000_00).Draw(t, "out")}
		}), 1, 9).Draw(t, "needs")
		capacity := rapid.Int64Range(-10, 400_000_00).Draw(t, "capacity")
		shares := Share(capacity, needs)
		var sum, protected int64
		for i, s := range shares {
			if s < 0 || s > needs[i].Limit {
				t.Fatalf("%v: share %d is %d", needs, i, s)
			}
			sum, protected = sum+s, protected+needs[i].Protected()
		}
		if sum > max(capacity, 0) {
			t.Fatalf("shares %v come to more than %d", shares, capacity)
		}
		if want := plainly(capacity, needs); want != nil && !slices.Equal(shares, want) {
			t.Fatalf("%d over %v: %v, step by step %v", capacity, needs, shares, want)
		}
		if capacity >= protected {
			for i, s := range shares {
				if s < needs[i].Protected() {
					t.Fatalf("%v: share %d of %d is below what was delivered", needs, i, s)
				}
			}
		} else if capacity > 0 && max(capacity, 0)-sum >= int64(1+len(needs))*1_000_00 {
			t.Fatalf("%d of %d is shared out among %v", sum, capacity, needs)
		}
		again := make([]Need, len(needs))
		for i := range needs {
			again[i] = Need{shares[i], needs[i].Outstanding}
		}
		if sum2 := Share(capacity, again); capacity >= protected && !slices.Equal(sum2, shares) {
			t.Fatalf("sharing again gives %v, not %v", sum2, shares)
		}
	})
}

// BenchmarkShare is a capacity shared out among ten thousand policies.
func BenchmarkShare(b *testing.B) {
	for _, of := range []int64{2, 20} { // half of the limits, and less than what was delivered
		b.Run(fmt.Sprint("one in ", of), func(b *testing.B) {
			needs := make([]Need, 10_000)
			var sum int64
			for i := range needs {
				needs[i] = Need{int64(10_000_00 + i*137_00), int64(i % 7 * 3_000_00)}
				sum += needs[i].Limit
			}
			for b.Loop() {
				Share(sum/of, needs)
			}
		})
	}
}
