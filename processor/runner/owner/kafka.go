package owner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"barometer/ingest/kafkalog"
	"barometer/internal/retry"
	"barometer/processor/decision"
	"barometer/processor/runner"
)

// Kafka is what the runner's log and output need of *kafkalog.Client.
type Kafka interface {
	Append(ctx context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack, error)
	Fetch(ctx context.Context, topic string, partition int, offset int64, o kafkalog.FetchOptions) (kafkalog.Batch, error)
	Offsets(ctx context.Context, topic string, partition int) (kafkalog.Offsets, error)
	Last(ctx context.Context, topic string, partition int) (*kafkalog.Record, error)
}

// fetchBytes is how much of the log one fetch asks for.
const fetchBytes = 1 << 20

// Log is one partition of a log on Kafka.
type Log struct {
	kafka     Kafka
	topic     string
	partition int
	positions *kafkalog.Positions
}

// NewLog makes the log of a partition.
func NewLog(kafka Kafka, topic string, partition int, positions *kafkalog.Positions) *Log {
	return &Log{kafka, topic, partition, positions}
}

// Fetch waits for records at offset and after it.
func (l *Log) Fetch(ctx context.Context, offset int64) ([]runner.Record, error) {
	batch, err := retry.Request(ctx, func() (kafkalog.Batch, error) {
		b, err := l.kafka.Fetch(ctx, l.topic, l.partition, offset, kafkalog.FetchOptions{MaxBytes: fetchBytes,
			MaxWait: 5 * time.Second, ValuesOnly: true})
		var outside *kafkalog.RangeError
		switch {
		case errors.As(err, &outside) && offset < outside.Start:
			err = retry.Permanent(fmt.Errorf("%w: offset %d is wanted, the log begins at %d", runner.ErrGap, offset,
				outside.Start))
		case errors.As(err, &outside):
			err = retry.Permanent(fmt.Errorf("%w: offset %d is wanted, the log ends at %d", runner.ErrMismatch, offset,
				outside.End))
		}
		return b, err
	})
	if err != nil {
		return nil, fmt.Errorf("fetch %s/%d: %w", l.topic, l.partition, err)
	}
	l.positions.Ends(kafkalog.TopicPartition{Topic: l.topic, Partition: l.partition}, batch.End)
	records := make([]runner.Record, len(batch.Records))
	for i := range batch.Records {
		records[i] = runner.Record{Offset: batch.Records[i].Offset, Value: batch.Records[i].Value}
	}
	return records, nil
}

// End is the offset after the last record.
func (l *Log) End(ctx context.Context) (int64, error) {
	o, err := l.kafka.Offsets(ctx, l.topic, l.partition)
	return o.End, err
}

// Out is the output of a fold on Kafka: decisions and relays, each to the partition that has the number of the fold's
// own.
type Out struct {
	kafka     Kafka
	partition int
}

// NewOut makes the output of a partition.
func NewOut(kafka Kafka, partition int) *Out { return &Out{kafka, partition} }

var laneTopics = [runner.Lanes]string{runner.Decisions: kafkalog.TopicDecisions, runner.Relays: kafkalog.TopicRelays}

// Publish writes outputs in one request and returns when it is acknowledged.
func (o *Out) Publish(ctx context.Context, to runner.Lane, outputs []runner.Output) error {
	records := make([]kafkalog.Record, len(outputs))
	for i := range outputs {
		out := &outputs[i]
		records[i] = kafkalog.Record{Key: []byte(out.Key), Value: out.Value}
		if to == runner.Decisions {
			records[i].Headers = []kafkalog.Header{{Key: "kind", Value: []byte(out.Kind)},
				{Key: "position", Value: []byte(out.Position.Sortable())}}
		}
	}
	if _, err := o.kafka.Append(ctx, laneTopics[to], o.partition, records); err != nil {
		return fmt.Errorf("publish to %s/%d: %w", laneTopics[to], o.partition, err)
	}
	return nil
}

// Last is the newest decision of the partition.
func (o *Out) Last(ctx context.Context) (runner.Published, error) {
	record, err := retry.Request(ctx, func() (*kafkalog.Record, error) {
		return o.kafka.Last(ctx, kafkalog.TopicDecisions, o.partition)
	})
	if err != nil || record == nil {
		return runner.Published{}, err
	}
	var d decision.Decision
	if err := decision.Decode(record.Value, &d); err != nil {
		return runner.Published{}, fmt.Errorf("%s/%d offset %d: %w", kafkalog.TopicDecisions, o.partition, record.Offset, err)
	}
	return runner.Published{Any: true, Position: d.Position, Chain: d.Chain}, nil
}
