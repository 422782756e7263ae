package kafkalog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/segmentio/kafka-go"
)

// EnsureTopics creates the topics that are missing, with the brokers' default of replicas. Those that exist are left as they are.
func (c *Client) EnsureTopics(ctx context.Context, specs []TopicSpec) error {
	c.refresh()
	var missing []kafka.TopicConfig
	for _, s := range specs {
		_, err := c.Partitions(ctx, s.Name)
		switch {
		case errors.Is(err, ErrNoTopic):
			t := kafka.TopicConfig{Topic: s.Name, NumPartitions: s.Partitions, ReplicationFactor: -1}
			for _, name := range slices.Sorted(maps.Keys(s.Settings)) {
				t.ConfigEntries = append(t.ConfigEntries, kafka.ConfigEntry{ConfigName: name, ConfigValue: s.Settings[name]})
			}
			missing = append(missing, t)
		case err != nil:
			return err
		}
	}
	if len(missing) == 0 {
		return nil
	}
	res, err := c.kafka.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: missing})
	if err != nil {
		return fmt.Errorf("creating %d topics: %w", len(missing), err)
	}
	var failed []error
	for _, t := range missing {
		if err := res.Errors[t.Topic]; err != nil && !errors.Is(err, kafka.TopicAlreadyExists) {
			failed = append(failed, fmt.Errorf("creating topic %s: %w", t.Topic, err))
		}
	}
	return errors.Join(failed...)
}
