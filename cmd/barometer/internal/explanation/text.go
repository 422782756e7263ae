package explanation

import (
	"fmt"
	"io"
	"text/tabwriter"

	"barometer/processor/explain"

	"github.com/shopspring/decimal"
)

// WriteText writes an explanation for people to read.
func (x *Explanation) WriteText(out io.Writer) error {
	pd := decimal.RequireFromString(x.PD).Shift(2).StringFixed(2)
	fmt.Fprintf(out, "%s: grade %d, %s %% probability of default in twelve months, as of %s (%s, model %s)\n\n", x.Buyer,
		x.Grade, pd, x.AsOf, x.Position, x.Model)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(points int64, code, words string) {
		fmt.Fprintf(w, "%8s\t%s\t%s\n", fmt.Sprintf("%+d", points), code, words)
	}
	line(x.Base, "base", "")
	for _, c := range x.Contributions {
		line(c.Points, c.Code, c.Words)
	}
	line(x.Points, "score", "the sum; positive is riskier")
	if err := w.Flush(); err != nil {
		return err
	}
	if x.Cap != "" {
		fmt.Fprintf(out, "\nA better grade is not possible: %s\n", explain.Name(explain.English, x.Cap))
	}
	if len(x.Economy) > 0 {
		fmt.Fprint(out, "\nBehind the economy of its country and sector, each by itself:\n")
		for _, c := range x.Economy {
			fmt.Fprintf(w, "%8s\t%s\t%s\n", fmt.Sprintf("%+d", c.Points), c.Code, decimal.New(c.Figure, -8))
		}
	}
	fmt.Fprint(w, "\nWhat came in about it:\n")
	if x.Earlier > 0 {
		fmt.Fprintf(w, "%d earlier ones\n", x.Earlier)
	}
	for _, e := range x.Events {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", e.At, e.Kind, e.ID, e.Position)
	}
	return w.Flush()
}
