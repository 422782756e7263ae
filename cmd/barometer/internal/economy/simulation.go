package economy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"barometer/ingest"
	"barometer/ingest/kafkalog"
)

// Client is what a Simulation uses of *kafkalog.Client.
type Client interface {
	Append(ctx context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack, error)
	Partitions(ctx context.Context, topic string) (int, error)
	Committed(ctx context.Context, group, topic string) ([]int64, error)
	Last(ctx context.Context, topic string, partition int) (*kafkalog.Record, error)
}

// Simulation says which economy runs against which cluster, and how fast.
type Simulation struct {
	Client  Client
	Economy *Economy
	// EachDay is the least time that a simulated day takes; 0 is as fast as ingest follows.
	EachDay time.Duration
	Group   string // of ingest; empty is barometer-ingest
	Logger  *slog.Logger
}

// Validate refuses what cannot run.
func (s Simulation) Validate() error {
	switch {
	case s.Client == nil || s.Economy == nil || s.Logger == nil:
		return errors.New("a simulation needs a client, an economy and a logger")
	case s.EachDay < 0:
		return fmt.Errorf("a simulated day cannot take %s", s.EachDay)
	}
	return nil
}

const (
	batchRecords = 500 // messages are below 1 kB: well within kafkalog.MaxBatchBytes
	pollEvery    = 20 * time.Millisecond
	ownGroup     = ingest.GroupID
)

// Run simulates day after day until ctx ends, whose error it returns, or a topic refuses.
func (s Simulation) Run(ctx context.Context) error {
	if err := s.Validate(); err != nil {
		return err
	}
	if s.Group == "" {
		s.Group = ownGroup
	}
	r := run{Simulation: s, partitions: map[string]int{}}
	reached, err := r.reached(ctx)
	if err != nil {
		return err
	}
	until, messages := s.Economy.Start(), s.Economy.Opening()
	if reached.Equal(until) {
		reached = time.Time{} // the log begins there, and its holder ticks: that says nothing of the opening
	}
	for ; !until.After(reached); until = until.AddDate(0, 0, 1) {
		_, messages = s.Economy.Day()
	}
	s.Logger.Info("simulation begins", "log_time_reached", reached, "next_tick", until)
	for {
		pace := time.After(s.EachDay)
		if err := r.day(ctx, until, messages); err != nil {
			return fmt.Errorf("simulating until %s: %w", until.Format(time.DateOnly), err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-pace:
		}
		if until.Day() == 1 {
			s.Logger.Info("simulation has reached a new month", "log_time", until)
		}
		_, messages = s.Economy.Day()
		until = until.AddDate(0, 0, 1)
	}
}

// run is a simulation under way.
type run struct {
	Simulation
	partitions map[string]int
}

// tick is a message of risk.clock.
type tick struct {
	ID   string    `json:"id"`
	Type string    `json:"type"`
	At   time.Time `json:"at"`
}

// reached is the time of the last tick; the zero time where there is none.
func (r *run) reached(ctx context.Context) (time.Time, error) {
	last, err := r.Client.Last(ctx, kafkalog.TopicClock, 0)
	if err != nil {
		return time.Time{}, fmt.Errorf("looking for the last tick: %w", err)
	}
	if last == nil {
		return time.Time{}, nil
	}
	var t tick
	if err := json.Unmarshal(last.Value, &t); err != nil {
		return time.Time{}, fmt.Errorf("reading the tick at %s/0/%d: %w", kafkalog.TopicClock, last.Offset, err)
	}
	return t.At, nil
}

// day sends a day's messages, waits for ingest, and ends the day with a tick.
func (r *run) day(ctx context.Context, until time.Time, messages []Message) error {
	if err := r.send(ctx, messages); err != nil {
		return err
	}
	value, err := json.Marshal(tick{ID: "tick-" + until.Format(time.DateOnly), Type: "tick", At: until})
	if err != nil {
		return fmt.Errorf("encoding a tick: %w", err)
	}
	ack, err := r.Client.Append(ctx, kafkalog.TopicClock, 0, []kafkalog.Record{{Key: []byte("clock"), Value: value}})
	if err != nil {
		return fmt.Errorf("sending a tick: %w", err)
	}
	return r.await(ctx, kafkalog.TopicClock, map[int]int64{0: ack.Base + 1})
}

// send appends messages, each partition's in their order, and returns when ingest has committed all.
func (r *run) send(ctx context.Context, messages []Message) error {
	byTopic := map[string]map[int][]kafkalog.Record{}
	for _, m := range messages {
		n, err := r.partitionsOf(ctx, m.Topic)
		if err != nil {
			return err
		}
		if byTopic[m.Topic] == nil {
			byTopic[m.Topic] = map[int][]kafkalog.Record{}
		}
		p := kafkalog.PartitionOf(m.Key, n)
		byTopic[m.Topic][p] = append(byTopic[m.Topic][p], kafkalog.Record{Key: []byte(m.Key), Value: m.Value})
	}
	ends := map[string]map[int]int64{}
	for topic, byPartition := range byTopic {
		ends[topic] = map[int]int64{}
		for p, records := range byPartition {
			end, err := r.append(ctx, topic, p, records)
			if err != nil {
				return err
			}
			ends[topic][p] = end
		}
	}
	for topic, want := range ends {
		if err := r.await(ctx, topic, want); err != nil {
			return err
		}
	}
	return nil
}

// append returns the offset after the last record.
func (r *run) append(ctx context.Context, topic string, partition int, records []kafkalog.Record) (end int64,
	err error) {
	for len(records) > 0 {
		n := min(len(records), batchRecords)
		ack, err := r.Client.Append(ctx, topic, partition, records[:n])
		if err != nil {
			return 0, fmt.Errorf("sending %d messages to %s/%d: %w", n, topic, partition, err)
		}
		end, records = ack.Base+int64(n), records[n:]
	}
	return end, nil
}

func (r *run) partitionsOf(ctx context.Context, topic string) (int, error) {
	if n := r.partitions[topic]; n > 0 {
		return n, nil
	}
	n, err := r.Client.Partitions(ctx, topic)
	if err != nil {
		return 0, fmt.Errorf("counting the partitions of %s: %w", topic, err)
	}
	r.partitions[topic] = n
	return n, nil
}

// await returns when ingest has committed the wanted offsets. A passing error of the cluster is asked again.
func (r *run) await(ctx context.Context, topic string, want map[int]int64) error {
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		committed, err := r.Client.Committed(ctx, r.Group, topic)
		if errors.Is(err, kafkalog.ErrNoTopic) {
			return fmt.Errorf("asking what ingest has committed of %s: %w", topic, err)
		}
		if err == nil && passed(committed, want) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for ingest to commit %s: %w", topic, errors.Join(ctx.Err(), err))
		case <-poll.C:
		}
	}
}

func passed(committed []int64, want map[int]int64) bool {
	for p, offset := range want {
		if p >= len(committed) || committed[p] < offset {
			return false
		}
	}
	return true
}
