package evaluate

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"text/tabwriter"
)

// WriteText writes the figures as tables.
func (f *Figures) WriteText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }
	line("model\t%s", f.Model)
	line("rows\t%d, of which %d bad (%.2f %%); %d left out", f.Rows, f.Bad, 100*share(f.Bad, f.Rows), f.LeftOut)
	for _, reason := range slices.Sorted(maps.Keys(f.Refused)) {
		line("refused\t%d messages: %s", f.Refused[reason], reason)
	}
	line("")
	line("ranked by\trows\tAUC\tGini\tKS")
	for _, r := range f.Rankings {
		line("%s\t%d\t%.4f\t%.4f\t%.4f", r.Name, r.N, r.AUC, r.Gini, r.KS)
	}
	line("")
	line("grade\trows\tbad\tobserved %%\texpected %%\tobserved / expected")
	for _, g := range f.Grades {
		line("%s\t%d\t%d\t%.2f\t%.2f\t%.2f", g.Name(), g.N, g.Bad, 100*g.Observed, 100*g.Expected, g.Observed/g.Expected)
	}
	line("")
	line("default rates rise from grade to grade\t%s", yes(f.Monotone))
	line("Brier score, and skill over the mean\t%.4f, %.3f", f.Brier, f.BrierSkill)
	line("Hosmer-Lemeshow χ² (10 groups), p\t%.1f, %.3g", f.HosmerLemeshow, f.HosmerLemeshowP)
	line("population stability index\t%s", optional("%.3f", f.Stability))
	line("grade changes, reversed within 90 days\t%d, %d (%s %%)", f.Changes, f.Reversed,
		optional("%.1f", percent(f.Reversals)))
	if f.BadOnes > 0 {
		line("bad subjects at grade 8 or worse by their last row\t%d of %d", f.Foreseen, f.BadOnes)
		line("days from grade 8 to the last row, median\t%s", optional("%.0f", f.LeadDays))
	}
	return t.Flush()
}

// Name is a grade as it is told.
func (g Grade) Name() string {
	if g.Grade == 0 {
		return "none yet"
	}
	return fmt.Sprint(g.Grade)
}

// Ratio is observed over expected.
func (g Grade) Ratio() float64 { return g.Observed / g.Expected }

func percent(x *float64) *float64 {
	if x == nil {
		return nil
	}
	y := 100 * *x
	return &y
}

func optional(format string, x *float64) string {
	if x == nil || math.IsNaN(*x) {
		return "–"
	}
	return fmt.Sprintf(format, *x)
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}
