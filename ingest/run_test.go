package ingest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"barometer/deploy/kafkatest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"go.uber.org/goleak"
)

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
	s.produce("risk.portfolio", 0,
		kafkalog.Record{Value: []byte(`{"id":"1","type":"no.such","at":"2026-10-01T10:20:30Z"}`)})
	bad["risk.portfolio/0/0"] = []byte(`{"id":"1","type":"no.such","at":"2026-10-01T10:20:30Z"}`)
	s.ingest()
	s.committed("risk.payments")
	s.committed("risk.portfolio")
	s.exactly(want)
	_, err := s.client.ReadAll(t.Context(), kafkalog.TopicDeadLetter, func(_ int, r kafkalog.Record) error {
		value, ok := bad[string(r.Key)]
		if !ok || !bytes.Equal(value, r.Value) || header(&r, "reason") == "" || header(&r, "detail") == "" ||
			header(&r, "source") != string(r.Key) {
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
	if s.positions.Ready() != nil {
		t.Error("not ready")
	}
}

func TestWordsAndBroadcastsArrive(t *testing.T) {
	s := newStage(t, event.ClockDriven)
	s.produce("risk.news", 1,
		kafkalog.Record{
			Value: []byte(`{"id":"n1","type":"news","at":"2026-10-01T00:00:00Z","headline":"Muster GmbH is insolvent",` +
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
	s.eventually("the first ingester works", func() bool { return s.positions.Ready() == nil })
	second := &stage{t: t, addr: s.addr, client: s.connect(), opened: s.opened, record: s.record,
		metrics: NewMetrics(prometheus.NewRegistry())}
	stop := second.ingest()
	s.eventually("the second ingester works", func() bool { return second.positions.Ready() == nil })
	feed(5)
	s.committed("risk.payments")
	stop()
	feed(6)
	s.committed("risk.payments")
	s.exactly(want)
}

func TestAbortedTransactionsAreNoFacts(t *testing.T) {
	s := newStage(t, event.ClockDriven)
	producer, err := kgo.NewClient(kgo.SeedBrokers(s.addr), kgo.TransactionalID("erp"),
		kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	ctx := t.Context()
	for i, end := range []kgo.TransactionEndTry{kgo.TryCommit, kgo.TryAbort, kgo.TryCommit} {
		if err := producer.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		if err := producer.ProduceSync(ctx, &kgo.Record{Topic: "risk.payments", Value: paid(i).Value}).
			FirstErr(); err != nil {
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
	topics := kadm.NewClient(admin)
	there := func(want bool) bool {
		all, err := topics.ListTopics(t.Context(), "risk.payments")
		return err == nil && want == (all.Has("risk.payments") && all["risk.payments"].Err == nil)
	}
	if _, err := topics.DeleteTopics(t.Context(), "risk.payments"); err != nil {
		t.Fatal(err)
	}
	s.eventually("the topic is gone", func() bool { return there(false) })
	s.eventually("the topic is recreated", func() bool {
		return s.connect().EnsureTopics(t.Context(), kafkalog.Topics(logPartitions, !kafkatest.IsReal())) == nil &&
			there(true)
	})
	s.produce("risk.payments", 0, paid(4))
	stopped := func() bool {
		return figure(s.metrics.reset["risk.payments"]) == float64(partitions(s, "risk.payments"))
	}
	for i := range 3 { // nor does a restart take it for the old one
		if i > 0 {
			stop()
		}
		stop = s.ingest()
		s.produce("risk.news", 0, kafkalog.Record{Value: []byte("bad")})
		s.committed("risk.news") // the other sources go on
		s.eventually("the source is stopped", stopped)
	}
	if n, err := RaiseIncarnation(t.Context(), s.client, "risk.payments"); err != nil || n != 2 {
		t.Fatalf("incarnation %d, %v", n, err)
	}
	s.eventually("the source is read", func() bool { return figure(s.metrics.reset["risk.payments"]) == 0 })
	s.committed("risk.payments")
	s.exactly(map[int]bool{1: true, 2: true, 3: true, 4: true})
}

func partitions(s *stage, topic string) int {
	n, err := s.client.Partitions(s.t.Context(), topic)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
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

func TestALongStepOfTimeWaitsForAnOperator(t *testing.T) {
	o := opening(event.ClockWall)
	o.StartMs -= 46 * 24 * time.Hour.Milliseconds()
	o.TickIntervalMs = 50
	s := newStageOf(t, o)
	stop := s.ingest()
	s.eventually("time stands still", func() bool { return figure(s.metrics.clock[ClockNeedsConfirmation]) == 1 })
	if bounds, err := s.client.Offsets(t.Context(), "risk.clock", 0); err != nil || bounds.End != 0 {
		t.Errorf("ticks up to %d were written, %v", bounds.End, err)
	}
	if err := ConfirmClock(t.Context(), s.client, time.Now().Add(time.Hour).UnixMilli()); err != nil {
		t.Fatal(err)
	}
	s.eventually("the clock runs", func() bool {
		return figure(s.metrics.clock[ClockRunning]) == 1 &&
			figure(s.metrics.tick) > 0
	})
	s.eventually("the tick is noted", func() bool {
		var control controlState
		return control.read(t.Context(), s.client) == nil && control.lastTick() > o.StartMs
	})
	stop()
}

func TestABrokerRestartLosesAndDoublesNothing(t *testing.T) {
	s := newStage(t, event.ClockDriven)
	s.ingest()
	want := map[int]bool{}
	for round := range 3 {
		var records []kafkalog.Record
		for i := range 1000 {
			want[round*1000+i] = true
			records = append(records, paid(round*1000+i))
		}
		s.produce("risk.payments", 0, records...)
		if round < 2 {
			s.broker.Restart(t)
		}
	}
	s.committed("risk.payments")
	s.exactly(want)
}

func TestWhatRetentionToreIsReported(t *testing.T) {
	s := newStage(t, event.ClockDriven)
	s.produce("risk.payments", 0, paid(1), paid(2))
	stop := s.ingest()
	s.committed("risk.payments")
	stop()
	s.produce("risk.payments", 0, paid(3), paid(4), paid(5))
	admin, err := kgo.NewClient(kgo.SeedBrokers(s.addr))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	var gone kadm.Offsets
	gone.AddOffset("risk.payments", 0, 4, -1)
	if _, err := kadm.NewClient(admin).DeleteRecords(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	s.ingest()
	s.eventually("reading goes on after the gap", func() bool { return figure(s.metrics.torn["risk.payments"]) == 2 })
	s.committed("risk.payments")
	s.exactly(map[int]bool{1: true, 2: true, 5: true})
}

func TestRunLeavesNothingBehind(t *testing.T) {
	s := newStage(t, event.ClockDriven)
	ignore := goleak.IgnoreCurrent()
	client := s.connect()
	before := s.client
	s.client = client
	stop := s.ingest()
	s.eventually("ingest works", func() bool { return s.positions.Ready() == nil })
	stop()
	client.Close()
	s.client = before
	goleak.VerifyNone(t, ignore)
}
