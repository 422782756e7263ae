package decision

import (
	"fmt"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"

	"github.com/cespare/xxhash/v2"
)

// Kind is what a decision is about. Values are part of the format: add at the end, never renumber.
type Kind uint8

// Kinds of decision.
const (
	KindNone Kind = iota
	ScoreChanged
	LimitDecided
	ReviewRequested
	CaseChanged
	ClaimDecided
	MacroChanged
	InputRejected
	ProgressMade
	ExposureChanged
	CoverChanged
	DeadlineNear
	KindEnd // not a kind: the number of kinds
)

var kinds = [KindEnd]string{"", "score.changed", "limit.decided", "review.requested", "case.changed", "claim.decided",
	"macro.changed", "input.rejected", "progress", "exposure.changed", "cover.changed", "deadline.near"}

func (k Kind) String() string {
	if k < KindEnd {
		return kinds[k]
	}
	return ""
}

// ParseKind finds a kind by its published name.
func ParseKind(s string) (Kind, bool) {
	for k := ScoreChanged; k < KindEnd; k++ {
		if kinds[k] == s {
			return k, true
		}
	}
	return KindNone, false
}

// Decision is one record of risk.decisions.
type Decision struct {
	Position event.Position
	Last     bool      // the last decision of its step
	AtMs     int64     // log time
	AsOf     event.Day // the timer's day, else the day of AtMs
	Kind     Kind      // decides the type of Body
	Key      string    // a buyer id, else policy/<id>, country/<code> or a kind
	Trigger  Trigger
	Body     Body
	Chain    uint64 // hash over this and all earlier decisions of the partition
}

// Trigger is what made the fold decide: the message, or a timer where ID is empty.
type Trigger struct {
	Kind   event.Kind
	ID     string
	Source event.Source
	Timer  string
}

// Walk walks the fields of barometer.v1.Trigger.
func (t *Trigger) Walk(w *wire.Wire) {
	wire.Enum(w, 1, &t.Kind)
	w.Str(2, &t.ID)
	wire.Enum(w, 3, &t.Source.Topic)
	w.Uint32(4, &t.Source.Incarnation)
	w.Uint32(5, &t.Source.Partition)
	w.Int(6, &t.Source.Offset)
	w.Uint32(7, &t.Source.Seq)
	w.Str(8, &t.Timer)
}

// Body is what a decision of one kind carries: a pointer to one of this package's types.
type Body interface{ wire.Walker }

func (d *Decision) walk(w *wire.Wire) {
	w.Uint32(2, &d.Position.Generation)
	w.Uint32(3, &d.Position.Partition)
	w.Int(4, &d.Position.Offset)
	w.Uint32(5, &d.Position.Seq)
	w.Bool(6, &d.Last)
	w.Int(7, &d.AtMs)
	w.Int32(8, (*int32)(&d.AsOf))
	wire.Enum(w, 9, &d.Kind)
	w.Str(10, &d.Key)
	w.Msg(11, &d.Trigger)
}

// Encoder encodes the decisions of one partition in order and keeps their chain. The zero value starts a log; Chain is
// part of the fold's state.
type Encoder struct {
	Chain uint64
	wire  wire.Wire
}

// Append sets d.Chain and appends the canonical bytes of d to dst.
func (c *Encoder) Append(dst []byte, d *Decision) []byte {
	start := len(dst)
	w := &c.wire
	w.Encode(dst)
	format := uint32(event.Format)
	w.Uint32(1, &format)
	d.walk(w)
	w.Msg(16, d.Body)
	d.Chain = link(c.Chain, w.Bytes()[start:])
	c.Chain = d.Chain
	w.Fixed(17, &d.Chain)
	return w.Bytes()
}

// link hashes the bytes of a decision, all but its chain, onto the chain before it. It is an error-detecting hash, not
// a signature. Never 0, so that the field is always there.
func link(chain uint64, b []byte) uint64 {
	var d xxhash.Digest
	d.ResetWithSeed(chain)
	_, _ = d.Write(b)
	return max(d.Sum64(), 1)
}

// Decode decodes one decision into d, whose strings then alias b.
func Decode(b []byte, d *Decision) error {
	*d = Decision{}
	var w wire.Wire
	w.Begin(b)
	var format uint32
	w.Uint32(1, &format)
	if format > event.Format {
		return &event.FormatError{Format: format}
	}
	d.walk(&w)
	var raw []byte
	w.Blob(16, &raw)
	w.Fixed(17, &d.Chain)
	if err := w.Finish(); err != nil {
		return fmt.Errorf("decision: %w", err)
	}
	if d.Body = NewBody(d.Kind); d.Body == nil || raw == nil {
		return fmt.Errorf("decision of kind %d: %w", d.Kind, wire.ErrMalformed)
	}
	if err := w.Decode(raw, d.Body); err != nil {
		return fmt.Errorf("decision %s, %s: %w", d.Position, d.Kind, err)
	}
	return nil
}

// NewBody gives an empty body of kind k, nil for an unknown kind.
func NewBody(k Kind) Body {
	switch k {
	case ScoreChanged:
		return new(Score)
	case LimitDecided:
		return new(Limit)
	case ReviewRequested:
		return new(Review)
	case CaseChanged:
		return new(Case)
	case ClaimDecided:
		return new(Claim)
	case MacroChanged:
		return new(Macro)
	case InputRejected:
		return new(Rejection)
	case ProgressMade:
		return new(Progress)
	case ExposureChanged:
		return new(Exposure)
	case CoverChanged:
		return new(Cover)
	case DeadlineNear:
		return new(Deadline)
	default:
		return nil
	}
}
