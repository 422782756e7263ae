package dashboard

import (
	"context"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

func (f *fake) publish(d decision.Decision) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := d.Position.Partition
	value := f.encoder[p].Append(nil, &d)
	f.published[p] = append(f.published[p], kafkalog.Record{Offset: int64(len(f.published[p])), Key: []byte(d.Key),
		Value: value})
	close(f.moved)
	f.moved = make(chan struct{})
}

func (f *fake) Partitions(context.Context, string) (int, error) { return partitions, nil }

func (f *fake) log(partition int, e *event.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.logged[partition] = append(f.logged[partition], kafkalog.Record{Offset: int64(len(f.logged[partition])),
		Value: event.Append(nil, e)})
	close(f.moved)
	f.moved = make(chan struct{})
}

func (f *fake) Ends(_ context.Context, topic string) ([]int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	ends := make([]int64, partitions)
	for p := range ends {
		ends[p] = int64(len(f.topic(topic)[p]))
	}
	return ends, f.down
}

func (f *fake) topic(name string) [][]kafkalog.Record {
	if name == kafkalog.TopicLog {
		return f.logged
	}
	return f.published
}

func (f *fake) Follow(ctx context.Context, topic string, from []int64, each func(int, kafkalog.Record) error) error {
	next := slices.Clone(from)
	for {
		f.mu.Lock()
		moved := f.moved
		type found struct {
			p int
			r kafkalog.Record
		}
		var all []found
		for p, records := range f.topic(topic) {
			for ; next[p] < int64(len(records)); next[p]++ {
				all = append(all, found{p, records[next[p]]})
			}
		}
		f.mu.Unlock()
		for _, x := range all {
			if err := each(x.p, x.r); err != nil {
				return err
			}
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (f *fake) Append(_ context.Context, topic string, _ int, records []kafkalog.Record) (kafkalog.Ack, error) {
	f.mu.Lock()
	if f.down != nil {
		defer f.mu.Unlock()
		return kafkalog.Ack{}, f.down
	}
	ack := kafkalog.Ack{Base: int64(len(f.sent[topic]))}
	f.sent[topic] = append(f.sent[topic], records...)
	react := f.onSend
	f.mu.Unlock()
	if react != nil {
		for _, r := range records {
			react(topic, r)
		}
	}
	return ack, nil
}

func (f *fake) sentTo(topic string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.sent[topic])
}
