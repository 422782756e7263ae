package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"barometer/deploy/kafkatest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"
)

const logPartitions = 4

var secret = []byte("the secret of this test")

// stage is a broker with the topics and a log.
type stage struct {
	t       *testing.T
	addr    string
	client  *kafkalog.Client
	opened  *event.LogOpened
	record  []byte
	metrics *Metrics
	status  Status
}

// figure is the value of a counter or a gauge.
func figure(m prometheus.Metric) float64 {
	var d dto.Metric
	if err := m.Write(&d); err != nil {
		return -1
	}
	return d.GetCounter().GetValue() + d.GetGauge().GetValue()
}

func opening(mode event.ClockMode) Opening {
	digest := sha256.Sum256(secret)
	return Opening{Partitions: logPartitions, Clock: mode, StartMs: time.Now().UnixMilli(), Fold: 1, Normaliser: 1, SecretDigest: digest[:],
		Model: event.ModelActivated{Version: "m1", Content: []byte("model: m1")}}
}

func newStage(t *testing.T, mode event.ClockMode) *stage {
	t.Helper()
	s := &stage{t: t, addr: kafkatest.Start(t), metrics: NewMetrics(prometheus.NewRegistry())}
	s.client = s.connect()
	ctx := t.Context()
	if err := s.client.EnsureTopics(ctx, kafkalog.Topics(logPartitions, !kafkatest.IsReal())); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.opened, s.record, err = Open(ctx, s.client, opening(mode)); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stage) connect() *kafkalog.Client {
	c, err := kafkalog.Open(kafkalog.Config{Brokers: []string{s.addr}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Close() })
	return c
}

// ingest runs the role until stop is called, or the test ends.
func (s *stage) ingest() (stop func()) {
	ctx, cancel := context.WithCancel(s.t.Context())
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Config{Client: s.client, Opened: s.opened, OpenedRecord: s.record, Secret: secret, Metrics: s.metrics,
			Logger: slog.New(slog.NewTextHandler(s.t.Output(), nil)), Status: &s.status})
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Errorf("ingest: %v", err)
		}
	})
	s.t.Cleanup(stop)
	return stop
}

func (s *stage) produce(topic string, partition int, records ...kafkalog.Record) {
	s.t.Helper()
	if _, err := s.client.Append(s.t.Context(), topic, partition, records); err != nil {
		s.t.Fatal(err)
	}
}

// committed waits until ingest has committed all of a topic.
func (s *stage) committed(topic string) {
	s.t.Helper()
	s.eventually("all of "+topic+" is committed", func() bool {
		offsets, err := s.client.Committed(s.t.Context(), GroupID, topic)
		if err != nil {
			return false // before its first member a broker does not know the group
		}
		for p, offset := range offsets {
			bounds, err := s.client.Offsets(s.t.Context(), topic, p)
			if err != nil {
				s.t.Fatal(err)
			}
			if bounds.End > bounds.Start && offset < bounds.End {
				return false
			}
		}
		return true
	})
}

func (s *stage) eventually(what string, holds func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("not after 30 s: %s", what)
		}
	}
}

