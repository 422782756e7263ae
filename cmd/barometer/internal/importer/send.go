package importer

import (
	"context"
	"fmt"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

// maxBatch bounds the records that are sent at once.
const maxBatch = 2_000

// batch gathers messages for one partition after another, in the order of the file.
type batch struct {
	to         Sender
	partitions map[event.Topic]int
	records    map[place][]kafkalog.Record
	order      []place
	count      int
	bytes      int
}

type place struct {
	topic     event.Topic
	partition int
}

func (b *batch) add(ctx context.Context, m message) error {
	if b.to == nil {
		return nil
	}
	if b.partitions == nil {
		b.partitions, b.records = map[event.Topic]int{}, map[place][]kafkalog.Record{}
	}
	n := b.partitions[m.topic]
	if n == 0 {
		var err error
		if n, err = b.to.Partitions(ctx, m.topic.String()); err != nil {
			return err
		}
		b.partitions[m.topic] = n
	}
	size := len(m.key) + len(m.value) + 64
	if b.count == maxBatch || b.bytes+size > kafkalog.MaxBatchBytes {
		if err := b.flush(ctx); err != nil {
			return err
		}
	}
	p := place{m.topic, kafkalog.PartitionOf(m.key, n)}
	if b.records[p] == nil {
		b.order = append(b.order, p)
	}
	b.records[p] = append(b.records[p], kafkalog.Record{Key: []byte(m.key), Value: m.value})
	b.count++
	b.bytes += size
	return nil
}

// flush sends what was gathered, and returns when the brokers have it.
func (b *batch) flush(ctx context.Context) error {
	for _, p := range b.order {
		if _, err := b.to.Append(ctx, p.topic.String(), p.partition, b.records[p]); err != nil {
			return fmt.Errorf("sending to %s/%d: %w", p.topic, p.partition, err)
		}
	}
	clear(b.records)
	b.order, b.count, b.bytes = b.order[:0], 0, 0
	return nil
}
