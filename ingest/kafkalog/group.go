package kafkalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"
)

const (
	heartbeatEvery = time.Second
	// the least that brokers allow by default: so long a killed member's partitions stand still
	sessionTimeout   = 6 * time.Second
	rebalanceTimeout = 5 * time.Second
	joinRetry        = time.Second
	watchEvery       = 5 * time.Second // for topics that get more partitions
)

// Group takes part in a consumer group until ctx ends. assigned is called with each generation's partitions, in one
// goroutine, and must return quickly; what it was given stays the caller's until the next call, also while the group
// shares out anew and while the brokers are away. Errors are logged and waited out. When ctx ends Group leaves the
// group and returns nil; it returns an error only for a configuration that cannot work.
func (c *Client) Group(ctx context.Context, cfg GroupConfig, assigned func(g *Generation)) error {
	// A member that joins before a topic exists would share out anew all the time, looking for it.
	for _, topic := range cfg.Topics {
		if err := c.awaitTopic(ctx, topic); err != nil {
			return nil
		}
	}
	group, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
		ID: cfg.ID, Topics: cfg.Topics, Brokers: c.cfg.Brokers,
		Dialer: &kafka.Dialer{
			ClientID: c.cfg.ClientID, Timeout: dialTimeout, TLS: c.cfg.TLS, SASLMechanism: c.mechanism, DialFunc: c.conns.dial,
		},
		HeartbeatInterval: heartbeatEvery, SessionTimeout: sessionTimeout, RebalanceTimeout: rebalanceTimeout,
		JoinGroupBackoff: joinRetry, Timeout: dialTimeout,
		WatchPartitionChanges: true, PartitionWatchInterval: watchEvery,
	})
	if err != nil {
		return fmt.Errorf("joining consumer group %s: %w", cfg.ID, err)
	}
	defer group.Close()

	notify := c.warner(ctx, "joining a consumer group is repeated", cfg.ID, -1)
	for {
		g, err := group.Next(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, kafka.RebalanceInProgress):
		case err != nil:
			notify(err, joinRetry)
		default:
			assigned(generation(g))
		}
	}
}

func (c *Client) awaitTopic(ctx context.Context, topic string) error {
	notify := c.warner(ctx, "consumer group waits for a topic", topic, -1)
	for {
		_, err := c.Partitions(ctx, topic)
		if err == nil {
			return nil
		}
		notify(err, joinRetry)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(joinRetry):
		}
	}
}

func generation(g *kafka.Generation) *Generation {
	out := &Generation{Committed: map[TopicPartition]int64{}}
	for topic, partitions := range g.Assignments {
		for _, p := range partitions {
			tp := TopicPartition{topic, p.ID}
			out.Assigned = append(out.Assigned, tp)
			out.Committed[tp] = max(-1, p.Offset) // kafka-go says FirstOffset, -2, where there is none
		}
	}
	slices.SortFunc(out.Assigned, TopicPartition.compare)
	out.commit = func(ctx context.Context, offsets map[TopicPartition]int64) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		byTopic := map[string]map[int]int64{}
		for tp, offset := range offsets {
			if byTopic[tp.Topic] == nil {
				byTopic[tp.Topic] = map[int]int64{}
			}
			byTopic[tp.Topic][tp.Partition] = offset
		}
		if err := g.CommitOffsets(byTopic); err != nil {
			return fmt.Errorf("committing offsets of consumer group %s: %w", g.GroupID, err)
		}
		return nil
	}
	return out
}

// Committed are a group's committed offsets of a topic, by partition; -1 where there is none.
func (c *Client) Committed(ctx context.Context, group, topic string) ([]int64, error) {
	n, err := c.Partitions(ctx, topic)
	if err != nil {
		return nil, err
	}
	partitions := make([]int, n)
	for p := range partitions {
		partitions[p] = p
	}
	res, err := c.kafka.OffsetFetch(ctx, &kafka.OffsetFetchRequest{GroupID: group,
		Topics: map[string][]int{topic: partitions}})
	if err == nil {
		err = res.Error
	}
	offsets := slices.Repeat([]int64{-1}, n)
	if errors.Is(err, kafka.GroupIdNotFound) { // as some brokers say of a group that nobody has joined yet
		return offsets, nil
	}
	if err == nil {
		for _, p := range res.Topics[topic] {
			if p.Error != nil {
				err = p.Error
			} else if p.Partition >= 0 && p.Partition < n {
				offsets[p.Partition] = p.CommittedOffset
			}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("asking for the offsets of consumer group %s in %s: %w", group, topic, err)
	}
	return offsets, nil
}
