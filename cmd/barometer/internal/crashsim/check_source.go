package crashsim

import (
	"bytes"
	"fmt"

	"barometer/ingest"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

// arrivals are the records of one stream of sources in one log partition, in order.
type arrivals struct {
	stream    event.Stream
	partition int
}

// checkSources holds the log, through the marks, against what one ingester makes of the sources without a stop.
func (w *world) checkSources() {
	got := map[arrivals][][]byte{}
	for p := range w.broker.topics[kafkalog.TopicLog] {
		marks := map[event.Stream]event.Mark{}
		for _, r := range w.broker.at(kafkalog.TopicLog, p).all()[1:] {
			e, err := new(event.Decoder).Decode(r.Value)
			if err != nil {
				w.fail("I5: the log does not decode: %v", err)
				return
			}
			stream := e.Source.Stream()
			if mark, known := marks[stream]; known && !e.Source.Mark().Above(mark) {
				continue
			}
			marks[stream] = e.Source.Mark()
			got[arrivals{stream, p}] = append(got[arrivals{stream, p}], unstamped(r.Value))
		}
	}
	expect, dead := w.prepared()
	for at, records := range expect {
		w.sameArrivals(at, records, got[at])
		delete(got, at)
	}
	for at, records := range got {
		w.fail("I5: partition %d of the log has %d records of %v, which nobody wrote", at.partition, len(records), at.stream)
	}
	w.checkDead(dead)
}

// unstamped is a log record without its stamp.
func unstamped(value []byte) []byte {
	e, err := new(event.Decoder).Decode(value)
	if err != nil {
		return nil
	}
	e.StampMs = 0
	return event.Append(nil, e)
}

// sameArrivals wants all of a source; of one that was deleted, what was read before, in order and without omission.
func (w *world) sameArrivals(at arrivals, expect, got [][]byte) {
	what := fmt.Sprintf("I2: %v in partition %d of the log", at.stream, at.partition)
	deleted := at.stream.Topic != event.TopicRelays &&
		at.stream.Incarnation < w.input.incarnation(at.stream.Topic.String())
	if len(got) > len(expect) || len(got) < len(expect) && !deleted {
		w.fail("%s: %d records, %d were written", what, len(got), len(expect))
		return
	}
	for i := range got {
		if !bytes.Equal(got[i], expect[i]) {
			w.fail("%s: the %d. record is another one than was written", what, i+1)
			return
		}
	}
}

// prepared is what one ingester makes of all that was written, and the dead letters by key.
func (w *world) prepared() (expect map[arrivals][][]byte, dead map[string]*kafkalog.Record) {
	expect, dead = map[arrivals][][]byte{}, map[string]*kafkalog.Record{}
	var targets [ingest.Targets]int
	for t := range ingest.Targets {
		targets[t] = len(w.broker.topics[t.Topic()])
	}
	for stream, records := range w.input.told {
		prepare := ingest.NewPreparer(stream.Topic, stream.Partition, stream.Incarnation, decode.New(secret), targets)
		current := stream.Incarnation == w.input.incarnation(stream.Topic.String())
		for _, it := range prepare.Prepare(records, 0) {
			if it.Dead != nil && current {
				dead[string(it.Dead.Key)] = it.Dead
			}
			if it.Dead == nil {
				add(expect, stream, it, targets[ingest.ToLog])
			}
		}
	}
	for p := range w.broker.topics[kafkalog.TopicRelays] {
		stream := event.Stream{Topic: event.TopicRelays, Incarnation: 1, Partition: uint32(p)}
		prepare := ingest.NewPreparer(event.TopicRelays, uint32(p), 1, decode.New(secret), targets)
		var relays []kafkalog.Record
		for _, o := range w.unbroken(p)[1] {
			relays = append(relays, kafkalog.Record{Key: []byte(o.Key), Value: o.Value})
		}
		for _, it := range prepare.Prepare(relays, 0) {
			add(expect, stream, it, targets[ingest.ToLog])
		}
	}
	return expect, dead
}

func add(expect map[arrivals][][]byte, stream event.Stream, it ingest.Item, partitions int) {
	for p := range partitions {
		value := it.Value
		if it.To == ingest.Everywhere && p != it.Home {
			value = it.Copy
		}
		if it.To == ingest.Everywhere || it.To == p {
			at := arrivals{stream, p}
			expect[at] = append(expect[at], value)
		}
	}
}

// checkDead wants every message that cannot be read among the dead letters, with its bytes, and none else but those of
// sources that were deleted.
func (w *world) checkDead(expect map[string]*kafkalog.Record) {
	found := map[string]bool{}
	for _, r := range w.broker.at(kafkalog.TopicDeadLetter, 0).all() {
		want := expect[string(r.Key)]
		if want == nil {
			if w.input.incarnation("risk.payments") == 1 {
				w.fail("I5: %s is a dead letter, and nothing is wrong with it", r.Key)
			}
			continue
		}
		if bytes.Equal(r.Value, want.Value) {
			found[string(r.Key)] = true
		} else if w.input.incarnation("risk.payments") == 1 {
			w.fail("I5: dead letter %s has other bytes than were written", r.Key)
		}
	}
	for key := range expect {
		if !found[key] {
			w.fail("I5: %s is no dead letter, and cannot be read", key)
		}
	}
}
