package runner

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/sourcegraph/conc/pool"
)

// Log is one partition of the log that a fold reads.
type Log interface {
	// Fetch waits for records at offset and after it. It may return none, and returns an error only when trying again
	// is of no use or ctx is done. The bytes are never written again.
	Fetch(ctx context.Context, offset int64) ([]Record, error)
	// End is the offset after the last record.
	End(ctx context.Context) (int64, error)
}

// Out is where a fold's output goes.
type Out interface {
	// Publish writes outputs in order and returns when they are acknowledged, repeating unchanged what has no clear
	// answer. It returns an error only when trying again is of no use or ctx is done.
	Publish(ctx context.Context, to Lane, outputs []Output) error
	// Last is the newest record of the fold's decisions.
	Last(ctx context.Context) (Published, error)
}

// Store keeps the snapshots of one partition. They are a cache: losing them costs time only. It gives up when ctx is
// done, and by itself where what it stands on does not answer.
type Store interface {
	// Save writes a snapshot and tells its size in bytes.
	Save(ctx context.Context, s *Snapshot) (size int, err error)
	// Newest gives the newest snapshots, the newest first. Each is read when its turn comes, so that a state is in memory
	// once: asking for the next one is saying that the last one is of no use. An error is one snapshot's that cannot be
	// read, or, as the only one, the store's.
	Newest(ctx context.Context) iter.Seq2[[]byte, error]
}

// Partition is what Run needs to drive one partition.
type Partition struct {
	Name   string // for log lines: the partition's number
	Fold   func() Fold
	Before func(ctx context.Context) error // reads what Fold needs; nil: nothing
	// name and version of the fold and its state: snapshots of another one are not read
	Version       string
	LogID         string
	Log           Log
	Out           Out
	Store         Store
	SnapshotEvery time.Duration
	// partitions that share it take their snapshots one after the other; nil: this one by itself
	Turns   Turns
	Grace   time.Duration    // how long a stop waits for requests in flight, and then for its last snapshot
	Done    func(next int64) // told as it moves: all below next is folded, and its output acknowledged; nil: nobody is
	Config  Config
	Metrics *Metrics
	Logger  *slog.Logger
}

// Turns lets one partition at a time take a snapshot, so that encoding takes one processor at most from what a process
// decides.
type Turns chan struct{}

// NewTurns makes the turns of a process.
func NewTurns() Turns { return make(Turns, 1) }

// Run drives a partition until ctx is done, then finishes what is in flight, saves a snapshot and returns nil. Any
// other return is an error that wraps what stopped the partition.
func Run(ctx context.Context, p Partition) error {
	if p.Done == nil {
		p.Done = func(int64) {}
	}
	core, err := Recover(ctx, p)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("partition %s: recover: %w", p.Name, err)
	}
	p.Logger.Info("partition recovered", "partition", p.Name, "offset", core.Next())

	// Output may finish for a while after the intake has stopped.
	outCtx, stopOut := context.WithCancel(context.WithoutCancel(ctx))
	defer stopOut()
	inCtx, stopIn := context.WithCancel(ctx)
	defer stopIn()

	if p.Turns == nil {
		p.Turns = NewTurns()
	}
	d := driver{p: p, core: core, fetched: make(chan []Record), acked: make(chan Lane, Lanes),
		saved: make(chan *Snapshot, 1), stored: make(chan struct{}), told: -1}
	workers := pool.New().WithErrors().WithFirstError()
	failed := make(chan error, Lanes+1)
	start := func(what string, work func() error) {
		workers.Go(func() error {
			err := work()
			if err != nil {
				err = fmt.Errorf("%s: %w", what, err)
				failed <- err
			}
			return err
		})
	}
	start("fetch", func() error { return d.fetch(inCtx, core.Next()) })
	for lane := range Lanes {
		d.requests[lane] = make(chan []Output, 1)
		start("publish "+lane.String(), func() error { return d.publish(outCtx, lane) })
	}
	start("save", func() error { defer close(d.stored); d.save(outCtx); return nil })

	err = d.loop(ctx, failed)
	stopIn()
	if err == nil {
		err = d.finish(failed)
	} else {
		if core.Failed() { // what it gave before is whole
			_ = d.settle(failed)
		}
		stopOut()
	}
	for lane := range Lanes {
		close(d.requests[lane])
	}
	close(d.saved)
	d.awaitStore(stopOut)
	if werr := workers.Wait(); err == nil && ctx.Err() == nil {
		err = werr
	}
	if err != nil {
		return fmt.Errorf("partition %s: %w", p.Name, err)
	}
	return nil
}

// driver moves records and outputs around a core. Only loop, drain and finish touch the core; they are one goroutine.
type driver struct {
	p        Partition
	core     *Core
	fetched  chan []Record
	requests [Lanes]chan []Output
	acked    chan Lane
	saved    chan *Snapshot
	stored   chan struct{} // closed when no snapshot is saved any more
	told     int64         // what Done was told
	taking   bool          // a snapshot is in the making, and it is this partition's turn
	slice    time.Time     // when its next slice may be made
}

func (d *driver) fetch(ctx context.Context, offset int64) error {
	for {
		records, err := d.p.Log.Fetch(ctx, offset)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if len(records) == 0 {
			continue
		}
		offset = records[len(records)-1].Offset + 1
		select {
		case d.fetched <- records:
		case <-ctx.Done():
			return nil
		}
	}
}

