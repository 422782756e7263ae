package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/decision"
	"barometer/storage"
)

// manyRows is how many rows are gathered before ClickHouse is asked for them.
const manyRows = 50_000

// partition is one partition of the log on its way through the comparison.
type partition struct {
	*run
	number    int
	end       int64 // of the log: what the newest published cut covers
	log       reader
	decisions reader
	opened    *event.LogOpened
	fold      *processor.Fold
	decoder   event.Decoder
	marks     map[event.Stream]event.Mark

	sink    *storage.Sink
	stored  storage.Place
	rows    *storage.Comparison
	batch   map[int64][]byte // log records since the last cut
	last    event.Position   // of the decisions read
	any     bool
	differs int                // decisions that differ; a few, and the rest is not compared
	limits  map[string]*limits // by buyer
}

// begin finds how far a partition can be compared.
func (r *run) begin(ctx context.Context, number int) (*partition, error) {
	p := &partition{run: r, number: number, marks: map[event.Stream]event.Mark{}, limits: map[string]*limits{},
		batch: map[int64][]byte{}}
	bounds, err := r.Kafka.Offsets(ctx, kafkalog.TopicDecisions, number)
	if err != nil {
		return nil, err
	}
	log, err := r.Kafka.Offsets(ctx, kafkalog.TopicLog, number)
	if err != nil {
		return nil, err
	}
	p.decisions = reader{kafka: r.Kafka, topic: kafkalog.TopicDecisions, partition: number, end: bounds.End}
	p.log = reader{kafka: r.Kafka, topic: kafkalog.TopicLog, partition: number, end: log.End}
	if p.end, err = p.newestCut(ctx, bounds); err != nil {
		return nil, err
	}
	if p.end > log.End {
		r.differ(checkLog, "partition %d ends at %d, and decisions reach %d: log_mismatch", number, log.End, p.end)
		p.end = 0
	}
	p.log.end = p.end
	p.fold = processor.NewFold(uint32(number), r.Parse)
	p.fold.SetAside(r.Aside[number])
	return p, nil
}

// newestCut looks for the newest progress decision, from the end backwards.
func (p *partition) newestCut(ctx context.Context, bounds kafkalog.Offsets) (next int64, err error) {
	for back := int64(1000); ; back *= 8 {
		from := max(bounds.Start, bounds.End-back)
		look := reader{kafka: p.Kafka, topic: kafkalog.TopicDecisions, partition: p.number, next: from, end: bounds.End}
		for {
			record, err := look.read(ctx)
			if err != nil || record == nil {
				if next > 0 || from == bounds.Start {
					return next, err
				}
				break
			}
			var d decision.Decision
			if err := decision.Decode(record.Value, &d); err != nil {
				return 0, fmt.Errorf("%s/%d offset %d: %w", kafkalog.TopicDecisions, p.number, record.Offset, err)
			}
			if b, ok := d.Body.(*decision.Progress); ok {
				next = max(next, b.Next)
			}
		}
	}
}

// compare folds the partition and compares as it goes.
func (p *partition) compare(ctx context.Context) error {
	var expect []processor.Record
	for offset := int64(0); offset < p.end; offset++ {
		record, err := p.log.read(ctx)
		if err != nil {
			return err
		}
		if record == nil || record.Offset != offset {
			p.differ(checkLog, "partition %d has no record at offset %d: log_gap", p.number, offset)
			return nil
		}
		if err := p.take(record); err != nil {
			p.differ(checkLog, "partition %d, offset %d: %v", p.number, offset, err)
			return nil
		}
		var failed error
		err = p.fold.Step(offset, record.Value, func(o processor.Record) {
			if !o.Relay {
				expect = append(expect, o)
			} else if err := p.sent(p.number, o.Value); err != nil {
				failed = err
			}
		})
		if failed != nil {
			return failed
		}
		if err != nil {
			p.differ(checkLog, "partition %d, offset %d cannot be folded: %v", p.number, offset, err)
			return nil
		}
		if offset == 0 {
			if err := p.open(ctx); err != nil {
				return err
			}
		}
		for i := range expect {
			if going, err := p.expected(ctx, &expect[i]); err != nil || !going {
				return err
			}
		}
		expect = expect[:0]
		if offset%1000 == 999 {
			p.folded(1000)
		}
	}
	p.folded(p.end % 1000)
	p.compared(checkLog, int(p.end))
	return p.flush(ctx, 0)
}

