package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"barometer/alerting"
	"barometer/cmd/barometer/internal/admin"
	"barometer/configs"
	"barometer/dashboard"
	"barometer/ingest"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/storage"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/sourcegraph/conc"
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
	listeners
	health   *admin.Health
	places   map[string]*kafkalog.Positions // by what reads: see role.reads
	tokens   chan []dashboard.Token         // those of the configuration as it is now, when it is read again
	migrated chan struct{}                  // closed when the tables are made; nil: another process makes them
}

// role runs until ctx ends.
type role struct {
	name  string
	run   func(ctx context.Context, in *installation) error
	use   use
	reads []string // what of it reads partitions, by the names that metrics have for it
}

// use is what a role opens besides Kafka.
type use struct {
	history   bool // ClickHouse
	snapshots bool
	mail      bool // the folder of e-mail, to write to
	api       bool
}

var (
	ingestRole  = role{"ingest", runIngest, use{}, []string{"ingest"}}
	processRole = role{"process", runProcess, use{snapshots: true}, []string{"process"}}
	storeRole   = role{"store", runStore, use{history: true}, []string{"store"}}
	alertRole   = role{"alert", runAlert, use{snapshots: true, mail: true}, []string{"route", alerting.Role}}
	serveRole   = role{"serve", runServe, use{history: true, api: true}, []string{"serve"}}
	allRoles    = []role{ingestRole, processRole, storeRole, alertRole, serveRole}
)

// usedBy is what several roles open together.
func usedBy(roles []role) (u use) {
	for _, r := range roles {
		u.history, u.snapshots = u.history || r.use.history, u.snapshots || r.use.snapshots
		u.mail, u.api = u.mail || r.use.mail, u.api || r.use.api
	}
	return u
}

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
	var missing []string
	if len(cfg.Kafka.Brokers) == 0 {
		missing = append(missing, "kafka.brokers")
	}
	if r.use.history && cfg.ClickHouse.URL == "" {
		missing = append(missing, "clickhouse.url")
	}
	if len(missing) > 0 {
		return &usageError{fmt.Errorf("%s alone needs %s: without, barometer run has everything in one process", r.name,
			strings.Join(missing, " and "))}
	}
	return a.start(cfg, false, r)
}

// start runs roles until the context ends or one of them fails; together: all that there are.
func (a *app) start(cfg *configs.Config, together bool, roles ...role) error {
	log, u := logger(cfg.Logging), usedBy(roles)
	base := &infra{}
	in := &installation{infra: base, cfg: cfg, log: log, registry: newRegistry(), health: admin.NewHealth(log),
		tokens: make(chan []dashboard.Token)}
	var work conc.WaitGroup
	defer work.Wait()
	listening, stop := context.WithCancel(context.WithoutCancel(a.ctx)) // while it shuts down, too
	defer stop()
	work.Go(func() { in.hangups(listening, a.load, u.api) })
	err := base.lock(cfg, u)
	if err == nil {
		in.listeners, err = listen(a.ctx, cfg, u, together)
	}
	if err == nil {
		if together {
			in.migrated = make(chan struct{})
		}
		err = in.startAll(a.ctx, u, roles)
	}
	in.listeners.close()
	if cerr := base.close(); err == nil {
		err = cerr
	}
	return err
}

// newRegistry is one with what the runtime and the operating system say of this process.
func newRegistry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		buildInfo())
	return r
}

// startAll serves health from the beginning, and runs the roles when what they stand on is there.
func (in *installation) startAll(ctx context.Context, u use, roles []role) error {
	work := pool.New().WithContext(ctx).WithCancelOnError().WithFirstError()
	serving, stopServing := context.WithCancel(ctx)
	if in.listeners.admin != nil {
		work.Go(func(ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			defer context.AfterFunc(serving, cancel)()
			return admin.Serve(ctx, in.listeners.admin, in.health, in.registry, in.log)
		})
	}
	work.Go(func(ctx context.Context) error {
		defer stopServing()
		if err := in.infra.open(ctx, in.cfg, u, in.log); err != nil {
			return err
		}
		return in.run(ctx, u, roles)
	})
	return work.Wait()
}

func (in *installation) run(ctx context.Context, u use, roles []role) error {
	opening, err := in.opening()
	if err != nil {
		return err
	}
	if in.opened, in.record, err = ingest.Open(ctx, in.kafka, opening); err != nil {
		return in.explain(err)
	}
	in.log.Info("log opened", "log_id", in.opened.LogID, "generation", in.opened.Generation, "partitions",
		in.opened.Partitions,
		"clock", in.opened.Clock.String())
	in.watch(u, roles)
	work := pool.New().WithContext(ctx).WithCancelOnError().WithFirstError()
	if u.history && in.migrated != nil {
		work.Go(in.migrate)
	}
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

// watch makes the positions of the roles, and says what has to be so for this process to be ready.
func (in *installation) watch(u use, roles []role) {
	checks := []admin.Check{in.kafkaReady}
	if u.history {
		checks = append(checks, in.historyReady)
	}
	in.places = map[string]*kafkalog.Positions{}
	for _, r := range roles {
		for _, name := range r.reads {
			p := kafkalog.NewPositions(in.registry, name)
			in.places[name] = p
			checks = append(checks, func(context.Context) error { return p.Ready() })
		}
	}
	in.health.Add(checks...)
}

func (in *installation) kafkaReady(ctx context.Context) error {
	if err := in.kafka.Ready(ctx); err != nil {
		return admin.Hidden("kafka does not answer", err)
	}
	return nil
}

func (in *installation) historyReady(ctx context.Context) error {
	switch err := in.db.Ready(ctx); {
	case err == nil:
		return nil
	case errors.Is(err, storage.ErrSchema):
		return storage.ErrSchema
	default:
		return admin.Hidden("clickhouse does not answer", err)
	}
}

// explain says what to put back where the log was opened with another key.
func (in *installation) explain(err error) error {
	if !errors.Is(err, ingest.ErrSecret) {
		return err
	}
	if in.cfg.SecretKey != "" {
		return fmt.Errorf("%w: put the secret_key back", err)
	}
	return fmt.Errorf("%w: put the file %s back, from a backup", err, secretPath(in.dir))
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
	return ingest.Opening{Partitions: in.cfg.Partitions(), Clock: mode, StartMs: start.UnixMilli(),
		Fold: processor.FoldVersion(), Normaliser: decode.Normaliser, SecretDigest: key[:],
		Model: event.ModelActivated{Version: version, Content: content, SHA256: model[:]}}, nil
}

// drivenStart is where time begins in a log that nobody's clock moves.
var drivenStart = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
