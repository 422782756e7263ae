// Package replay folds a stretch of the log twice, as it was decided and under another model from the beginning of the
// stretch on, and says where that would have led: grades, limits, exposure, defaults caught earlier or missed. Nothing
// is published.
//
// It is how a model is looked at before it is activated. What policyholders would have done otherwise, had their limits
// been others, nobody knows: the log stays as it is.
package replay

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"barometer/cmd/barometer/internal/refold"
	"barometer/ingest/event"
	"barometer/processor"
	"barometer/processor/decision"

	"github.com/sourcegraph/conc/pool"
)

// Config says what to fold.
type Config struct {
	Log      *refold.Log
	Parallel int    // partitions at once
	Version  string // of the other model
	Model    []byte
	From, To event.Day // the stretch, log time; 0: from the beginning, to the end. To is its last day
	Progress refold.Progress
}

// errEnough ends the reading of a partition at the first record behind the stretch.
var errEnough = errors.New("the stretch is over")

// danger is the grade from which a default was seen coming.
const danger = 8

// Report is what came of it. Amounts are euro cents at the end of the stretch.
type Report struct {
	Model    string   `json:"model"`
	From     string   `json:"from,omitempty"`
	To       string   `json:"to"` // log time reached
	Records  int64    `json:"records"`
	Buyers   int      `json:"buyers"`
	Better   int      `json:"better"` // buyers whose grade would be better
	Worse    int      `json:"worse"`
	Moves    [2]int   `json:"grade_changes"` // on the way: as decided, and under the other model
	Limits   [2]int64 `json:"limits_cents"`
	Raised   int64    `json:"limits_raised_cents"` // sum over the buyers whose limits would be higher
	Lowered  int64    `json:"limits_lowered_cents"`
	AtRisk   [2]int64 `json:"exposure_at_risk_cents"` // exposure on buyers of grade 8 and worse
	Exposure int64    `json:"exposure_moved_cents"`   // exposure on buyers whose grade differs

	Defaults int `json:"defaults"` // buyers that became insolvent in the stretch
	Earlier  int `json:"caught_earlier"`
	Later    int `json:"caught_later"`
	Found    int `json:"found"`  // seen coming under the other model only
	Missed   int `json:"missed"` // seen coming as decided, not under the other model

	Differences []Difference `json:"differences"` // by how much their limits differ; at most 20
}

// Difference is a buyer that would stand elsewhere.
type Difference struct {
	Buyer  string   `json:"buyer_id"`
	Grades [2]int64 `json:"grades"`
	Limits [2]int64 `json:"limits_cents"`
}

const mostDifferences = 20

