package dashboard

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"sync"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// entry is one decision of the tail.
type entry struct {
	decision.Decision
	size int
	keys []string // of the index
}

// tail is what the overlay has of one partition: all decisions above floor up to high, in order.
type tail struct {
	entries []*entry
	floor   event.Position // everything at or below it is not here: ClickHouse has it, or the bound took it
	high    event.Position // the newest seen
	stored  event.Position // ClickHouse's progress
	bytes   int
	lost    bool // the bound took what ClickHouse does not have yet
}

// overlay is the tail of risk.decisions that ClickHouse does not have yet. Its readers take from it first and from the
// Store then, so that what is pruned in between is not missed, and drop what they have twice by position.
type overlay struct {
	maxEntries, maxBytes int // per partition
	rates                *rates
	each                 func(*decision.Decision) // is told of every decision, once and quickly; nil: nobody is

	mu      sync.Mutex
	tails   []tail
	index   map[string][]*entry
	recent  []decision.Decision // the newest that people read, oldest first, stored or not
	moved   chan struct{}       // closed and replaced when something came
	streams map[*stream]struct{}
	logMs   int64 // log time reached
}

// recentKept is how many decisions the live page can show.
const recentKept = 60

func newOverlay(partitions, maxEntries, maxBytes int, r *rates) *overlay {
	return &overlay{maxEntries: max(maxEntries/partitions, 1), maxBytes: maxBytes / partitions, rates: r,
		tails: make([]tail, partitions), index: map[string][]*entry{}, moved: make(chan struct{}),
		streams: map[*stream]struct{}{}}
}

// stored tells how far ClickHouse is: what it has is pruned.
func (o *overlay) stored(progress []history.Progress) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range progress {
		o.logMs = max(o.logMs, p.At.UnixMilli())
		if int(p.Position.Partition) >= len(o.tails) {
			continue
		}
		t := &o.tails[p.Position.Partition]
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

// add takes one record of risk.decisions. It keeps a copy of value.
func (o *overlay) add(partition int, value []byte) error {
	e := &entry{size: len(value)}
	if err := decision.Decode(bytes.Clone(value), &e.Decision); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if partition >= len(o.tails) {
		return nil // a partition that came after the start: it belongs to no log that this process knows
	}
	t := &o.tails[partition]
	if e.Position.Compare(t.high) <= 0 && t.high != (event.Position{}) {
		return nil
	}
	t.high = e.Position
	o.logMs = max(o.logMs, e.AtMs)
	o.rates.saw(&e.Decision)
	if o.each != nil {
		o.each(&e.Decision)
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

func (o *overlay) keep(t *tail, e *entry) {
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
func (o *overlay) drop(t *tail, n int) {
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

func (o *overlay) wake() {
	close(o.moved)
	o.moved = make(chan struct{})
}

// readable tells whether people want to see a decision pass by.
func readable(d *decision.Decision) bool {
	switch b := d.Body.(type) {
	case *decision.Score:
		return b.Grade != b.PreviousGrade
	case *decision.Limit, *decision.Rejection, *decision.Review:
		return true
	}
	return false
}

func buyerKey(id string) string           { return "b" + id }
func requestKey(policy, id string) string { return "r" + policy + "\x00" + id }
func reviewKey(id string) string          { return "v" + id }

// an index list is of one partition
func reviewsKey(partition int) string       { return "V" + strconv.Itoa(partition) }
func rejectionKey(policy, id string) string { return "x" + policy + "\x00" + id }

// policyKey has its partition in it, as a policy's limits are in several.
func policyKey(partition int, id string) string { return "p" + strconv.Itoa(partition) + "/" + id }

// ofPolicy are the decisions on a policy's limits and on what they are used for, by partition the oldest first.
func (o *overlay) ofPolicy(id string) (all []decision.Decision) {
	for p := range o.partitions() {
		all = append(all, o.find(policyKey(p, id))...)
	}
	return all
}

func keysOf(d *decision.Decision) []string {
	switch b := d.Body.(type) {
	case *decision.Score:
		return []string{buyerKey(b.Buyer)}
	case *decision.Limit:
		if b.Request != "" {
			return []string{buyerKey(b.Buyer), policyKey(int(d.Position.Partition), b.Policy), requestKey(b.Policy, b.Request)}
		}
		return []string{buyerKey(b.Buyer), policyKey(int(d.Position.Partition), b.Policy)}
	case *decision.Exposure:
		return []string{buyerKey(b.Buyer), policyKey(int(d.Position.Partition), b.Policy)}
	case *decision.Review:
		return []string{buyerKey(b.Buyer), reviewKey(b.Review), reviewsKey(int(d.Position.Partition))}
	case *decision.Rejection:
		return []string{buyerKey(b.Buyer), rejectionKey(b.Policy, b.ID)}
	}
	return nil
}

// find copies what the tail has under a key, the oldest first.
func (o *overlay) find(key string) []decision.Decision {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := make([]decision.Decision, 0, len(o.index[key]))
	for _, e := range o.index[key] {
		out = append(out, e.Decision)
	}
	return out
}

// wait calls done until it is true, each time something came, or ctx ends.
func (o *overlay) wait(ctx context.Context, done func() bool) bool {
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

// seen is the newest position of each partition that anything is known of.
func (o *overlay) seen() []event.Position {
	return o.positions(func(t *tail) event.Position { return t.high })
}

// stored positions are ClickHouse's.
func (o *overlay) storedPositions() []event.Position {
	return o.positions(func(t *tail) event.Position { return t.stored })
}

func (o *overlay) positions(of func(*tail) event.Position) []event.Position {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []event.Position
	for i := range o.tails {
		if p := of(&o.tails[i]); p != (event.Position{}) {
			out = append(out, p)
		}
	}
	return out
}

func (o *overlay) partitions() int { return len(o.tails) }

// logTimeMs is the log time reached, 0 before anything came.
func (o *overlay) logTimeMs() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.logMs
}

// latest copies the newest decisions that people read, the newest first.
func (o *overlay) latest(n int) []decision.Decision {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := slices.Clone(o.recent[max(0, len(o.recent)-n):])
	slices.Reverse(out)
	return out
}
