package owner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/ingest/kafkalog"
	"barometer/internal/retry"
	"barometer/processor/runner"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sourcegraph/conc"
)

// Members is the consumer group, as *kafkalog.Client offers it.
type Members interface {
	Group(ctx context.Context, cfg kafkalog.GroupConfig, assigned func(g *kafkalog.Generation)) error
}

// Config says which log is shared out, by which group, and what drives one of its partitions.
type Config struct {
	Members   Members
	Group     string
	Topic     string
	Partition func(partition int) runner.Partition
	Positions *kafkalog.Positions
	Metrics   *Metrics
	Logger    *slog.Logger
}

// Metrics tell how many partitions are owned.
type Metrics struct{ owned prometheus.Gauge }

// NewMetrics registers the metrics of a role.
func NewMetrics(reg prometheus.Registerer, role string) *Metrics {
	m := &Metrics{
		owned: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "barometer", Subsystem: role, Name: "partitions_owned",
			Help: "Log partitions that this process folds."}),
	}
	reg.MustRegister(m.owned)
	return m
}

// Run drives what the group assigns until ctx ends, and returns when all of it has stopped.
func Run(ctx context.Context, cfg Config) error {
	o := &owner{cfg: cfg, owned: map[int]*tenancy{}}
	defer o.work.Wait()
	o.work.Go(func() { cfg.Positions.Run(ctx, cfg.Logger) })
	defer o.stopAll()
	err := cfg.Members.Group(ctx, kafkalog.GroupConfig{ID: cfg.Group, Topics: []string{cfg.Topic}},
		func(g *kafkalog.Generation) { o.assign(ctx, g) })
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("group %s: %w", cfg.Group, err)
	}
	return nil
}

type owner struct {
	cfg  Config
	work conc.WaitGroup

	mu    sync.Mutex
	owned map[int]*tenancy
}

// tenancy is one stay of a partition in this process.
type tenancy struct {
	leave context.CancelFunc
	left  chan struct{}
}

// assign starts what is new and stops what is gone; what stays is not disturbed.
func (o *owner) assign(ctx context.Context, g *kafkalog.Generation) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cfg.Positions.Assign(g)
	wanted := map[int]bool{}
	for _, tp := range g.Assigned {
		wanted[tp.Partition] = true
	}
	before := o.owned
	o.owned = map[int]*tenancy{}
	for partition, t := range before {
		if wanted[partition] && !t.over() {
			o.owned[partition] = t
		} else {
			t.leave()
		}
	}
	for partition := range wanted {
		if o.owned[partition] == nil {
			o.owned[partition] = o.enter(ctx, partition, before[partition])
		}
	}
	o.cfg.Metrics.owned.Set(float64(len(o.owned)))
}

func (t *tenancy) over() bool {
	select {
	case <-t.left:
		return true
	default:
		return false
	}
}

// enter drives a partition once an earlier stay has ended.
func (o *owner) enter(ctx context.Context, partition int, earlier *tenancy) *tenancy {
	ctx, leave := context.WithCancel(ctx)
	t := &tenancy{leave, make(chan struct{})}
	o.work.Go(func() {
		defer close(t.left)
		defer leave()
		if earlier != nil {
			select {
			case <-earlier.left:
			case <-ctx.Done():
				return
			}
		}
		o.drive(ctx, partition)
	})
	return t
}

func (o *owner) stopAll() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, t := range o.owned {
		t.leave()
	}
	o.cfg.Metrics.owned.Set(0)
}

// drive runs a partition until ctx ends or something stops it for good.
func (o *owner) drive(ctx context.Context, partition int) {
	tp := kafkalog.TopicPartition{Topic: o.cfg.Topic, Partition: partition}
	o.cfg.Positions.Resume(tp)
	wait := retry.Work.Waits()
	told := ""
	for ctx.Err() == nil {
		started := time.Now()
		calm := time.AfterFunc(time.Minute, func() { o.cfg.Positions.Resume(tp) })
		p := o.cfg.Partition(partition)
		p.Done = func(next int64) { o.cfg.Positions.Reached(tp, next) }
		err := runner.Run(ctx, p)
		calm.Stop()
		if err == nil || ctx.Err() != nil && !final(err) {
			return
		}
		if final(err) {
			o.cfg.Positions.Stop(tp)
			o.cfg.Logger.Error("partition stopped; it needs an operator", "topic", o.cfg.Topic, "partition", partition, "error",
				err)
			return
		}
		if errors.Is(err, runner.ErrPanicked) {
			o.panicked(ctx, tp, err, &told)
			continue
		}
		if time.Since(started) > time.Minute {
			wait.Reset()
		}
		pause := wait.Next()
		o.cfg.Logger.Warn("partition interrupted", "topic", o.cfg.Topic, "partition", partition, "error", err, "wait_ms",
			pause.Milliseconds())
		retry.Sleep(ctx, pause)
	}
}

// panicEvery is how often a partition whose fold panics on a record is tried again: an operator may have set the record
// aside.
const panicEvery = 10 * time.Second

// panicked waits until a partition is to be tried again, and tells each record that its fold panics on once.
func (o *owner) panicked(ctx context.Context, tp kafkalog.TopicPartition, err error, told *string) {
	o.cfg.Positions.Stop(tp)
	if what, _, _ := strings.Cut(err.Error(), "\n"); what != *told {
		*told = what
		o.cfg.Logger.Error("partition stopped: its fold panics on a record, which is a bug; barometer quarantine sets the "+
			"record aside",
			"topic", tp.Topic, "partition", tp.Partition, "error", err)
	}
	retry.Sleep(ctx, panicEvery)
}

// Final is an error that says itself that trying again is of no use: a fold of a later version, for example.
type Final interface{ Final() bool }

func final(err error) bool {
	var f Final
	var format *event.FormatError
	return errors.Is(err, runner.ErrGap) || errors.Is(err, runner.ErrMismatch) || errors.Is(err, runner.ErrDiverged) ||
		errors.Is(err, wire.ErrMalformed) || errors.As(err, &format) || errors.As(err, &f) && f.Final()
}