func (d *driver) publish(ctx context.Context, lane Lane) error {
	for request := range d.requests[lane] {
		if err := d.p.Out.Publish(ctx, lane, request); err != nil {
			return err
		}
		d.p.Metrics.published(lane, len(request))
		d.acked <- lane // capacity Lanes, one in flight each: never blocks
	}
	return nil
}

func (d *driver) save(ctx context.Context) {
	for s := range d.saved {
		size, err := d.p.Store.Save(ctx, s)
		if err != nil {
			d.p.Logger.Warn("snapshot not saved", "partition", d.p.Name, "offset", s.Offset(), "error", err)
			continue
		}
		d.p.Metrics.snapshot(size)
		d.p.Logger.Debug("snapshot saved", "partition", d.p.Name, "offset", s.Offset(), "bytes", size)
	}
}

// awaitStore lets the last snapshot be saved for a while. A store that hangs must stop neither a shutdown nor who comes
// next.
func (d *driver) awaitStore(giveUp context.CancelFunc) {
	grace := time.NewTimer(d.p.Grace)
	defer grace.Stop()
	select {
	case <-d.stored:
	case <-grace.C:
		giveUp()
	}
}

// report tells how far everything is done, where that moved.
func (d *driver) report() {
	if done := d.core.Done(); done != d.told {
		d.told = done
		d.p.Done(done)
	}
}

// send starts every request that can be in flight.
func (d *driver) send() {
	for lane := range Lanes {
		if request := d.core.Request(lane); request != nil {
			d.requests[lane] <- request // capacity 1, one in flight: never blocks
		}
	}
}

func (d *driver) loop(ctx context.Context, failed <-chan error) error {
	every := time.NewTicker(d.p.SnapshotEvery)
	defer every.Stop()
	defer d.pass()
	var rest []Record
	capturedAt := d.core.Next()
	var turn Turns // to send to where a snapshot is wanted
	for {
		d.send()
		d.report()
		intake := d.fetched
		if len(rest) > 0 || !d.core.Room() {
			intake = nil
		}
		wait := d.encode()
		if len(rest) > 0 && d.core.Room() {
			wait = ready
		}
		select {
		case rest = <-intake:
		case lane := <-d.acked:
			d.core.Acked(lane)
		case <-wait:
		case <-every.C:
			if d.core.Next() != capturedAt && !d.taking && !d.core.Capturing() {
				turn = d.p.Turns
			}
		case turn <- struct{}{}:
			turn, d.taking = nil, true
			d.core.Capture(d.p.Version)
			capturedAt = d.core.Next()
		case err := <-failed:
			return err
		case <-ctx.Done():
			return nil
		}
		d.offer()
		if len(rest) == 0 {
			continue
		}
		n, err := d.core.Feed(rest, func() error { return d.drain(failed) })
		d.p.Metrics.folded(d.p.Name, n, d.core.Next())
		d.p.Logger.Debug("records folded", "partition", d.p.Name, "records", n, "next", d.core.Next(), "buffered_bytes",
			d.core.Buffered())
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
}

// encode goes on with a snapshot in the making, and pauses between slices for three times as long as they take: a
// quarter of a processor is enough for what is in no hurry. It gives what to wait for before the next slice, nil where
// there is none.
func (d *driver) encode() <-chan time.Time {
	if !d.taking {
		return nil
	}
	if pause := time.Until(d.slice); pause > 0 {
		return time.After(pause)
	}
	began := time.Now()
	more := d.core.Advance()
	took := time.Since(began)
	if !more {
		d.pass()
		return nil
	}
	d.slice = began.Add(4 * took)
	return time.After(3 * took)
}

// pass lets another partition take its snapshot.
func (d *driver) pass() {
	if d.taking {
		d.taking = false
		<-d.p.Turns
	}
}

// ready never blocks a receive.
var ready = func() chan time.Time { c := make(chan time.Time); close(c); return c }()

// drain publishes in the middle of a step until the core has room again.
func (d *driver) drain(failed <-chan error) error {
	for !d.core.Room() {
		d.send()
		select {
		case lane := <-d.acked:
			d.core.Acked(lane)
		case err := <-failed:
			return err
		}
	}
	return nil
}

// offer gives a snapshot whose output is acknowledged to the saver, unless that is still busy with the last one.
func (d *driver) offer() {
	if len(d.saved) == cap(d.saved) {
		return
	}
	if s := d.core.Snapshot(); s != nil {
		d.saved <- s
	}
}

// finish ends a stop in good order: what is in flight is acknowledged, and a last snapshot saved.
func (d *driver) finish(failed <-chan error) error {
	d.core.Capture(d.p.Version)
	for d.core.Advance() {
	}
	if err := d.settle(failed); err != nil {
		return err
	}
	d.report()
	d.offer()
	return nil
}

// settle waits, for so long, until all output is acknowledged.
func (d *driver) settle(failed <-chan error) error {
	grace := time.NewTimer(d.p.Grace)
	defer grace.Stop()
	for !d.core.Settled() {
		d.send()
		select {
		case lane := <-d.acked:
			d.core.Acked(lane)
		case err := <-failed:
			return err
		case <-grace.C:
			return errors.New("stopped with output on its way; it is folded again at the next start")
		}
	}
	return nil
}
