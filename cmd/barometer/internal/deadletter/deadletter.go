package deadletter

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

// ErrKey is a key that names no message of a source topic.
var ErrKey = errors.New("not the place of a message: want topic/partition/offset")

// MaxChosen bounds how many messages are sent again at once.
const MaxChosen = 100_000

// Kafka is what it needs.
type Kafka interface {
	ReadAll(ctx context.Context, topic string, each func(partition int, r kafkalog.Record) error) ([]int64, error)
	Fetch(ctx context.Context, topic string, partition int, offset int64, o kafkalog.FetchOptions) (kafkalog.Batch, error)
	Append(ctx context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack, error)
}

// Letter is a message that had no effect.
type Letter struct {
	Topic     string            `json:"topic"`
	Partition int               `json:"partition"`
	Offset    int64             `json:"offset"`
	At        time.Time         `json:"at"`
	Reason    string            `json:"reason"`
	Detail    string            `json:"detail,omitempty"`
	Rejected  bool              `json:"rejected,omitempty"` // by the fold; its bytes are in the source topic
	ID        string            `json:"id,omitempty"`       // of the message, where it could be read
	Buyer     string            `json:"buyer_id,omitempty"`
	Policy    string            `json:"policy_id,omitempty"`
	Headers   []kafkalog.Header `json:"-"` // those that it came with
	Value     []byte            `json:"-"`
}

// Key names a letter by its place.
func (l *Letter) Key() string { return fmt.Sprintf("%s/%d/%d", l.Topic, l.Partition, l.Offset) }

// Filter chooses letters; what is empty does not matter.
type Filter struct {
	Reason, Topic string
	Rejections    bool
}

func (f *Filter) takes(l *Letter) bool {
	return (f.Reason == "" || l.Reason == f.Reason) && (f.Topic == "" || l.Topic == f.Topic)
}

// Each gives the letters that a filter takes, partition by partition, each partition's in order. A letter is good until
// the next call.
func Each(ctx context.Context, kafka Kafka, f Filter, each func(l *Letter) error) error {
	if f.Rejections {
		return rejections(ctx, kafka, &f, each)
	}
	_, err := kafka.ReadAll(ctx, kafkalog.TopicDeadLetter, func(_ int, r kafkalog.Record) error {
		l, err := dead(&r)
		if err != nil || !f.takes(l) {
			return err
		}
		return each(l)
	})
	return err
}

// dead reads a record of risk.deadletter.
func dead(r *kafkalog.Record) (*Letter, error) {
	l, err := parse(string(r.Key))
	if err != nil {
		return nil, fmt.Errorf("%s, key %q: %w", kafkalog.TopicDeadLetter, r.Key, err)
	}
	l.At, l.Value = time.UnixMilli(r.TimeMs).UTC(), r.Value
	n := len(r.Headers)
	for i, h := range r.Headers {
		switch {
		case i == n-3 && h.Key == "reason":
			l.Reason = string(h.Value)
		case i == n-2 && h.Key == "detail":
			l.Detail = string(h.Value)
		case i == n-1 && h.Key == "source":
		default:
			l.Headers = append(l.Headers, h)
		}
	}
	return l, nil
}

func parse(key string) (*Letter, error) {
	parts := strings.Split(key, "/")
	if len(parts) != 3 {
		return nil, ErrKey
	}
	_, known := event.ParseTopic(parts[0])
	partition, err := strconv.ParseUint(parts[1], 10, 31)
	offset, err2 := strconv.ParseInt(parts[2], 10, 64)
	if !known || err != nil || err2 != nil || offset < 0 {
		return nil, ErrKey
	}
	return &Letter{Topic: parts[0], Partition: int(partition), Offset: offset}, nil
}

// rejections gives those of risk.decisions, by the position filter.
func rejections(ctx context.Context, kafka Kafka, f *Filter, each func(l *Letter) error) error {
	last := map[int]event.Position{}
	_, err := kafka.ReadAll(ctx, kafkalog.TopicDecisions, func(p int, r kafkalog.Record) error {
		var d decision.Decision
		if err := decision.Decode(r.Value, &d); err != nil {
			return fmt.Errorf("%s/%d offset %d: %w", kafkalog.TopicDecisions, p, r.Offset, err)
		}
		if before, any := last[p]; any && d.Position.Compare(before) <= 0 {
			return nil
		}
		last[p] = d.Position
		b, ok := d.Body.(*decision.Rejection)
		if !ok {
			return nil
		}
		l := &Letter{Topic: b.Source.Topic.String(), Partition: int(b.Source.Partition), Offset: b.Source.Offset,
			Rejected: true, At: time.UnixMilli(d.AtMs).UTC(), Reason: b.Reason, Detail: b.Detail, ID: b.ID, Buyer: b.Buyer,
			Policy: b.Policy}
		if !f.takes(l) {
			return nil
		}
		return each(l)
	})
	return err
}

// Find gives the letter of a message, with its bytes.
func Find(ctx context.Context, kafka Kafka, key string) (*Letter, error) {
	want, err := parse(key)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", key, err)
	}
	var found *Letter
	for _, f := range []Filter{{Topic: want.Topic}, {Topic: want.Topic, Rejections: true}} {
		err := Each(ctx, kafka, f, func(l *Letter) error {
			if l.Key() == want.Key() {
				kept := *l
				found = &kept
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if found != nil {
			return found, fill(ctx, kafka, found)
		}
	}
	return nil, fmt.Errorf("%s is neither a dead letter nor a rejection", key)
}

// Choose gives all letters that a filter takes, with their bytes.
func Choose(ctx context.Context, kafka Kafka, f Filter) ([]*Letter, error) {
	var all []*Letter
	err := Each(ctx, kafka, f, func(l *Letter) error {
		if len(all) == MaxChosen {
			return fmt.Errorf("more than %d messages are chosen", MaxChosen)
		}
		kept := *l
		all = append(all, &kept)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		if err := fill(ctx, kafka, l); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// fill reads the bytes of a rejection from its source topic.
func fill(ctx context.Context, kafka Kafka, l *Letter) error {
	if !l.Rejected {
		return nil
	}
	b, err := kafka.Fetch(ctx, l.Topic, l.Partition, l.Offset, kafkalog.FetchOptions{})
	var outside *kafkalog.RangeError
	if errors.As(err, &outside) || err == nil && (len(b.Records) == 0 || b.Records[0].Offset != l.Offset) {
		return fmt.Errorf("%s is not in its topic any more: retention took it", l.Key())
	}
	if err != nil {
		return err
	}
	l.Value, l.Headers = b.Records[0].Value, b.Records[0].Headers
	return nil
}
