package tenancy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"barometer/ingest/kafkalog"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// sole is a group of one member: it gets everything once, and its commits succeed until it leaves.
type sole struct {
	left      atomic.Bool
	committed map[kafkalog.TopicPartition]int64
	failure   error
}

func (s *sole) Group(ctx context.Context, _ kafkalog.GroupConfig, assigned func(*kafkalog.Generation)) error {
	from := map[kafkalog.TopicPartition]int64{keys(0)[0]: -1, keys(1)[0]: 7}
	assigned(kafkalog.NewGeneration(from, func(_ context.Context, offsets map[kafkalog.TopicPartition]int64) error {
		if s.left.Load() {
			return errors.New("it has left the group")
		}
		maps.Copy(s.committed, offsets)
		return nil
	}))
	if s.failure != nil {
		return s.failure
	}
	<-ctx.Done()
	s.left.Store(true)
	return nil
}

func (s *sole) config() Config {
	s.committed = map[kafkalog.TopicPartition]int64{}
	return Config{Members: s, Group: "g", Topics: []string{"t"}, Positions: kafkalog.NewPositions(nil, "test"),
		Owned: prometheus.NewGauge(prometheus.GaugeOpts{Name: "owned"}), Logger: slog.New(slog.DiscardHandler)}
}

// TestWhoRestsOnOffsetsLeavesTheGroupLast so that what it finished while it stopped is committed.
func TestWhoRestsOnOffsetsLeavesTheGroupLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sole{}
		cfg := s.config()
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		err := Together(ctx, cfg, func(ctx context.Context, g *kafkalog.Generation) error {
			<-ctx.Done()
			time.Sleep(3 * time.Second)
			if s.left.Load() {
				t.Error("the group is left while the work goes on")
			}
			for _, tp := range g.Assigned {
				cfg.Positions.Reached(tp, 9)
			}
			return nil
		})
		want := map[kafkalog.TopicPartition]int64{keys(0)[0]: 9, keys(1)[0]: 9}
		if err != nil || !s.left.Load() || !maps.Equal(s.committed, want) {
			t.Errorf("%v; left: %v; committed: %v", err, s.left.Load(), s.committed)
		}
	})
}

// TestWhoKnowsItsPlaceLeavesTheGroupAtOnce so that whoever comes next waits for nobody.
func TestWhoKnowsItsPlaceLeavesTheGroupAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sole{}
		cfg := s.config()
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		err := Each(ctx, cfg, func(ctx context.Context, t1 *Tenancy) error {
			if want := map[int]int64{0: -1, 1: 7}[t1.Partition.Partition]; t1.Committed != want {
				t.Errorf("%v begins at %d, want %d", t1.Partition, t1.Committed, want)
			}
			time.Sleep(time.Second)
			if n := testutil.ToFloat64(cfg.Owned); n != 2 {
				t.Errorf("it owns %v partitions", n)
			}
			<-ctx.Done()
			if time.Sleep(3 * time.Second); !s.left.Load() {
				t.Error("the group is not left")
			}
			return nil
		})
		if n := testutil.ToFloat64(cfg.Owned); err != nil || n != 0 {
			t.Errorf("%v; it owns %v partitions", err, n)
		}
	})
}

// TestAPanicEndsTheRole: the others end in good order, and then it is passed on.
func TestAPanicEndsTheRole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		whole := false
		defer func() {
			if what := fmt.Sprint(recover()); !strings.Contains(what, "a bug") || !whole {
				t.Errorf("it panics with %q; the other has ended: %v", what, whole)
			}
		}()
		s := &sole{}
		_ = Each(t.Context(), s.config(), func(ctx context.Context, t *Tenancy) error {
			if t.Partition.Partition == 0 {
				time.Sleep(time.Second)
				panic("a bug")
			}
			<-ctx.Done()
			time.Sleep(time.Second)
			whole = true
			return nil
		})
	})
}

// TestAGroupThatCannotWorkEndsTheRole with its error, when all work has ended.
func TestAGroupThatCannotWorkEndsTheRole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var begun, ended atomic.Int32
		s := &sole{failure: errors.New("no such thing")}
		err := Each(t.Context(), s.config(), func(ctx context.Context, _ *Tenancy) error {
			begun.Add(1)
			<-ctx.Done()
			ended.Add(1)
			return nil
		})
		if !errors.Is(err, s.failure) || ended.Load() != begun.Load() {
			t.Errorf("%v; %d of %d have ended", err, ended.Load(), begun.Load())
		}
	})
}

// TestWaitsGrowUntilTheWorkRunsWell and are short again afterwards. A stop is told once as long as its reason stays.
func TestWaitsGrowUntilTheWorkRunsWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sole{}
		cfg := s.config()
		said := &strings.Builder{}
		cfg.Logger = slog.New(slog.NewTextHandler(said, nil))
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		var at []time.Time
		tp := keys(0)[0]
		err := Each(ctx, cfg, func(ctx context.Context, w *Tenancy) error {
			if w.Partition != tp {
				return nil
			}
			at = append(at, time.Now())
			switch n := len(at); {
			case n < 12:
				return errors.New("away")
			case n == 12:
				w.Recovered()
				return errors.New("away")
			case n < 16:
				return StopsPartition(fmt.Errorf("a record\nis bad: %d", n), time.Minute)
			}
			if !cfg.Positions.Stopped(tp) {
				t.Error("it does not count as stopped")
			}
			if w.Recovered(); cfg.Positions.Stopped(tp) {
				t.Error("it counts as stopped")
			}
			<-ctx.Done()
			return nil
		})
		wait := func(n int) time.Duration { return at[n].Sub(at[n-1]) }
		if err != nil || wait(1) > 200*time.Millisecond || wait(11) < 2*time.Second || wait(12) > 200*time.Millisecond ||
			wait(13) != time.Minute {
			t.Errorf("%v; it waits %v, %v, %v and %v", err, wait(1), wait(11), wait(12), wait(13))
		}
		if n := strings.Count(said.String(), "needs an operator"); n != 1 {
			t.Errorf("the stop is told %d times", n)
		}
	})
}
