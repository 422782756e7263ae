package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

// Keys of risk.control that operators write and ingest follows.
const (
	incarnationPrefix = "incarnation/" // <topic>: which incarnation of a recreated topic is read
	readingPrefix     = "reading/"     // <topic>/<partition>: how far ingest was at least, and in which incarnation
	confirmKey        = "clock/confirm"
	tickKey           = "clock/tick" // the last tick; writing it tells the broker's clock
)

// incarnationRecord is the value under an incarnation key.
type incarnationRecord struct {
	Incarnation uint32 `json:"incarnation"`
}

// readingRecord is the value under a reading key. Brokers forget a group's offsets with the topic, or in time; without
// this a recreated topic would be read from its start as if it were the old one, and the marks would skip its records.
type readingRecord struct {
	Incarnation uint32 `json:"incarnation"`
	Offset      int64  `json:"offset"`             // everything below it is acknowledged; written now and then
	Topic       string `json:"topic_id,omitempty"` // the topic's identity, where the brokers tell it
}

// confirmRecord is the value under clock/confirm.
type confirmRecord struct {
	UntilMs int64 `json:"until_ms"`
}

// tickRecord is the value under clock/tick. risk.clock forgets; a step of time is judged by this after a long stop.
type tickRecord struct {
	AtMs int64 `json:"at_ms"`
}

// RaiseIncarnation tells ingest that a source topic was recreated: its records are read from the start, as another
// source than those before. It returns the new incarnation.
func RaiseIncarnation(ctx context.Context, client Control, topic string) (uint32, error) {
	if t, ok := event.ParseTopic(topic); !ok || !followed(t) {
		return 0, fmt.Errorf("raise the incarnation of %q: not a source topic", topic)
	}
	var state controlState
	if err := state.read(ctx, client); err != nil {
		return 0, err
	}
	next := state.incarnation(topic) + 1
	if _, err := writeControl(ctx, client, incarnationPrefix+topic, incarnationRecord{next}); err != nil {
		return 0, fmt.Errorf("raise the incarnation of %s: %w", topic, err)
	}
	return next, nil
}

// ConfirmClock lets a wall clock that waits because of a long step go on, up to the given time.
func ConfirmClock(ctx context.Context, client Control, untilMs int64) error {
	if _, err := writeControl(ctx, client, confirmKey, confirmRecord{untilMs}); err != nil {
		return fmt.Errorf("confirm the clock: %w", err)
	}
	return nil
}

func writeControl(ctx context.Context, client Control, key string, value any) (kafkalog.Ack, error) {
	b, err := json.Marshal(value)
	if err != nil {
		return kafkalog.Ack{}, err
	}
	return client.Append(ctx, kafkalog.TopicControl, 0, []kafkalog.Record{{Key: []byte(key), Value: b}})
}

// controlState is what ingest follows in risk.control.
type controlState struct {
	mu           sync.Mutex
	incarnations map[string]uint32        // by topic
	readings     map[string]readingRecord // by topic/partition
	confirmedMs  int64
	tickMs       int64
	raised       func() // called where an incarnation changes; nil: nobody asks
	next         []int64
}

// read takes risk.control as it is now.
func (c *controlState) read(ctx context.Context, client Control) error {
	next, err := client.ReadAll(ctx, kafkalog.TopicControl, func(_ int, r kafkalog.Record) error { return c.apply(r) })
	if err != nil {
		return fmt.Errorf("read %s: %w", kafkalog.TopicControl, err)
	}
	c.next = next
	return nil
}

func (c *controlState) apply(r kafkalog.Record) error {
	key := string(r.Key)
	if len(r.Value) == 0 {
		return nil
	}
	if topic, ok := strings.CutPrefix(key, incarnationPrefix); ok {
		return applyTo(c, key, r.Value, func(v incarnationRecord) { c.setIncarnation(topic, v.Incarnation) })
	}
	if partition, ok := strings.CutPrefix(key, readingPrefix); ok {
		return applyTo(c, key, r.Value, func(v readingRecord) {
			if c.readings == nil {
				c.readings = map[string]readingRecord{}
			}
			c.readings[partition] = v
		})
	}
	switch key {
	case confirmKey:
		return applyTo(c, key, r.Value, func(v confirmRecord) { c.confirmedMs = v.UntilMs })
	case tickKey:
		return applyTo(c, key, r.Value, func(v tickRecord) { c.tickMs = v.AtMs })
	}
	return nil
}

// applyTo decodes a value and sets what it says, under the lock.
func applyTo[T any](c *controlState, key string, value []byte, set func(T)) error {
	var v T
	if err := json.Unmarshal(value, &v); err != nil {
		return fmt.Errorf("%s: %s: %w", kafkalog.TopicControl, key, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	set(v)
	return nil
}

func (c *controlState) setIncarnation(topic string, n uint32) {
	if c.incarnations == nil {
		c.incarnations = map[string]uint32{}
	}
	changed := c.incarnations[topic] != n
	c.incarnations[topic] = n
	if changed && c.raised != nil {
		c.raised()
	}
}

// incarnation is the incarnation of a topic that is to be read.
func (c *controlState) incarnation(topic string) uint32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(1, c.incarnations[topic])
}

// reading is how far a source partition was read at least.
func (c *controlState) reading(p kafkalog.TopicPartition) readingRecord {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.readings[partitionName(p)]
	v.Incarnation = max(1, v.Incarnation)
	return v
}

// recreated tells whether a topic is another one than it was: some partition of it was read in the same incarnation
// under another identity. An identity that is not known is none.
func (c *controlState) recreated(topic string, incarnation uint32, id kafkalog.TopicID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for partition, noted := range c.readings {
		if strings.HasPrefix(partition, topic+"/") && max(1, noted.Incarnation) == incarnation && noted.Topic != "" &&
			id.String() != "" && noted.Topic != id.String() {
			return true
		}
	}
	return false
}

// lastTick is the last tick of a wall clock that is known here, 0 for none.
func (c *controlState) lastTick() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tickMs
}

// confirmed is how far an operator lets time step.
func (c *controlState) confirmed() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.confirmedMs
}

func partitionName(p kafkalog.TopicPartition) string {
	return p.Topic + "/" + strconv.Itoa(p.Partition)
}
