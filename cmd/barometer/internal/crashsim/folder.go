package crashsim

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/runner"
)

// folder drives the runner's core of one partition of a log.
type folder struct {
	w        *world
	t        *tenant
	u        *unit
	p        runner.Partition
	log      *partition
	core     *runner.Core
	publish  func(to runner.Lane, outputs []runner.Output) // at the server
	acked    func(to runner.Lane, outputs []runner.Output) // at the tenant; nil: nothing to do
	inFlight [runner.Lanes]bool
	waiting  bool // a capture waits
	saving   bool
	folded   int64
}

// machine is the processor's fold.
type machine struct {
	*processor.Fold
	decoder event.Decoder
	altered func(e *event.Event) // a planted fault
}

func (w *world) newMachine(p uint32) *machine {
	return &machine{Fold: processor.NewFold(p, parseModel)}
}

func (m *machine) Capture() runner.State { return m.Fold.Capture() }

func (m *machine) Step(offset int64, value []byte, emit func(runner.Output)) error {
	if m.altered != nil {
		e, err := m.decoder.Decode(value)
		if err != nil {
			return err
		}
		m.altered(e)
		value = event.Append(nil, e)
	}
	return m.Fold.Step(offset, value, func(r processor.Record) {
		lane := runner.Decisions
		if r.Relay {
			lane = runner.Relays
		}
		emit(runner.Output{Lane: lane, Position: r.Position, Kind: r.Kind, Key: r.Key, Value: r.Value, Chain: r.Chain})
	})
}

// quietLog drops log lines: what they say shows in the trace.
var quietLog = slog.New(slog.DiscardHandler)

// beginFold begins to fold a partition of the log.
func (w *world) beginFold(u *unit, p int) func(t *tenant) actor {
	return func(t *tenant) actor {
		a := &folder{w: w, t: t, u: u, log: w.broker.at(kafkalog.TopicLog, p)}
		skew := (w.r.Int64N(3) - 1) * 86_400_000
		a.p = runner.Partition{Name: t.name, Version: processor.StateVersion, LogID: w.opened.LogID, Logger: quietLog,
			Config: runner.Config{MaxBuffered: 12_000, MaxRequest: 500 + w.r.IntN(4000)},
			Log:    logOf{a.log}, Store: w.store.of(u.name),
			Fold: func() runner.Fold {
				m := w.newMachine(uint32(p))
				w.binary(m)
				w.plant(noMarks, func() { m.altered = func(e *event.Event) { e.Source.Offset = 1_000_000 + int64(w.steps) } })
				w.plant(readsClock, func() { m.altered = func(e *event.Event) { e.StampMs += skew } })
				return m
			}}
		topics := [runner.Lanes]string{runner.Decisions: kafkalog.TopicDecisions, runner.Relays: kafkalog.TopicRelays}
		var silentTo runner.Published
		a.publish = func(to runner.Lane, outputs []runner.Output) {
			var records []kafkalog.Record
			for _, o := range outputs {
				if to == runner.Decisions && silentTo.Any && o.Position.Compare(silentTo.Position) <= 0 {
					w.fail("I2: %s publishes %s, and %s was published before it began", t.name, o.Position, silentTo.Position)
				}
				records = append(records, kafkalog.Record{Key: []byte(o.Key), Value: o.Value})
			}
			w.broker.append(topics[to], p, records)
		}
		a.p.Out = outOf{func() (runner.Published, error) {
			var err error
			silentTo, err = w.published(p)
			return silentTo, err
		}}
		return a.recover()
	}
}

// recover begins where the runner says.
func (a *folder) recover() actor {
	p := a.p
	a.w.plant(speaksAgain, func() { p.Out = outOf{func() (runner.Published, error) { return runner.Published{}, nil }} })
	core, err := runner.Recover(context.Background(), p)
	if err != nil {
		a.stop(err)
		return nil
	}
	a.w.note("%s goes on at %d", a.t.name, core.Next())
	a.core, a.folded = core, core.Next()
	return a
}

