package processor

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// The bounds of a batch. The span between stamps is fixed by log.opened.
const (
	maxBatch    = 65_536 // records and decisions together
	tickSpanMs  = 60_000 // a batch of ticks alone
	maxSkipRuns = 1_024  // ranges of skipped records in one batch
)

// cut is the batch being gathered. The fold cuts the batches of everyone downstream, in the same places for ever.
type cut struct {
	number  uint64
	from    int64 // first offset of the batch
	stampMs int64 // stamp of the record that made the last cut
	folded  uint64
	ticks   uint64 // of folded
	made    uint64 // decisions
	skips   []decision.Range
	// repeated counts the records of the batch that were ignored as repetitions of the same content.
	repeated uint64
	events   [event.KindEnd]uint64
	kinds    [decision.KindEnd]uint64
}

func (c *cut) open(m *Machine) { c.stampMs = m.opened.StartMs }

// due tells whether the batch ends before e, whose day by log time will be day.
func (c *cut) due(m *Machine, e *event.Event, day event.Day) bool {
	if m.opened == nil || c.folded+c.made+uint64(len(c.skips)) == 0 {
		return false
	}
	if c.full() || day != m.day && day.Month() != m.day.Month() {
		return true
	}
	span := m.opened.CutSpanMs
	if c.ticks == c.folded && c.made == 0 && e.Kind == event.KindTick {
		span = max(span, tickSpanMs)
	}
	apart := e.StampMs - c.stampMs
	return apart >= span || -apart >= span
}

func (c *cut) full() bool { return c.folded+c.made >= maxBatch || len(c.skips) >= maxSkipRuns }

// make emits the progress that ends the batch before the record at offset next.
func (c *cut) make(m *Machine, next, stampMs int64) {
	body := &decision.Progress{Cut: c.number + 1, From: c.from, Next: next, TimeMs: m.clock.NowMs, Skipped: c.skips,
		Counts: c.counts(), Repeated: c.repeated, LogID: m.opened.LogID}
	*c = cut{number: body.Cut, from: next, stampMs: stampMs}
	m.step.asOf, m.step.cause = 0, decision.Trigger{Timer: "cut"}
	m.step.decide(decision.ProgressMade, "progress", body)
}

// counts lists what the batch holds, event kinds before decision kinds, ascending.
func (c *cut) counts() []decision.Count {
	var counts []decision.Count
	for kind, n := range c.events {
		if n > 0 {
			counts = append(counts, decision.Count{Event: event.Kind(kind), N: n})
		}
	}
	for kind, n := range c.kinds {
		if n > 0 {
			counts = append(counts, decision.Count{Decision: decision.Kind(kind), N: n})
		}
	}
	return counts
}

// counted adds a record to the batch.
func (c *cut) counted(e *event.Event) {
	c.folded++
	c.events[e.Kind]++
	if e.Kind == event.KindTick {
		c.ticks++
	}
}

// decided adds a decision to the batch.
func (c *cut) decided(kind decision.Kind) {
	c.made++
	c.kinds[kind]++
}

// skipped notes a record that a mark skipped. A batch of many ends before it, else nothing happens.
func (c *cut) skipped(m *Machine, offset int64) {
	if m.opened != nil && c.full() {
		c.make(m, offset, c.stampMs)
	}
	if n := len(c.skips); n > 0 && c.skips[n-1].Last == offset-1 {
		c.skips[n-1].Last = offset
		return
	}
	c.skips = append(c.skips, decision.Range{First: offset, Last: offset})
}
