package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/internal/retry"
)

const (
	fetchBytes = 1 << 20
	fetchWait  = 5 * time.Second
)

// drive moves one partition's records into its sink and the sink's inserts into ClickHouse.
type drive struct {
	*run
	tp        kafkalog.TopicPartition // of risk.decisions
	partition int
	recovered func() // told of each batch that is stored

	sink      *Sink
	sums      *sums
	decisions []kafkalog.Record // fetched and not taken
	next      int64             // offset of risk.decisions to fetch
}

// run1 goes on from the stored place until something fails.
func (d *drive) run1(ctx context.Context) error {
	place, err := d.cfg.DB.Stored(ctx, d.cfg.Opened, d.partition)
	if err != nil {
		return err
	}
	if err := d.checkEnds(ctx, place); err != nil {
		return err
	}
	d.sink, d.next = NewSink(uint32(d.partition), d.cfg.Opened, d.cfg.Parse, place), place.DecisionsNext
	if d.sums, err = d.cfg.DB.newSums(ctx, d.cfg.Opened.Generation, d.partition,
		event.DayOf(d.cfg.Opened.StartMs)); err != nil {
		return err
	}
	if err := d.cfg.DB.putModel(ctx, d.cfg.Opened, d.cfg.Parse, d.partition, place); err != nil {
		return err
	}
	d.cfg.Positions.Reached(d.tp, d.next)
	for {
		if err := d.batch(ctx); err != nil {
			return err
		}
		d.recovered()
	}
}

// checkEnds refuses topics that end before what was stored.
func (d *drive) checkEnds(ctx context.Context, place Place) error {
	var ends [2]int64
	for i, topic := range [...]string{kafkalog.TopicLog, kafkalog.TopicDecisions} {
		bounds, err := d.cfg.Client.Offsets(ctx, topic, d.partition)
		if err != nil {
			return fmt.Errorf("offsets of %s/%d: %w", topic, d.partition, err)
		}
		ends[i] = bounds.End
	}
	if err := place.Check(ends[0], ends[1]); err != nil {
		return fmt.Errorf("partition %d: %w", d.partition, err)
	}
	return nil
}

// batch takes one batch from the topics and stores it.
func (d *drive) batch(ctx context.Context) error {
	if err := d.takeDecisions(ctx); err != nil {
		return err
	}
	if err := d.takeLog(ctx); err != nil {
		return err
	}
	inserts, err := d.sink.Batch()
	if err != nil {
		return err
	}
	for s := NewStoring(inserts); ; {
		ask, of := s.Ask()
		if ask == AskNothing {
			break
		}
		if err := d.ask(ctx, s, ask, of); err != nil {
			return err
		}
	}
	d.sink.Stored(inserts)
	d.cfg.Metrics.batches.Inc()
	place := d.sink.Place()
	d.cfg.Positions.Reached(d.tp, place.DecisionsNext)
	d.cfg.Logger.Debug("batch stored", "partition", d.partition, "cut", place.Cut, "inserts", len(inserts), "next",
		place.DecisionsNext)
	if d.sums.due(place) {
		if err := d.sums.sum(ctx, place); err != nil && ctx.Err() == nil {
			d.cfg.Logger.Warn("days are not summed yet", "partition", d.partition, "error", err)
		}
	}
	return nil
}

// ask does what a storing asks for, until ClickHouse answers.
func (d *drive) ask(ctx context.Context, s *Storing, ask Ask, of []*Insert) error {
	if ask != AskHolds {
		return d.store(ctx, of[0], func() error { return s.Answer(nil, d.cfg.DB.insert(ctx, of[0], ask == AskInsert)) })
	}
	for wait := retry.Work.Waits(); ; {
		held, err := d.cfg.DB.holds(ctx, of)
		if err = s.Answer(held, err); err == nil {
			return nil
		}
		if !d.cfg.pause(ctx, wait, "what was inserted is looked for again", err, "table", of[0].Table) {
			return ctx.Err()
		}
	}
}

// takeDecisions feeds decisions until they end a batch.
func (d *drive) takeDecisions(ctx context.Context) error {
	for {
		for i := range d.decisions {
			record := &d.decisions[i]
			ended, err := d.sink.Decision(record.Offset, record.Value)
			if err != nil {
				return err
			}
			if ended {
				d.decisions = d.decisions[i+1:]
				return nil
			}
		}
		b, err := d.fetch(ctx, kafkalog.TopicDecisions, d.next)
		if err != nil {
			return err
		}
		d.decisions, d.next = b.Records, b.Next
		d.cfg.Positions.Ends(d.tp, b.End)
	}
}

// takeLog feeds the log of the batch. What a fetch gives beyond it is fetched again: batches end where the log was
// quiet.
func (d *drive) takeLog(ctx context.Context) error {
	for {
		next, end := d.sink.NeedsLog()
		if next >= end {
			return nil
		}
		b, err := d.fetch(ctx, kafkalog.TopicLog, next)
		if err != nil {
			return err
		}
		for i := range b.Records {
			if b.Records[i].Offset >= end {
				break
			}
			if err := d.sink.Log(b.Records[i].Offset, b.Records[i].Value); err != nil {
				return err
			}
		}
	}
}

func (d *drive) fetch(ctx context.Context, topic string, offset int64) (kafkalog.Batch, error) {
	b, err := d.cfg.Client.Fetch(ctx, topic, d.partition, offset, kafkalog.FetchOptions{MaxBytes: fetchBytes,
		MaxWait: fetchWait, ValuesOnly: true})
	var outside *kafkalog.RangeError
	if errors.As(err, &outside) {
		return b, fmt.Errorf("%w: %w", ErrMismatch, err)
	}
	if err != nil {
		return b, fmt.Errorf("fetch %s/%d at %d: %w", topic, d.partition, offset, err)
	}
	return b, nil
}

// store repeats what is to be done with an insert until ClickHouse has done it.
func (r *run) store(ctx context.Context, in *Insert, do func() error) error {
	wait := retry.Work.Waits()
	for {
		started := time.Now()
		err := do()
		if err == nil {
			r.cfg.Metrics.seconds.WithLabelValues(in.Table).Observe(time.Since(started).Seconds())
			r.cfg.Metrics.rows.WithLabelValues(in.Table).Add(float64(in.Rows))
			return nil
		}
		r.cfg.Metrics.retries.Inc()
		if !r.cfg.pause(ctx, wait, "an insert is repeated", err, "table", in.Table, "rows", in.Rows) {
			return ctx.Err()
		}
	}
}
