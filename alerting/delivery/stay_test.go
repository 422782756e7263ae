package delivery

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"

	"barometer/alerting/notice"
	"barometer/processor/runner"

	"github.com/prometheus/client_golang/prometheus"
)

// TestAStayThatIsOverTouchesNoLetter: what a partition's fold still stores when the partition has left is the next
// owner's to send, and what an earlier stay still reads says nothing about the letters of the next one.
func TestAStayThatIsOverTouchesNoLetter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{t: t, grown: make(chan struct{}), ended: map[string]bool{}, states: map[string]State{},
			orders: map[string]bool{}}
		o := &owner{disk: d, lives: 100_000}
		o.stop = func() {}
		s := NewSender(Config{Kafka: o, Subscriptions: subscribers{}, Names: subscribers{},
			Channels: map[notice.Channel]Channel{notice.Webhook: &flaky{disk: d, rendered: map[string]int{},
				got: map[string]int{}}},
			Metrics: NewMetrics(prometheus.NewRegistry()), Logger: slog.New(slog.DiscardHandler), Slots: 4})
		waiting := func() int {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.core.Len()
		}
		begin := func() (*Out, context.CancelFunc) {
			out := NewOut(s, 0)
			ctx, leave := context.WithCancel(t.Context())
			if _, err := out.Last(ctx); err != nil {
				t.Fatal(err)
			}
			return out, leave
		}
		store := func(out *Out, n int) {
			if err := out.Publish(t.Context(), runner.Decisions, []runner.Output{output(n)}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}

		first, leave := begin()
		if store(first, 0); waiting() != 1 {
			t.Fatalf("%d letters wait, want 1", waiting())
		}
		leave()
		synctest.Wait()
		if store(first, 1); waiting() != 0 {
			t.Errorf("%d letters wait though the partition has left", waiting())
		}
		second, leave := begin()
		if synctest.Wait(); waiting() != 2 {
			t.Errorf("%d letters wait for the next owner, want 2", waiting())
		}
		late := (&State{ID: output(0).Key, Status: Delivered}).Record()
		if err := s.told(t.Context(), 0, first.stay, &late); err != nil || s.core.pending[output(0).Key].over {
			t.Errorf("%v; an earlier stay ends a letter of the next one", err)
		}
		if store(second, 2); waiting() != 3 {
			t.Errorf("%d letters wait, want 3", waiting())
		}
		leave()
		synctest.Wait()
		s.watches.Wait()
	})
}
