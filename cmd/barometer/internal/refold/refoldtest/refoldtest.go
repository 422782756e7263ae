// Package refoldtest gives tests an installation that has written what the recorded log of package golden implies, in
// memory.
package refoldtest

import (
	"context"
	"testing"

	"barometer/cmd/barometer/internal/golden"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/model"
)

// Installation holds the partitions of its topics. It is for one goroutine.
type Installation map[string][][]kafkalog.Record

// New makes an installation with so many records in each partition of the log, all of them folded and decided.
func New(t *testing.T, records int) Installation {
	t.Helper()
	log, err := golden.Load("../golden/testdata") // of the package that is tested, beside it
	if err != nil {
		t.Fatal(err)
	}
	in := Installation{kafkalog.TopicControl: make([][]kafkalog.Record, 1), "risk.orders": make([][]kafkalog.Record, 2),
		kafkalog.TopicLog: make([][]kafkalog.Record, len(log)), kafkalog.TopicDecisions: make([][]kafkalog.Record, len(log))}
	for p := range log {
		fold := processor.NewFold(uint32(p), model.Parse)
		for offset, r := range log[p][:records] {
			in.add(kafkalog.TopicLog, p, kafkalog.Record{Value: r})
			if err := fold.Step(int64(offset), r, func(o processor.Record) {
				if !o.Relay {
					in.add(kafkalog.TopicDecisions, p, kafkalog.Record{Value: o.Value})
				}
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return in
}

func (in Installation) add(topic string, partition int, r kafkalog.Record) {
	r.Offset = int64(len(in[topic][partition]))
	in[topic][partition] = append(in[topic][partition], r)
}

// Append is of *kafkalog.Client, as are the methods below.
func (in Installation) Append(_ context.Context, topic string, partition int, records []kafkalog.Record) (kafkalog.Ack,
	error) {
	for _, r := range records {
		in.add(topic, partition, r)
	}
	return kafkalog.Ack{}, nil
}

// ReadAll gives all records of a topic.
func (in Installation) ReadAll(_ context.Context, topic string, each func(int, kafkalog.Record) error) ([]int64,
	error) {
	for p := range in[topic] {
		for _, r := range in[topic][p] {
			if err := each(p, r); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// Ends gives the offsets after the last records.
func (in Installation) Ends(_ context.Context, topic string) (ends []int64, err error) {
	for _, records := range in[topic] {
		ends = append(ends, int64(len(records)))
	}
	return ends, nil
}

// Fetch gives 100 records at most.
func (in Installation) Fetch(_ context.Context, topic string, p int, offset int64,
	_ kafkalog.FetchOptions) (kafkalog.Batch,
	error) {
	all := in[topic][p]
	end := int64(len(all))
	next := min(end, offset+100)
	return kafkalog.Batch{Records: all[min(offset, end):next], Next: next, End: end}, nil
}

// Last gives the newest record; nil: none.
func (in Installation) Last(_ context.Context, topic string, p int) (*kafkalog.Record, error) {
	all := in[topic][p]
	if len(all) == 0 {
		return nil, nil
	}
	return &all[len(all)-1], nil
}

// Partitions is how many a topic has.
func (in Installation) Partitions(_ context.Context, topic string) (int, error) {
	return len(in[topic]), nil
}
