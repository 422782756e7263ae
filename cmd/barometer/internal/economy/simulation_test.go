package economy_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"barometer/cmd/barometer/internal/economy"
	"barometer/ingest/kafkalog"
)

// cluster keeps what is appended; its ingest commits at once. After stopAt appends it ends the run.
type cluster struct {
	t       *testing.T
	parts   map[string][][]kafkalog.Record
	appends int
	stopAt  int
	stop    context.CancelFunc
}

const partitions = 3

func newCluster(t *testing.T) *cluster {
	return &cluster{t: t, parts: map[string][][]kafkalog.Record{}}
}

func (c *cluster) of(topic string) [][]kafkalog.Record {
	if c.parts[topic] == nil {
		c.parts[topic] = make([][]kafkalog.Record, partitions)
	}
	return c.parts[topic]
}

func (c *cluster) Append(ctx context.Context, topic string, p int, records []kafkalog.Record) (kafkalog.Ack, error) {
	if ctx.Err() != nil {
		return kafkalog.Ack{}, ctx.Err()
	}
	if c.appends++; c.appends == c.stopAt {
		c.stop()
	}
	base := int64(len(c.of(topic)[p]))
	c.of(topic)[p] = append(c.of(topic)[p], records...)
	return kafkalog.Ack{Base: base}, nil
}

func (c *cluster) Partitions(context.Context, string) (int, error) { return partitions, nil }

func (c *cluster) Committed(_ context.Context, _, topic string) ([]int64, error) {
	ends := make([]int64, partitions)
	for p, records := range c.of(topic) {
		ends[p] = int64(len(records))
	}
	return ends, nil
}

func (c *cluster) Last(_ context.Context, topic string, p int) (*kafkalog.Record, error) {
	if records := c.of(topic)[p]; len(records) > 0 {
		return &records[len(records)-1], nil
	}
	return nil, nil
}

// run simulates until the cluster has taken so many more appends.
func (c *cluster) run(appends int) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c.stop, c.stopAt = cancel, c.appends+appends
	e := economy.New(economy.Config{Seed: 5, Buyers: 30, Policies: 3, Start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	err := economy.Simulation{Client: c, Economy: e, Logger: slog.New(slog.DiscardHandler)}.Run(ctx)
	if !errors.Is(err, context.Canceled) {
		c.t.Fatal(err)
	}
}

// distinct are the values of a topic without repetitions, in their order.
func (c *cluster) distinct(topic string, p int) []string {
	var values []string
	seen := map[string]bool{}
	for _, r := range c.of(topic)[p] {
		if v := string(r.Value); !seen[v] {
			seen[v] = true
			values = append(values, v)
		}
	}
	return values
}

func TestARestartedSimulationGoesOnWhereItStopped(t *testing.T) {
	whole, broken := newCluster(t), newCluster(t)
	beginning := []kafkalog.Record{{Value: []byte(`{"id":"beginning","type":"tick","at":"2026-01-01T00:00:00Z"}`)}}
	// by the holder of the clock
	whole.of(kafkalog.TopicClock)[0], broken.of(kafkalog.TopicClock)[0] = beginning, beginning
	whole.run(300)
	for range 12 {
		broken.run(23)
	}
	for _, topic := range []string{"risk.indicators", "risk.portfolio", "risk.payments", "risk.news",
		kafkalog.TopicClock} {
		for p := range partitions {
			a, b := whole.distinct(topic, p), broken.distinct(topic, p)
			n := min(len(a), len(b))
			if !slices.Equal(a[:n], b[:n]) {
				t.Errorf("%s/%d differs from an unbroken run", topic, p)
			}
		}
	}
	ticks := broken.of(kafkalog.TopicClock)[0]
	if len(ticks) < 15 || len(broken.distinct(kafkalog.TopicClock, 0)) != len(ticks) {
		t.Errorf("%d ticks, some of them twice", len(ticks))
	}
}
