package notice

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

// Deadline is what a policyholder has to heed on one buyer, or needs to no more, in minor units of Currency.
type Deadline struct {
	Policy, Currency string
	Settled          bool
	AtStake, Limit   int64
	Lines            []DeadlineLine
}

// DeadlineLine is one date of one invoice.
type DeadlineLine struct {
	Kind          decision.DateKind
	Invoice       string // empty: not known
	DueOn, On     event.Day
	Open, AtStake int64
	Action, Why   string // of the public vocabulary
}

// Walk walks the fields in the order of their numbers.
func (d *Deadline) Walk(w *wire.Wire) {
	w.Str(1, &d.Policy)
	w.Str(2, &d.Currency)
	w.Bool(3, &d.Settled)
	w.Int(4, &d.AtStake)
	w.Int(5, &d.Limit)
	wire.Msgs(w, 6, &d.Lines)
}

// Walk walks the fields in the order of their numbers.
func (l *DeadlineLine) Walk(w *wire.Wire) {
	wire.Enum(w, 1, &l.Kind)
	w.Str(2, &l.Invoice)
	w.Int32(3, (*int32)(&l.DueOn))
	w.Int32(4, (*int32)(&l.On))
	w.Int(5, &l.Open)
	w.Int(6, &l.AtStake)
	w.Str(7, &l.Action)
	w.Str(8, &l.Why)
}

func deadlineOf(p *public.Deadline) Deadline {
	d := Deadline{Policy: p.Policy, Currency: p.Currency, Settled: p.Settled, AtStake: p.AtStake, Limit: p.Limit}
	for _, l := range p.Lines {
		d.Lines = append(d.Lines, DeadlineLine(l))
	}
	return d
}

// First is the line whose date comes first, of one day the one that stands first.
func (d *Deadline) First() *DeadlineLine {
	first := &d.Lines[0]
	for i := range d.Lines {
		if d.Lines[i].On < first.On {
			first = &d.Lines[i]
		}
	}
	return first
}

// severityOfDeadline is critical where cover is lost by a date that nobody heeds.
func severityOfDeadline(p *public.Deadline) Severity {
	if p.Settled {
		return Info
	}
	for i := range p.Lines {
		if p.Lines[i].Kind.CostsCover() {
			return Critical
		}
	}
	return Warning
}
