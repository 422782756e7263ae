package runner

import (
	"errors"
	"fmt"
	"runtime/debug"

	"barometer/ingest/event"
)

// Errors that stop a partition. None of them is cured by trying again.
var (
	ErrGap      = errors.New("log_gap")
	ErrMismatch = errors.New("log_mismatch")
	ErrDiverged = errors.New("diverged")
	ErrPanicked = errors.New("fold_panicked") // on a record, which an operator may set aside
)

// Lane is where an output goes.
type Lane uint8

// Lanes. Decisions are silent up to what is published; relays are always sent again.
const (
	Decisions Lane = iota
	Relays
	Lanes // the number of lanes
)

func (l Lane) String() string { return [...]string{"decisions", "relays"}[l] }

// Output is one record that a fold emits. Key and Value are the receiver's to keep.
type Output struct {
	Lane     Lane
	Position event.Position
	Kind     string // for the header of decisions
	Key      string
	Value    []byte
	Chain    uint64 // decisions only
}

// Fold turns records into outputs. It is deterministic: the same records from the same state give the same outputs.
type Fold interface {
	// Step folds one record. emit is called in order, and may block while output drains. An error stops the partition;
	// nothing of the record was emitted then.
	Step(offset int64, record []byte, emit func(Output)) error
	// Capture begins to encode the state as it is now. Steps may follow before that is done; another Capture ends it.
	Capture() State
	// RestoreState replaces the state. The bytes are the fold's from now on.
	RestoreState(state []byte) error
	// LogID names the log that the state belongs to, empty before its first record.
	LogID() string
}

// State is a fold's state on its way to be a snapshot.
type State interface {
	// Advance encodes a part of it, of a few milliseconds at most, and tells whether that was all.
	Advance() (done bool)
	// Parts gives the state, in pieces, when all of it is encoded.
	Parts() [][]byte
}

// Foreseer is a fold that gains from seeing together what it is going to be given one by one.
type Foreseer interface {
	// Foresee shows the records that come next. It changes no state, and Step may be given others all the same.
	Foresee(records []Record)
}

// Foreseen is how many records a Foreseer is shown together.
const Foreseen = 64

// Record is one record of the log.
type Record struct {
	Offset int64
	Value  []byte
}

// Published is the newest record of the output partition, as found at recovery. The zero value is an empty partition.
type Published struct {
	Any      bool
	Position event.Position
	Chain    uint64
}

// Config bounds a core. See DefaultConfig.
type Config struct {
	MaxBuffered int // bytes of output that wait or are in flight, all lanes together
	MaxRequest  int // bytes of one produce request
}

// DefaultConfig is the bounds for production.
func DefaultConfig() Config { return Config{MaxBuffered: 8 << 20, MaxRequest: 800_000} }

// Validate checks the bounds and their relation.
func (c Config) Validate() error {
	if c.MaxRequest <= 0 || c.MaxBuffered < c.MaxRequest {
		return fmt.Errorf("runner: max_buffered %d below max_request %d", c.MaxBuffered, c.MaxRequest)
	}
	return nil
}

// lane is the output that waits for one topic partition. Invariant: queue[:inFlight] is the one request in flight.
type lane struct {
	queue    []Output
	inFlight int
	queued   uint64 // outputs that ever entered
	acked    uint64 // outputs that were acknowledged
}

// Core is the runner of one partition.
type Core struct {
	cfg       Config
	fold      Fold
	next      int64 // the offset that the next record must have
	published Published
	checked   bool // the chain was compared at the published position
	lanes     [Lanes]lane
	buffered  int
	failed    error
	mute      bool // what failed puts in doubt what was folded before, too
	captured  *capture
	done      int64 // see Done
	mark      mark
}

// mark is a place in the log and the output that was queued before it.
type mark struct {
	next   int64
	queued [Lanes]uint64
}

// NewCore makes a core for a partition whose output ends at published. The fold is at its beginning.
func NewCore(fold Fold, cfg Config, published Published) (*Core, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	return &Core{cfg: cfg, fold: fold, published: published, checked: !published.Any}, nil
}

// Next is the offset of the record that the core wants next: where to fetch.
func (c *Core) Next() int64 { return c.next }

// Done is an offset up to which all is folded and its output acknowledged. It follows Next as acknowledgements come.
func (c *Core) Done() int64 {
	if c.failed != nil {
		return c.done
	}
	for lane := range c.lanes {
		if c.lanes[lane].acked < c.mark.queued[lane] {
			return c.done
		}
	}
	c.done, c.mark.next = max(c.done, c.mark.next), c.next
	for lane := range c.lanes {
		c.mark.queued[lane] = c.lanes[lane].queued
	}
	if c.buffered == 0 {
		c.done = c.next
	}
	return c.done
}

// Room tells whether the core takes records now.
func (c *Core) Room() bool { return c.failed == nil && c.buffered < c.cfg.MaxBuffered }

// Buffered is the bytes of output that wait or are in flight.
func (c *Core) Buffered() int { return c.buffered }

