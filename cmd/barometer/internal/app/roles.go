package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"barometer/alerting"
	"barometer/configs"
	"barometer/dashboard"
	"barometer/dashboard/api"
	"barometer/dashboard/desk"
	"barometer/dashboard/documents"
	"barometer/ingest"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/model"
	"barometer/processor/runner"
	"barometer/processor/runner/owner"
	"barometer/storage"

	"github.com/sourcegraph/conc/iter"
	"github.com/sourcegraph/conc/pool"
)

// grace is how long a stop waits for what is in flight.
const grace = 5 * time.Second

func runIngest(ctx context.Context, in *installation) error {
	return ingest.Run(ctx, ingest.Config{Client: in.kafka, Opened: in.opened, OpenedRecord: in.record, Secret: in.secret,
		Metrics: ingest.NewMetrics(in.registry), Logger: in.log.With("role", "ingest"), Positions: in.places["ingest"]})
}

// foldOf puts the processor's fold into the shape of the runner.
type foldOf struct{ *processor.Fold }

func (f foldOf) Step(offset int64, record []byte, emit func(runner.Output)) error {
	return f.Fold.Step(offset, record, func(r processor.Record) {
		lane := runner.Decisions
		if r.Relay {
			lane = runner.Relays
		}
		emit(runner.Output{Lane: lane, Position: r.Position, Kind: r.Kind, Key: r.Key, Value: r.Value, Chain: r.Chain})
	})
}

func newFold(partition int, aside map[int64]string) foldOf {
	f := processor.NewFold(uint32(partition), model.Parse)
	f.SetAside(aside)
	f.Parallel(func(n int, do func(i int)) {
		iter.ForEachIdx(make([]struct{}, n), func(i int, _ *struct{}) { do(i) })
	})
	return foldOf{f}
}

// Capture begins a snapshot.
func (f foldOf) Capture() runner.State { return f.Fold.Capture() }

// Foresee lets the fold look at what comes next.
func (f foldOf) Foresee(records []runner.Record) {
	var next [processor.Ahead][]byte
	n := min(len(records), len(next))
	for i := range n {
		next[i] = records[i].Value
	}
	f.Fold.Foresee(next[:n])
}

// processGroup is the consumer group of the role process.
const processGroup = "barometer-process"

func runProcess(ctx context.Context, in *installation) error {
	log := in.log.With("role", "process")
	metrics, owned := runner.NewMetrics(in.registry, "process"), owner.NewMetrics(in.registry, "process")
	turns, positions := runner.NewTurns(), in.places["process"]
	return owner.Run(ctx, owner.Config{Members: in.kafka, Group: processGroup, Topic: kafkalog.TopicLog,
		Positions: positions, Metrics: owned, Logger: log,
		Partition: func(partition int) runner.Partition {
			var aside map[int64]string
			return runner.Partition{Name: strconv.Itoa(partition), Version: processor.StateVersion, LogID: in.opened.LogID,
				Before: func(ctx context.Context) error {
					all, err := ingest.ReadQuarantined(ctx, in.kafka, in.opened.Generation)
					aside = all[partition]
					return err
				},
				Fold: func() runner.Fold { return newFold(partition, aside) },
				Log:  owner.NewLog(in.kafka, kafkalog.TopicLog, partition, positions),
				Out:  owner.NewOut(in.kafka, partition),
				Store: runner.BlobStore{Bucket: in.snapshots, Prefix: fmt.Sprintf("%s/process/%d/", in.opened.LogID,
					partition)}, SnapshotEvery: in.cfg.Snapshots.Every, Turns: turns, Grace: grace, Config: runner.DefaultConfig(),
				Metrics: metrics, Logger: log}
		}})
}

func runStore(ctx context.Context, in *installation) error {
	positions := in.places["store"]
	if in.migrated != nil {
		select {
		case <-in.migrated:
		case <-ctx.Done():
			return nil
		}
	}
	return storage.Run(ctx, storage.SinkConfig{Client: in.kafka, DB: in.db, Opened: in.opened, Parse: model.Parse,
		Positions: positions, Metrics: storage.NewMetrics(in.registry), Logger: in.log.With("role", "store")})
}

// mailFolder is where e-mail goes without an SMTP server. The API reads what the role alert of this machine wrote
// there.
func (in *installation) mailFolder() string { return filepath.Join(in.cfg.DataDir, "mail") }

