package kafkalog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// MaxBatchBytes is how much, headers and some thirty bytes per record included, one Append should carry: brokers refuse
// more than a mebibyte by default.
const MaxBatchBytes = 900_000

// Append writes records to one partition in one request, all acknowledgements, and repeats it unchanged until the
// broker has answered clearly. It ends without success only for ctx or for an error that wraps ErrTooLarge, ErrNoTopic
// or ErrRefused. After such a repetition the partition may hold the records twice.
func (c *Client) Append(ctx context.Context, topic string, partition int, records []Record) (Ack, error) {
	records = stamped(records)
	notify := c.warner(ctx, "append is repeated until the broker takes it", topic, partition)
	return patiently(ctx, notify, func() (Ack, error) { return c.produce(ctx, topic, partition, records) })
}

// Produce is one attempt of Append.
func (c *Client) Produce(ctx context.Context, topic string, partition int, records []Record) (Ack, error) {
	return c.produce(ctx, topic, partition, stamped(records))
}

// stamped gives the records without a time the time of now, so that repetitions are identical.
func stamped(records []Record) []Record {
	now := time.Now().UnixMilli()
	var out []Record
	for i := range records {
		if records[i].TimeMs != 0 {
			continue
		}
		if out == nil {
			out = append(out, records...)
		}
		out[i].TimeMs = now
	}
	if out == nil {
		return records
	}
	return out
}

func (c *Client) produce(ctx context.Context, topic string, partition int, records []Record) (Ack, error) {
	if len(records) == 0 {
		return Ack{}, fmt.Errorf("appending to %s/%d: no record", topic, partition)
	}
	res, err := c.kafka.Produce(ctx, &kafka.ProduceRequest{
		Topic: topic, Partition: partition, RequiredAcks: kafka.RequireAll, Records: &recordReader{rest: records},
	})
	if err == nil {
		err = res.Error
	}
	if err != nil {
		return Ack{}, fmt.Errorf("appending %d records to %s/%d: %w", len(records), topic, partition,
			c.classify(ctx, topic, err))
	}
	ack := Ack{Base: res.BaseOffset, AppendMs: -1}
	if !res.LogAppendTime.IsZero() {
		ack.AppendMs = res.LogAppendTime.UnixMilli()
	}
	return ack, nil
}

// classify turns what no repetition helps against into our own errors. Everything else is passing: a full disk (which
// brokers call an unknown server error or a storage error), a connection of the pool that a broker's restart has ended,
// a leader that moved.
func (c *Client) classify(ctx context.Context, topic string, err error) error {
	switch {
	case errors.Is(err, kafka.MessageSizeTooLarge), errors.Is(err, kafka.RecordListTooLarge):
		return fmt.Errorf("%w: %w", ErrTooLarge, err)
	case errors.Is(err, kafka.InvalidRecord), errors.Is(err, kafka.InvalidTimestamp):
		return fmt.Errorf("%w: %w", ErrRefused, err)
	case errors.Is(err, protocol.ErrNoTopic), errors.Is(err, kafka.UnknownTopicOrPartition),
		errors.Is(err, protocol.ErrNoPartition):
		// The transport says so too when it has reached no broker yet, or not since the topic was created.
		if _, lookup := c.topic(ctx, topic); lookup != nil {
			return lookup
		}
	case errors.Is(err, kafka.NotLeaderForPartition), errors.Is(err, kafka.LeaderNotAvailable),
		errors.Is(err, kafka.FencedLeaderEpoch), errors.Is(err, kafka.BrokerNotAvailable),
		errors.Is(err, protocol.ErrNoLeader):
		c.refresh()
	}
	return err
}

// recordReader gives our records to kafka-go one by one.
type recordReader struct {
	rest    []Record
	record  protocol.Record
	headers []protocol.Header
}

func (r *recordReader) ReadRecord() (*protocol.Record, error) {
	if len(r.rest) == 0 {
		return nil, io.EOF
	}
	from := &r.rest[0]
	r.rest = r.rest[1:]
	r.headers = r.headers[:0]
	for _, h := range from.Headers {
		r.headers = append(r.headers, protocol.Header(h))
	}
	r.record = protocol.Record{Time: time.UnixMilli(from.TimeMs), Headers: r.headers}
	// Bytes of nothing would not be null.
	if from.Key != nil {
		r.record.Key = protocol.NewBytes(from.Key)
	}
	if from.Value != nil {
		r.record.Value = protocol.NewBytes(from.Value)
	}
	return &r.record, nil
}
