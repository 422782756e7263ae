package tail

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// entry is one decision of a part.
type entry struct {
	decision.Decision
	size int
	keys []Key // of the index
}

// part is the tail of one partition: all decisions above floor up to high, in order.
type part struct {
	entries []*entry
	floor   event.Position // everything at or below it is not here: ClickHouse has it, or the bound took it
	high    event.Position // the newest seen
	stored  event.Position // ClickHouse's progress
	bytes   int
	lost    bool // the bound took what ClickHouse does not have yet
}

// Tail is the end of risk.decisions that ClickHouse does not have yet. Its readers take from it first and from the
// history.Store then, so that what is pruned in between is not missed, and drop what they have twice by position.
type Tail struct {
	maxEntries, maxBytes int // per partition
	// Rates count what passes.
	Rates *Rates
	// Each is called with every decision, once, and must be quick; nil: nobody is. It is set before the first Add.
	Each func(*decision.Decision)

	mu      sync.Mutex
	parts   []part
	index   map[Key][]*entry
	recent  []decision.Decision // the newest that people read, oldest first, stored or not
	moved   chan struct{}       // closed and replaced when something came
	streams map[*Stream]struct{}
	logMs   int64 // log time reached
}

// recentKept is how many decisions the live page can show.
const recentKept = 60

// New makes a Tail that has at most so many decisions and bytes, over all partitions.
func New(partitions, maxEntries, maxBytes int, now func() time.Time) *Tail {
	return &Tail{maxEntries: max(maxEntries/partitions, 1), maxBytes: maxBytes / partitions, Rates: newRates(now),
		parts: make([]part, partitions), index: map[Key][]*entry{}, moved: make(chan struct{}),
		streams: map[*Stream]struct{}{}}
}

// Prune drops what ClickHouse has, by its progress.
func (o *Tail) Prune(progress []history.Progress) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range progress {
		o.logMs = max(o.logMs, p.At.UnixMilli())
		if int(p.Position.Partition) >= len(o.parts) {
			continue
		}
		t := &o.parts[p.Position.Partition]
		if p.Position.Compare(t.stored) <= 0 {
			continue
		}
		t.stored, t.lost = p.Position, t.lost && p.Position.Compare(t.floor) < 0
		if t.high.Compare(p.Position) < 0 && len(t.entries) == 0 {
			t.high = p.Position // where following began, or a reader that lags behind the sink
		}
		n := 0
		for n < len(t.entries) && t.entries[n].Position.Compare(p.Position) <= 0 {
			n++
		}
		o.drop(t, n)
		if t.floor.Compare(p.Position) < 0 {
			t.floor = p.Position
		}
	}
	o.wake()
}

// Add takes one record of risk.decisions. It keeps a copy of value.
func (o *Tail) Add(partition int, value []byte) error {
	e := &entry{size: len(value)}
	if err := decision.Decode(bytes.Clone(value), &e.Decision); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if partition >= len(o.parts) {
		return nil // a partition that came after the start: it belongs to no log that this process knows
	}
	t := &o.parts[partition]
	if e.Position.Compare(t.high) <= 0 && t.high != (event.Position{}) {
		return nil
	}
	t.high = e.Position
	o.logMs = max(o.logMs, e.AtMs)
	o.Rates.saw(&e.Decision)
	if o.Each != nil {
		o.Each(&e.Decision)
	}
	if e.Kind != decision.ProgressMade {
		o.keep(t, e)
	}
	for s := range o.streams {
		s.offer(&e.Decision)
	}
	o.wake()
	return nil
}

func (o *Tail) keep(t *part, e *entry) {
	e.keys = keysOf(&e.Decision)
	for _, k := range e.keys {
		o.index[k] = append(o.index[k], e)
	}
	t.entries = append(t.entries, e)
	t.bytes += e.size
	if readable(&e.Decision) {
		if len(o.recent) == recentKept {
			o.recent = slices.Delete(o.recent, 0, 1)
		}
		o.recent = append(o.recent, e.Decision)
	}
	for len(t.entries) > o.maxEntries || t.bytes > o.maxBytes && len(t.entries) > 1 {
		t.lost = true
		o.drop(t, 1)
	}
}