// open begins the comparison of the tables, when the log is known.
func (p *partition) open(ctx context.Context) error {
	p.mu.Lock()
	if p.report.LogID == "" {
		p.report.LogID, p.report.Generation = p.opened.LogID, p.opened.Generation
	}
	same := p.report.LogID == p.opened.LogID
	p.mu.Unlock()
	if !same {
		p.differ(checkLog, "partition %d is of log %s: log_mismatch", p.number, p.opened.LogID)
	}
	p.sink = storage.NewSink(uint32(p.number), p.opened, p.Parse, storage.Place{})
	if p.Tables == nil {
		return nil
	}
	stored, err := p.Tables.Stored(ctx, p.opened, p.number)
	if errors.Is(err, storage.ErrMismatch) {
		p.differ(checkTables, "partition %d: %v", p.number, err)
		return nil
	}
	p.stored, p.rows = stored, p.Tables.NewComparison(p.opened.Generation, uint32(p.number))
	return err
}

// take notes a record of the log: whose source it is, and its bytes for the tables.
func (p *partition) take(record *kafkalog.Record) error {
	e, err := p.decoder.Decode(record.Value)
	if err != nil {
		return err
	}
	if record.Offset == 0 {
		b, ok := e.Body.(*event.LogOpened)
		if !ok {
			return fmt.Errorf("the log begins with %s", e.Kind)
		}
		opened := *b
		p.opened = &opened
	}
	stream := e.Source.Stream()
	if mark, known := p.marks[stream]; !known || e.Source.Mark().Above(mark) {
		p.marks[stream] = e.Source.Mark()
		p.found(stream, e.Source.Offset)
		if e.Kind == event.KindRelayed {
			p.arrived(p.number, e)
		}
	}
	p.batch[record.Offset] = record.Value
	return nil
}

// expected compares one decision with the next that is published, and tells whether to go on.
func (p *partition) expected(ctx context.Context, want *processor.Record) (bool, error) {
	got, d, err := p.next(ctx)
	if err != nil {
		return false, err
	}
	switch {
	case got == nil:
		p.differ(checkDecisions, "%s is not published", want.Position)
		return false, nil
	case d.Position != want.Position:
		p.differ(checkDecisions, "%s is published where %s follows", d.Position, want.Position)
		return false, nil
	case !bytes.Equal(got.Value, want.Value) || string(got.Key) != want.Key:
		p.differ(checkDecisions, "%s (%s of %s) is published with other bytes than the fold gives", want.Position, want.Kind,
			want.Key)
		p.differs++
	}
	p.capacity(d)
	p.compared(checkDecisions, 1)
	if p.differs > 0 {
		return p.differs < maxTold, nil // the tables hold what was published
	}
	return true, p.store(ctx, got)
}

// next is the next published decision by the position filter.
func (p *partition) next(ctx context.Context) (*kafkalog.Record, *decision.Decision, error) {
	for {
		record, err := p.decisions.read(ctx)
		if err != nil || record == nil {
			return nil, nil, err
		}
		d := new(decision.Decision)
		if err := decision.Decode(record.Value, d); err != nil {
			return nil, nil, fmt.Errorf("%s/%d offset %d: %w", kafkalog.TopicDecisions, p.number, record.Offset, err)
		}
		if p.any && d.Position.Compare(p.last) <= 0 {
			continue
		}
		p.any, p.last = true, d.Position
		return record, d, nil
	}
}

// store gives a decision to the sink, and compares the rows of batches that ClickHouse has.
func (p *partition) store(ctx context.Context, record *kafkalog.Record) error {
	ended, err := p.sink.Decision(record.Offset, record.Value)
	if err != nil || !ended {
		return err
	}
	for next, end := p.sink.NeedsLog(); next < end; next++ {
		if err := p.sink.Log(next, p.batch[next]); err != nil {
			return err
		}
	}
	inserts, err := p.sink.Batch()
	if err != nil {
		return err
	}
	after := p.sink.After()
	if p.rows != nil && after.Cut <= p.stored.Cut {
		p.rows.Expect(inserts, after)
	}
	p.sink.Stored(inserts)
	for offset := range p.batch {
		if offset < after.NextOffset {
			delete(p.batch, offset)
		}
	}
	return p.flush(ctx, manyRows)
}

// flush compares what is gathered, if it is so much.
func (p *partition) flush(ctx context.Context, atLeast int) error {
	if p.rows == nil || p.rows.Waiting() <= atLeast {
		return nil
	}
	n := p.rows.Waiting()
	err := p.rows.Compare(ctx, func(table string, at event.Position, what string) {
		p.differ(checkTables, "%s %s: %s", table, at, what)
	})
	p.compared(checkTables, n)
	return err
}

// days works out again what is kept by day. What that rests on has been compared with the log before.
func (p *partition) days(ctx context.Context) error {
	if p.rows == nil {
		return nil
	}
	n, err := p.Tables.CompareDays(ctx, p.opened, p.number, func(table string, day event.Day, what string) {
		p.differ(checkTables, "%s of partition %d, %s: %s", table, p.number, day, what)
	})
	p.compared(checkTables, n)
	return err
}
