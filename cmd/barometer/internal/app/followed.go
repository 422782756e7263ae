package app

import (
	"context"
	"log/slog"
	"time"

	"barometer/ingest/kafkalog"
)

// followed is the decisions as the API follows them, with how far it is.
type followed struct {
	*kafkalog.Client
	positions *kafkalog.Positions
	log       *slog.Logger
}

// endsEvery is how often the ends of the decisions are asked for: nobody else in the role serve hears of them.
const endsEvery = 2 * time.Second

func decisionsOf(partition int) kafkalog.TopicPartition {
	return kafkalog.TopicPartition{Topic: kafkalog.TopicDecisions, Partition: partition}
}

// Follow notes what was followed of the decisions. A partition with a record that cannot be read stops alone, and the
// others are followed on. Of another topic it notes nothing: whoever reads one ends by an error of its own.
func (f *followed) Follow(ctx context.Context, topic string, from []int64,
	each func(partition int, r kafkalog.Record) error) error {
	if topic != kafkalog.TopicDecisions {
		return f.Client.Follow(ctx, topic, from, each)
	}
	begin := map[kafkalog.TopicPartition]int64{}
	for p, offset := range from {
		begin[decisionsOf(p)] = offset
	}
	f.positions.Assign(kafkalog.NewGeneration(begin, nil)) // of no group: nothing is committed
	for p, offset := range from {
		f.positions.Reached(decisionsOf(p), offset)
	}
	return f.Client.Follow(ctx, topic, from, func(partition int, r kafkalog.Record) error {
		tp := decisionsOf(partition)
		if f.positions.Stopped(tp) {
			return nil
		}
		if err := each(partition, r); err != nil {
			f.positions.Stop(tp)
			f.log.Error("partition is not followed any more; it needs an operator",
				"topic", tp.Topic, "partition", partition, "offset", r.Offset, "error", err)
			return nil
		}
		f.positions.Reached(tp, r.Offset+1)
		return nil
	})
}

// watchEnds asks for the ends until ctx ends.
func (f *followed) watchEnds(ctx context.Context) error {
	every := time.NewTicker(endsEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
		ends, err := f.Ends(ctx, kafkalog.TopicDecisions)
		if err != nil {
			continue // readiness has a check of its own for the broker
		}
		for p, end := range ends {
			f.positions.Ends(decisionsOf(p), end)
		}
	}
}
