package score

import "barometer/ingest/event"

// Margins and waits that keep a grade from flapping.
const (
	WorsenMargin  = 60  // mlo beyond a threshold before a grade worsens
	improveMargin = 150 // mlo beyond a threshold before a grade may improve
	improveWait   = 30  // days that it must have been better
	worsenedWait  = 90  // days since the last worsening
	publishMove   = 25  // mlo since the last published score
)

// Insolvent is the grade of a buyer in insolvency or moratorium.
const Insolvent = 10

// Edge is a score at which something changes; Any is false where nothing does.
type Edge struct {
	At  int64
	Any bool
}

// Edges are, of a published grade, the score from which on it worsens, and that below which something better is in
// sight, both by the thresholds alone.
func Edges(m *event.Model, grade int64) (worse, better Edge) {
	if grade >= 1 && int(grade) <= len(m.Grades) {
		worse = Edge{m.Grades[grade-1] + WorsenMargin, true}
	}
	if grade >= 2 && int(grade) <= len(m.Grades)+1 {
		better = Edge{m.Grades[grade-2] - improveMargin, true}
	}
	return worse, better
}

// Bounds are what holds a grade besides the score: 0 is no bound.
type Bounds struct {
	Best           int64 // the best grade that the best-grade rules allow
	Floor, Ceiling int64 // an underwriter's: Floor ≤ grade ≤ Ceiling as numbers
	Insolvent      bool  // beats all
}

// Threshold is the grade of a score by the thresholds alone, 1 to 9.
func Threshold(m *event.Model, l int64) int64 {
	for i, below := range m.Grades {
		if l < below {
			return int64(i) + 1
		}
	}
	return 9
}

// Grade is the grade of a score within bounds.
func Grade(m *event.Model, l int64, b Bounds) int64 {
	if b.Insolvent {
		return Insolvent
	}
	return b.hold(max(Threshold(m, l), b.Best))
}

func (b Bounds) hold(grade int64) int64 {
	grade = max(grade, b.Floor)
	if b.Ceiling != 0 {
		grade = min(grade, b.Ceiling)
	}
	return grade
}

// Rating is a buyer's published grade and score, with what hysteresis remembers. Zero days are "not".
type Rating struct {
	Grade        int64 // 0 before the first evaluation
	PublishedMLO int64
	BetterSince  event.Day // first evaluation in a row that found a better grade
	LastWorsened event.Day
}

// Evaluate moves the grade to a score of l on a day, and tells whether the score is to be published. reset sets the
// grade to that of l at once: a first counting statement, first payments, the end of an override.
func (r *Rating) Evaluate(m *event.Model, day event.Day, l int64, b Bounds, reset bool) (publish bool) {
	before := r.Grade
	switch {
	case before == 0 || reset || before == Insolvent && !b.Insolvent:
		r.set(Grade(m, l, b), day)
	case !r.rests(m, l, b):
		r.move(m, day, l, b)
	}
	moved := l - r.PublishedMLO
	if publish = before != r.Grade || moved >= publishMove || moved <= -publishMove; publish {
		r.PublishedMLO = l
	}
	return publish
}

// rests tells, without looking for a score's own grade, that a grade of 1 to 9 stays as it is: the score is between its
// edges, no bound touches it, and nothing better was in sight. Mostly it is so.
func (r *Rating) rests(m *event.Model, l int64, b Bounds) bool {
	g := r.Grade
	return r.BetterSince == 0 && !b.Insolvent && b.Best <= g && b.hold(g) == g &&
		(g > int64(len(m.Grades)) || l-WorsenMargin < m.Grades[g-1]) && (g < 2 || l+improveMargin >= m.Grades[g-2])
}

func (r *Rating) move(m *event.Model, day event.Day, l int64, b Bounds) {
	if worse := Grade(m, l-WorsenMargin, b); worse > r.Grade {
		r.set(worse, day)
		return
	}
	if held := b.hold(r.Grade); held != r.Grade && !b.Insolvent {
		r.set(held, day) // an override acts at once
		return
	}
	if Grade(m, l+improveMargin, b) >= r.Grade {
		r.BetterSince = 0
		return
	}
	if r.BetterSince == 0 {
		r.BetterSince = day
	}
	if day >= r.Due() {
		r.Grade--
		r.BetterSince = day
	}
}

// set makes a grade the published one.
func (r *Rating) set(grade int64, day event.Day) {
	if r.Grade != 0 && grade > r.Grade {
		r.LastWorsened = day
	}
	if grade != r.Grade {
		r.BetterSince = 0
	}
	r.Grade = grade
}

// Due is the day on which an improvement may be made, 0 where none is in sight: an evaluation is due then.
func (r *Rating) Due() event.Day {
	if r.BetterSince == 0 {
		return 0
	}
	due := r.BetterSince + improveWait
	if r.LastWorsened != 0 {
		due = max(due, r.LastWorsened+worsenedWait)
	}
	return due
}
