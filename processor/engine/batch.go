package engine

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
)

// The bounds of a batch. The span between stamps is fixed by log.opened.
const (
	maxBatch    = 65_536 // records and decisions together
	tickSpanMs  = 60_000 // a batch of ticks alone
	maxSkipRuns = 1_024  // ranges of skipped records in one batch
)

// Batch is the batch being gathered. The fold cuts the batches of everyone downstream, in the same places for ever: the
// end of one is the progress decision, and the first record after it begins the next.
//
// Invariants: folded is the sum of events, made the sum of kinds; skips ascend and touch nowhere.
type Batch struct {
	number   uint64 // of the cut before it, 0: it is the first
	from     int64  // its first offset
	stampMs  int64  // stamp of the record that made the last cut
	folded   uint64 // records
	ticks    uint64 // of folded
	made     uint64 // decisions, without the progress that ended the batch before
	skips    []decision.Range
	repeated uint64
	events   [event.KindEnd]uint64
	kinds    [decision.KindEnd]uint64
}

// Open begins the first batch of a log, at the time where that starts.
func (b *Batch) Open(startMs int64) { b.stampMs = startMs }

// Due tells whether the batch ends before e. spanMs is the log's span between stamps; today is the day of log time
// before e, and day the one that e moves it to. An empty batch does not end.
func (b *Batch) Due(e *event.Event, spanMs int64, today, day event.Day) bool {
	if b.folded+b.made+uint64(len(b.skips)) == 0 {
		return false
	}
	if b.Full() || day != today && day.Month() != today.Month() {
		return true
	}
	if b.ticks == b.folded && b.made == 0 && e.Kind == event.KindTick {
		spanMs = max(spanMs, tickSpanMs)
	}
	apart := e.StampMs - b.stampMs
	return apart >= spanMs || -apart >= spanMs
}

// Full tells whether the batch has room for nothing more, so that it ends before a record that a mark skips, too.
func (b *Batch) Full() bool { return b.folded+b.made >= maxBatch || len(b.skips) >= maxSkipRuns }

// End ends the batch before the record at offset next and begins another one. It returns the progress, to which the
// caller adds time and log. stampMs is the stamp that the next span counts from.
func (b *Batch) End(next, stampMs int64) *decision.Progress {
	p := &decision.Progress{Cut: b.number + 1, From: b.from, Next: next, Skipped: b.skips, Counts: b.counts(),
		Repeated: b.repeated}
	*b = Batch{number: p.Cut, from: next, stampMs: stampMs}
	return p
}

// StampMs is the stamp that the span of the batch counts from.
func (b *Batch) StampMs() int64 { return b.stampMs }

// counts lists what the batch holds, event kinds before decision kinds, ascending.
func (b *Batch) counts() []decision.Count {
	var counts []decision.Count
	for kind, n := range b.events {
		if n > 0 {
			counts = append(counts, decision.Count{Event: event.Kind(kind), N: n})
		}
	}
	for kind, n := range b.kinds {
		if n > 0 {
			counts = append(counts, decision.Count{Decision: decision.Kind(kind), N: n})
		}
	}
	return counts
}

// Fold adds a record to the batch.
func (b *Batch) Fold(kind event.Kind) {
	b.folded++
	b.events[kind]++
	if kind == event.KindTick {
		b.ticks++
	}
}

// Decide adds a decision to the batch. Progress is no part of one.
func (b *Batch) Decide(kind decision.Kind) {
	b.made++
	b.kinds[kind]++
}

// Repeat notes that a record of the batch was ignored, as it repeats the content of one before.
func (b *Batch) Repeat() { b.repeated++ }

// Skip adds a record that a mark skipped.
func (b *Batch) Skip(offset int64) {
	if n := len(b.skips); n > 0 && b.skips[n-1].Last == offset-1 {
		b.skips[n-1].Last = offset
		return
	}
	b.skips = append(b.skips, decision.Range{First: offset, Last: offset})
}

// Walk walks the fields of the batch in a snapshot.
func (b *Batch) Walk(w *wire.Wire) {
	w.Uint(1, &b.number)
	w.Int(2, &b.from)
	w.Int(3, &b.stampMs)
	w.Uint(4, &b.folded)
	w.Uint(5, &b.ticks)
	w.Uint(6, &b.made)
	wire.Msgs(w, 7, &b.skips)
	counts := b.counts()
	wire.Msgs(w, 8, &counts)
	w.Uint(9, &b.repeated)
	if !w.Decoding() {
		return
	}
	for _, n := range counts {
		switch {
		case int(n.Event) < len(b.events) && int(n.Decision) < len(b.kinds):
			b.events[n.Event] += n.N
			b.kinds[n.Decision] += n.N
		default:
			w.Fail("count of kind %d, %d", n.Event, n.Decision)
		}
	}
	b.events[0], b.kinds[0] = 0, 0
}
