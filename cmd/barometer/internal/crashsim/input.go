package crashsim

import (
	"fmt"
	"time"

	"barometer/cmd/barometer/internal/economy"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

// startDay is the first day of the economy.
var startDay = time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)

// input writes to the source topics as producers do: a small economy, messages that nobody can read, transactions that
// are aborted, and the clock.
type input struct {
	w            *world
	economy      *economy.Economy
	messages     []economy.Message // of the day
	left, half   int               // how many more to write, and how many were to be written after the middle
	day          time.Time
	written      int
	incarnations map[string]uint32
	// told are the source messages by topic, incarnation and partition; lost is how many of an old incarnation nobody had
	// read for certain when it was deleted.
	told map[event.Stream][]kafkalog.Record
}

func newInput(w *world, seed uint64, messages int) *input {
	in := &input{w: w, left: messages, half: messages / 2, day: startDay, incarnations: map[string]uint32{},
		told: map[event.Stream][]kafkalog.Record{}}
	in.economy = economy.New(economy.Config{Seed: seed, Buyers: 6, Policies: 2, Start: startDay})
	in.messages = in.economy.Opening()
	return in
}

func (in *input) done() bool { return in.left <= 0 }

// step writes the next message now and then.
func (in *input) step() {
	r := in.w.r
	switch {
	case in.done() && r.IntN(100) == 0:
		in.beat()
		return
	case in.done() || r.IntN(6) > 0:
		return
	}
	if len(in.messages) == 0 {
		in.tick(in.day)
		in.day, in.messages = in.economy.Day()
		return
	}
	m := in.messages[0]
	in.messages = in.messages[1:]
	in.write(m.Topic, m.Key, m.Value)
	if in.left--; in.left == in.half {
		in.activate()
	}
	if r.IntN(15) == 0 {
		in.write(m.Topic, m.Key, in.spoiled(m.Value))
	}
	if r.IntN(60) == 0 {
		in.insolvency()
	}
	if r.IntN(20) == 0 {
		in.analysts()
	}
	if in.w.f.happens(aborted) {
		in.abort(m)
	}
}

// beat is a tick that moves time by nothing, and a minute later, so that what is there is cut.
func (in *input) beat() {
	in.w.nowMs += 61_000
	in.tick(in.day)
}

func (in *input) tick(at time.Time) {
	in.write(kafkalog.TopicClock, "", fmt.Appendf(nil, `{"type":"tick","id":"tick-%d","at":%q}`, in.written,
		at.Format(time.RFC3339)))
}

// spoiled makes a message one that ingest or the fold refuses.
func (in *input) spoiled(value []byte) []byte {
	switch in.w.r.IntN(4) {
	case 0:
		return value[:len(value)/2]
	case 1:
		return []byte(`{"type":"nonsense","id":"x","at":"2025-01-01T00:00:00Z"}`)
	case 2:
		return nil
	default:
		return fmt.Appendf(nil,
			`{"type":"news","id":"future-%d","at":"2035-01-01T00:00:00Z","buyer_id":"b-0001","headline":"x","source":{"name":"x","kind":"web"}}`, in.written)
	}
}

func (in *input) insolvency() {
	buyer := fmt.Sprintf("b-%04d", 1+in.w.r.IntN(6))
	in.write("risk.news", buyer,
		fmt.Appendf(nil,
			`{"type":"news","id":"ins-%d","at":%q,"buyer_id":%q,"headline":"Insolvency","category":"insolvency.opened","source":{"name":"r","kind":"register"}}`, in.written, in.day.Format(time.RFC3339), buyer))
}

// write appends a message to a source topic.
func (in *input) write(topic, key string, value []byte) {
	in.written++
	b := in.w.broker
	p := kafkalog.PartitionOf(key, len(b.topics[topic]))
	offset := b.append(topic, p, []kafkalog.Record{{Key: []byte(key), Value: value}})
	s := in.stream(topic, p)
	in.told[s] = append(in.told[s], kafkalog.Record{Offset: offset, Key: []byte(key), Value: value})
}

// abort is a transaction of a producer that is aborted: its records must not be read as facts.
func (in *input) abort(m economy.Message) {
	b := in.w.broker
	p := kafkalog.PartitionOf(m.Key, len(b.topics[m.Topic]))
	at := b.at(m.Topic, p)
	for range 1 + in.w.r.IntN(3) {
		b.append(m.Topic, p, []kafkalog.Record{{Key: []byte(m.Key), Value: m.Value}})
		at.records[len(at.records)-1].missing = true
	}
}

func (in *input) stream(topic string, p int) event.Stream {
	t, _ := event.ParseTopic(topic)
	return event.Stream{Topic: t, Incarnation: in.incarnation(topic), Partition: uint32(p)}
}

func (in *input) incarnation(topic string) uint32 { return in.incarnations[topic] + 1 }

// recreate deletes a source topic with all that it holds and makes it anew; an operator says so.
func (in *input) recreate() {
	topic := "risk.payments"
	in.w.note("%s is recreated", topic)
	in.incarnations[topic]++
	for p, at := range in.w.broker.topics[topic] {
		in.w.broker.topics[topic][p] = &partition{id: at.id + 1}
	}
}
