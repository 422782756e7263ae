package kafkalog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/segmentio/kafka-go"
)

// EnsureTopics creates the topics that are missing, with the brokers' default number of replicas, and leaves others as
// they are. For a topic whose loss cannot be made good it asks that two replicas have each record before it is
// acknowledged, if the topic has three.
func (c *Client) EnsureTopics(ctx context.Context, specs []TopicSpec) error {
	missing, err := c.missing(ctx, specs)
	if err != nil {
		return err
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
		err := res.Errors[t.Topic]
		if errors.Is(err, kafka.TopicAlreadyExists) {
			continue
		}
		if err == nil && mustKeep[t.Topic] {
			err = c.requireTwo(ctx, t.Topic)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("creating topic %s: %w", t.Topic, err))
		}
	}
	return errors.Join(failed...)
}

// missing are those of the topics that the brokers say do not exist. Passing errors are waited out.
func (c *Client) missing(ctx context.Context, specs []TopicSpec) ([]kafka.TopicConfig, error) {
	names := make([]string, len(specs))
	for i, s := range specs {
		names[i] = s.Name
	}
	return patiently(ctx, c.warner(ctx, "looking the topics up is repeated", strings.Join(names, " "), -1),
		func() ([]kafka.TopicConfig, error) {
			if err := c.refreshed(ctx); err != nil {
				return nil, err
			}
			m, err := c.kafka.Metadata(ctx, &kafka.MetadataRequest{Topics: names})
			if err != nil {
				return nil, fmt.Errorf("looking %d topics up: %w", len(names), err)
			}
			var missing []kafka.TopicConfig
			for i, s := range specs { // the answer is in the question's order
				switch err := m.Topics[i].Error; {
				case errors.Is(err, kafka.UnknownTopicOrPartition):
					t := kafka.TopicConfig{Topic: s.Name, NumPartitions: s.Partitions, ReplicationFactor: -1}
					for _, name := range slices.Sorted(maps.Keys(s.Settings)) {
						t.ConfigEntries = append(t.ConfigEntries, kafka.ConfigEntry{ConfigName: name, ConfigValue: s.Settings[name]})
					}
					missing = append(missing, t)
				case err != nil:
					return nil, fmt.Errorf("looking up topic %s: %w", s.Name, err)
				}
			}
			return missing, nil
		})
}

// requireTwo makes two of three or more replicas a condition. How many there are is known only now: the brokers chose.
func (c *Client) requireTwo(ctx context.Context, topic string) error {
	t, err := c.topic(ctx, topic)
	if err != nil {
		return err
	}
	if len(t.Partitions[0].Replicas) < 3 {
		return nil
	}
	res, err := c.kafka.IncrementalAlterConfigs(ctx, &kafka.IncrementalAlterConfigsRequest{
		Resources: []kafka.IncrementalAlterConfigsRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: topic,
			Configs: []kafka.IncrementalAlterConfigsRequestConfig{{
				Name: "min.insync.replicas", Value: "2", ConfigOperation: kafka.ConfigOperationSet,
			}},
		}},
	})
	if err != nil {
		return fmt.Errorf("setting min.insync.replicas: %w", err)
	}
	for _, r := range res.Resources {
		if r.Error != nil {
			return fmt.Errorf("setting min.insync.replicas: %w", r.Error)
		}
	}
	return nil
}

// CheckTopics compares settings and partition counts with those of the brokers. The error names every difference; it
// wraps ErrUnsafe if one could lose records of the log, decisions, texts or deliveries. A source topic belongs to its
// producer and only has to exist.
func (c *Client) CheckTopics(ctx context.Context, specs []TopicSpec) error {
	var found []error
	for _, s := range specs {
		n, err := c.Partitions(ctx, s.Name)
		if errors.Is(err, ErrNoTopic) {
			found = append(found, err)
			continue
		}
		if err != nil {
			return err
		}
		if countMatters[s.Name] && n != s.Partitions {
			found = append(found, fmt.Errorf("topic %s has %d partitions, not %d", s.Name, n, s.Partitions))
		}
		if sources[s.Name] {
			continue
		}
		settings, err := c.settings(ctx, s.Name)
		if err != nil {
			return err
		}
		found = append(found, s.differences(settings)...)
	}
	return errors.Join(found...)
}

func (c *Client) settings(ctx context.Context, topic string) (map[string]string, error) {
	res, err := c.kafka.DescribeConfigs(ctx,
		&kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{
			{ResourceType: kafka.ResourceTypeTopic, ResourceName: topic},
		}})
	switch {
	case err != nil:
	case len(res.Resources) != 1:
		err = errors.New("the answer is not about one topic")
	default:
		err = res.Resources[0].Error
	}
	if err != nil {
		return nil, fmt.Errorf("asking for the settings of topic %s: %w", topic, err)
	}
	m := map[string]string{}
	for _, e := range res.Resources[0].ConfigEntries {
		m[e.ConfigName] = e.ConfigValue
	}
	return m, nil
}

// differences are unsafe where they are about keeping records of a topic whose loss nothing makes good.
func (s *TopicSpec) differences(has map[string]string) (found []error) {
	for _, name := range slices.Sorted(maps.Keys(s.Settings)) {
		want, got := s.Settings[name], has[name]
		if want == got {
			continue
		}
		err := fmt.Errorf("topic %s has %s=%s, not %s", s.Name, name, got, want)
		if mustKeep[s.Name] && keeping[name] {
			err = fmt.Errorf("%w: %w", ErrUnsafe, err)
		}
		found = append(found, err)
	}
	return found
}

// keeping are the settings that decide whether a topic keeps its records.
var keeping = map[string]bool{
	"cleanup.policy": true, "retention.ms": true, "retention.bytes": true, "unclean.leader.election.enable": true,
}
