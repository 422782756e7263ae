package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/processor"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/sourcegraph/conc/pool"
)

// installation is a running installation as one process sees it: what the roles share.
type installation struct {
	*infra
	cfg      *configs.Config
	log      *slog.Logger
	registry *prometheus.Registry
	opened   *event.LogOpened
	record   []byte // of log.opened
	ingests  bool   // this process has the role ingest
	status   *ingest.Status
}

// role runs until ctx ends.
type role struct {
	name string
	run  func(ctx context.Context, in *installation) error
}

var (
	ingestRole  = role{"ingest", runIngest}
	processRole = role{"process", runProcess}
	storeRole   = role{"store", runStore}
	alertRole   = role{"alert", runAlert}
	serveRole   = role{"serve", runServe}
	allRoles    = []role{ingestRole, processRole, storeRole, alertRole, serveRole}
)

type (
	ingestCommand  struct{}
	processCommand struct{}
	storeCommand   struct{}
	alertCommand   struct{}
	serveCommand   struct{}
)

// Run runs one role.
func (c *ingestCommand) Run(a *app) error { return a.startOne(ingestRole) }

// Run runs one role.
func (c *processCommand) Run(a *app) error { return a.startOne(processRole) }

// Run runs one role.
func (c *storeCommand) Run(a *app) error { return a.startOne(storeRole) }

// Run runs one role.
func (c *alertCommand) Run(a *app) error { return a.startOne(alertRole) }

// Run runs one role.
func (c *serveCommand) Run(a *app) error { return a.startOne(serveRole) }

// startOne runs a role alone, which needs servers that others can reach too.
func (a *app) startOne(r role) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if len(cfg.Kafka.Brokers) == 0 || cfg.ClickHouse.URL == "" {
		return &usageError{fmt.Errorf("%s alone needs kafka.brokers and clickhouse.url: without them, barometer run has everything in one process", r.name)}
	}
	return a.start(cfg, r)
}

// start runs roles until the context ends or one of them fails.
func (a *app) start(cfg *configs.Config, roles ...role) error {
	if cfg == nil {
		var err error
		if cfg, err = a.load(); err != nil {
			return err
		}
	}
	log := logger(cfg.Logging)
	base, err := openInfra(a.ctx, cfg, log)
	if err != nil {
		return err
	}
	in := &installation{infra: base, cfg: cfg, log: log, registry: prometheus.NewRegistry(), status: &ingest.Status{}}
	in.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	in.ingests = slices.ContainsFunc(roles, func(r role) bool { return r.name == ingestRole.name })
	err = in.run(a.ctx, roles)
	if cerr := base.close(); err == nil {
		err = cerr
	}
	return err
}

func (in *installation) run(ctx context.Context, roles []role) error {
	opening, err := in.opening()
	if err != nil {
		return err
	}
	if in.opened, in.record, err = ingest.Open(ctx, in.kafka, opening); err != nil {
		return err
	}
	in.log.Info("log opened", "log_id", in.opened.LogID, "generation", in.opened.Generation, "partitions", in.opened.Partitions,
		"clock", in.opened.Clock.String())
	work := pool.New().WithContext(ctx).WithCancelOnError().WithFirstError()
	for _, r := range roles {
		work.Go(func(ctx context.Context) error {
			if err := r.run(ctx, in); err != nil && !errors.Is(err, context.Canceled) {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			return nil
		})
	}
	err = work.Wait()
	in.log.Info("stopped")
	return err
}

// opening is what a log is opened with, where there is none yet.
func (in *installation) opening() (ingest.Opening, error) {
	version, content, err := modelFile(in.cfg.Model.Path)
	if err != nil {
		return ingest.Opening{}, &usageError{fmt.Errorf("model.path: %w", err)}
	}
	mode, _ := event.ParseClockMode(in.cfg.Clock) // checked by the configuration
	start := time.Now()
	if mode == event.ClockDriven {
		start = drivenStart
	}
	key, model := sha256.Sum256(in.secret), sha256.Sum256(content)
	return ingest.Opening{Partitions: in.cfg.Partitions(), Clock: mode, StartMs: start.UnixMilli(), Fold: processor.FoldVersion(),
		Normaliser: decode.Normaliser, SecretDigest: key[:],
		Model: event.ModelActivated{Version: version, Content: content, SHA256: model[:]}}, nil
}

// drivenStart is where time begins in a log that nobody's clock moves.
var drivenStart = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
