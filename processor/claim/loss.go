package claim

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/score"
)

// Item is an invoice of a claim, as it is when the claim is filed, in minor units of the policy's currency.
//
// Invariant: 0 ≤ Loss ≤ Insured ≤ Open ≤ Amount.
type Item struct {
	Invoice            string
	DeliveredOn, DueOn event.Day // DueOn is the original one
	LossOn             event.Day // its date of loss
	Amount             int64     // with VAT
	Open               int64     // of it
	Insured            int64     // of what is open: see InsuredPart
	Reason             string    // why nothing is insured; empty where something is
	Percent            int32     // at which it is insured, in hundredths of a per cent
	Discretionary      bool      // it was delivered within a discretionary limit
	Late               bool      // it was not reported in time, so that the late-report percentage holds
	Loss               int64     // its part of the loss
}

// InsuredPart is the insured part of an invoice of which so much is covered. net is its amount without VAT, 0 where it
// has none; it counts where the policy does not insure VAT.
func InsuredPart(covered, amount, net int64, vatInsured bool) int64 {
	if vatInsured || net <= 0 || net >= amount {
		return covered
	}
	part, _ := score.MulDiv(covered, net, amount)
	return part
}

// Percent is the percentage, in hundredths of a per cent, of a delivery: the one of its policy's version, or of that
// version's discretionary limit, and at most the late-report percentage where the report was late or missing. The
// percentages are in parts per million; discretionary and late are 0 where the version says nothing of them.
func Percent(insured, discretionary, lateReport int64, atWill, late bool) int32 {
	p := insured
	if atWill && discretionary > 0 {
		p = discretionary
	}
	if late {
		p = min(p, lateReport)
	}
	return int32(p / ppmPerPercentile)
}

// ppmPerPercentile is a hundredth of a per cent in parts per million.
const ppmPerPercentile = 100

// Loss is the loss of a claim, in minor units of the policy's currency.
//
// Invariant: 0 ≤ Minor ≤ Insured ≤ Debt; 0 ≤ Recovered ≤ Debt; weight is at most Minor × 10 000.
type Loss struct {
	Debt      int64 // D: what is open of the claim's invoices, with VAT
	Insured   int64 // U: of it
	Recovered int64 // of the debt, before the claim
	Full      int64 // insured, less its part of what was recovered
	Minor     int64 // L: of that, what an examination accepts
	// weight is Σ l × p over the invoices, p in hundredths of a per cent.
	weight score.Int128
}

// everything lets Assess accept the loss in full.
const everything = int64(-1)

// Assess works out the loss of invoices of whose debt so much was recovered before the claim. An examination may accept
// a part of it, atMost, or everything. It is spread over the items, by what is insured of each; cents that are left
// over go to the largest remainders, ties to the invoice that comes first.
func Assess(items []Item, recovered, atMost int64) Loss {
	var l Loss
	for i := range items {
		l.Debt += items[i].Open
		l.Insured += items[i].Insured
	}
	l.Recovered = min(recovered, l.Debt)
	l.Full = l.Insured - l.insured(l.Recovered)
	if l.Minor = l.Full; atMost != everything {
		l.Minor = min(l.Full, atMost)
	}
	spread(items, l.Minor, l.Insured)
	for i := range items {
		l.weight = l.weight.Add(score.Mul(items[i].Loss, int64(items[i].Percent)))
	}
	return l
}

// spread gives each item its part of the loss.
func spread(items []Item, loss, insured int64) {
	type remainder struct {
		rest uint64
		item *Item
	}
	var left []remainder
	for i := range items {
		v := &items[i]
		if v.Loss = 0; v.Insured == 0 {
			continue
		}
		hi, lo := bits.Mul64(uint64(loss), uint64(v.Insured))
		part, rest := bits.Div64(hi, lo, uint64(insured))
		v.Loss = int64(part)
		left = append(left, remainder{rest, v})
	}
	short := loss
	for i := range items {
		short -= items[i].Loss
	}
	slices.SortFunc(left, func(a, b remainder) int {
		return cmp.Or(cmp.Compare(b.rest, a.rest), cmp.Compare(a.item.Invoice, b.item.Invoice))
	})
	for i := range left[:min(int64(len(left)), short)] {
		left[i].item.Loss++
	}
}

// insured is the part of an amount of the debt that is on what is insured.
func (l *Loss) insured(minor int64) int64 {
	if l.Debt == 0 {
		return 0
	}
	part, _ := score.MulDiv(minor, l.Insured, l.Debt)
	return part
}

// percentOf is an amount at the percentages of the invoices, weighed by their losses: amount × Σ(l × p) div
// (L × 10 000), and 0 where there is no loss.
func (l *Loss) percentOf(amount int64) int64 {
	if l.Minor == 0 {
		return 0
	}
	weight := integer(l.weight)
	whole := new(big.Int).Mul(big.NewInt(l.Minor), big.NewInt(wholePercent))
	return weight.Mul(weight, big.NewInt(amount)).Quo(weight, whole).Int64()
}

func integer(v score.Int128) *big.Int {
	n := new(big.Int).SetInt64(v.Hi)
	return n.Lsh(n, 64).Add(n, new(big.Int).SetUint64(v.Lo))
}

// quotient is v div by, for v ≥ 0, at most the largest int64.
func quotient(v score.Int128, by int64) int64 {
	n := integer(v)
	if n.Quo(n, big.NewInt(by)); !n.IsInt64() {
		return 1<<63 - 1
	}
	return n.Int64()
}

// wholePercent is 100 % in hundredths of a per cent.
const wholePercent = 10_000

// Percent is the percentage of all invoices together, in hundredths of a per cent, truncated.
func (l *Loss) Percent() int64 { return l.percentOf(wholePercent) }
