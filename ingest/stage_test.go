package ingest

import (
	"context"
	"crypto/sha256"
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
)

const logPartitions = 4

var secret = []byte("the secret of this test")

// stage is a broker with the topics and a log.
type stage struct {
	t         testing.TB
	broker    kafkatest.Broker
	addr      string
	client    *kafkalog.Client
	opened    *event.LogOpened
	record    []byte
	metrics   *Metrics
	positions *kafkalog.Positions
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
	return Opening{Partitions: logPartitions, Clock: mode, StartMs: time.Now().UnixMilli(), Fold: 1, Normaliser: 1,
		SecretDigest: digest[:], Model: event.ModelActivated{Version: "m1", Content: []byte("model: m1")}}
}

func newStage(t testing.TB, mode event.ClockMode) *stage {
	t.Helper()
	return newStageOf(t, opening(mode))
}

func newStageOf(t testing.TB, o Opening) *stage {
	t.Helper()
	s := bareStage(t)
	var err error
	if s.opened, s.record, err = Open(t.Context(), s.client, o); err != nil {
		t.Fatal(err)
	}
	return s
}

// bareStage is one without a log.
func bareStage(t testing.TB) *stage {
	t.Helper()
	s := &stage{t: t, broker: kafkatest.New(t), metrics: NewMetrics(prometheus.NewRegistry())}
	s.addr = s.broker.Addr()
	s.client = s.connect()
	if err := s.client.EnsureTopics(t.Context(), kafkalog.Topics(logPartitions, !kafkatest.IsReal())); err != nil {
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
	s.positions = kafkalog.NewPositions(nil, "ingest")
	ctx, cancel := context.WithCancel(s.t.Context())
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Config{Client: s.client, Opened: s.opened, OpenedRecord: s.record, Secret: secret,
			Metrics: s.metrics, Logger: slog.New(slog.NewTextHandler(s.t.Output(), nil)), Positions: s.positions})
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
	return kafkalog.Record{Value: fmt.Appendf(nil,
		`{"id":"pay-%[1]d","type":"invoice.paid","at":"2026-10-01T10:20:30Z","buyer_id":"b%[2]d",`+
			`"policy_id":"p1","invoice_id":"i%[1]d","amount":"10.00","currency":"EUR","paid_on":"2026-10-01"}`, n, n%17)}
}

// exactly checks that the log holds these payments once each, in order per buyer and source partition, and where the
// buyer's key says.
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
