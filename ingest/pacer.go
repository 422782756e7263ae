package ingest

import "barometer/ingest/event"

// Bounds of the wall clock.
const (
	maxApartMs = 30_000                   // between this machine's clock and the broker's
	maxStepMs  = 45 * 24 * 60 * 60 * 1000 // without a confirmation
	// how often a wall clock's holder looks at least whether there is something to cut
	lookMs       = 1000
	quietRepeats = 2 // repetitions of a driven tick after the last record, so that its batch is cut
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
	repeatMs   int64 // between repetitions
	lastMs     int64 // at of the last tick, or the start of the log
	askedMs    int64 // when the last tick of a wall clock was decided, or a driven one's written; 0: none by this holder
	seen       uint64
	quiet      int   // repetitions of a driven tick since
	uncutMs    int64 // when a wall clock's holder found that more had been appended, 0: all of that is cut
}

// NewPacer makes the pacer of a log whose last tick was at lastMs, 0 where there is none.
func NewPacer(opened *event.LogOpened, lastMs int64) *Pacer {
	return &Pacer{mode: opened.Clock, intervalMs: opened.TickIntervalMs, repeatMs: opened.CutSpanMs,
		lastMs: max(lastMs, opened.StartMs)}
}

// Saw tells the pacer of a tick in risk.clock.
func (p *Pacer) Saw(atMs int64) {
	if atMs > p.lastMs {
		p.lastMs, p.quiet = atMs, 0
	}
}

// WaitMs is how long to wait from nowMs on before the next question.
func (p *Pacer) WaitMs(nowMs int64) int64 {
	if p.mode == event.ClockDriven {
		return p.repeatMs
	}
	return max(1, min(p.repeatMs, lookMs, p.askedMs+p.intervalMs-nowMs))
}

// Between tells whether nowMs is between two ticks of a wall clock.
func (p *Pacer) Between(nowMs int64) bool {
	since := nowMs - p.askedMs
	return since >= 0 && since < p.intervalMs
}

// Early decides whether a wall clock's last tick is written again between two: where what this process has appended,
// which records counts, has come to a stand for as long as a batch is, so that it need not wait for the next tick to be
// cut.
func (p *Pacer) Early(nowMs int64, records uint64) (atMs int64, due bool) {
	if records != p.seen {
		p.seen, p.uncutMs = records, nowMs
		return 0, false
	}
	if p.uncutMs == 0 || nowMs-p.uncutMs < p.repeatMs {
		return 0, false
	}
	p.uncutMs = 0
	return p.lastMs, true
}

// Wall decides the tick of a wall clock at nowMs. brokerMs is the broker's clock, -1 where it does not tell it;
// confirmedMs is how far an operator lets time step. The tick is to be written only in state ClockRunning.
func (p *Pacer) Wall(nowMs, brokerMs, confirmedMs int64) (atMs int64, state ClockState) {
	p.askedMs = nowMs
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
	if p.quiet >= quietRepeats && nowMs-p.askedMs < p.intervalMs {
		return 0, false
	}
	p.quiet++
	p.askedMs = nowMs
	return p.lastMs, true
}
