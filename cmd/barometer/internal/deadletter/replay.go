package deadletter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

// maxMessage bounds a file that is sent in a message's place.
const maxMessage = 1 << 20

// Change corrects messages before they are sent again.
type Change struct {
	instead []byte // nil: the message's own bytes
	sets    []set
}

type set struct {
	path []string
	text string
}

// NewChange reads changes of the form path=value, where path is names with dots between. A value is a text, but for
// JSON objects, arrays, quoted texts, true, false and null, and for a number in the place of a number. The file is sent
// instead of the message, empty for none.
func NewChange(sets []string, file string) (*Change, error) {
	c := &Change{}
	for _, s := range sets {
		path, text, ok := strings.Cut(s, "=")
		if !ok || path == "" {
			return nil, fmt.Errorf("--set %q: want path=value", s)
		}
		c.sets = append(c.sets, set{strings.Split(path, "."), text})
	}
	if file != "" {
		b, err := os.ReadFile(file)
		switch {
		case err != nil:
			return nil, fmt.Errorf("read the corrected message: %w", err)
		case len(b) > maxMessage:
			return nil, fmt.Errorf("the corrected message is larger than %d bytes", maxMessage)
		}
		c.instead = b
	}
	return c, nil
}

// apply gives the corrected message.
func (c *Change) apply(value []byte) ([]byte, error) {
	if c.instead != nil {
		value = c.instead
	}
	if len(c.sets) == 0 {
		return value, nil
	}
	var m map[string]any
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	if err := d.Decode(&m); err != nil || m == nil {
		return nil, errors.New("its bytes are no JSON object: send a corrected one with --file")
	}
	for _, s := range c.sets {
		at := m
		for _, name := range s.path[:len(s.path)-1] {
			inner, ok := at[name].(map[string]any)
			if !ok {
				inner = map[string]any{}
				at[name] = inner
			}
			at = inner
		}
		last := s.path[len(s.path)-1]
		at[last] = valueOf(s.text, at[last])
	}
	return json.Marshal(m)
}

// valueOf is what a text stands for in the place of what was there.
func valueOf(text string, before any) any {
	var value any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber() // as it is written: amounts are exact
	if d.Decode(&value) != nil || d.More() {
		return text
	}
	if _, isNumber := value.(json.Number); isNumber {
		if _, wasNumber := before.(json.Number); !wasNumber {
			return text
		}
	}
	return value
}

// Replay sends a letter's message again, and gives its new place. What ingest would not be able to read is refused,
// unless force.
func Replay(ctx context.Context, kafka Kafka, l *Letter, c *Change, force bool) (at string, err error) {
	value, err := c.apply(l.Value)
	if err != nil {
		return "", err
	}
	topic, _ := event.ParseTopic(l.Topic)
	if _, err := decode.New([]byte("only to see whether it can be read")).Decode(topic, value); err != nil && !force {
		return "", fmt.Errorf("it would be a dead letter again: %w", err)
	}
	headers := slices.DeleteFunc(slices.Clone(l.Headers), func(h kafkalog.Header) bool { return h.Key == "replay-of" })
	headers = append(headers, kafkalog.Header{Key: "replay-of", Value: []byte(l.Key())})
	ack, err := kafka.Append(ctx, l.Topic, l.Partition, []kafkalog.Record{{Value: value, Headers: headers}})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s/%d/%d", l.Topic, l.Partition, ack.Base), nil
}
