package crashsim

import (
	"context"
	"errors"
	"slices"

	"barometer/ingest/kafkalog"
)

// broker is Kafka as the cores may count on it: what was acknowledged is there and stays in its order.
type broker struct {
	topics map[string][]*partition
	groups map[string]*consumerGroup
}

// partition is a partition of a topic. Aborted and compacted records leave their offsets behind.
type partition struct {
	id      int // another one after the topic was recreated
	records []record
}

type record struct {
	kafkalog.Record
	missing bool
}

// consumerGroup is a consumer group: commits of an older generation are refused.
type consumerGroup struct {
	generation int
	offsets    map[kafkalog.TopicPartition]int64
}

func newBroker() *broker {
	return &broker{topics: map[string][]*partition{}, groups: map[string]*consumerGroup{}}
}

func (b *broker) create(topic string, partitions int) {
	for range partitions {
		b.topics[topic] = append(b.topics[topic], &partition{})
	}
}

func (b *broker) at(topic string, p int) *partition { return b.topics[topic][p] }

// append writes records and gives the offset of the first.
func (b *broker) append(topic string, p int, records []kafkalog.Record) int64 {
	at := b.at(topic, p)
	base := int64(len(at.records))
	for i, r := range records {
		r.Offset = base + int64(i)
		at.records = append(at.records, record{Record: r})
	}
	return base
}

// end is the offset after the last record.
func (p *partition) end() int64 { return int64(len(p.records)) }

// read gives at most n records from an offset on, and where to go on.
func (p *partition) read(offset int64, n int) (records []kafkalog.Record, next int64) {
	next = offset
	for next < p.end() && len(records) < n {
		if r := &p.records[next]; !r.missing {
			records = append(records, r.Record)
		}
		next++
	}
	return records, next
}

// all gives every record that is there.
func (p *partition) all() []kafkalog.Record {
	records, _ := p.read(0, len(p.records))
	return records
}

// compact leaves the newest record of each key.
func (p *partition) compact() {
	newest := map[string]bool{}
	for i := range slices.Backward(p.records) {
		r := &p.records[i]
		if newest[string(r.Key)] {
			r.missing = true
		}
		newest[string(r.Key)] = true
	}
}

func (b *broker) group(name string) *consumerGroup {
	g := b.groups[name]
	if g == nil {
		g = &consumerGroup{offsets: map[kafkalog.TopicPartition]int64{}}
		b.groups[name] = g
	}
	return g
}

var errStale = errors.New("the generation is over")

func (g *consumerGroup) commit(generation int, offsets map[kafkalog.TopicPartition]int64) error {
	if generation != g.generation {
		return errStale
	}
	for tp, offset := range offsets {
		g.offsets[tp] = offset
	}
	return nil
}

// Append, Fetch and Offsets make it what package delivery reads from.
func (b *broker) Append(_ context.Context, topic string, p int, records []kafkalog.Record) (kafkalog.Ack, error) {
	return kafkalog.Ack{Base: b.append(topic, p, records), AppendMs: -1}, nil
}

// Fetch gives all that is there.
func (b *broker) Fetch(_ context.Context, topic string, p int, offset int64, _ kafkalog.FetchOptions) (kafkalog.Batch,
	error) {
	at := b.at(topic, p)
	records, next := at.read(offset, len(at.records))
	return kafkalog.Batch{Records: records, Next: next, End: at.end()}, nil
}

// Offsets are the bounds of a partition.
func (b *broker) Offsets(_ context.Context, topic string, p int) (kafkalog.Offsets, error) {
	return kafkalog.Offsets{End: b.at(topic, p).end()}, nil
}
