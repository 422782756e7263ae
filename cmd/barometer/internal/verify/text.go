package verify

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// WriteText writes a report for people to read.
func (r *Report) WriteText(out io.Writer) error {
	fmt.Fprintf(out, "log %s, generation %d: %d records of %d partitions folded\n", r.LogID, r.Generation, r.Records,
		r.Partitions)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "check\tcompared\tdifferences\t")
	for _, check := range r.Checks {
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\n", check.Name, check.Compared, check.Differences, check.Left)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, check := range r.Checks {
		for _, told := range check.Told {
			fmt.Fprintf(out, "%s: %s\n", check.Name, told)
		}
		if more := check.Differences - int64(len(check.Told)); more > 0 {
			fmt.Fprintf(out, "%s: and %d more\n", check.Name, more)
		}
	}
	return nil
}
