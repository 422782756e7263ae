package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"barometer/alerting"
	"barometer/cmd/barometer/internal/admin"
	"barometer/configs"
	"barometer/dashboard/identity"
	"barometer/ingest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/storage"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/sourcegraph/conc"
	"github.com/sourcegraph/conc/pool"
)

// Options say how Run runs roles.
type Options struct {
	Config *configs.Config
	Reload func() (*configs.Config, error) // reads the configuration again, at SIGHUP
	// Together: these are all the roles that there are, so what no server is named for is started embedded, and the
	// tables are made.
	Together bool
	Logger   *slog.Logger
	Build    prometheus.Collector // the version of this binary
}

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
	places   map[string]*kafkalog.Positions // by what reads: see Role.reads
	tokens   chan []identity.Token          // those of the configuration as it is now, when it is read again
	migrated chan struct{}                  // closed when the tables are made; nil: another process makes them
}

// Role runs until ctx ends.
type Role struct {
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

// The roles; Roles lists them.
var (
	Ingest  = Role{"ingest", runIngest, use{}, []string{"ingest"}}
	Process = Role{"process", runProcess, use{snapshots: true}, []string{"process"}}
	Store   = Role{"store", runStore, use{history: true}, []string{"store"}}
	Alert   = Role{"alert", runAlert, use{snapshots: true, mail: true}, []string{"route", alerting.Role}}
	Serve   = Role{"serve", runServe, use{history: true, api: true}, []string{"serve"}}
	Roles   = []Role{Ingest, Process, Store, Alert, Serve}
)

// usedBy is what several roles open together.
func usedBy(roles []Role) (u use) {
	for _, r := range roles {
		u.history, u.snapshots = u.history || r.use.history, u.snapshots || r.use.snapshots
		u.mail, u.api = u.mail || r.use.mail, u.api || r.use.api
	}
	return u
}

// Run runs roles until ctx ends or one of them fails. A process that does not run them all needs servers that the
// others can reach too.
func Run(ctx context.Context, o Options, roles ...Role) error {
	cfg, u := o.Config, usedBy(roles)
	if err := o.checkServers(u, roles); err != nil {
		return err
	}
	base := &infra{}
	in := &installation{infra: base, cfg: cfg, log: o.Logger, registry: newRegistry(o.Build),
		health: admin.NewHealth(o.Logger), tokens: make(chan []identity.Token)}
	var work conc.WaitGroup
	defer work.Wait()
	listening, stop := context.WithCancel(context.WithoutCancel(ctx)) // while it shuts down, too
	defer stop()
	work.Go(func() { in.hangups(listening, o.Reload, u.api) })
	err := base.lock(cfg, u)
	if err == nil {
		in.listeners, err = listen(ctx, cfg, u, o.Together)
	}
	if err == nil {
		if o.Together {
			in.migrated = make(chan struct{})
		}
		err = in.startAll(ctx, u, roles)
	}
	in.listeners.close()
	if cerr := base.close(); err == nil {
		err = cerr
	}
	return err
}

// checkServers refuses roles apart whose servers the configuration does not name.
func (o *Options) checkServers(u use, roles []Role) error {
	if o.Together {
		return nil
	}
	var missing []string
	if len(o.Config.Kafka.Brokers) == 0 {
		missing = append(missing, "kafka.brokers")
	}
	if u.history && o.Config.ClickHouse.URL == "" {
		missing = append(missing, "clickhouse.url")
	}
	if len(missing) == 0 {
		return nil
	}
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = r.name
	}
	return Usage(fmt.Errorf("%s alone needs %s: without, barometer run has everything in one process",
		strings.Join(names, ", "), strings.Join(missing, " and ")))
}

// newRegistry is one with what the runtime and the operating system say of this process.
func newRegistry(build prometheus.Collector) *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		build)
	return r
}

// startAll serves health from the beginning, and runs the roles when what they stand on is there.
func (in *installation) startAll(ctx context.Context, u use, roles []Role) error {
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

func (in *installation) run(ctx context.Context, u use, roles []Role) error {
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
func (in *installation) watch(u use, roles []Role) {
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
