package history

import (
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// Listed are the kinds of decision that lists have where none is named, in the order of what people look at first.
var Listed = []decision.Kind{decision.ScoreChanged, decision.LimitDecided, decision.CoverChanged,
	decision.InputRejected,
	decision.MacroChanged}

// DecisionQuery narrows Decisions. Zero values do not narrow.
type DecisionQuery struct {
	Kinds  []decision.Kind // none: those that are Listed
	Buyer  string
	Policy string
	// what concerns this holder: its limits and cover, changes of grades that name it, refused messages of its policies
	Holder  string
	Moved   bool   // score.changed that change the grade, each once; with Holder they are anyway
	Request string // limit.decided that answer this request (of Policy)
	ID      string // input.rejected of messages with this id
	// Above narrows to one generation and partition, to what is above it there; the order is then ascending by position.
	Above  *event.Position
	From   time.Time // log time, inclusive
	Before *DecisionCursor
	Limit  int
}

// DecisionCursor is the last row of the page before.
type DecisionCursor struct {
	AtMs     int64
	Position event.Position
}

// Request is a limit request as the log holds it.
type Request struct {
	Policy, Buyer, Request string
	Kind                   event.RequestKind
	Minor                  int64
	Currency               string
	ValidUntil             event.Day
}

// Count is a number by a name: a table, a reason.
type Count struct {
	Name string
	N    uint64
}

// Progress is how far ClickHouse is in one partition.
type Progress struct {
	Position event.Position // of the progress decision: everything up to it is stored
	At       time.Time      // log time reached
	// Next is where to go on in the partition of risk.decisions: an offset at or before the record after Position.
	Next int64
}
