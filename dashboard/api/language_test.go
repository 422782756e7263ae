package api

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"barometer/dashboard/tail"
	"barometer/ingest/kafkalog"
	"barometer/storage/history"
)

// silent is a store and a log without any policy.
type silent struct {
	history.Store
	down error
}

func (s *silent) HolderLanguage(context.Context, string) (string, error) { return "", s.down }

func (s *silent) Ends(context.Context, string) ([]int64, error) { return make([]int64, 2), s.down }

func (s *silent) Follow(ctx context.Context, _ string, _ []int64, _ func(int, kafkalog.Record) error) error {
	<-ctx.Done()
	return ctx.Err()
}

// TestOfAClientThatWentNothingIsLogged, nor is a policyholder without a policy waited for long.
func TestOfAClientThatWentNothingIsLogged(t *testing.T) {
	var logged bytes.Buffer
	f := &silent{}
	log := slog.New(slog.NewTextHandler(&logged, nil))
	s := New(Config{Store: f, Written: tail.NewWritten(2, f, log), Log: log})
	began := time.Now()
	if tag := s.holderLanguage(t.Context(), "ACME"); tag != "" || time.Since(began) > 3*time.Second {
		t.Errorf("%q after %s", tag, time.Since(began))
	}
	ctx, leave := context.WithCancel(t.Context())
	leave()
	f.down = context.Canceled
	if tag := s.holderLanguage(ctx, "ACME"); tag != "" || s.cfg.Written.Await(ctx, func() bool { return false }) ||
		logged.Len() > 0 {
		t.Errorf("%q %s", tag, logged.String())
	}
	if s.holderLanguage(t.Context(), "ACME"); !strings.Contains(logged.String(), "language") {
		t.Error("a store that does not answer is not logged")
	}
}
