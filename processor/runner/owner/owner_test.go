package owner

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"barometer/deploy/kafkatest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
	"barometer/processor/runner"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"
	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const partitions = 6

// encoded is a state that is encoded at once.
type encoded []byte

func (e encoded) Advance() bool   { return true }
func (e encoded) Parts() [][]byte { return [][]byte{e} }

// echo is a fold that decides once for every record, which says what to do.
type echo struct {
	partition int
	encoder   decision.Encoder
}

func (f *echo) LogID() string { return "log" }
func (f *echo) Capture() runner.State {
	return encoded(binary.BigEndian.AppendUint64(nil, f.encoder.Chain))
}
func (f *echo) RestoreState(b []byte) error {
	f.encoder.Chain = binary.BigEndian.Uint64(b)
	return nil
}

func (f *echo) Step(offset int64, record []byte, emit func(runner.Output)) error {
	switch string(record) {
	case "of a later format":
		return &event.FormatError{Format: event.Format + 1}
	case "a bug":
		panic("a bug")
	}
	d := decision.Decision{Position: event.Position{Generation: 1, Partition: uint32(f.partition), Offset: offset},
		Kind: decision.ProgressMade, Key: "progress", Last: true, Body: &decision.Progress{From: offset, Next: offset + 1}}
	value := f.encoder.Append(nil, &d)
	emit(runner.Output{Position: d.Position, Kind: d.Kind.String(), Key: d.Key, Value: value, Chain: d.Chain})
	return nil
}

// site is a Kafka with topics and a shared store of snapshots.
type site struct {
	*testing.T
	addr   string
	client *kafkalog.Client
	bucket *blob.Bucket
}

func newSite(t *testing.T) *site {
	s := &site{T: t, addr: kafkatest.Start(t), bucket: memblob.OpenBucket(nil)}
	t.Cleanup(func() { _ = s.bucket.Close() })
	s.client = s.open()
	if err := s.client.EnsureTopics(t.Context(), kafkalog.Topics(partitions, true)); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *site) open() *kafkalog.Client {
	c, err := kafkalog.Open(kafkalog.Config{Brokers: []string{s.addr}, ClientID: "test"})
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = c.Close() })
	return c
}

func (s *site) write(topic string, partition int, values ...string) {
	s.Helper()
	records := make([]kafkalog.Record, len(values))
	for i, v := range values {
		records[i].Value = []byte(v)
	}
	if _, err := s.client.Append(s.Context(), topic, partition, records); err != nil {
		s.Fatal(err)
	}
}

// process is one that owns what a group gives it.
type process struct {
	*site
	metrics   *Metrics
	positions *kafkalog.Positions
	said      lockedBuffer
	leave     context.CancelFunc
	left      chan error
}

type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// begin starts a process.
func (s *site) begin() *process {
	s.Helper()
	registry := prometheus.NewRegistry()
	p := &process{site: s, metrics: NewMetrics(registry, "test"),
		positions: kafkalog.NewPositions(registry, "test"), left: make(chan error, 1)}
	folded, log, client := runner.NewMetrics(registry, "test"), slog.New(slog.NewTextHandler(&p.said, nil)), s.open()
	ctx, leave := context.WithCancel(context.Background())
	p.leave = leave
	cfg := Config{Members: client, Group: "test", Topic: kafkalog.TopicLog, Metrics: p.metrics, Positions: p.positions,
		Logger: log,
		Partition: func(partition int) runner.Partition {
			return runner.Partition{Name: strconv.Itoa(partition), Version: "echo/1", LogID: "log",
				Fold: func() runner.Fold { return &echo{partition: partition} }, Log: NewLog(client, kafkalog.TopicLog, partition,
					p.positions), Out: NewOut(client, partition), Store: runner.BlobStore{Bucket: s.bucket,
					Prefix: fmt.Sprintf("log/test/%d/", partition)}, SnapshotEvery: 50 * time.Millisecond, Grace: 5 * time.Second,
				Config: runner.DefaultConfig(), Metrics: folded, Logger: log}
		}}
	go func() { p.left <- Run(ctx, cfg) }()
	s.Cleanup(p.end)
	return p
}

// end stops a process in good order, and does nothing where it has ended.
func (p *process) end() {
	p.leave()
	if err := <-p.left; err != nil {
		p.Error(err)
	}
	p.left <- nil
}

// stopped tells whether a partition is said to need an operator.
func (p *process) stopped(partition int) bool {
	return p.positions.Stopped(kafkalog.TopicPartition{Topic: kafkalog.TopicLog, Partition: partition})
}

func (p *process) owns() int { return int(testutil.ToFloat64(p.metrics.owned)) }

func (s *site) eventually(what string, holds func() bool) {
	s.Helper()
	for end := time.Now().Add(40 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			s.Fatalf("not within 40 s: %s", what)
		}
	}
}

