package dashboard

import (
	"log/slog"
	"testing"
	"time"

	"barometer/dashboard/format"
)

// TestAStartIsNotTrouble: ClickHouse's tables may be in the making for ten seconds, and only once.
func TestAStartIsNotTrouble(t *testing.T) {
	at := format.Instant(0)
	s := &server{now: func() time.Time { return at }, began: at}
	for _, x := range []struct {
		after time.Duration
		ready bool
		want  slog.Level
	}{{0, false, slog.LevelInfo}, {9 * time.Second, false, slog.LevelInfo}, {10 * time.Second, false, slog.LevelWarn},
		{time.Second, true, slog.LevelWarn}} {
		at = s.began.Add(x.after)
		s.ready.Store(x.ready)
		if got := s.gravity(); got != x.want {
			t.Errorf("after %v, ready %v: %v", x.after, x.ready, got)
		}
	}
}
