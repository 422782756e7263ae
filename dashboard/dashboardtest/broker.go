package dashboardtest

import (
	"context"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

// Publish appends a decision to risk.decisions.
func (f *Fake) Publish(d decision.Decision) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := d.Position.Partition
	value := f.encoder[p].Append(nil, &d)
	f.published[p] = append(f.published[p], kafkalog.Record{Offset: int64(len(f.published[p])), Key: []byte(d.Key),
		Value: value})
	close(f.moved)
	f.moved = make(chan struct{})
}

func (f *Fake) Partitions(context.Context, string) (int, error) { return Partitions, nil }

// Log appends an event to risk.log and returns its offset.
func (f *Fake) Log(partition int, e *event.Event) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.logged[partition] = append(f.logged[partition], kafkalog.Record{Offset: int64(len(f.logged[partition])),
		Value: event.Append(nil, e)})
	close(f.moved)
	f.moved = make(chan struct{})
	return int64(len(f.logged[partition]) - 1)
}

func (f *Fake) Ends(_ context.Context, topic string) ([]int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	ends := make([]int64, Partitions)
	for p := range ends {
		ends[p] = int64(len(f.topic(topic)[p]))
	}
	return ends, f.Down
}

func (f *Fake) topic(name string) [][]kafkalog.Record {
	if name == kafkalog.TopicLog {
		return f.logged
	}
	return f.published
}

func (f *Fake) Follow(ctx context.Context, topic string, from []int64, each func(int, kafkalog.Record) error) error {
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

func (f *Fake) Append(_ context.Context, topic string, _ int, records []kafkalog.Record) (kafkalog.Ack, error) {
	f.mu.Lock()
	if f.Down != nil {
		defer f.mu.Unlock()
		return kafkalog.Ack{}, f.Down
	}
	ack := kafkalog.Ack{Base: int64(len(f.sent[topic]))}
	f.sent[topic] = append(f.sent[topic], records...)
	react := f.OnSend
	f.mu.Unlock()
	if react != nil {
		for _, r := range records {
			react(topic, r)
		}
	}
	return ack, nil
}

// SentTo is how many messages a topic was sent.
func (f *Fake) SentTo(topic string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.sent[topic])
}

// Last is the newest message of a topic, nil for none.
func (f *Fake) Last(topic string) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := len(f.sent[topic]); n > 0 {
		return f.sent[topic][n-1].Value
	}
	return nil
}

// Questions is how often policies of a holder, or preliminary requests, were asked for.
func (f *Fake) Questions() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}
