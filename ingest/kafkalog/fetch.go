package kafkalog

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/fetch"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	defaultMaxBytes = 1 << 20
	defaultMaxWait  = 500 * time.Millisecond
	maxAnswerBytes  = 256 << 20 // an answer beyond it is not one of ours
	readCommitted   = 1
)

// Fetch reads committed records at offset and after it, waiting up to MaxWait for the first. A batch without records
// is no error. *RangeError where offset is outside. What it returns shares one buffer: who keeps a small part of it
// long copies that part.
func (c *Client) Fetch(ctx context.Context, topic string, partition int, offset int64, o FetchOptions) (Batch, error) {
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.MaxWait <= 0 {
		o.MaxWait = defaultMaxWait
	}
	p, err := c.fetch(ctx, topic, partition, offset, o)
	if err == nil && p.ErrorCode != 0 {
		err = kafka.Error(p.ErrorCode)
	}
	if err != nil && o.Topic != (TopicID{}) && c.recreated(ctx, topic, o.Topic) {
		return Batch{}, fmt.Errorf("fetching %s/%d: %w", topic, partition, ErrRecreated)
	}
	if err == kafka.OffsetOutOfRange {
		bounds, err := c.Offsets(ctx, topic, partition)
		if err != nil {
			return Batch{}, err
		}
		return Batch{}, &RangeError{topic, partition, offset, bounds.Start, bounds.End}
	}
	if err != nil {
		return Batch{}, fmt.Errorf("fetching %s/%d from %d: %w", topic, partition, offset, c.classify(ctx, topic, err))
	}
	b := Batch{Next: offset, Start: p.LogStartOffset, End: p.LastStableOffset}
	d := decoder{batch: &b, valuesOnly: o.ValuesOnly, aborted: p.AbortedTransactions}
	if err := d.decode(p.RecordBatches); err != nil {
		return Batch{}, fmt.Errorf("reading %s/%d from %d: %w: %w", topic, partition, b.Next, errBroken, err)
	}
	return b, nil
}

func (c *Client) fetch(ctx context.Context, topic string, partition int, offset int64, o FetchOptions,
) (*kmsg.FetchResponseTopicPartition, error) {
	ctx, cancel := context.WithTimeout(ctx, o.MaxWait+requestTimeout)
	defer cancel()
	m, err := c.transport.RoundTrip(ctx, c.addr, &fetchRequest{topic: o.Topic, Request: fetch.Request{
		ReplicaID: -1, MaxWaitTime: int32(o.MaxWait.Milliseconds()), MinBytes: 1, MaxBytes: int32(o.MaxBytes),
		IsolationLevel: readCommitted, SessionEpoch: -1,
		Topics: []fetch.RequestTopic{{Topic: topic, Partitions: []fetch.RequestPartition{{
			Partition: int32(partition), CurrentLeaderEpoch: -1, FetchOffset: offset, LogStartOffset: -1,
			PartitionMaxBytes: int32(o.MaxBytes),
		}}}},
	}})
	if err != nil {
		return nil, err
	}
	res := &m.(*fetchResponse).FetchResponse
	switch {
	case res.ErrorCode != 0:
		return nil, kafka.Error(res.ErrorCode)
	case len(res.Topics) != 1 || len(res.Topics[0].Partitions) != 1:
		return nil, fmt.Errorf("the answer is not about one partition")
	}
	return &res.Topics[0].Partitions[0], nil
}

// fetchRequest is kafka-go's, whose answer is left undecoded: kafka-go's decoder forgets a batch's last offset, without
// which a reader never gets past a batch whose last records compaction took.
type fetchRequest struct {
	fetch.Request
	topic   TopicID // zero: the topic's name is enough
	version int16
}

// exchange sends the request by kafka-go, or, where the topic's identity counts, by kmsg, which speaks a version that
// knows it.
func (r *fetchRequest) exchange(rw io.ReadWriter) ([]byte, error) {
	if r.topic == (TopicID{}) {
		if err := protocol.WriteRequest(rw, r.version, correlation, "barometer", &r.Request); err != nil {
			return nil, err
		}
		return answer(rw)
	}
	r.version = fetchByID
	req := kmsg.NewPtrFetchRequest()
	req.Version, req.MaxWaitMillis, req.MinBytes, req.MaxBytes = fetchByID, r.MaxWaitTime, r.MinBytes, r.MaxBytes
	req.IsolationLevel, req.SessionEpoch = r.IsolationLevel, r.SessionEpoch
	topic, partition := kmsg.NewFetchRequestTopic(), kmsg.NewFetchRequestTopicPartition()
	of := &r.Topics[0].Partitions[0]
	topic.TopicID = r.topic
	partition.Partition, partition.FetchOffset, partition.PartitionMaxBytes = of.Partition, of.FetchOffset,
		of.PartitionMaxBytes
	topic.Partitions = append(topic.Partitions, partition)
	req.Topics = append(req.Topics, topic)
	return exchange(rw, req)
}

// fetchResponse is the answer in kmsg's types, whose record batches are bytes.
type fetchResponse struct{ kmsg.FetchResponse }

func (*fetchResponse) ApiKey() protocol.ApiKey { return protocol.Fetch }

// Required and RawExchange are kafka-go's way to let a request do its own exchange.
func (r *fetchRequest) Required(versions map[protocol.ApiKey]int16) bool {
	r.version = versions[protocol.Fetch]
	return true
}

func (r *fetchRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	body, err := r.exchange(rw)
	if err != nil {
		return nil, err
	}
	res := &fetchResponse{}
	res.Version = r.version
	if err := res.UnsafeReadFrom(body); err != nil {
		return nil, fmt.Errorf("decoding a fetch answer: %w", err)
	}
	return res, nil
}
