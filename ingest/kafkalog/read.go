package kafkalog

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/sourcegraph/conc/pool"
)

// Offsets are a partition's bounds (End: last stable offset). Passing errors are waited out: a topic that was made a
// moment ago may have no leader yet.
func (c *Client) Offsets(ctx context.Context, topic string, partition int) (Offsets, error) {
	notify := c.warner(ctx, "asking for offsets is repeated", topic, partition)
	return patiently(ctx, notify, func() (Offsets, error) { return c.offsets(ctx, topic, partition) })
}

func (c *Client) offsets(ctx context.Context, topic string, partition int) (Offsets, error) {
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

// Ends are the offsets after the last record of each partition of a topic, in one request. A passing error is returned.
func (c *Client) Ends(ctx context.Context, topic string) ([]int64, error) {
	bounds, err := c.list(ctx, topic, kafka.LastOffsetOf)
	ends := make([]int64, len(bounds))
	for p := range bounds {
		ends[p] = bounds[p].End
	}
	return ends, err
}

// Bounds are where each partition of a topic begins and ends, in one request. A passing error is returned.
func (c *Client) Bounds(ctx context.Context, topic string) ([]Offsets, error) {
	return c.list(ctx, topic, kafka.FirstOffsetOf, kafka.LastOffsetOf)
}

func (c *Client) list(ctx context.Context, topic string, what ...func(partition int) kafka.OffsetRequest) ([]Offsets,
	error) {
	t, err := c.topic(ctx, topic)
	if err != nil {
		return nil, err
	}
	var asked []kafka.OffsetRequest
	for p := range t.Partitions {
		for _, request := range what {
			asked = append(asked, request(p))
		}
	}
	res, err := c.kafka.ListOffsets(ctx, &kafka.ListOffsetsRequest{IsolationLevel: kafka.ReadCommitted,
		Topics: map[string][]kafka.OffsetRequest{topic: asked}})
	bounds := make([]Offsets, len(t.Partitions))
	if err == nil {
		for _, p := range res.Topics[topic] {
			if p.Error != nil {
				err = p.Error
			} else if p.Partition >= 0 && p.Partition < len(bounds) {
				bounds[p.Partition] = Offsets{Start: p.FirstOffset, End: p.LastOffset}
			}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("asking where the partitions of %s begin and end: %w", topic, c.classify(ctx, topic, err))
	}
	return bounds, nil
}

// Last is the newest record of a partition, nil for an empty one. Compaction and markers may leave holes before the
// end, so it looks further and further back.
func (c *Client) Last(ctx context.Context, topic string, partition int) (*Record, error) {
	bounds, err := c.Offsets(ctx, topic, partition)
	if err != nil {
		return nil, err
	}
	for step, to := int64(1), bounds.End; to > bounds.Start; step *= 16 {
		from := max(bounds.Start, to-step)
		var last *Record
		_, err := c.readTo(ctx, topic, partition, from, to, func(r Record) error {
			last = &r
			return nil
		})
		if last != nil || err != nil {
			return last, err
		}
		to = from
	}
	return nil, nil
}

// ReadAll reads a topic from its start to the end that it had at the call, partition by partition, and returns where
// to go on, by partition.
func (c *Client) ReadAll(ctx context.Context, topic string, each func(partition int, r Record) error) (next []int64,
	err error) {
	n, err := c.Partitions(ctx, topic)
	if err != nil {
		return nil, err
	}
	bounds := make([]Offsets, n)
	for p := range bounds {
		if bounds[p], err = c.Offsets(ctx, topic, p); err != nil {
			return nil, err
		}
	}
	next = make([]int64, n)
	for p, b := range bounds {
		next[p], err = c.readTo(ctx, topic, p, b.Start, b.End, func(r Record) error { return each(p, r) })
		if err != nil {
			return nil, err
		}
	}
	return next, nil
}

// readTo gives the records from an offset to below another, and returns where to go on. Where retention or compaction
// moves the start meanwhile, it goes on from there. Passing errors are waited out.
func (c *Client) readTo(ctx context.Context, topic string, partition int, from, to int64,
	each func(Record) error) (int64, error) {
	for from < to {
		b, err := c.fetchPatiently(ctx, topic, partition, from, FetchOptions{})
		var outside *RangeError
		if errors.As(err, &outside) && from < outside.Start {
			from = outside.Start
			continue
		}
		if err != nil {
			return from, err
		}
		for _, r := range b.Records {
			if r.Offset >= to {
				return to, nil
			}
			if err := each(r); err != nil {
				return from, err
			}
		}
		from = b.Next
	}
	return from, nil
}

// fetchPatiently repeats a fetch until it has an answer: records, none, or an error that stays.
func (c *Client) fetchPatiently(ctx context.Context, topic string, partition int, offset int64, o FetchOptions) (Batch,
	error) {
	notify := c.warner(ctx, "fetch is repeated until the broker answers", topic, partition)
	return patiently(ctx, notify, func() (Batch, error) { return c.Fetch(ctx, topic, partition, offset, o) })
}

// Follow fetches all partitions of a topic from the given offsets on (nil: the start) until ctx ends or each fails.
// each runs in one goroutine at a time. Where retention or compaction took what an offset names, it goes on at the
// start of what is left; an offset above the end is a *RangeError. The end of ctx is no error.
func (c *Client) Follow(ctx context.Context, topic string, from []int64,
	each func(partition int, r Record) error) error {
	n, err := c.Partitions(ctx, topic)
	if err != nil {
		return ended(ctx, err)
	}
	var one sync.Mutex
	followers := pool.New().WithContext(ctx).WithCancelOnError().WithFirstError()
	for p := range n {
		var next int64
		if p < len(from) {
			next = from[p]
		}
		followers.Go(func(ctx context.Context) error { return c.follow(ctx, topic, p, next, &one, each) })
	}
	return ended(ctx, followers.Wait())
}

func (c *Client) follow(ctx context.Context, topic string, partition int, next int64, one *sync.Mutex,
	each func(int, Record) error) error {
	for {
		b, err := c.fetchPatiently(ctx, topic, partition, next, FetchOptions{})
		var outside *RangeError
		if errors.As(err, &outside) && next < outside.Start {
			if next > 0 {
				c.log.WarnContext(ctx, "records were gone before they were read", "topic", topic, "partition", partition,
					"from", next, "to", outside.Start)
			}
			next = outside.Start
			continue
		}
		if err != nil {
			return err
		}
		one.Lock()
		for _, r := range b.Records {
			if err := each(partition, r); err != nil {
				one.Unlock()
				return err
			}
		}
		one.Unlock()
		next = b.Next
	}
}

// ended hides an error that only says that the caller ended ctx.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