// drop removes the n oldest of a partition. Index lists are in the order of their partition, so the oldest stand first.
func (o *Tail) drop(t *part, n int) {
	for _, e := range t.entries[:n] {
		for _, k := range e.keys {
			if rest := o.index[k][1:]; len(rest) > 0 {
				o.index[k] = rest
			} else {
				delete(o.index, k)
			}
		}
		t.bytes -= e.size
		t.floor = e.Position
	}
	clear(t.entries[:n])
	t.entries = t.entries[n:]
	if len(t.entries) == 0 {
		t.entries = nil
	}
}

func (o *Tail) wake() {
	close(o.moved)
	o.moved = make(chan struct{})
}

// readable tells whether people want to see a decision pass by.
func readable(d *decision.Decision) bool {
	switch b := d.Body.(type) {
	case *decision.Score:
		return b.Grade != b.PreviousGrade
	case *decision.Limit, *decision.Cover, *decision.Rejection, *decision.Review:
		return true
	}
	return false
}

// OfPolicy are the decisions on a policy's limits and on what they are used for, by partition the oldest first.
func (o *Tail) OfPolicy(id string) (all []decision.Decision) {
	for p := range o.Partitions() {
		all = append(all, o.Find(ofPolicy(p, id))...)
	}
	return all
}

// Find copies what the tail has under a key, the oldest first.
func (o *Tail) Find(key Key) []decision.Decision {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := make([]decision.Decision, 0, len(o.index[key]))
	for _, e := range o.index[key] {
		out = append(out, e.Decision)
	}
	return out
}

// Wait calls done until it is true, each time something came, or ctx ends.
func (o *Tail) Wait(ctx context.Context, done func() bool) bool {
	for {
		o.mu.Lock()
		moved := o.moved
		o.mu.Unlock()
		if done() {
			return true
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return false
		}
	}
}

// Seen is the newest position of each partition that anything is known of.
func (o *Tail) Seen() []event.Position {
	return o.positions(func(t *part) event.Position { return t.high })
}

// Stored is how far ClickHouse is, in each partition that anything is known of.
func (o *Tail) Stored() []event.Position {
	return o.positions(func(t *part) event.Position { return t.stored })
}

func (o *Tail) positions(of func(*part) event.Position) []event.Position {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []event.Position
	for i := range o.parts {
		if p := of(&o.parts[i]); p != (event.Position{}) {
			out = append(out, p)
		}
	}
	return out
}

func (o *Tail) Partitions() int { return len(o.parts) }

// LogTimeMs is the log time reached, 0 before anything came.
func (o *Tail) LogTimeMs() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.logMs
}

// Latest copies the newest decisions that people read, the newest first.
func (o *Tail) Latest(n int) []decision.Decision {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := slices.Clone(o.recent[max(0, len(o.recent)-n):])
	slices.Reverse(out)
	return out
}

// Highs are the newest positions by partition, zero where nothing came yet.
func (o *Tail) Highs() []event.Position {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := make([]event.Position, len(o.parts))
	for i := range o.parts {
		out[i] = o.parts[i].high
	}
	return out
}

// Lost tells whether the bound took decisions of a partition that ClickHouse does not have yet.
func (o *Tail) Lost(partition int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.parts[partition].lost
}

// Step gives the decisions of a record's step, once all of them are there; false where that is not known.
func (o *Tail) Step(partition int, offset int64) ([]decision.Decision, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if partition >= len(o.parts) {
		return nil, false
	}
	t := &o.parts[partition]
	if t.floor.Offset >= offset && t.floor != (event.Position{}) {
		return nil, false // what was decided of it is not here any more
	}
	from, _ := slices.BinarySearchFunc(t.entries, offset, func(e *entry, want int64) int {
		if e.Position.Offset < want {
			return -1
		}
		return 1
	})
	var decided []decision.Decision
	done := t.high.Offset > offset
	for _, e := range t.entries[from:] {
		if e.Position.Offset != offset {
			break
		}
		decided = append(decided, e.Decision)
		done = done || e.Last
	}
	return decided, done
}

// Count is how many decisions the tail has.
func (o *Tail) Count() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for i := range o.parts {
		n += len(o.parts[i].entries)
	}
	return n
}
