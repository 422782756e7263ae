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
	readingPrefix     = "reading/"     // <topic>/<partition>: of which incarnation the committed offset is
	confirmKey        = "clock/confirm"
	probeKey          = "clock/probe" // tells the broker's clock
)

// incarnationRecord is the value under an incarnation or reading key.
type incarnationRecord struct {
	Incarnation uint32 `json:"incarnation"`
}

// confirmRecord is the value under clock/confirm.
type confirmRecord struct {
	UntilMs int64 `json:"until_ms"`
}

// RaiseIncarnation tells ingest that a source topic was recreated: its records are read from the start, as another source
// than those before. It returns the new incarnation.
func RaiseIncarnation(ctx context.Context, client Control, topic string) (uint32, error) {
	if t, ok := event.ParseTopic(topic); !ok || !followed(t) {
		return 0, fmt.Errorf("raise the incarnation of %q: not a source topic", topic)
	}
	var state controlState
	if err := state.read(ctx, client); err != nil {
		return 0, err
	}
	next := state.incarnation(topic) + 1
	if err := writeControl(ctx, client, incarnationPrefix+topic, incarnationRecord{next}); err != nil {
		return 0, fmt.Errorf("raise the incarnation of %s: %w", topic, err)
	}
	return next, nil
}

// ConfirmClock lets a wall clock that waits because of a long step go on, up to the given time.
func ConfirmClock(ctx context.Context, client Control, untilMs int64) error {
	if err := writeControl(ctx, client, confirmKey, confirmRecord{untilMs}); err != nil {
		return fmt.Errorf("confirm the clock: %w", err)
	}
	return nil
}

func writeControl(ctx context.Context, client Control, key string, value any) error {
	b, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = client.Append(ctx, kafkalog.TopicControl, 0, []kafkalog.Record{{Key: []byte(key), Value: b}})
	return err
}

// controlState is what ingest follows in risk.control.
type controlState struct {
	mu           sync.Mutex
	incarnations map[string]uint32 // by the key's rest after its prefix: of topics, and of topic/partition read
	readings     map[string]uint32
	confirmedMs  int64
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
		return c.setIncarnation(&c.incarnations, topic, r.Value, true)
	}
	if partition, ok := strings.CutPrefix(key, readingPrefix); ok {
		return c.setIncarnation(&c.readings, partition, r.Value, false)
	}
	if key == confirmKey {
		var confirm confirmRecord
		if err := json.Unmarshal(r.Value, &confirm); err != nil {
			return fmt.Errorf("%s: %s: %w", kafkalog.TopicControl, key, err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.confirmedMs = confirm.UntilMs
	}
	return nil
}

func (c *controlState) setIncarnation(of *map[string]uint32, name string, value []byte, tell bool) error {
	var record incarnationRecord
	if err := json.Unmarshal(value, &record); err != nil {
		return fmt.Errorf("%s: incarnation of %s: %w", kafkalog.TopicControl, name, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if *of == nil {
		*of = map[string]uint32{}
	}
	changed := (*of)[name] != record.Incarnation
	(*of)[name] = record.Incarnation
	if changed && tell && c.raised != nil {
		c.raised()
	}
	return nil
}

// incarnation is the incarnation of a topic that is to be read.
func (c *controlState) incarnation(topic string) uint32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(1, c.incarnations[topic])
}

// reading is the incarnation that the committed offset of a source partition counts in.
func (c *controlState) reading(p kafkalog.TopicPartition) uint32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(1, c.readings[partitionName(p)])
}

func (c *controlState) confirmed() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.confirmedMs
}

func partitionName(p kafkalog.TopicPartition) string {
	return p.Topic + "/" + strconv.Itoa(p.Partition)
}
