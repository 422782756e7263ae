package storage

import (
	"errors"
	"fmt"
	"reflect"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// Errors that stop a partition until an operator has looked at it.
var (
	ErrMismatch = errors.New("log_mismatch") // another log than the one that was stored before
	// ErrAnotherLog is a mismatch of the whole history.
	ErrAnotherLog = fmt.Errorf("%w: ClickHouse holds the history of another log", ErrMismatch)
	ErrForeign    = errors.New("batch_differs") // log and decisions do not fit each other
)

// insertRows bounds one insert; a batch with more rows of a table makes several.
const insertRows = 65_536

// Place is how far a partition is stored: what its newest row of progress says.
type Place struct {
	Cut           uint64
	Position      event.Position // of the progress decision
	NextOffset    int64          // log offset after the batch
	DecisionsNext int64          // offset of risk.decisions after the progress
	TimeMs        int64          // log time reached
	TickMs        int64          // the last tick
}

// Check refuses a log and decisions that end before the place.
func (p Place) Check(logEnd, decisionsEnd int64) error {
	switch {
	case logEnd < p.NextOffset:
		return fmt.Errorf("%w: the log ends at %d, ClickHouse is at %d", ErrMismatch, logEnd, p.NextOffset)
	case decisionsEnd < p.DecisionsNext:
		return fmt.Errorf("%w: risk.decisions end at %d, ClickHouse is at %d", ErrMismatch, decisionsEnd, p.DecisionsNext)
	}
	return nil
}

// Insert is one insert: rows of one table, in order, by columns.
type Insert struct {
	Table string
	Token string
	Rows  int

	table       tableID
	columns     []column
	first, last event.Position // of its rows, and their log time
	fromMs      int64
	toMs        int64
}

// Each gives the rows, in order: the position of each, and what its columns are to hold. A day that ClickHouse cannot
// hold is its text.
func (in *Insert) Each(row func(at event.Position, fields []any)) {
	columns := make([]reflect.Value, len(in.columns))
	for i, c := range in.columns {
		columns[i] = reflect.ValueOf(c.values())
	}
	for n := range in.Rows {
		fields := make([]any, len(columns))
		for i := range columns {
			fields[i] = columns[i].Index(n).Interface()
			if d, ok := in.columns[i].(interface {
				exact(row int) (event.Day, bool)
			}); ok {
				if day, beyond := d.exact(n); beyond {
					fields[i] = day.String()
				}
			}
		}
		row(positionOf(fields), fields)
	}
}

func (in *Insert) put(e *entry) {
	if in.Rows == 0 {
		in.first, in.fromMs = e.position, e.atMs
	}
	in.last, in.toMs = e.position, e.atMs
	for _, c := range in.columns {
		c.put(e)
	}
	in.Rows++
}

type logged struct {
	offset int64
	value  []byte
}

type published struct {
	decision *decision.Decision
	value    []byte
}

// Sink makes inserts of one partition's log and decisions. Feed it decisions until they end a batch, then the log up to
// NeedsLog, take Batch, store it in order, and tell Stored.
type Sink struct {
	logID     string
	partition uint32
	parse     func(content []byte) (*event.Model, error)
	place     Place
	clock     event.LogClock // at place
	decoder   event.Decoder

	last      event.Position // of the newest decision taken
	decisions []published
	log       []logged
	next      int64 // next log offset wanted
	cut       *decision.Decision
	cutNext   int64 // offset of risk.decisions after it
	after     event.LogClock

	free [tableEnd][]*Insert
}

// NewSink makes a sink that goes on behind place; its zero value is the beginning. opened is the first record of the
// log, and parse reads model files.
func NewSink(partition uint32, opened *event.LogOpened, parse func(content []byte) (*event.Model, error),
	place Place) *Sink {
	s := &Sink{logID: opened.LogID, partition: partition, parse: parse, place: place, next: place.NextOffset,
		last: place.Position}
	if place.Cut > 0 {
		s.clock = event.LogClock{NowMs: place.TimeMs, TickMs: place.TickMs, IntervalMs: opened.TickIntervalMs,
			Driven: opened.Clock == event.ClockDriven}
	}
	return s
}

// Place is how far what was stored goes.
func (s *Sink) Place() Place { return s.place }

// Decision takes a record of risk.decisions at offset and tells whether it ends the batch. What was taken before is
// dropped.
func (s *Sink) Decision(offset int64, value []byte) (ended bool, err error) {
	d := new(decision.Decision)
	if err := decision.Decode(value, d); err != nil {
		return false, fmt.Errorf("record %d of risk.decisions/%d: %w", offset, s.partition, err)
	}
	if d.Position.Partition != s.partition {
		return false, fmt.Errorf("%w: decision %s in partition %d", ErrForeign, d.Position, s.partition)
	}
	if checked && d.Position.Compare(s.last) <= 0 {
		return false, nil
	}
	s.last = d.Position
	if d.Kind != decision.ProgressMade {
		s.decisions = append(s.decisions, published{d, value})
		return false, nil
	}
	b := d.Body.(*decision.Progress)
	switch {
	case b.LogID != s.logID:
		return false, fmt.Errorf("%w: progress %s is of log %s, want %s", ErrMismatch, d.Position, b.LogID, s.logID)
	case b.Cut != s.place.Cut+1 || b.From != s.place.NextOffset:
		return false, fmt.Errorf("%w: cut %d from offset %d, want cut %d from %d", ErrForeign, b.Cut, b.From, s.place.Cut+1,
			s.place.NextOffset)
	}
	s.cut, s.cutNext = d, offset+1
	return true, nil
}

// NeedsLog is the range of log offsets that the batch still needs: empty where next is not below end.
func (s *Sink) NeedsLog() (next, end int64) {
	if s.cut == nil {
		return s.next, s.next
	}
	return s.next, s.cut.Body.(*decision.Progress).Next
}

// Log takes the record of the log at offset, which must be the next.
func (s *Sink) Log(offset int64, value []byte) error {
	if offset != s.next {
		return fmt.Errorf("%w: log offset %d, want %d", ErrForeign, offset, s.next)
	}
	s.log = append(s.log, logged{offset, value})
	s.next++
	return nil
}

// Batch makes the inserts of a batch that has all it needs. Asking again gives the same.
func (s *Sink) Batch() ([]*Insert, error) {
	b := batch{sink: s, counts: map[decision.Count]uint64{}}
	if err := b.inputs(); err != nil {
		return nil, err
	}
	for _, p := range s.decisions {
		b.counts[decision.Count{Decision: p.decision.Kind}]++
		if t := tableOfDecision(p.decision.Kind); t != tableNone {
			b.put(t, entry{position: p.decision.Position, atMs: p.decision.AtMs, decision: p.decision, record: p.value})
		}
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	b.put(tableProgress, entry{position: s.cut.Position, atMs: s.cut.AtMs, decision: s.cut,
		progress: progress{decisionsNext: s.cutNext, tickMs: s.after.TickMs}})
	var all []*Insert
	for t := range b.inserts {
		all = append(all, b.inserts[t]...)
	}
	return all, nil
}

// After is how far the batch goes that was made last.
func (s *Sink) After() Place {
	b := s.cut.Body.(*decision.Progress)
	return Place{Cut: b.Cut, Position: s.cut.Position, NextOffset: b.Next, DecisionsNext: s.cutNext, TimeMs: b.TimeMs,
		TickMs: s.after.TickMs}
}

// Stored ends the batch, whose inserts all are stored. They may be used again.
func (s *Sink) Stored(inserts []*Insert) {
	s.place = s.After()
	s.clock, s.cut = s.after, nil
	clear(s.log)
	clear(s.decisions)
	s.log, s.decisions = s.log[:0], s.decisions[:0]
	for _, in := range inserts {
		if len(s.free[in.table]) > 0 {
			continue // one of each is what a batch usually needs
		}
		for _, c := range in.columns {
			c.reset()
		}
		in.Rows = 0
		s.free[in.table] = append(s.free[in.table], in)
	}
}

// batch is a batch being made.
type batch struct {
	sink    *Sink
	counts  map[decision.Count]uint64
	inserts [tableEnd][]*Insert
	row     entry // used again for each row
}

// inputs adds the log records that no mark skipped.
func (b *batch) inputs() error {
	s := b.sink
	skipped := s.cut.Body.(*decision.Progress).Skipped
	clock := s.clock
	for _, r := range s.log {
		for len(skipped) > 0 && r.offset > skipped[0].Last {
			skipped = skipped[1:]
		}
		if len(skipped) > 0 && r.offset >= skipped[0].First {
			continue
		}
		e, err := s.decoder.Decode(r.value)
		if err != nil {
			return fmt.Errorf("offset %d of risk.log/%d: %w", r.offset, s.partition, err)
		}
		now := clock.Advance(e)
		b.counts[decision.Count{Event: e.Kind}]++
		t := tableOfEvent(e)
		if m := activatedBy(e, s.parse); m != nil {
			b.put(tableModels, entry{position: event.Position{Generation: s.cut.Position.Generation, Partition: s.partition,
				Offset: r.offset}, atMs: now, event: e, model: m})
		}
		if t == tableNone {
			continue
		}
		row := entry{position: event.Position{Generation: s.cut.Position.Generation, Partition: s.partition,
			Offset: r.offset}, atMs: now, event: e}
		switch t {
		case tablePayments:
			row.payment = paymentOf(e)
		case tableOrders:
			row.order = orderOf(e)
		case tableMatches:
			if row.match, err = matchOf(e); err != nil {
				return fmt.Errorf("offset %d of risk.log/%d: %w", r.offset, s.partition, err)
			}
			row.event = row.match.message
		}
		b.put(t, row)
	}
	s.after = clock
	return nil
}

// check holds the batch to what its progress counted.
func (b *batch) check() error {
	body := b.sink.cut.Body.(*decision.Progress)
	for _, want := range body.Counts {
		n := want.N
		want.N = 0
		if b.counts[want] != n {
			return fmt.Errorf("%w: cut %d counts %d of %s%s, found %d", ErrForeign, body.Cut, n, want.Event, want.Decision,
				b.counts[want])
		}
		delete(b.counts, want)
	}
	for kind, n := range b.counts {
		return fmt.Errorf("%w: cut %d does not count %d of %s%s", ErrForeign, body.Cut, n, kind.Event, kind.Decision)
	}
	if b.sink.after.NowMs != body.TimeMs {
		return fmt.Errorf("%w: cut %d reaches %d ms, the log %d", ErrForeign, body.Cut, body.TimeMs, b.sink.after.NowMs)
	}
	return nil
}

func (b *batch) put(t tableID, e entry) {
	open := b.inserts[t]
	if len(open) == 0 || open[len(open)-1].Rows == insertRows {
		open = append(open, b.begin(t, len(open)))
		b.inserts[t] = open
	}
	b.row = e
	open[len(open)-1].put(&b.row)
}

func (b *batch) begin(t tableID, n int) *Insert {
	s := b.sink
	cut := s.cut.Body.(*decision.Progress).Cut
	var in *Insert
	if free := s.free[t]; len(free) > 0 {
		in, s.free[t] = free[len(free)-1], free[:len(free)-1]
	} else {
		in = &Insert{Table: tables[t].name, table: t, columns: tables[t].columns()}
	}
	in.Token = fmt.Sprintf("%s/%s/%d/%d/%d", s.logID, in.Table, s.cut.Position.Generation, s.partition, cut)
	if n > 0 {
		in.Token = fmt.Sprintf("%s/%d", in.Token, n)
	}
	return in
}