// Feed folds records until the buffer is full, and returns how many it took. drain is called when one step emits more
// than the buffer holds: it must send and acknowledge requests until Room, or return an error, which ends the step.
// After an error the core is of no more use.
//
// A fold that panics is stopped there with ErrPanicked. After that, as after an error of the fold, what it gave before
// that record is still given out, and nothing of the record but what was drained of a step that is larger than the
// buffer: whoever folds the record again goes on behind that. After any other error nothing is given out any more.
func (c *Core) Feed(records []Record, drain func() error) (n int, err error) {
	var before [Lanes]uint64
	defer func() {
		if p := recover(); p != nil {
			err = &foldError{fmt.Errorf("%w: record %d: %v\n%s", ErrPanicked, c.next, p, debug.Stack())}
		}
		if err != nil && c.failed == nil {
			var ofFold *foldError
			c.failed, c.mute = err, !errors.As(err, &ofFold)
			c.takeBack(before)
		}
	}()
	foreseer, foresees := c.fold.(Foreseer)
	for i, r := range records {
		if !c.Room() {
			return i, c.failed
		}
		if foresees && i%Foreseen == 0 {
			foreseer.Foresee(records[i:min(i+Foreseen, len(records))])
		}
		for lane := range c.lanes {
			before[lane] = c.lanes[lane].queued
		}
		if err := c.step(r, drain); err != nil {
			return i, err
		}
	}
	return len(records), nil
}

func (c *Core) step(r Record, drain func() error) error {
	if r.Offset != c.next {
		return fmt.Errorf("%w: record %d where %d is due", ErrGap, r.Offset, c.next)
	}
	var failed error
	emit := func(o Output) {
		if failed == nil {
			failed = c.take(o)
		}
		if failed == nil && c.buffered >= 2*c.cfg.MaxBuffered {
			failed = drain()
		}
	}
	if err := c.fold.Step(r.Offset, r.Value, emit); err != nil {
		return &foldError{fmt.Errorf("record %d: %w", r.Offset, err)}
	}
	if failed != nil {
		return fmt.Errorf("record %d: %w", r.Offset, failed)
	}
	c.next = r.Offset + 1
	return nil
}

// foldError is an error of the fold itself, on one record: what it gave before is whole.
type foldError struct{ error }

func (e *foldError) Unwrap() error { return e.error }

// takeBack drops what was queued of a record that failed, as far as it is not on its way.
func (c *Core) takeBack(before [Lanes]uint64) {
	for i := range c.lanes {
		l := &c.lanes[i]
		for ; l.queued > before[i] && len(l.queue) > l.inFlight; l.queued-- {
			last := len(l.queue) - 1
			c.buffered -= l.queue[last].size()
			l.queue = l.queue[:last]
		}
	}
}

// take queues an output, unless it is published already.
func (c *Core) take(o Output) error {
	if o.Lane == Decisions && !c.checked {
		switch order := o.Position.Compare(c.published.Position); {
		case order < 0:
			return nil
		case order > 0:
			return fmt.Errorf("%w: decision %s is published, but the fold goes from before it to %s", ErrDiverged,
				c.published.Position, o.Position)
		case o.Chain != c.published.Chain:
			return fmt.Errorf("%w: at %s the published chain is %016x, the fold's %016x", ErrDiverged, o.Position,
				c.published.Chain, o.Chain)
		}
		c.checked = true
		return nil
	}
	if o.Lane == Decisions && c.published.Any && o.Position.Compare(c.published.Position) <= 0 {
		return nil
	}
	l := &c.lanes[o.Lane]
	l.queue = append(l.queue, o)
	l.queued++
	c.buffered += o.size()
	return nil
}

// size is what an output counts for: its bytes and an allowance for keys and headers.
func (o *Output) size() int { return len(o.Value) + len(o.Key) + 96 }

// Request gives the next produce request of a lane, nil while one is in flight or nothing waits, and where a failure
// puts all in doubt. The caller repeats it unchanged until it is acknowledged.
func (c *Core) Request(to Lane) []Output {
	l := &c.lanes[to]
	if c.mute || l.inFlight > 0 || len(l.queue) == 0 {
		return nil
	}
	bytes := 0
	for i := range l.queue {
		if bytes += l.queue[i].size(); i > 0 && bytes > c.cfg.MaxRequest {
			break
		}
		l.inFlight++
	}
	return l.queue[:l.inFlight:l.inFlight]
}

// Acked tells that the request in flight of a lane was acknowledged.
func (c *Core) Acked(to Lane) {
	l := &c.lanes[to]
	if l.inFlight == 0 {
		panic("runner: acknowledgement without a request in flight, lane " + to.String())
	}
	for i := range l.queue[:l.inFlight] {
		c.buffered -= l.queue[i].size()
	}
	l.acked += uint64(l.inFlight)
	l.queue = l.queue[l.inFlight:]
	l.inFlight = 0
	if len(l.queue) == 0 {
		l.queue = nil
	}
}

// Failed tells whether Feed has failed.
func (c *Core) Failed() bool { return c.failed != nil }

// Settled tells whether all output is acknowledged that is going to be given out.
func (c *Core) Settled() bool { return c.mute || c.buffered == 0 }