// log is the log as folds see it: by partition, without what a mark skips. Each partition begins with log.opened.
func (s *stage) log() [][]*event.Event {
	s.t.Helper()
	out := make([][]*event.Event, logPartitions)
	marks := make([]map[event.Stream]event.Mark, logPartitions)
	_, err := s.client.ReadAll(s.t.Context(), kafkalog.TopicLog, func(p int, r kafkalog.Record) error {
		e, err := new(event.Decoder).Decode(r.Value)
		if err != nil {
			return err
		}
		if marks[p] == nil {
			marks[p] = map[event.Stream]event.Mark{}
			if e.Kind != event.KindLogOpened {
				return fmt.Errorf("partition %d begins with %s", p, e.Kind)
			}
		}
		if last, ok := marks[p][e.Source.Stream()]; e.Kind == event.KindLogOpened || ok && !e.Source.Mark().Above(last) {
			return nil
		}
		marks[p][e.Source.Stream()] = e.Source.Mark()
		out[p] = append(out[p], e)
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func paid(n int) kafkalog.Record {
	return kafkalog.Record{Value: fmt.Appendf(nil, `{"id":"pay-%[1]d","type":"invoice.paid","at":"2026-10-01T10:20:30Z","buyer_id":"b%[2]d",`+
		`"policy_id":"p1","invoice_id":"i%[1]d","amount":"10.00","currency":"EUR","paid_on":"2026-10-01"}`, n, n%17)}
}

// exactly checks that the log holds these payments once each, in order per buyer and source partition, and where the buyer's key says.
func (s *stage) exactly(want map[int]bool) {
	s.t.Helper()
	seen := map[int]bool{}
	for p, events := range s.log() {
		last := map[string]int{}
		for _, e := range events {
			if e.Kind != event.KindInvoicePaid {
				continue
			}
			var n int
			if _, err := fmt.Sscanf(e.ID, "pay-%d", &n); err != nil || seen[n] || !want[n] {
				s.t.Fatalf("%s from %s stands in the log twice, or should not", e.ID, e.Source)
			}
			seen[n] = true
			order := fmt.Sprint(e.Key, e.Source.Partition)
			if n < last[order] {
				s.t.Fatalf("%s after pay-%d", e.ID, last[order])
			}
			if last[order] = n; p != kafkalog.PartitionOf(e.Key, logPartitions) {
				s.t.Fatalf("%s of %s in partition %d", e.ID, e.Key, p)
			}
		}
	}
	if len(seen) != len(want) {
		s.t.Fatalf("%d payments in the log, want %d", len(seen), len(want))
	}
}

func TestGoodMessagesReachTheLogOnceAndBadOnesTheDeadLetters(t *testing.T) {
	s := newStage(t, event.ClockDriven)
	want := map[int]bool{}
	bad := map[string][]byte{}
	for p := range 2 {
		var records []kafkalog.Record
		for i := range 300 {
			n := i*2 + p
			r := paid(n)
			switch {
			case n%50 == 7:
				r.Value = fmt.Appendf(nil, `{"id":"pay-%d","type":`, n)
			case n == 100:
				r.Value = bytes.Repeat([]byte("x"), 1<<20+1)
			default:
				want[n] = true
			}
			if !want[n] {
				r.Headers = []kafkalog.Header{{Key: "trace", Value: []byte("t")}}
				bad[fmt.Sprintf("risk.payments/%d/%d", p, i)] = r.Value
			}
			records = append(records, r)
		}
		s.produce("risk.payments", p, records...)
	}
	s.produce("risk.portfolio", 0, kafkalog.Record{Value: []byte(`{"id":"1","type":"no.such","at":"2026-10-01T10:20:30Z"}`)})
	bad["risk.portfolio/0/0"] = []byte(`{"id":"1","type":"no.such","at":"2026-10-01T10:20:30Z"}`)
	s.ingest()
	s.committed("risk.payments")
	s.committed("risk.portfolio")
	s.exactly(want)
	_, err := s.client.ReadAll(t.Context(), kafkalog.TopicDeadLetter, func(_ int, r kafkalog.Record) error {
		value, ok := bad[string(r.Key)]
		if !ok || !bytes.Equal(value, r.Value) || header(&r, "reason") == "" || header(&r, "detail") == "" || header(&r, "source") != string(r.Key) {
			t.Errorf("dead letter %q (expected: %v): %d bytes, headers %v", r.Key, ok, len(r.Value), r.Headers)
		}
		if ok && value[0] == 'x' && header(&r, "trace") != "t" {
			t.Errorf("headers of %q: %v", r.Key, r.Headers)
		}
		delete(bad, string(r.Key))
		return nil
	})
	if err != nil || len(bad) > 0 {
		t.Errorf("%d dead letters missing: %v", len(bad), err)
	}
	if s.status.Ready() != nil {
		t.Error("not ready")
	}
}

func TestWordsAndBroadcastsArrive(t *testing.T) {
	s := newStage(t, event.ClockDriven)
	s.produce("risk.news", 1, kafkalog.Record{Value: []byte(`{"id":"n1","type":"news","at":"2026-10-01T00:00:00Z","headline":"Muster GmbH is insolvent",` +
		`"category":"insolvency.opened","source":{"name":"Register","kind":"register"},"buyer_id":"b1"}`)})
	s.produce("risk.clock", 0, kafkalog.Record{Value: []byte(`{"id":"t1","type":"tick","at":"2026-10-01T00:00:00Z"}`)})
	s.ingest()
	s.committed("risk.news")
	s.committed("risk.clock")
	homes := 0
	for p, events := range s.log() {
		ticks := 0
		for _, e := range events {
			if e.Kind == event.KindTick && e.ID == "t1" {
				ticks++
				if e.Home {
					homes++
				}
			}
			if e.Kind == event.KindNews && (!e.Text || p != kafkalog.PartitionOf("b1", logPartitions)) {
				t.Errorf("news %+v in partition %d", e, p)
			}
		}
		if ticks != 1 {
			t.Errorf("partition %d has the tick %d times", p, ticks)
		}
	}
	if homes != 1 {
		t.Errorf("the tick has %d homes", homes)
	}
	texts := 0
	_, err := s.client.ReadAll(t.Context(), kafkalog.TopicTexts, func(_ int, r kafkalog.Record) error {
		texts++
		if string(r.Key) != "risk.news/1/1/0" || header(&r, "about") != "b1" || !bytes.Contains(r.Value, []byte("Muster")) {
			t.Errorf("text %q about %q: %s", r.Key, header(&r, "about"), r.Value)
		}
		return nil
	})
	if err != nil || texts != 1 {
		t.Errorf("%d texts, want 1: %v", texts, err)
	}
}

// TestRestartsAndRebalancesLoseAndDoubleNothing stops ingesters in the middle, and lets a second one join.
func TestRestartsAndRebalancesLoseAndDoubleNothing(t *testing.T) {
	s := newStage(t, event.ClockDriven)
	want := map[int]bool{}
	feed := func(n int) {
		for p := range 4 {
			var records []kafkalog.Record
			for i := range 2000 {
				// A buyer's messages keep their source partition, else they have no order.
				id := (n*2000+i)*17*4 + p
				want[id] = true
				records = append(records, paid(id))
			}
			s.produce("risk.payments", p, records...)
		}
	}
	for round := range 4 {
		feed(round)
		stop := s.ingest()
		if round > 0 {
			s.eventually("something is appended", func() bool { return figure(s.metrics.appended[ToLog]) > float64(round*1000) })
		}
		stop()
	}
	feed(4)
	s.ingest()
	s.eventually("the first ingester works", func() bool { return s.status.Ready() == nil })
	second := &stage{t: t, addr: s.addr, client: s.connect(), opened: s.opened, record: s.record, metrics: NewMetrics(prometheus.NewRegistry())}
	stop := second.ingest()
	s.eventually("the second ingester works", func() bool { return second.status.Ready() == nil })
	feed(5)
	s.committed("risk.payments")
	stop()
	feed(6)
	s.committed("risk.payments")
	s.exactly(want)
}

func TestAbortedTransactionsAreNoFacts(t *testing.T) {
	s := newStage(t, event.ClockDriven)
	producer, err := kgo.NewClient(kgo.SeedBrokers(s.addr), kgo.TransactionalID("erp"), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	ctx := t.Context()
	for i, end := range []kgo.TransactionEndTry{kgo.TryCommit, kgo.TryAbort, kgo.TryCommit} {
		if err := producer.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		if err := producer.ProduceSync(ctx, &kgo.Record{Topic: "risk.payments", Value: paid(i).Value}).FirstErr(); err != nil {
			t.Fatal(err)
		}
		if err := producer.EndTransaction(ctx, end); err != nil {
			t.Fatal(err)
		}
	}
	s.ingest()
	s.committed("risk.payments")
	s.exactly(map[int]bool{0: true, 2: true})
}

// TestARecreatedSourceWaitsForAnOperator: although brokers forget a group's offsets with the topic.
func TestARecreatedSourceWaitsForAnOperator(t *testing.T) {
	s := newStage(t, event.ClockDriven)
	s.produce("risk.payments", 0, paid(1), paid(2), paid(3))
	stop := s.ingest()
	s.committed("risk.payments")
	stop()

	admin, err := kgo.NewClient(kgo.SeedBrokers(s.addr))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := kadm.NewClient(admin).DeleteTopics(t.Context(), "risk.payments"); err != nil {
		t.Fatal(err)
	}
	s.eventually("the topic is recreated", func() bool {
		return s.connect().EnsureTopics(t.Context(), kafkalog.Topics(logPartitions, !kafkatest.IsReal())) == nil
	})
	s.produce("risk.payments", 0, paid(4))
	s.ingest()
	s.produce("risk.news", 0, kafkalog.Record{Value: []byte("bad")})
	s.committed("risk.news") // the other sources go on
	s.eventually("the source is stopped", func() bool { return figure(s.metrics.reset["risk.payments"]) == 1 })
	if n, err := RaiseIncarnation(t.Context(), s.client, "risk.payments"); err != nil || n != 2 {
		t.Fatalf("incarnation %d, %v", n, err)
	}
	s.eventually("the source is read", func() bool { return figure(s.metrics.reset["risk.payments"]) == 0 })
	s.committed("risk.payments")
	s.exactly(map[int]bool{1: true, 2: true, 3: true, 4: true})
}

func TestTheWallClockTicksAtOnce(t *testing.T) {
	s := newStage(t, event.ClockWall)
	s.ingest()
	s.eventually("a tick is in each log partition", func() bool {
		for _, events := range s.log() {
			if len(events) == 0 || events[0].Kind != event.KindTick {
				return false
			}
		}
		return true
	})
	if figure(s.metrics.clock[ClockRunning]) != 1 {
		t.Error("the clock's state is not running")
	}
}

func TestOpenAgreesOnOneLogAndRefusesAnother(t *testing.T) {
	s := newStage(t, event.ClockWall)
	for _, c := range []struct {
		name   string
		change func(*Opening)
	}{
		{"partitions", func(o *Opening) { o.Partitions++ }},
		{"clock", func(o *Opening) { o.Clock = event.ClockDriven }},
		{"secret", func(o *Opening) { o.SecretDigest = make([]byte, 32) }},
	} {
		o := opening(event.ClockWall)
		c.change(&o)
		if _, _, err := Open(t.Context(), s.client, o); !errors.Is(err, ErrConfiguration) {
			t.Errorf("another %s: %v", c.name, err)
		}
	}
	o := opening(event.ClockWall)
	o.Model.Version, o.StartMs, o.CutSpanMs = "m2", o.StartMs+5, 7777
	again, record, err := Open(t.Context(), s.client, o)
	if err != nil || again.LogID != s.opened.LogID || again.Model.Version != "m1" || !bytes.Equal(record, s.record) {
		t.Errorf("opened again: %+v, %v", again, err)
	}
	if s.opened.CutSpanMs != 2000 || s.opened.TickIntervalMs != 10_000 {
		t.Errorf("cut span %d, tick interval %d", s.opened.CutSpanMs, s.opened.TickIntervalMs)
	}
	// A partition of another log.
	other := *s.opened
	other.LogID = "another"
	s.produce(kafkalog.TopicLog, 2, kafkalog.Record{Value: event.Append(nil, &event.Event{Kind: event.KindLogOpened, Body: &other})})
	err = Run(t.Context(), Config{Client: s.client, Opened: s.opened, OpenedRecord: s.record, Secret: secret, Metrics: s.metrics, Logger: slog.New(slog.DiscardHandler)})
	if !errors.Is(err, ErrLogMismatch) {
		t.Errorf("a partition of another log: %v", err)
	}
}

func TestRunLeavesNothingBehind(t *testing.T) {
	s := newStage(t, event.ClockDriven)
	ignore := goleak.IgnoreCurrent()
	client := s.connect()
	before := s.client
	s.client = client
	stop := s.ingest()
	s.eventually("ingest works", func() bool { return s.status.Ready() == nil })
	stop()
	client.Close()
	s.client = before
	goleak.VerifyNone(t, ignore)
}
