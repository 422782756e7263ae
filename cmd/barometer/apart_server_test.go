package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"barometer/alerting/delivery"
	"barometer/alerting/group"
	"barometer/alerting/notice"
	"barometer/cmd/barometer/internal/app"
	"barometer/dashboard"
	"barometer/dashboard/alerts"
	"barometer/dashboard/identity"
	"barometer/deploy/embedded/clickhouse"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/model"
	"barometer/storage"
	"barometer/storage/history"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sourcegraph/conc/pool"
)

// memory is a Kafka of one partition per topic, as far as the sink and the API need one. What is appended to a source
// topic is folded at once.
type memory struct {
	mu     sync.Mutex
	topics map[string][]kafkalog.Record
	moved  chan struct{} // closed and replaced when something came
	world  *world
	now    time.Time // of what comes in by the API
}

func newMemory(w *world) *memory {
	m := &memory{topics: map[string][]kafkalog.Record{}, moved: make(chan struct{}), world: w}
	m.publish()
	return m
}

// publish shows what the world has folded; m.mu is held, or nobody knows m yet.
func (m *memory) publish() {
	m.topics[kafkalog.TopicDecisions], m.topics[kafkalog.TopicTexts] = m.world.decisions, m.world.texts
	log := m.topics[kafkalog.TopicLog]
	for _, r := range m.world.log[len(log):] {
		log = append(log, kafkalog.Record{Offset: int64(len(log)), Value: r})
	}
	m.topics[kafkalog.TopicLog] = log
	close(m.moved)
	m.moved = make(chan struct{})
}

// put folds a message.
func (m *memory) put(topic string, value []byte, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.world.put(topic, value, at.UnixMilli())
	m.publish()
}

func (m *memory) Append(_ context.Context, topic string, _ int, records []kafkalog.Record) (kafkalog.Ack, error) {
	for _, r := range records {
		m.put(topic, r.Value, m.now)
	}
	return kafkalog.Ack{}, nil
}

func (m *memory) Partitions(context.Context, string) (int, error) { return 1, nil }

func (m *memory) Ends(ctx context.Context, topic string) ([]int64, error) {
	o, err := m.Offsets(ctx, topic, 0)
	return []int64{o.End}, err
}

func (m *memory) Offsets(_ context.Context, topic string, _ int) (kafkalog.Offsets, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return kafkalog.Offsets{End: int64(len(m.topics[topic]))}, nil
}

func (m *memory) Fetch(ctx context.Context, topic string, _ int, offset int64, o kafkalog.FetchOptions) (kafkalog.Batch,
	error) {
	waiting, cancel := context.WithTimeout(ctx, max(o.MaxWait, 10*time.Millisecond))
	defer cancel()
	for ctx.Err() == nil {
		m.mu.Lock()
		all, moved := m.topics[topic], m.moved
		m.mu.Unlock()
		end := int64(len(all))
		if offset < end || waiting.Err() != nil {
			return kafkalog.Batch{Records: all[min(offset, end):], Next: end, End: end}, nil
		}
		select {
		case <-moved:
		case <-waiting.Done():
		}
	}
	return kafkalog.Batch{}, ctx.Err()
}

func (m *memory) Group(ctx context.Context, cfg kafkalog.GroupConfig, assigned func(*kafkalog.Generation)) error {
	committed := map[kafkalog.TopicPartition]int64{}
	for _, topic := range cfg.Topics {
		committed[kafkalog.TopicPartition{Topic: topic}] = -1
	}
	assigned(kafkalog.NewGeneration(committed, func(context.Context, map[kafkalog.TopicPartition]int64) error {
		return nil
	}))
	<-ctx.Done()
	return nil
}

func (m *memory) Follow(ctx context.Context, topic string, from []int64, each func(int, kafkalog.Record) error) error {
	for next := from[0]; ; {
		b, err := m.Fetch(ctx, topic, 0, next, kafkalog.FetchOptions{MaxWait: time.Second})
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		for _, r := range b.Records {
			if err := each(0, r); err != nil {
				return err
			}
		}
		next = b.Next
	}
}

// edges are the API over a world whose history is in ClickHouse.
type edges struct {
	t    *testing.T
	mem  *memory
	base string
}

// tokens by whom they are of.
var worldTokens = map[string]identity.Token{"own": {Role: identity.Policyholder, Holder: ownHolder},
	"other": {Role: identity.Policyholder, Holder: otherHolder},
	"ann":   {Role: identity.Analyst, Name: "ann"}}

