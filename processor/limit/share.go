package limit

import (
	"cmp"
	"math"
	"slices"

	"barometer/processor/score"
)

// Need is what one policy has on a buyer whose capacity has shrunk, in euro cents.
type Need struct {
	Limit       int64 // decided
	Outstanding int64 // covered
}

// Protected is what was delivered within the limit: what a share comes to before anything else is shared.
func (n *Need) Protected() int64 { return max(min(n.Limit, n.Outstanding), 0) }

func (n *Need) room() int64 { return max(n.Limit-n.Protected(), 0) }

// Share shares a capacity out among the policies of a buyer, which come in the order of their ids: a limit for each,
// none above what it was. What was delivered within the limits comes first; what is left is added to it evenly, in
// steps of 1 000 euros, round by round in the order of ids, until a step does not fit; a policy's last step may be
// smaller. Where the capacity is below what was delivered, each has its part of that in steps of 1 000 euros, those
// with the largest remainders one more (the method of Hamilton), ties by id.
func Share(capacity int64, needs []Need) []int64 {
	capacity = max(capacity, 0)
	var protected int64
	for i := range needs {
		protected = Plus(protected, needs[i].Protected())
	}
	if capacity < protected {
		return proRata(capacity/roundingCents, protected, needs)
	}
	return evenly(capacity-protected, needs)
}

// Plus adds amounts, which stay at the largest one.
func Plus(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// proRata gives each its part of so many steps, by what was delivered.
func proRata(steps, protected int64, needs []Need) []int64 {
	shares, order := make([]int64, len(needs)), make([]int, len(needs))
	remainders, left := make([]int64, len(needs)), steps
	for i := range needs {
		own := needs[i].Protected()
		n, _ := score.MulDiv(own, steps, protected) // at most steps, but where the sum is beyond what is counted
		shares[i], order[i] = n*roundingCents, i
		remainders[i] = int64(score.Mul(own, steps).Sub(score.Mul(protected, n)).Lo)
		left -= n
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	for _, i := range order[:min(max(left, 0), int64(len(order)))] {
		shares[i] += roundingCents
	}
	for i := range shares {
		shares[i] = min(shares[i], needs[i].Protected()) // a step may be more than that
	}
	return shares
}

// evenly adds what is left to what was delivered.
func evenly(left int64, needs []Need) []int64 {
	cost := func(rounds int64) (sum int64) {
		for i := range needs {
			sum = Plus(sum, min(needs[i].room(), rounds*roundingCents))
		}
		return sum
	}
	// whole rounds that fit, and the least that do not or are of no more use
	rounds, beyond := int64(0), left/roundingCents+2
	for rounds+1 < beyond {
		if middle := rounds + (beyond-rounds)/2; cost(middle) <= left {
			rounds = middle
		} else {
			beyond = middle
		}
	}
	left -= cost(rounds)
	shares := make([]int64, len(needs))
	fits := true
	for i := range needs {
		shares[i] = needs[i].Protected() + min(needs[i].room(), rounds*roundingCents)
		if step := min(roundingCents, needs[i].room()-rounds*roundingCents); fits && step > 0 {
			if fits = step <= left; fits {
				shares[i] += step
				left -= step
			}
		}
	}
	return shares
}