// Run replays.
func Run(ctx context.Context, cfg Config) (*Report, error) {
	r := &Report{Model: cfg.Version}
	if cfg.From != 0 {
		r.From = cfg.From.String()
	}
	var mu sync.Mutex
	var reached, all int64
	for _, end := range cfg.Log.Ends {
		all += end
	}
	var folded atomic.Int64
	work := pool.New().WithContext(ctx).WithCancelOnError().WithFirstError().WithMaxGoroutines(max(1, cfg.Parallel))
	for p := range cfg.Log.Ends {
		work.Go(func(ctx context.Context) error {
			s := stretch{cfg: &cfg, seen: [2]map[string]*path{{}, {}}}
			s.folds[0] = cfg.Log.Fold(p)
			err := cfg.Log.Read(ctx, p, cfg.Log.Ends[p], func(offset int64, record []byte) error {
				if n := folded.Add(1); n%1000 == 0 {
					cfg.Progress(n, all)
				}
				more, err := s.step(p, offset, record)
				if err == nil && !more {
					return errEnough
				}
				return err
			})
			if err != nil && !errors.Is(err, errEnough) {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			reached = max(reached, s.folds[0].Now())
			s.add(r)
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	r.To = event.DayOf(reached).String()
	slices.SortFunc(r.Differences, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(magnitude(b.Limits[1]-b.Limits[0]), magnitude(a.Limits[1]-a.Limits[0])),
			cmp.Compare(a.Buyer, b.Buyer))
	})
	r.Differences = r.Differences[:min(len(r.Differences), mostDifferences)]
	return r, nil
}

func magnitude(v int64) int64 { return max(v, -v) }

// stretch is the two folds of a partition: as it was decided, and, in the stretch, under the other model.
type stretch struct {
	cfg     *Config
	folds   [2]*processor.Fold
	seen    [2]map[string]*path
	decoder event.Decoder
	clock   event.LogClock // log time, before a record is folded
	records int64
}

// path is the days of a buyer in the stretch: when it was in danger first, and insolvent. 0: not.
type path struct {
	danger, insolvent event.Day
	moves             int
}

// step folds a record under both models; it returns false at the first record behind the stretch. The other model
// begins with the first record of the first day, so it also judges what that day's midnight brings.
func (s *stretch) step(partition int, offset int64, record []byte) (more bool, err error) {
	e, err := s.decoder.Decode(record)
	if err != nil {
		return false, err
	}
	day := event.DayOf(s.clock.Advance(e))
	if s.cfg.To != 0 && day > s.cfg.To {
		return false, nil
	}
	if s.folds[1] == nil && day >= s.cfg.From && offset > 0 {
		if err := s.begin(partition); err != nil {
			return false, err
		}
	}
	if err := s.fold(0, offset, record); err != nil || s.folds[1] == nil {
		return err == nil, err
	}
	s.records++
	return true, s.fold(1, offset, record)
}

func (s *stretch) begin(partition int) error {
	s.folds[1] = s.cfg.Log.Fold(partition)
	if err := s.folds[1].RestoreState(s.folds[0].AppendState(nil)); err != nil {
		return err
	}
	for _, p := range s.folds[0].Positions() {
		for k := range s.seen {
			if at := s.of(k, p.Buyer); p.Grade >= danger {
				at.danger = event.DayOf(s.folds[0].Now())
			}
		}
	}
	return s.folds[1].Pin(s.cfg.Version, s.cfg.Model)
}

func (s *stretch) of(k int, buyer string) *path {
	p := s.seen[k][buyer]
	if p == nil {
		p = &path{}
		s.seen[k][buyer] = p
	}
	return p
}

func (s *stretch) fold(k int, offset int64, record []byte) error {
	return s.folds[k].Step(offset, record, func(o processor.Record) {
		if o.Relay || s.folds[1] == nil || o.Kind != decision.ScoreChanged.String() {
			return
		}
		var d decision.Decision
		if decision.Decode(o.Value, &d) != nil {
			return
		}
		b, ok := d.Body.(*decision.Score)
		if !ok || b.Grade == b.PreviousGrade {
			return
		}
		p := s.of(k, string([]byte(b.Buyer)))
		if b.PreviousGrade != 0 {
			p.moves++
		}
		if b.Grade >= danger && b.Grade < 10 && p.danger == 0 {
			p.danger = d.AsOf
		}
		if b.Grade == 10 && p.insolvent == 0 {
			p.insolvent = d.AsOf
		}
	})
}

// add adds a partition's share to a report.
func (s *stretch) add(r *Report) {
	r.Records += s.records
	if s.folds[1] == nil {
		return
	}
	for k := range s.seen {
		for _, p := range s.seen[k] {
			r.Moves[k] += p.moves
		}
	}
	for buyer, was := range s.seen[0] {
		if was.insolvent == 0 {
			continue
		}
		r.Defaults++
		switch now := s.of(1, buyer); {
		case was.danger == now.danger:
		case was.danger == 0:
			r.Found++
		case now.danger == 0:
			r.Missed++
		case now.danger < was.danger:
			r.Earlier++
		default:
			r.Later++
		}
	}
	was, now := s.folds[0].Positions(), s.folds[1].Positions()
	r.Buyers += len(was)
	for i := range was {
		a, b := was[i], now[i] // the same buyers: what is accepted does not depend on the model
		r.Limits[0], r.Limits[1] = r.Limits[0]+a.Limits, r.Limits[1]+b.Limits
		r.Raised, r.Lowered = r.Raised+max(0, b.Limits-a.Limits), r.Lowered+max(0, a.Limits-b.Limits)
		if a.Grade >= danger {
			r.AtRisk[0] += a.Exposure
		}
		if b.Grade >= danger {
			r.AtRisk[1] += b.Exposure
		}
		switch {
		case b.Grade < a.Grade:
			r.Better++
		case b.Grade > a.Grade:
			r.Worse++
		}
		if a.Grade != b.Grade {
			r.Exposure += a.Exposure
		}
		if a.Grade != b.Grade || a.Limits != b.Limits {
			r.Differences = append(r.Differences, Difference{a.Buyer, [2]int64{a.Grade, b.Grade}, [2]int64{a.Limits, b.Limits}})
		}
	}
}
