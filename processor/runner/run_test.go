package runner

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
	"gocloud.dev/blob/memblob"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a log and an output topic in memory, whose log can grow and whose writes can be held up.
type memory struct {
	mu    sync.Mutex
	log   []Record
	topic [Lanes][]Output
}

func (m *memory) Fetch(ctx context.Context, offset int64) ([]Record, error) {
	m.mu.Lock()
	rest := m.log[min(int(offset), len(m.log)):]
	m.mu.Unlock()
	if len(rest) > 0 {
		return rest[:min(7, len(rest))], nil
	}
	select {
	case <-ctx.Done():
	case <-time.After(time.Millisecond):
	}
	return nil, nil
}

func (m *memory) End(context.Context) (int64, error) { return int64(len(m.log)), nil }

func (m *memory) Publish(_ context.Context, to Lane, outputs []Output) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.topic[to] = append(m.topic[to], outputs...)
	return nil
}

func (m *memory) Last(context.Context) (Published, error) {
	if n := len(m.topic[Decisions]); n > 0 {
		o := m.topic[Decisions][n-1]
		return Published{true, o.Position, o.Chain}, nil
	}
	return Published{}, nil
}

// TestRunResumesWhereItStopped starts and stops a partition many times over one log, each time with some more records.
func TestRunResumesWhereItStopped(t *testing.T) {
	all := someLog(400, rand.New(rand.NewPCG(3, 4)))
	var want []Output
	whole := &sumFold{}
	for _, rec := range all {
		_ = whole.Step(rec.Offset, rec.Value, func(o Output) {
			if o.Lane == Decisions {
				want = append(want, o)
			}
		})
	}
	bucket := memblob.OpenBucket(nil)
	defer func() { _ = bucket.Close() }()
	m := &memory{}
	for n := 40; n <= len(all); n += 40 {
		m.mu.Lock()
		m.log = all[:n]
		m.mu.Unlock()
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		metrics := NewMetrics(prometheus.NewRegistry(), "test")
		go func() {
			done <- Run(ctx, Partition{Name: "0", Fold: func() Fold { return &sumFold{} }, Version: "sum/1", LogID: "log",
				Log: m, Out: m, Store: BlobStore{Bucket: bucket, Prefix: "log/test/0/"}, SnapshotEvery: 2 * time.Millisecond,
				Grace: 5 * time.Second, Config: Config{MaxBuffered: 2000, MaxRequest: 700}, Metrics: metrics,
				Logger: slog.New(slog.DiscardHandler)})
		}()
		time.Sleep(time.Duration(n%7) * time.Millisecond)
		if n == len(all) {
			for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
				m.mu.Lock()
				complete := len(m.topic[Decisions]) == len(want)
				m.mu.Unlock()
				if complete {
					break
				}
			}
		}
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if got := m.topic[Decisions]; len(got) != len(want) {
		t.Fatalf("%d decisions, want %d", len(got), len(want))
	}
	for i, o := range m.topic[Decisions] {
		if o.Position != want[i].Position || o.Chain != want[i].Chain {
			t.Fatalf("decision %d is %s, want %s", i, o.Position, want[i].Position)
		}
	}
}
