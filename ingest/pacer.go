package ingest

import "barometer/ingest/event"

// Bounds of the wall clock.
const (
	maxApartMs   = 30_000                   // between this machine's clock and the broker's
	maxStepMs    = 45 * 24 * 60 * 60 * 1000 // without a confirmation
	quietRepeats = 2                        // repetitions of a driven tick after the last record, so that its batch is cut
)

// ClockState says how the clock of the log is doing, as far as this process holds it.
type ClockState uint8

// States of the clock. In all but the first two time stands still.
const (
	ClockElsewhere         ClockState = iota // another process holds risk.clock
	ClockRunning                             // ticks are written
	ClockDisagrees                           // this machine's clock and the broker's are more than 30 s apart
	ClockNeedsConfirmation                   // the next tick would step more than 45 days
	ClockBehind                              // this machine's clock is more than 30 s behind the last tick
	clockStates
)

func (s ClockState) String() string {
	return [...]string{"elsewhere", "running", "disagrees", "needs_confirmation", "behind"}[s]
}

// Pacer decides which tick the holder of risk.clock writes. It has no clock of its own: times are handed in.
type Pacer struct {
	mode       event.ClockMode
	intervalMs int64 // between ticks of a wall clock
	repeatMs   int64 // between repetitions of a driven one
	lastMs     int64 // at of the last tick, or the start of the log
	writtenMs  int64 // when the last tick was written, 0: none by this holder
	seen       uint64
	quiet      int
}

// NewPacer makes the pacer of a log whose last tick was at lastMs, 0 where there is none.
func NewPacer(opened *event.LogOpened, lastMs int64) *Pacer {
	return &Pacer{mode: opened.Clock, intervalMs: opened.TickIntervalMs, repeatMs: opened.CutSpanMs, lastMs: max(lastMs, opened.StartMs)}
}

// Saw tells the pacer of a tick in risk.clock.
func (p *Pacer) Saw(atMs int64) {
	if atMs > p.lastMs {
		p.lastMs, p.quiet = atMs, 0
	}
}

// EveryMs is how often to ask for a tick.
func (p *Pacer) EveryMs() int64 {
	if p.mode == event.ClockDriven {
		return p.repeatMs
	}
	return p.intervalMs
}

// Wall decides the tick of a wall clock at nowMs. brokerMs is the broker's clock, -1 where it does not tell it;
// confirmedMs is how far an operator lets time step. The tick is to be written only in state ClockRunning.
func (p *Pacer) Wall(nowMs, brokerMs, confirmedMs int64) (atMs int64, state ClockState) {
	apart := nowMs - brokerMs
	switch {
	case brokerMs >= 0 && (apart > maxApartMs || apart < -maxApartMs):
		return 0, ClockDisagrees
	case nowMs < p.lastMs-maxApartMs:
		return 0, ClockBehind
	case nowMs-p.lastMs > maxStepMs && nowMs > confirmedMs:
		return 0, ClockNeedsConfirmation
	}
	p.lastMs = max(p.lastMs, nowMs)
	return p.lastMs, ClockRunning
}

// Driven decides the tick of a driven clock at nowMs: the last one again, so that cuts go on. records counts what this
// process has appended; where that stands still, one repetition in a tick interval is enough.
func (p *Pacer) Driven(nowMs int64, records uint64) (atMs int64, due bool) {
	if records != p.seen {
		p.seen, p.quiet = records, 0
	}
	if p.quiet >= quietRepeats && nowMs-p.writtenMs < p.intervalMs {
		return 0, false
	}
	p.quiet++
	p.writtenMs = nowMs
	return p.lastMs, true
}
