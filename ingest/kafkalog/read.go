package kafkalog

import (
	"context"
	"fmt"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// Offsets are a partition's bounds (End: last stable offset).
func (c *Client) Offsets(ctx context.Context, topic string, partition int) (Offsets, error) {
	res, err := c.kafka.ListOffsets(ctx, &kafka.ListOffsetsRequest{
		IsolationLevel: kafka.ReadCommitted,
		Topics: map[string][]kafka.OffsetRequest{
			topic: {kafka.FirstOffsetOf(partition), kafka.LastOffsetOf(partition)},
		},
	})
	if err == nil {
		ps := res.Topics[topic]
		switch {
		case len(ps) != 1:
			err = protocol.ErrNoPartition
		case ps[0].Error != nil:
			err = ps[0].Error
		default:
			return Offsets{Start: ps[0].FirstOffset, End: ps[0].LastOffset}, nil
		}
	}
	return Offsets{}, fmt.Errorf("asking for the offsets of %s/%d: %w", topic, partition, c.classify(ctx, topic, err))
}
