package app

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"barometer/configs"
	"barometer/deploy/kafkatest"
	"barometer/ingest/kafkalog"

	"github.com/prometheus/client_golang/prometheus"
)

// TestWhoReadsTheLogStopsNoDecisions: whoever has found what it looked for in risk.log ends by an error, which says
// nothing of the decisions.
func TestWhoReadsTheLogStopsNoDecisions(t *testing.T) {
	t.Parallel()
	cfg := configs.Default()
	client, err := OpenKafka(&cfg, []string{kafkatest.Embedded(t)}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.EnsureTopics(t.Context(), kafkalog.Topics(1, true)); err != nil {
		t.Fatal(err)
	}
	record := []kafkalog.Record{{Value: []byte("1")}}
	if _, err := client.Append(t.Context(), kafkalog.TopicLog, 0, record); err != nil {
		t.Fatal(err)
	}
	f := &followed{Client: client, positions: kafkalog.NewPositions(prometheus.NewRegistry(), "serve"),
		log: slog.New(slog.DiscardHandler)}
	found := errors.New("found")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	err = f.Follow(ctx, kafkalog.TopicLog, []int64{0}, func(int, kafkalog.Record) error { return found })
	if !errors.Is(err, found) || f.positions.Stopped(decisionsOf(0)) {
		t.Errorf("who read the log ended with %v; are the decisions stopped: %t", err, f.positions.Stopped(decisionsOf(0)))
	}
}
