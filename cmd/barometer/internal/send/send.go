// Package send sends messages of an operator's commands to the source topics of a running installation, dated by the
// installation's own time. It checks nothing: ingest and the fold do.
package send

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

// modelKey is the key of a model's message.
const modelKey = "model"

// Kafka is what sending needs of *kafkalog.Client.
type Kafka interface {
	Append(ctx context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack, error)
	Last(ctx context.Context, topic string, partition int) (*kafkalog.Record, error)
	Partitions(ctx context.Context, topic string) (int, error)
}

// Message appends a message to the partition of a source topic that its key chooses.
func Message(ctx context.Context, kafka Kafka, topic event.Topic, key string, message []byte) error {
	n, err := kafka.Partitions(ctx, topic.String())
	if err != nil {
		return err
	}
	if _, err := kafka.Append(ctx, topic.String(), kafkalog.PartitionOf(key, n),
		[]kafkalog.Record{{Key: []byte(key), Value: message}}); err != nil {
		return fmt.Errorf("send to %s: %w", topic, err)
	}
	return nil
}

// Model sends a model file to the orders. A file that is sent twice has one id, and is activated once.
func Model(ctx context.Context, kafka Kafka, version string, content []byte) error {
	at, err := LogTime(ctx, kafka)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	message, err := json.Marshal(map[string]any{"type": event.KindModelActivated.String(),
		"id": "model/" + version + "/" + hex.EncodeToString(sum[:8]),
		"at": at.Format(time.RFC3339), "version": version, "content": string(content), "sha256": hex.EncodeToString(sum[:])})
	if err != nil {
		return err
	}
	return Message(ctx, kafka, event.TopicOrders, modelKey, message)
}

// LogTime is how far the time of an installation has come, as its newest decisions tell; the machine's where there are
// none.
func LogTime(ctx context.Context, kafka Kafka) (time.Time, error) {
	n, err := kafka.Partitions(ctx, kafkalog.TopicDecisions)
	if err != nil {
		return time.Time{}, err
	}
	var newest int64
	for p := range n {
		last, err := kafka.Last(ctx, kafkalog.TopicDecisions, p)
		if err != nil {
			return time.Time{}, err
		}
		if last == nil {
			continue
		}
		var d decision.Decision
		if err := decision.Decode(last.Value, &d); err != nil {
			return time.Time{}, err
		}
		newest = max(newest, d.AtMs)
	}
	if newest == 0 {
		return time.Now().UTC(), nil
	}
	return time.UnixMilli(newest).UTC(), nil
}
