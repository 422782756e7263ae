package owner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/ingest/kafkalog"
	"barometer/ingest/kafkalog/tenancy"
	"barometer/processor/runner"

	"github.com/prometheus/client_golang/prometheus"
)

// Config says which log is shared out, by which group, and what drives one of its partitions.
type Config struct {
	Members   tenancy.Members
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

const (
	// calmAfter is how long a partition runs without an error until it counts as recovered.
	calmAfter = time.Minute
	// panicEvery is how often a partition whose fold panics on a record is tried again: an operator may have set the
	// record aside.
	panicEvery = 10 * time.Second
)

// Run drives what the group assigns until ctx ends, and returns when all of it has stopped.
func Run(ctx context.Context, cfg Config) error {
	return tenancy.Each(ctx, tenancy.Config{Members: cfg.Members, Group: cfg.Group, Topics: []string{cfg.Topic},
		Positions: cfg.Positions, Owned: cfg.Metrics.owned, Logger: cfg.Logger},
		func(ctx context.Context, t *tenancy.Tenancy) error {
			p := cfg.Partition(t.Partition.Partition)
			p.Done = func(next int64) { cfg.Positions.Reached(t.Partition, next) }
			calm := time.AfterFunc(calmAfter, t.Recovered)
			defer calm.Stop()
			return judge(runner.Run(ctx, p))
		})
}

// Final is an error that says itself that trying again is of no use: a fold of a later version, for example.
type Final interface{ Final() bool }

// judge marks the errors of a fold that only an operator can help against.
func judge(err error) error {
	var f Final
	var format *event.FormatError
	switch {
	case errors.Is(err, runner.ErrGap), errors.Is(err, runner.ErrMismatch), errors.Is(err, runner.ErrDiverged),
		errors.Is(err, wire.ErrMalformed), errors.As(err, &format), errors.As(err, &f) && f.Final():
		return tenancy.StopsPartition(err, 0)
	case errors.Is(err, runner.ErrPanicked):
		return tenancy.StopsPartition(fmt.Errorf("its fold panics on a record, which is a bug; barometer quarantine sets "+
			"the record aside: %w", err), panicEvery)
	}
	return err
}
