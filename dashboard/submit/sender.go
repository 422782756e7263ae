package submit

import (
	"context"
	"errors"
	"time"

	"barometer/dashboard/problem"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

// maxStoreWait is how long a request waits for the broker before it is told to come again.
const maxStoreWait = 10 * time.Second

// Producer appends to source topics; *kafkalog.Client is one.
type Producer interface {
	Append(ctx context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack, error)
	Partitions(ctx context.Context, topic string) (int, error)
}

// Message is a message that ingest will take, and the key of its partition.
type Message struct {
	Value []byte
	Key   string
}

// Place is where a message stands in its source topic.
type Place struct {
	Partition uint32
	Offset    int64
}

// Sender stores messages in source topics.
type Sender struct {
	producer Producer
	secret   []byte
	clock    func() time.Time
}

// NewSender makes a Sender. secret fingerprints names as ingest does; clock tells when a message is said that is
// written now.
func NewSender(producer Producer, secret []byte, clock func() time.Time) *Sender {
	return &Sender{producer, secret, clock}
}

// Now is what time messages are stamped with.
func (s *Sender) Now() time.Time { return s.clock() }

// Stamp is when a message is said that is written now.
func (s *Sender) Stamp() string { return s.clock().Format(time.RFC3339Nano) }

// Today is the day of Stamp.
func (s *Sender) Today() event.Day { return event.DayOf(s.clock().UnixMilli()) }

// Decoder decodes messages as ingest will.
func (s *Sender) Decoder() *decode.Decoder { return decode.New(s.secret) }

// Decode decodes a message of topic as ingest will. What ingest would refuse is a problem for the reader with the
// reason's code; any other error is trouble.
func (s *Sender) Decode(topic event.Topic, value []byte) (*decode.Message, error) {
	m, err := s.Decoder().Decode(topic, value)
	var refused *decode.Error
	if errors.As(err, &refused) {
		return nil, problem.Refusal(string(refused.Reason), refused.Detail)
	}
	return m, err
}

// Send appends messages to the partitions of their keys, in order, each batch within what a broker takes. It returns
// where each stands once the broker has all of them.
func (s *Sender) Send(ctx context.Context, topic event.Topic, messages ...Message) ([]Place, error) {
	places := make([]Place, len(messages))
	if len(messages) == 0 {
		return places, nil
	}
	ctx, cancel := context.WithTimeout(ctx, maxStoreWait)
	defer cancel()
	n, err := s.producer.Partitions(ctx, topic.String())
	if err != nil {
		return nil, err
	}
	byPartition, of := make([][]kafkalog.Record, n), make([][]int, n)
	for at, m := range messages {
		i := kafkalog.PartitionOf(m.Key, n)
		byPartition[i], of[i] = append(byPartition[i], kafkalog.Record{Key: []byte(m.Key), Value: m.Value}), append(of[i], at)
	}
	for partition, records := range byPartition {
		for len(records) > 0 {
			size, end := 0, 0
			for end < len(records) && (end == 0 || size+len(records[end].Value) <= kafkalog.MaxBatchBytes) {
				size += len(records[end].Value) + len(records[end].Key) + 64
				end++
			}
			ack, err := s.producer.Append(ctx, topic.String(), partition, records[:end])
			if err != nil {
				return nil, err
			}
			for i, at := range of[partition][:end] {
				places[at] = Place{uint32(partition), ack.Base + int64(i)}
			}
			records, of[partition] = records[end:], of[partition][end:]
		}
	}
	return places, nil
}
