package runner

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"gocloud.dev/blob/memblob"
)

// spy is a store that hangs where it is told to, and notes how many snapshots were read.
type spy struct {
	Store
	hangs bool
	read  int
}

func (s *spy) Save(ctx context.Context, snapshot *Snapshot) (int, error) {
	if s.hangs {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	return s.Store.Save(ctx, snapshot)
}

func (s *spy) Newest(ctx context.Context) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		if s.hangs {
			<-ctx.Done()
			yield(nil, ctx.Err())
			return
		}
		for b, err := range s.Store.Newest(ctx) {
			s.read++
			if !yield(b, err) {
				return
			}
		}
	}
}

func partitionOn(m *memory, store Store) Partition {
	return Partition{Name: "0", Fold: func() Fold { return &sumFold{} }, Version: "sum/1", LogID: "log", Log: m, Out: m,
		Store: store, SnapshotEvery: time.Millisecond, Grace: 30 * time.Millisecond, Config: Config{MaxBuffered: 2000,
			MaxRequest: 700}, Metrics: NewMetrics(prometheus.NewRegistry(), "test"), Logger: slog.New(slog.DiscardHandler)}
}

// TestAHungStoreStopsNoShutdown: neither while a snapshot is saved, nor while one is looked for.
func TestAHungStoreStopsNoShutdown(t *testing.T) {
	bucket := memblob.OpenBucket(nil)
	defer bucket.Close()
	m := &memory{log: someLog(200, rand.New(rand.NewPCG(5, 6)))}
	store := &spy{Store: BlobStore{Bucket: bucket, Prefix: "log/test/0/"}}
	p := partitionOn(m, store)
	recovered := make(chan struct{})
	p.Done = func(next int64) {
		if next == 200 {
			close(recovered)
		}
	}
	run := func(ready <-chan struct{}) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- Run(ctx, p) }()
		select {
		case <-ready:
		case err := <-done:
			t.Fatalf("it ended: %v", err)
		}
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("it does not stop")
		}
	}
	store.Store = saveHangs{store.Store}
	run(recovered)
	p.Done, store.hangs = nil, true
	looked := make(chan struct{})
	time.AfterFunc(10*time.Millisecond, func() { close(looked) })
	run(looked)
}

// saveHangs hangs on saving alone.
type saveHangs struct{ Store }

func (saveHangs) Save(ctx context.Context, _ *Snapshot) (int, error) {
	<-ctx.Done()
	return 0, ctx.Err()
}

// TestOneSnapshotIsReadAndTheNextOnlyIfItIsBad, with a state in memory once.
func TestOneSnapshotIsReadAndTheNextOnlyIfItIsBad(t *testing.T) {
	bucket := memblob.OpenBucket(nil)
	defer bucket.Close()
	store := &spy{Store: BlobStore{Bucket: bucket, Prefix: "log/test/0/"}}
	m := &memory{log: someLog(60, rand.New(rand.NewPCG(7, 8)))}
	p := partitionOn(m, store)
	core, err := NewCore(&sumFold{}, p.Config, Published{})
	if err != nil {
		t.Fatal(err)
	}
	for n := 20; n <= 60; n += 20 {
		for core.Next() < int64(n) {
			if _, err := core.Feed(m.log[core.Next():n], nil); err != nil {
				t.Fatal(err)
			}
			for lane := range Lanes {
				for core.Request(lane) != nil {
					core.Acked(lane)
				}
			}
		}
		core.Capture(p.Version)
		for core.Advance() {
		}
		if _, err := store.Save(t.Context(), core.Snapshot()); err != nil {
			t.Fatal(err)
		}
	}
	recover := func(want int64, read int) {
		t.Helper()
		store.read = 0
		core, err := Recover(t.Context(), p)
		if err != nil || core.Next() != want || core.Done() != want || store.read != read {
			t.Errorf("recovered at %d, %v, having read %d snapshots; want %d, having read %d", core.Next(), err, store.read,
				want, read)
		}
	}
	recover(60, 1)
	keys, err := BlobStore{Bucket: bucket, Prefix: "log/test/0/"}.keys(t.Context())
	if err != nil || len(keys) != kept {
		t.Fatalf("kept %v, %v", keys, err)
	}
	whole, err := bucket.ReadAll(t.Context(), keys[0])
	if err != nil {
		t.Fatal(err)
	}
	damaged := slices.Clone(whole)
	damaged[len(damaged)/2] ^= 1
	if err := errors.Join(bucket.WriteAll(t.Context(), keys[0], damaged, nil)); err != nil {
		t.Fatal(err)
	}
	recover(40, 2)
	if err := bucket.Delete(t.Context(), keys[1]); err != nil {
		t.Fatal(err)
	}
	recover(0, 1)
}

// TestDoneFollowsAcknowledgements: what is folded counts when its output is taken.
func TestDoneFollowsAcknowledgements(t *testing.T) {
	log := someLog(30, rand.New(rand.NewPCG(9, 10)))
	core, err := NewCore(&sumFold{}, Config{MaxBuffered: 1 << 20, MaxRequest: 1 << 20}, Published{})
	if err != nil {
		t.Fatal(err)
	}
	feed := func(to int) {
		t.Helper()
		if _, err := core.Feed(log[core.Next():to], nil); err != nil {
			t.Fatal(err)
		}
	}
	acked := func() {
		for lane := range Lanes {
			if core.Request(lane) != nil {
				core.Acked(lane)
			}
		}
	}
	want := func(done int64) {
		t.Helper()
		if got := core.Done(); got != done {
			t.Errorf("done up to %d, want %d", got, done)
		}
	}
	want(0)
	feed(10)
	want(0)
	acked()
	want(10)
	feed(20)
	want(10)
	for lane := range Lanes {
		_ = core.Request(lane) // what is in flight now ends at 20
	}
	feed(30)
	want(10)
	for lane := range Lanes {
		if core.lanes[lane].inFlight > 0 {
			core.Acked(lane)
		}
	}
	want(20)
	acked()
	want(30)
}
