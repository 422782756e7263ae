package storage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/ingest/kafkalog"
	"barometer/internal/retry"

	"github.com/sourcegraph/conc"
)

// Group is the consumer group of the sink. Its offsets of risk.decisions only show lag; what ClickHouse holds rules.
const Group = "barometer-store"

// Kafka is what the sink needs of *kafkalog.Client.
type Kafka interface {
	Fetch(ctx context.Context, topic string, partition int, offset int64, o kafkalog.FetchOptions) (kafkalog.Batch, error)
	Offsets(ctx context.Context, topic string, partition int) (kafkalog.Offsets, error)
	Group(ctx context.Context, cfg kafkalog.GroupConfig, assigned func(g *kafkalog.Generation)) error
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
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	r := &run{cfg: cfg, end: end, owned: map[kafkalog.TopicPartition]*tenancy{}}
	defer r.work.Wait()
	r.work.Go(func() { cfg.Positions.Run(ctx, cfg.Logger) })
	defer r.leaveAll()
	topics := []string{kafkalog.TopicDecisions, kafkalog.TopicTexts, kafkalog.TopicDeadLetter, kafkalog.TopicDeliveries}
	err := cfg.Client.Group(ctx, kafkalog.GroupConfig{ID: Group, Topics: topics}, func(g *kafkalog.Generation) {
		r.assign(ctx, g)
	})
	if why := context.Cause(ctx); errors.Is(why, ErrAnotherLog) {
		return why
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("group %s: %w", Group, err)
	}
	return nil
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

type run struct {
	cfg  SinkConfig
	work conc.WaitGroup
	end  context.CancelCauseFunc // of all that runs

	mu    sync.Mutex
	owned map[kafkalog.TopicPartition]*tenancy
}

// tenancy is one stay of a partition in this process.
type tenancy struct {
	leave context.CancelFunc
	left  chan struct{}
}

// assign starts what is new and stops what is gone; what stays is not disturbed.
func (r *run) assign(ctx context.Context, g *kafkalog.Generation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cfg.Positions.Assign(g)
	before := r.owned
	r.owned = map[kafkalog.TopicPartition]*tenancy{}
	for _, tp := range g.Assigned {
		if t := before[tp]; t != nil && !t.over() {
			r.owned[tp] = t
			delete(before, tp)
		}
	}
	for _, t := range before {
		t.leave()
	}
	for _, tp := range g.Assigned {
		if r.owned[tp] == nil {
			r.owned[tp] = r.enter(ctx, tp, g.Committed[tp], before[tp])
		}
	}
}

func (t *tenancy) over() bool {
	select {
	case <-t.left:
		return true
	default:
		return false
	}
}

// enter reads a partition once an earlier stay of it has ended.
func (r *run) enter(ctx context.Context, tp kafkalog.TopicPartition, committed int64, earlier *tenancy) *tenancy {
	ctx, leave := context.WithCancel(ctx)
	t := &tenancy{leave, make(chan struct{})}
	r.work.Go(func() {
		defer close(t.left)
		defer leave()
		if earlier != nil {
			select {
			case <-earlier.left:
			case <-ctx.Done():
				return
			}
		}
		if tp.Topic == kafkalog.TopicDecisions {
			r.storePartition(ctx, tp.Partition)
		} else {
			r.follow(ctx, tp, committed)
		}
	})
	return t
}

func (r *run) leaveAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range r.owned {
		t.leave()
	}
}

// storePartition drives the sink of a partition until ctx ends or an operator is needed.
func (r *run) storePartition(ctx context.Context, partition int) {
	wait := retry.Work.Waits()
	tp := kafkalog.TopicPartition{Topic: kafkalog.TopicDecisions, Partition: partition}
	r.cfg.Positions.Resume(tp)
	for ctx.Err() == nil {
		d := &drive{run: r, tp: tp, partition: partition, wait: wait}
		err := d.run1(ctx)
		if errors.Is(err, ErrAnotherLog) {
			r.end(err)
			return
		}
		var format *event.FormatError
		if errors.Is(err, ErrMismatch) || errors.Is(err, ErrForeign) || errors.Is(err, wire.ErrMalformed) ||
			errors.As(err, &format) {
			r.cfg.Positions.Stop(tp)
			r.cfg.Logger.Error("partition is not stored any more; it needs an operator", "partition", partition, "error", err)
			return
		}
		if !r.cfg.pause(ctx, wait, "storing a partition was interrupted", err, "partition", partition) {
			return
		}
	}
}
