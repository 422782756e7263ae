package decision

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// Rejection is an input that the fold could not apply.
type Rejection struct {
	Reason string // a code of the published vocabulary: not_supported, id_reused, unknown_policy …
	Detail string
	Buyer  string
	Policy string
	ID     string
	Kind   event.Kind
	Source event.Source
}

// Walk walks the fields of barometer.v1.InputRejected.
func (b *Rejection) Walk(w *wire.Wire) {
	w.Str(1, &b.Reason)
	w.Str(2, &b.Detail)
	w.Str(3, &b.Buyer)
	w.Str(4, &b.Policy)
	w.Str(5, &b.ID)
	wire.Enum(w, 6, &b.Kind)
	wire.Enum(w, 7, &b.Source.Topic)
	w.Uint32(8, &b.Source.Incarnation)
	w.Uint32(9, &b.Source.Partition)
	w.Int(10, &b.Source.Offset)
	w.Uint32(11, &b.Source.Seq)
}

// Range is a range of log offsets, both ends included.
type Range struct{ First, Last int64 }

// Walk walks the fields of barometer.v1.Range.
func (r *Range) Walk(w *wire.Wire) {
	w.Int(1, &r.First)
	w.Int(2, &r.Last)
}

// Count is how many records of an event kind were folded, or decisions of a kind made, since the last cut.
type Count struct {
	Event    event.Kind
	Decision Kind
	N        uint64
}

// Walk walks the fields of barometer.v1.Count.
func (c *Count) Walk(w *wire.Wire) {
	wire.Enum(w, 1, &c.Event)
	wire.Enum(w, 2, &c.Decision)
	w.Uint(3, &c.N)
}

// Progress is a cut: everything below offset Next is folded, and what lies between two cuts is one batch for everyone
// downstream. It stands in the step of record Next, before everything else of that step. Its chain is Decision.Chain.
type Progress struct {
	Cut        uint64  // number of this cut in the partition, from 1
	From, Next int64   // the batch's log records: From ≤ offset < Next
	TimeMs     int64   // log time reached
	Skipped    []Range // offsets of records that a mark skipped
	Counts     []Count // by kind, without the skipped ones; no zero counts
	Repeated   uint64  // records ignored as repetitions of the same content
	LogID      string
}

// Walk walks the fields of barometer.v1.Progress.
func (b *Progress) Walk(w *wire.Wire) {
	w.Uint(1, &b.Cut)
	w.Int(2, &b.From)
	w.Int(3, &b.Next)
	w.Int(4, &b.TimeMs)
	wire.Msgs(w, 5, &b.Skipped)
	wire.Msgs(w, 6, &b.Counts)
	w.Uint(7, &b.Repeated)
	w.Str(8, &b.LogID)
}
