package evaluate

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime/debug"
	"slices"

	"barometer/processor"
)

// Job is an evaluation.
type Job struct {
	Map     *Map
	In      io.Reader
	Version string // of the model
	Model   []byte // its file
	Parse   processor.ParseModel
}

// Run evaluates. Wrong are the rows left out; a *MapError is a map that does not fit the file.
func Run(job Job) (f *Figures, wrong []RowError, err error) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // all rows stay in memory, and it has an end
	all, wrong, err := job.Map.read(job.In)
	if err != nil {
		return nil, wrong, err
	}
	if len(all) == 0 {
		return nil, wrong, errors.Join(errors.New("no row is left to evaluate"), first(wrong))
	}
	changes := walk(all, job.Version, job.Model, job.Parse)
	f = figure(job.Map, slices.Sorted(maps.Keys(job.Map.Compare)), all, changes)
	f.Model, f.LeftOut = job.Version, len(wrong)
	if f.Bad == 0 || f.Bad == f.Rows {
		return f, wrong, fmt.Errorf("%d of %d rows are bad: there is nothing to tell apart", f.Bad, f.Rows)
	}
	return f, wrong, nil
}

func first(wrong []RowError) error {
	if len(wrong) == 0 {
		return nil
	}
	return wrong[0]
}