// serveWorld stores a world in a ClickHouse of its own and serves it, until t ends; plant changes what the API reads.
func serveWorld(t *testing.T, w *world, plant func(history.Store) history.Store) *edges {
	t.Helper()
	of := clickhouse.Defaults()
	of.DataDir, of.Listen, of.Log = t.TempDir(), "127.0.0.1:0", slog.New(slog.NewTextHandler(io.Discard, nil))
	engine, err := clickhouse.Start(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(engine.URL())
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("barometer_writer", engine.WriterSecret())
	db, err := storage.Open(storage.Config{URL: u.String()})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	m := newMemory(w)
	letters := w.letters(ownHolder, otherHolder)
	m.topics[kafkalog.TopicDeliveries] = letters
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg := dashboard.Config{Listen: listener.Addr().String(), Listener: listener, Secret: []byte(worldSecret),
		Driven: true, Store: db, Decisions: m, Producer: m, PreliminaryPerDay: 20, Subscriptions: noSubscriptions{},
		Registerer: prometheus.NewRegistry(), Logger: log}
	if plant != nil {
		cfg.Store = plant(cfg.Store)
	}
	if cfg.GradePD, err = app.GradePD(); err != nil {
		t.Fatal(err)
	}
	for text, token := range worldTokens {
		token.SHA256 = fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
		cfg.Tokens = append(cfg.Tokens, token)
	}
	ctx, stop := context.WithCancel(context.Background())
	work := pool.New().WithContext(ctx).WithCancelOnError()
	work.Go(func(ctx context.Context) error {
		return storage.Run(ctx, storage.SinkConfig{Client: m, DB: db, Opened: w.opened, Parse: model.Parse,
			Positions: kafkalog.NewPositions(nil, "store"), Metrics: storage.NewMetrics(prometheus.NewRegistry()), Logger: log})
	})
	t.Cleanup(func() {
		stop()
		if err := work.Wait(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	e := &edges{t, m, "http://" + listener.Addr().String()}
	e.await(db, len(letters)/2)
	work.Go(func(ctx context.Context) error { return dashboard.Serve(ctx, cfg) })
	all := w.published(0)
	e.until("log time is the log's", func() bool {
		answer, _ := e.ask("own", http.MethodGet, "/v1/policies/"+ownPolicy+"/cover?buyer=b-0&delivered_on=2026-01-20", nil)
		return strings.Contains(answer, `"known_at":"`+time.UnixMilli(all[len(all)-1].AtMs).UTC().Format(time.RFC3339))
	})
	return e
}

// until waits for what comes soon.
func (e *edges) until(what string, done func() bool) {
	e.t.Helper()
	for deadline := time.Now().Add(slack * 20 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			e.t.Fatalf("it does not come: %s", what)
		}
	}
}

// await waits until the history is stored, to the last cut.
func (e *edges) await(db *storage.DB, letters int) {
	e.t.Helper()
	var last event.Position
	for _, d := range e.mem.world.published(0) {
		if d.Kind.String() == "progress" {
			last = d.Position
		}
	}
	deadline := time.Now().Add(slack * 20 * time.Second) // of the sink
	for {
		progress, err := db.Progress(e.t.Context())
		notifications, wrong := db.Notifications(e.t.Context(), history.NotificationQuery{Limit: 100_000, State: "delivered"})
		names, wrongly := db.Names(e.t.Context(), []string{buyerName(0), buyerName(1), buyerName(2), buyerName(3),
			buyerName(4)})
		if err = errors.Join(err, wrong, wrongly); err == nil && len(progress) == 1 &&
			progress[0].Position.Compare(last) >= 0 && len(notifications) == letters && len(names) == worldBuyers {
			return
		}
		if time.Now().After(deadline) {
			e.t.Fatalf("not stored: %v, want %s; %d of %d letters; names %v (%v)", progress, last, len(notifications), letters,
				names, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// letters are the records of risk.deliveries of all that some holders are told.
func (w *world) letters(holders ...string) (records []kafkalog.Record) {
	sender := group.NewFold(group.Config{LogID: "same", Generation: 1})
	for _, holder := range holders {
		w.subscribed(sender, holder)
	}
	w.notified(sender, func(l *delivery.Letter, _ *notice.Notification) {
		s := delivery.State{ID: l.ID, Holder: l.Holder, Status: delivery.Delivered,
			Attempts: []delivery.Attempt{{At: l.At, Status: 200, TookMs: 5}}}
		for _, r := range []kafkalog.Record{l.Record(), s.Record()} {
			r.Offset = int64(len(records))
			records = append(records, r)
		}
	})
	return records
}

// noSubscriptions are none, and nobody asks for more than their list.
type noSubscriptions struct{ alerts.Subscriptions }

func (noSubscriptions) List(context.Context, string) ([]alerts.Subscription, error) {
	return nil, nil
}
