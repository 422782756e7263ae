package verify

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"barometer/ingest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

// offsetSpan is a range of offsets.
type offsetSpan struct{ from, to int64 }

// bitmap marks offsets of a span.
type bitmap struct {
	from        int64
	incarnation uint32 // of the source
	words       []uint64
}

func newBitmap(s offsetSpan) *bitmap {
	return &bitmap{from: s.from, words: make([]uint64, (s.to-s.from+63)/64)}
}

func (b *bitmap) set(offset int64) {
	if i := offset - b.from; i >= 0 && i/64 < int64(len(b.words)) {
		b.words[i/64] |= 1 << (i % 64)
	}
}

func (b *bitmap) has(offset int64) bool {
	i := offset - b.from
	return b.words[i/64]&(1<<(i%64)) != 0
}

// sourceTopics are those whose messages are accounted for. The clock is none: its ticks are worth nothing later.
func sourceTopics() []event.Topic {
	return []event.Topic{event.TopicIndicators, event.TopicPayments, event.TopicNews, event.TopicPortfolio,
		event.TopicOrders}
}

// beginSources notes which messages ingest says that it has dealt with.
func (r *run) beginSources(ctx context.Context) error {
	for _, topic := range sourceTopics() {
		committed, err := r.Kafka.Committed(ctx, ingest.GroupID, topic.String())
		if err != nil {
			return err
		}
		for p, to := range committed {
			bounds, err := r.Kafka.Offsets(ctx, topic.String(), p)
			if err != nil {
				return err
			}
			span := offsetSpan{bounds.Start, min(to, bounds.End)}
			if span.to <= span.from {
				continue
			}
			stream := event.Stream{Topic: topic, Partition: uint32(p)}
			r.sources[stream], r.marked[stream] = span, newBitmap(span)
		}
	}
	return nil
}

// found marks a source message that is in the log. Of a source that was recreated the newest incarnation counts.
func (r *run) found(stream event.Stream, offset int64) {
	incarnation := stream.Incarnation
	stream.Incarnation = 0
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.marked[stream]
	switch {
	case b == nil || incarnation > 0 && incarnation < b.incarnation:
		return
	case incarnation > b.incarnation:
		clear(b.words)
		b.incarnation = incarnation
	}
	b.set(offset)
}

// endSources marks the dead letters, and tells what is not accounted for. A message may lie beyond the newest cut: then
// it is looked for in what the log has after it.
func (r *run) endSources(ctx context.Context) error {
	if err := r.dead(ctx); err != nil {
		return err
	}
	for p := range r.report.Partitions {
		if err := r.beyond(ctx, p); err != nil {
			return err
		}
	}
	for stream, span := range r.sources {
		source := reader{kafka: r.Kafka, topic: stream.Topic.String(), partition: int(stream.Partition), next: span.from,
			end: span.to}
		for {
			record, err := source.read(ctx)
			if err != nil {
				return err
			}
			if record == nil {
				break
			}
			r.compared(checkSources, 1)
			if !r.marked[stream].has(record.Offset) {
				r.differ(checkSources, "%s/%d/%d is neither in the log nor a dead letter", stream.Topic, stream.Partition,
					record.Offset)
			}
		}
	}
	return nil
}

func (r *run) dead(ctx context.Context) error {
	n, err := r.Kafka.Partitions(ctx, kafkalog.TopicDeadLetter)
	if err != nil {
		return err
	}
	for p := range n {
		bounds, err := r.Kafka.Offsets(ctx, kafkalog.TopicDeadLetter, p)
		if err != nil {
			return err
		}
		letters := reader{kafka: r.Kafka, topic: kafkalog.TopicDeadLetter, partition: p, next: bounds.Start, end: bounds.End}
		for {
			record, err := letters.read(ctx)
			if err != nil {
				return err
			}
			if record == nil {
				break
			}
			if stream, offset, err := parseKey(string(record.Key)); err == nil {
				r.found(stream, offset)
			}
		}
	}
	return nil
}

// parseKey reads the key of a dead letter: topic/partition/offset.
func parseKey(key string) (event.Stream, int64, error) {
	parts := strings.Split(key, "/")
	if len(parts) != 3 {
		return event.Stream{}, 0, fmt.Errorf("key %q", key)
	}
	topic, known := event.ParseTopic(parts[0])
	partition, err := strconv.ParseUint(parts[1], 10, 32)
	offset, err2 := strconv.ParseInt(parts[2], 10, 64)
	if !known || err != nil || err2 != nil {
		return event.Stream{}, 0, fmt.Errorf("key %q", key)
	}
	return event.Stream{Topic: topic, Partition: uint32(partition)}, offset, nil
}

// beyond marks what the log holds after the newest cut.
func (r *run) beyond(ctx context.Context, p int) error {
	bounds, err := r.Kafka.Offsets(ctx, kafkalog.TopicLog, p)
	if err != nil {
		return err
	}
	var decoder event.Decoder
	log := reader{kafka: r.Kafka, topic: kafkalog.TopicLog, partition: p, next: r.ends[p], end: bounds.End}
	for {
		record, err := log.read(ctx)
		if err != nil || record == nil {
			return err
		}
		if e, err := decoder.Decode(record.Value); err == nil {
			r.found(e.Source.Stream(), e.Source.Offset)
		}
	}
}
