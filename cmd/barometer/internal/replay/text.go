package replay

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/shopspring/decimal"
)

// WriteText writes a report for people to read.
func (r *Report) WriteText(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	euro := func(cents int64) string { return decimal.New(cents, -2).StringFixed(0) + " EUR" }
	line("model %s, %d records of the log up to %s; nothing was published\n", r.Model, r.Records, r.To)
	line("\tas decided\tunder %s", r.Model)
	line("buyers, of which would be better, worse\t%d\t%d, %d", r.Buyers, r.Better, r.Worse)
	line("grade changes on the way\t%d\t%d", r.Moves[0], r.Moves[1])
	line("limits\t%s\t%s (%s raised, %s lowered)", euro(r.Limits[0]), euro(r.Limits[1]), euro(r.Raised), euro(r.Lowered))
	line("exposure at grade 8 and worse\t%s\t%s", euro(r.AtRisk[0]), euro(r.AtRisk[1]))
	line("exposure on buyers whose grade differs\t\t%s", euro(r.Exposure))
	line("insolvencies\t%d\t%d seen coming earlier, %d later, %d newly, %d no longer", r.Defaults, r.Earlier, r.Later,
		r.Found, r.Missed)
	if len(r.Differences) > 0 {
		line("\nwhat differs most\tgrade, limits as decided\tunder %s", r.Model)
	}
	for _, d := range r.Differences {
		line("%s\t%d, %s\t%d, %s", d.Buyer, d.Grades[0], euro(d.Limits[0]), d.Grades[1], euro(d.Limits[1]))
	}
	return w.Flush()
}
