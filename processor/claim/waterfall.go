package claim

import (
	"slices"

	"barometer/ingest/event"
)

// Step is a line of an indemnity's computation.
type Step uint8

// Steps. Those before InsuredPercentage come first and in this order, the others in the order of the policy.
const (
	StepNone Step = iota
	StepDebt
	StepNotInsured
	StepRecovered
	StepExamined
	StepNonQualifying
	StepInsuredPercentage
	StepEachAndEvery
	StepAggregateFirstLoss
	StepMinimumRetention
	StepMaximumLiability
	StepIndemnity
	stepEnd
)

var steps = [stepEnd]string{"", "debt", "not_insured", "recovered", "examined", "non_qualifying", "insured_percentage",
	"each_and_every", "aggregate_first_loss", "minimum_retention", "maximum_liability", "indemnity"}

func (s Step) String() string { return steps[s] }

// usualOrder is that of a policy that says no other, and of the steps that its own order leaves out: a deductible that
// is agreed is taken, wherever it stands.
var usualOrder = [...]Step{StepInsuredPercentage, StepEachAndEvery, StepAggregateFirstLoss, StepMinimumRetention,
	StepMaximumLiability}

// Line is a line of an indemnity's computation, in minor units of the policy's currency.
type Line struct {
	Step  Step
	Term  int64 // what the policy says of it, or is left of that: an amount, hundredths of a per cent, or 0 for nothing
	Minor int64 // what it takes off; of the first line the debt, of the last one the indemnity
	Left  int64 // after it
}

// Terms are what a policy's version on the date of loss says of indemnities, in minor units of its currency. An amount
// of 0 is not agreed.
type Terms struct {
	Order            []Step
	NonQualifying    int64 // a loss below it is not insured
	EqualDoesNot     bool  // qualify: one of just that amount is not insured either
	EachAndEvery     int64 // deducted from every claim
	FirstLoss        int64 // of a period, deducted from its first claims
	MinimumRetention int64 // what the policyholder bears of each loss at least
	MaximumLiability int64 // of a period
}

// TermsOf are those of a version of a policy. Deductibles of one kind add up.
func TermsOf(p *event.PolicyUpserted) Terms {
	t := Terms{EqualDoesNot: p.EqualDisqualifies, MinimumRetention: p.MinimumRetentionMinor,
		MaximumLiability: p.MaximumLiabilityMinor}
	for _, d := range p.Deductibles {
		switch d.Kind {
		case event.EachAndEvery:
			t.EachAndEvery += d.Minor
		case event.AggregateFirstLoss:
			t.FirstLoss += d.Minor
		case event.NonQualifying:
			t.NonQualifying += d.Minor
		}
	}
	for _, name := range p.IndemnityOrder {
		if i := slices.Index(steps[:], name); i > 0 {
			t.Order = append(t.Order, Step(i))
		}
	}
	return t
}

// order is the policy's, with each step once, and the ones that it leaves out after that.
func (t *Terms) order() []Step {
	var all []Step
	for _, s := range slices.Concat(t.Order, usualOrder[:]) {
		if s >= StepInsuredPercentage && s <= StepMaximumLiability && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// Left are what claims decided before leave of a period's aggregates.
type Left struct{ FirstLoss, Liability int64 }

// Indemnity is what a claim is paid, and how that comes about.
//
// Invariant: 0 ≤ Minor ≤ Loss.Minor; FirstLoss and Minor are at most what was left.
type Indemnity struct {
	Lines     []Line
	Minor     int64
	FirstLoss int64 // what it uses of the period's aggregate first loss
}

// Clone is an indemnity with lines of its own.
func (in Indemnity) Clone() Indemnity {
	in.Lines = slices.Clone(in.Lines)
	return in
}

// Indemnify works an indemnity out. A loss that does not qualify is paid nothing and uses nothing.
func Indemnify(l *Loss, t *Terms, left Left) (in Indemnity) {
	w := waterfall{}
	w.line(StepDebt, 0, l.Debt, l.Debt)
	w.take(StepNotInsured, 0, l.Debt-l.Insured)
	w.take(StepRecovered, l.Recovered, l.Insured-l.Full)
	if l.Minor < l.Full {
		w.take(StepExamined, l.Minor, l.Full-l.Minor)
	}
	if t.NonQualifying > 0 {
		var taken int64
		if l.Minor < t.NonQualifying || l.Minor == t.NonQualifying && t.EqualDoesNot {
			taken = l.Minor
		}
		w.take(StepNonQualifying, t.NonQualifying, taken)
	}
	qualifies := w.left > 0
	for _, s := range t.order() {
		if !qualifies {
			break
		}
		switch s {
		case StepInsuredPercentage:
			w.take(s, l.Percent(), w.left-l.percentOf(w.left))
		case StepEachAndEvery:
			w.deduct(s, t.EachAndEvery, t.EachAndEvery)
		case StepAggregateFirstLoss:
			in.FirstLoss = w.deduct(s, t.FirstLoss, left.FirstLoss)
		case StepMinimumRetention:
			w.cap(s, t.MinimumRetention, t.MinimumRetention, max(l.Minor-t.MinimumRetention, 0))
		case StepMaximumLiability:
			w.cap(s, t.MaximumLiability, left.Liability, left.Liability)
		}
	}
	w.line(StepIndemnity, 0, w.left, w.left)
	in.Lines, in.Minor = w.lines, w.left
	return in
}

// waterfall is an indemnity that is being worked out.
type waterfall struct {
	lines []Line
	left  int64
}

func (w *waterfall) line(s Step, term, minor, left int64) {
	w.left = left
	w.lines = append(w.lines, Line{s, term, minor, left})
}

func (w *waterfall) take(s Step, term, minor int64) { w.line(s, term, minor, w.left-minor) }

// deduct takes off what is left of an agreed amount.
func (w *waterfall) deduct(s Step, agreed, left int64) (taken int64) {
	if agreed > 0 {
		taken = min(w.left, left)
		w.take(s, left, taken)
	}
	return taken
}

// cap takes off what is above an amount, where one is agreed.
func (w *waterfall) cap(s Step, agreed, term, most int64) {
	if agreed > 0 {
		w.take(s, term, max(w.left-most, 0))
	}
}