// stop ends the unit's work for good: allowed where a log does not fit.
func (a *folder) stop(err error) {
	a.w.note("%s stops: %v", a.t.name, err)
	var version *processor.VersionError
	if errors.As(err, &version) {
		a.t.gone = true // a newer binary takes over
		return
	}
	a.u.stopped, a.t.gone = err, true
	if !errors.Is(err, runner.ErrMismatch) || !a.w.torn {
		a.w.fail("%s stops: %v", a.t.name, err)
	}
}

func (a *folder) moves() int { return 4 }

func (a *folder) step(move int) bool {
	switch move {
	case 0, 1:
		return a.feed()
	case 2:
		return a.send()
	default:
		return a.snapshot()
	}
}

func (a *folder) feed() bool {
	if !a.core.Room() {
		return false
	}
	read, _ := a.log.read(a.core.Next(), 1+a.w.r.IntN(12))
	if len(read) == 0 {
		return false
	}
	records := make([]runner.Record, len(read))
	for i, r := range read {
		records[i] = runner.Record{Offset: r.Offset, Value: r.Value}
	}
	n, err := a.core.Feed(records, a.drain)
	a.w.note("%s folds %d records from %d", a.t.name, n, records[0].Offset)
	if err != nil {
		a.stop(err)
	}
	return n > 0
}

// drain publishes in the middle of a step, with nothing in between.
func (a *folder) drain() error {
	for lane := range runner.Lanes {
		if a.inFlight[lane] {
			return nil // its answer is on its way: the bound is twice over, and no more than that
		}
		if outputs := a.core.Request(lane); outputs != nil {
			a.publish(lane, outputs)
			if a.acked != nil {
				a.acked(lane, outputs)
			}
			a.core.Acked(lane)
		}
	}
	return nil
}

func (a *folder) send() bool {
	did := false
	for lane := range runner.Lanes {
		if a.inFlight[lane] {
			continue
		}
		if outputs := a.core.Request(lane); outputs != nil {
			did = true
			a.inFlight[lane] = true
			a.attempt(lane, outputs)
			if a.w.o.Planted == savesEarly {
				a.core.Acked(lane)
			}
		}
	}
	return did
}

// attempt repeats a request unchanged until it is acknowledged.
func (a *folder) attempt(lane runner.Lane, outputs []runner.Output) {
	what := fmt.Sprintf("%d %s from %s", len(outputs), lane, outputs[0].Position)
	a.w.request(a.t, what, func() error { a.publish(lane, outputs); return nil }, func(err error) {
		if err != nil && a.w.o.Planted != givesUp {
			a.attempt(lane, outputs)
			return
		}
		a.inFlight[lane] = false
		if a.acked != nil {
			a.acked(lane, outputs)
		}
		if a.w.o.Planted != savesEarly {
			a.core.Acked(lane)
		}
	})
}

// snapshot takes one now and then, and saves it when it may be.
func (a *folder) snapshot() bool {
	if a.waiting {
		if a.core.Advance() {
			return true
		}
		if s := a.core.Snapshot(); s != nil {
			a.waiting = false
			a.w.store.save(a, s)
			return true
		}
		return false
	}
	if a.saving || a.core.Next() == a.folded || a.w.healed {
		return false
	}
	a.folded, a.waiting = a.core.Next(), true
	a.core.Capture(a.p.Version)
	return true
}

func (a *folder) leave() {
	if !a.waiting && a.core.Settled() {
		a.core.Capture(a.p.Version)
		for a.core.Advance() {
		}
		if s := a.core.Snapshot(); s != nil {
			a.w.store.save(a, s)
		}
	}
}

// logOf and outOf are what the runner recovers from.
type logOf struct{ p *partition }

func (l logOf) Fetch(context.Context, int64) ([]runner.Record, error) { panic("records are fed") }
func (l logOf) End(context.Context) (int64, error)                    { return l.p.end(), nil }

type outOf struct {
	last func() (runner.Published, error)
}

func (o outOf) Publish(context.Context, runner.Lane, []runner.Output) error {
	panic("outputs are asked for")
}
func (o outOf) Last(context.Context) (runner.Published, error) { return o.last() }
