package storage

import (
	"context"
	"errors"
	"log/slog"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/ingest/kafkalog"
	"barometer/ingest/kafkalog/tenancy"
	"barometer/internal/retry"
)

// Group is the consumer group of the sink. Its offsets of risk.decisions only show lag; what ClickHouse holds rules.
const Group = "barometer-store"

// Kafka is what the sink needs of *kafkalog.Client.
type Kafka interface {
	Fetch(ctx context.Context, topic string, partition int, offset int64, o kafkalog.FetchOptions) (kafkalog.Batch, error)
	Offsets(ctx context.Context, topic string, partition int) (kafkalog.Offsets, error)
	tenancy.Members
}

// SinkConfig is what Run needs. Opened is the first record of the log's generation.
type SinkConfig struct {
	Client    Kafka
	DB        *DB
	Opened    *event.LogOpened
	Parse     func(content []byte) (*event.Model, error) // reads model files
	Positions *kafkalog.Positions
	Metrics   *Metrics
	Logger    *slog.Logger
}

// Validate says what is missing.
func (c *SinkConfig) Validate() error {
	if c.Client == nil || c.DB == nil || c.Opened == nil || c.Parse == nil || c.Positions == nil || c.Metrics == nil ||
		c.Logger == nil {
		return errors.New("storage: client, database, opened log, positions, metrics and logger are needed")
	}
	return nil
}

// Run stores what the group assigns until ctx ends, and waits out what is away, tables that are not made yet included.
// A partition that needs an operator stops alone and says so; where ClickHouse holds the history of another log, none
// can be stored, and Run ends.
func Run(ctx context.Context, cfg SinkConfig) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	if err := cfg.awaitSchema(ctx); err != nil {
		return err
	}
	r := &run{cfg}
	topics := []string{kafkalog.TopicDecisions, kafkalog.TopicTexts, kafkalog.TopicDeadLetter, kafkalog.TopicDeliveries}
	return tenancy.Each(ctx, tenancy.Config{Members: cfg.Client, Group: Group, Topics: topics, Positions: cfg.Positions,
		Logger: cfg.Logger}, r.own)
}

// awaitSchema waits for ClickHouse and for its tables. Only a changed migration is an error.
func (c *SinkConfig) awaitSchema(ctx context.Context) error {
	wait := retry.Work.Waits()
	for {
		err := c.DB.Ready(ctx)
		if err == nil || errors.Is(err, ErrChanged) {
			return err
		}
		if !c.pause(ctx, wait, "ClickHouse is not ready", err) {
			return nil
		}
	}
}

// pause logs a trouble, waits, and tells whether to go on.
func (c *SinkConfig) pause(ctx context.Context, wait *retry.Waits, what string, err error,
	args ...any) bool {
	if ctx.Err() != nil {
		return false
	}
	d := wait.Next()
	c.Logger.Warn(what, append(args, "error", err, "wait_ms", d.Milliseconds())...)
	return retry.Sleep(ctx, d)
}

// run is one Run.
type run struct{ cfg SinkConfig }

// own stores one partition until ctx ends. Its error says whether trying again may help.
func (r *run) own(ctx context.Context, t *tenancy.Tenancy) error {
	if t.Partition.Topic != kafkalog.TopicDecisions {
		r.follow(ctx, t.Partition, t.Committed)
		return nil
	}
	d := &drive{run: r, tp: t.Partition, partition: t.Partition.Partition, recovered: t.Recovered}
	err := d.run1(ctx)
	var format *event.FormatError
	switch {
	case errors.Is(err, ErrAnotherLog):
		return tenancy.EndsRole(err)
	case errors.Is(err, ErrMismatch), errors.Is(err, ErrForeign), errors.Is(err, wire.ErrMalformed),
		errors.As(err, &format):
		return tenancy.StopsPartition(err, 0)
	}
	return err
}