// decided is how many decisions a partition has; they must be of the log's records, one each and in order.
func (s *site) decided(partition int) (n int64) {
	s.Helper()
	for offset := int64(0); ; {
		b, err := s.client.Fetch(s.Context(), kafkalog.TopicDecisions, partition, offset, kafkalog.FetchOptions{})
		if err != nil {
			s.Fatal(err)
		}
		for _, r := range b.Records {
			var d decision.Decision
			if err := decision.Decode(r.Value, &d); err != nil {
				s.Fatal(err)
			}
			if d.Position.Offset != n {
				s.Fatalf("partition %d: decision %d is of record %d", partition, n, d.Position.Offset)
			}
			n++
		}
		if offset = b.Next; offset >= b.End {
			return n
		}
	}
}

// TestWhatStopsAPartitionStopsNoOther: a record of a later format, a log that ends below what is published, published
// decisions that are others than the fold's, and a fold that panics; nothing more is published there.
func TestWhatStopsAPartitionStopsNoOther(t *testing.T) {
	s := newSite(t)
	for partition := range partitions {
		s.write(kafkalog.TopicLog, partition, "a", "b", "c")
	}
	s.write(kafkalog.TopicLog, 1, "of a later format", "d")
	s.write(kafkalog.TopicLog, 4, "a bug", "d")
	chains := func(partition, n int, spoiled bool) {
		f := &echo{partition: partition}
		for offset := range n {
			if spoiled && offset == n-1 {
				f.encoder.Chain++
			}
			_ = f.Step(int64(offset), []byte("x"), func(o runner.Output) {
				s.write(kafkalog.TopicDecisions, partition, string(o.Value))
			})
		}
	}
	chains(2, 5, false) // of which the log has three
	chains(3, 2, true)
	p := s.begin()
	s.eventually("three partitions stop and one is stuck", func() bool {
		return p.stopped(1) && p.stopped(2) &&
			p.stopped(3) && p.stopped(4)
	})
	for _, partition := range []int{0, 5} {
		s.write(kafkalog.TopicLog, partition, "d", "e")
		s.eventually("the others go on", func() bool { return s.decided(partition) == 5 })
	}
	for partition, want := range map[int]int64{1: 3, 2: 5, 3: 2, 4: 3} {
		if n := s.decided(partition); n != want {
			t.Errorf("partition %d has %d decisions, want %d", partition, n, want)
		}
	}
	for partition, reason := range map[int]string{1: "record format", 2: "log_mismatch", 3: "diverged",
		4: "fold_panicked"} {
		if said := p.said.String(); !bytes.Contains([]byte(said), []byte(reason)) {
			t.Errorf("of partition %d it says nothing about %q:\n%s", partition, reason, said)
		}
	}
	if p.stopped(0) || p.stopped(5) || p.owns() != partitions {
		t.Errorf("it owns %d partitions", p.owns())
	}
}

// TestPartitionsMove when a process joins and when one leaves; every record is decided once all the while.
func TestPartitionsMove(t *testing.T) {
	s := newSite(t)
	total := int64(0)
	grow := func() {
		for partition := range partitions {
			s.write(kafkalog.TopicLog, partition, "x")
		}
		total++
	}
	whole := func() bool {
		for partition := range partitions {
			if s.decided(partition) != total {
				return false
			}
		}
		return true
	}
	grow()
	first := s.begin()
	s.eventually("the first owns all", func() bool { return first.owns() == partitions })
	s.eventually("all is decided", whole)
	second := s.begin()
	s.eventually("they share", func() bool {
		grow()
		return first.owns() == partitions/2 &&
			second.owns() == partitions/2
	})
	s.eventually("all is decided", whole)
	first.end()
	s.eventually("the second owns all", func() bool { grow(); return second.owns() == partitions })
	s.eventually("all is decided", whole)
}

// TestTheGroupSeesHowFarTheFoldIs: offsets are committed within seconds, at rest and after a restart too, so that
// Kafka's own tools see the lag. Where it rules is the snapshot.
func TestTheGroupSeesHowFarTheFoldIs(t *testing.T) {
	s := newSite(t)
	committed := func(want ...int64) func() bool {
		return func() bool {
			got, err := s.client.Committed(t.Context(), "test", kafkalog.TopicLog)
			return err == nil && slices.Equal(got, want)
		}
	}
	for partition := range partitions - 1 { // the last one stays empty
		s.write(kafkalog.TopicLog, partition, "a", "b")
	}
	first := s.begin()
	s.eventually("all that there is is committed", committed(2, 2, 2, 2, 2, 0))
	s.write(kafkalog.TopicLog, 3, "c")
	s.eventually("so is one record more", committed(2, 2, 2, 3, 2, 0))
	first.end()
	s.write(kafkalog.TopicLog, 0, "d")
	s.begin()
	s.eventually("and what came meanwhile", committed(3, 2, 2, 3, 2, 0))
}