func runAlert(ctx context.Context, in *installation) error {
	folder, from := in.mailFolder(), cmp.Or(in.cfg.Alerting.From, "Barometer <barometer@localhost>")
	if in.cfg.Alerting.SMTPURL != "" {
		folder, from = "", in.cfg.Alerting.From
	}
	return alerting.Run(ctx, alerting.Config{Client: in.kafka, LogID: in.opened.LogID, Generation: in.opened.Generation,
		Partitions: int(in.opened.Partitions), SecretKey: in.secret, SMTP: in.cfg.Alerting.SMTPURL, From: from,
		Folder: folder, PublicURL: in.cfg.HTTP.Reached(), AllowPrivate: in.cfg.Alerting.AllowPrivateTargets,
		Snapshots: in.snapshots, SnapshotEvery: in.cfg.Snapshots.Every, Grace: grace, Routed: in.places["route"],
		Sent: in.places[alerting.Role], Registerer: in.registry, Logger: in.log.With("role", "alert")})
}

func runServe(ctx context.Context, in *installation) error {
	log := in.log.With("role", "serve")
	decisions := &followed{Client: in.kafka, positions: in.places["serve"], log: log}
	if in.migrated == nil {
		if err := in.db.Ready(ctx); errors.Is(err, storage.ErrSchema) {
			log.Warn("the API has no history yet", "error", err)
		}
	}
	subscriptions, err := alerting.NewSubscriptions(in.kafka, in.secret, in.cfg.Alerting.AllowPrivateTargets, log)
	if err != nil {
		return err
	}
	notifications := alerting.NewNotifications(in.kafka, log)
	cfg := dashboard.Config{Listen: in.cfg.HTTP.Listen, Listener: in.listeners.http, Secret: in.secret,
		Driven: in.cfg.Clock == "driven", PreliminaryPerDay: in.cfg.HTTP.PreliminaryPerDay, Store: in.db,
		Decisions: decisions, Producer: in.kafka, Subscriptions: subscriptionsOf{subscriptions, in.cfg.HTTP.Reached() != ""},
		Redeliverer: redeliverer{notifications}, Documents: &documents.Store{Bucket: in.documents},
		Addresses: []desk.Address{{Name: "Kafka", Value: in.kafkaAt},
			{Name: "ClickHouse", Value: in.clickhouse}}, Lag: NewLags(in.kafka).Read, Ready: in.health.Ready,
		Registerer: in.registry, Gatherer: in.registry, Logger: log,
		Listening: func(addr string) { in.welcome(addr) }}
	if cfg.GradePD, err = GradePD(); err != nil {
		return err
	}
	if in.cfg.Alerting.SMTPURL == "" {
		cfg.Mailbox = mailbox{in.mailFolder()}
	}
	cfg.Tokens, cfg.Reload = tokensOf(in.cfg), in.tokens
	if cfg.TLS, cfg.TrustedProxies, err = secured(&in.cfg.HTTP); err != nil {
		return err
	}
	work := pool.New().WithContext(ctx).WithCancelOnError().WithFirstError()
	work.Go(subscriptions.Run)
	work.Go(notifications.Run)
	work.Go(decisions.watchEnds)
	work.Go(func(ctx context.Context) error { return dashboard.Serve(ctx, cfg) })
	return work.Wait()
}

// Grades of which the model gives no probability of default: at 9 by judgement, between a tenth and a half; a buyer of
// grade 10 has defaulted.
const (
	weakestPD   = 300_000
	insolventPD = 1_000_000
)

// GradePD is the probability of default of each grade, by the model that is built in.
func GradePD() (pd api.GradePD, err error) {
	_, content := configs.BuiltinModel()
	m, err := model.Parse(content)
	if err != nil {
		return pd, fmt.Errorf("the model that is built in: %w", err)
	}
	copy(pd[:], m.GradePD[:])
	pd[8], pd[9] = weakestPD, insolventPD
	return pd, nil
}

// welcome prints where to look, and what to try: with a token, where one is needed.
func (in *installation) welcome(addr string) {
	api, token := "http://"+addr, ""
	if in.cfg.HTTP.TLS.Cert != "" {
		api = "https://" + addr
	}
	if len(in.cfg.HTTP.Tokens) > 0 {
		token = `-H "Authorization: Bearer $TOKEN" `
	}
	fmt.Printf(`
Barometer is running.
  page        %[1]s/
  API         %[1]s/v1/openapi.json
  Kafka       %[2]s
  ClickHouse  %[3]s

Try:
  curl %[4]s'%[1]s/v1/buyers?limit=3'
  curl '%[3]s/?database=barometer' --data 'SELECT grade, count() FROM buyers_now GROUP BY grade ORDER BY grade'
  curl -N %[4]s%[1]s/v1/decisions/stream

Ctrl-C stops it; starting it again goes on where it stopped.

`, api, in.kafkaAt, in.clickhouse, token)
}
