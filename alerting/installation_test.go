package alerting

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"barometer/alerting/subscription"
	"barometer/deploy/kafkatest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"

	"github.com/prometheus/client_golang/prometheus"
	"gocloud.dev/blob/memblob"
)

const partitions = 2

// installation is a broker with the role in front of it, and a receiver of webhooks.
type installation struct {
	t             *testing.T
	client        *kafkalog.Client
	cfg           Config
	subscriptions *Subscriptions
	notifications *Notifications
	receiver      *receiver
	encoder       decision.Encoder
	offset        int64
}

var nameSource = event.Source{Topic: event.TopicPortfolio, Incarnation: 1, Offset: 7}

func install(t *testing.T) *installation {
	addr := kafkatest.Start(t)
	client, err := kafkalog.Open(kafkalog.Config{Brokers: []string{addr}, ClientID: "test",
		Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	ctx := t.Context()
	if err := client.EnsureTopics(ctx, kafkalog.Topics(partitions, true)); err != nil {
		t.Fatal(err)
	}
	bucket := memblob.OpenBucket(nil)
	t.Cleanup(func() { _ = bucket.Close() })
	logger := slog.New(slog.DiscardHandler)
	if testing.Verbose() {
		logger = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	i := &installation{t: t, client: client, receiver: newReceiver(t),
		cfg: Config{Client: client, LogID: "0123456789abcdef", Generation: 1, Partitions: partitions,
			SecretKey: []byte("0123456789abcdef0123456789abcdef"), Folder: t.TempDir(), AllowPrivate: true, Snapshots: bucket,
			SnapshotEvery: 50 * time.Millisecond, HorizonEvery: 20 * time.Millisecond, Logger: logger}}
	i.subscriptions, err = NewSubscriptions(client, i.cfg.SecretKey, true, logger)
	if err != nil {
		t.Fatal(err)
	}
	i.notifications = NewNotifications(client, logger)
	i.background(i.subscriptions.Run)
	i.background(i.notifications.Run)
	return i
}

// background runs a view until the test ends.
func (i *installation) background(run func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	i.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			i.t.Error(err)
		}
	})
}

// start runs the role and gives what stops it.
func (i *installation) start() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	cfg := i.cfg
	cfg.Registerer = prometheus.NewRegistry()
	go func() { done <- Run(ctx, cfg) }()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			i.t.Error(err)
		}
	})
}

// decide appends decisions of one step to partition 0 of risk.decisions.
func (i *installation) decide(bodies ...decision.Body) {
	i.t.Helper()
	var records []kafkalog.Record
	for seq, body := range bodies {
		d := &decision.Decision{Position: event.Position{Generation: 1, Offset: i.offset, Seq: uint32(seq)},
			Last: seq == len(bodies)-1, AtMs: 1_700_000_000_000 + i.offset, Key: "b1", Body: body}
		switch body.(type) {
		case *decision.Score:
			d.Kind = decision.ScoreChanged
		case *decision.Limit:
			d.Kind = decision.LimitDecided
		}
		records = append(records, kafkalog.Record{Key: []byte("b1"), Value: i.encoder.Append(nil, d)})
	}
	i.offset++
	if _, err := i.client.Append(i.t.Context(), kafkalog.TopicDecisions, 0, records); err != nil {
		i.t.Fatal(err)
	}
}

func (i *installation) name(name string) {
	key := nameSource.String()
	n, err := i.client.Partitions(i.t.Context(), kafkalog.TopicTexts)
	if err != nil {
		i.t.Fatal(err)
	}
	value, _ := json.Marshal(map[string]string{"name": name})
	_, err = i.client.Append(i.t.Context(), kafkalog.TopicTexts, kafkalog.PartitionOf(key, n),
		[]kafkalog.Record{{Key: []byte(key), Value: value}})
	if err != nil {
		i.t.Fatal(err)
	}
}

func (i *installation) subscribe(d subscription.Draft) (subscription.Subscription, string) {
	i.t.Helper()
	ctx, cancel := context.WithTimeout(i.t.Context(), 10*time.Second)
	defer cancel()
	s, secret, err := i.subscriptions.Create(ctx, "holder-1", d)
	if err != nil {
		i.t.Fatal(err)
	}
	return s, secret
}

func insolvency() []decision.Body {
	return []decision.Body{
		&decision.Score{Buyer: "b1", Grade: 10, PreviousGrade: 5, Cause: "insolvency",
			Holders: []string{"holder-1", "holder-2"}, Texts: nameSource},
		&decision.Limit{Policy: "p1", Buyer: "b1", Holder: "holder-1", Code: decision.Cancelled, PreviousMinor: 100_000_00,
			Currency: "EUR", Reason: 12, EffectiveOn: event.Date(2026, 11, 25), BuyerGrade: 10, CapacityMinor: 471_147_11,
			InUseMinor: 815_518_15, OverhangMinor: 42_246_42, Texts: nameSource},
	}
}

func raised(to int64) *decision.Limit {
	return &decision.Limit{Policy: "p1", Buyer: "b1", Holder: "holder-1", Code: decision.Approved, GrantedMinor: to,
		RequestedMinor: to, Request: "r", RequestKind: event.RequestNew, Currency: "EUR", BuyerGrade: 4, Texts: nameSource}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}
