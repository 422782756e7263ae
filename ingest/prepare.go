package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

const (
	// maxRecord bounds a record of the log and of the texts. It is above what a message may be, and below what kafkalog
	// lets those topics take.
	maxRecord = 3 << 19
	// maxDeadLetter bounds a dead letter, with its headers. Its topic takes more than the source topics do.
	maxDeadLetter = 3 << 20
	// maxDetail bounds the explanation in a dead letter.
	maxDetail = 512
	// chunkSize is how much of a log partition's records share memory, so that few wait for each other to be freed.
	chunkSize = 8 << 10
)

// Preparer turns the records of one source partition into items: decodes, stamps, routes and encodes them. What it
// makes of a record depends on nothing but the record, the stamp and how it was made. It is for one goroutine.
type Preparer struct {
	topic      event.Topic
	source     event.Source // of the next record, but for its offset
	decoder    *decode.Decoder
	partitions [Targets]int
	scratch    []byte
	chunks     [][]byte // by log partition
}

// NewPreparer makes the preparer of a source partition. partitions are those of the topics that ingest writes.
func NewPreparer(topic event.Topic, partition, incarnation uint32, decoder *decode.Decoder,
	partitions [Targets]int) *Preparer {
	return &Preparer{topic: topic, source: event.Source{Topic: topic, Incarnation: incarnation, Partition: partition},
		decoder: decoder, partitions: partitions, chunks: make([][]byte, partitions[ToLog])}
}

// Prepare makes one item of each record; of deliveries only of those that tell of a notice. Items do not share memory
// with the records.
func (p *Preparer) Prepare(records []kafkalog.Record, stampMs int64) []Item {
	items := make([]Item, 0, len(records))
	for i := range records {
		r := &records[i]
		p.source.Offset = r.Offset
		it := Item{Offset: r.Offset}
		if err := p.prepare(r, stampMs, &it); err != nil {
			it = p.deadLetter(r, stampMs, err)
		}
		if it.Value != nil || it.Dead != nil {
			items = append(items, it)
		}
	}
	return items
}

func (p *Preparer) prepare(r *kafkalog.Record, stampMs int64, it *Item) error {
	switch p.topic {
	case event.TopicRelays:
		return p.relay(r, stampMs, it)
	case event.TopicDeliveries:
		return p.delivery(r, stampMs, it)
	}
	m, err := p.decoder.Decode(p.topic, r.Value)
	if err != nil {
		return err
	}
	e := &m.Event
	e.Source, e.StampMs, e.Home = p.source, stampMs, true
	if m.Words != nil {
		key := p.source.String()
		if len(key)+len(m.Words)+len(m.About) > maxRecord {
			return tooLarge("its words have %d bytes", len(m.Words))
		}
		e.Text = true
		it.Words = &kafkalog.Record{Key: []byte(key), Value: bytes.Clone(m.Words), TimeMs: stampMs,
			Headers: []kafkalog.Header{{Key: "about", Value: []byte(m.About)}}}
		it.WordsTo = kafkalog.PartitionOf(key, p.partitions[ToTexts])
	}
	return p.route(e, e.Key, e.Kind.Broadcast(), it)
}

// relay passes on what a fold tells: its source is the place in the log that the fold was at.
func (p *Preparer) relay(r *kafkalog.Record, stampMs int64, it *Item) error {
	m, err := p.decoder.DecodeRelay(r.Value)
	if err != nil {
		return err
	}
	e := &m.Event
	if e.Source.Topic != event.TopicRelays {
		return &decode.Error{Reason: decode.WrongTopic, Detail: fmt.Sprintf("a relay from %s", e.Source)}
	}
	e.StampMs, e.Home = stampMs, true
	home := e.Key
	if home == "" {
		home = e.Kind.String()
	}
	return p.route(e, home, e.Key == "", it)
}

// delivery passes on that a notice was delivered, to the partition whose fold gave it. Most records tell of none.
func (p *Preparer) delivery(r *kafkalog.Record, stampMs int64, it *Item) error {
	m, err := p.decoder.DecodeDelivery(r.Key, r.Value)
	if err != nil || m == nil {
		return err
	}
	e := &m.Event
	e.Source, e.StampMs, e.Home = p.source, stampMs, true
	to := int(e.Body.(*event.NoticeDelivered).Notices[0].Position.Partition)
	if to >= p.partitions[ToLog] {
		return &decode.Error{Reason: decode.BadField, Detail: fmt.Sprintf("notices: the log has no partition %d", to)}
	}
	it.Home, it.To, it.Value = to, to, p.encode(e, to)
	return nil
}

// route encodes an event for the partitions that it goes to.
func (p *Preparer) route(e *event.Event, home string, everywhere bool, it *Item) error {
	it.Home = kafkalog.PartitionOf(home, p.partitions[ToLog])
	it.To = it.Home
	it.Value = p.encode(e, it.Home)
	if everywhere {
		e.Home = false
		it.To, it.Copy = Everywhere, p.encode(e, it.Home)
	}
	if len(it.Value) > maxRecord {
		return tooLarge("its log record has %d bytes", len(it.Value))
	}
	return nil
}

// encode gives the bytes of e. Small records of one log partition share memory.
func (p *Preparer) encode(e *event.Event, to int) []byte {
	p.scratch = event.Append(p.scratch[:0], e)
	n := len(p.scratch)
	if n > chunkSize/4 {
		b := bytes.Clone(p.scratch)
		if n > 1<<16 {
			p.scratch = nil
		}
		return b
	}
	chunk := p.chunks[to]
	if cap(chunk)-len(chunk) < n {
		chunk = make([]byte, 0, chunkSize)
	}
	start := len(chunk)
	chunk = append(chunk, p.scratch...)
	p.chunks[to] = chunk
	return chunk[start:len(chunk):len(chunk)]
}

func tooLarge(format string, args ...any) error {
	return &decode.Error{Reason: decode.TooLarge, Detail: fmt.Sprintf(format, args...) + fmt.Sprintf(", the limit is %d",
		maxRecord)}
}

// deadLetter keeps a record that cannot be read: its bytes and headers, and why. What does not fit is cut, and the
// detail says so.
func (p *Preparer) deadLetter(r *kafkalog.Record, stampMs int64, err error) Item {
	var bad *decode.Error
	if !errors.As(err, &bad) {
		bad = &decode.Error{Reason: decode.MalformedJSON, Detail: err.Error()}
	}
	key := p.topic.String() + "/" + strconv.FormatUint(uint64(p.source.Partition), 10) + "/" + strconv.FormatInt(r.Offset,
		10)
	detail := strings.ToValidUTF8(bad.Detail[:min(len(bad.Detail), maxDetail)], "")
	room := maxDeadLetter - 2*len(key) - 2*maxDetail
	var headers []kafkalog.Header
	for _, h := range r.Headers {
		if room -= len(h.Key) + len(h.Value) + 16; room < maxDeadLetter/2 {
			detail += fmt.Sprintf("; %d headers cut", len(r.Headers)-len(headers))
			room += len(h.Key) + len(h.Value) + 16
			break
		}
		headers = append(headers, kafkalog.Header{Key: h.Key, Value: bytes.Clone(h.Value)})
	}
	value := r.Value
	if len(value) > room {
		detail += fmt.Sprintf("; value cut to the first %d of %d bytes", room, len(value))
		value = value[:room]
	}
	headers = append(headers, kafkalog.Header{Key: "reason", Value: []byte(bad.Reason)},
		kafkalog.Header{Key: "detail", Value: []byte(detail)}, kafkalog.Header{Key: "source", Value: []byte(key)})
	return Item{Offset: r.Offset, Reason: string(bad.Reason), DeadTo: kafkalog.PartitionOf(key,
		p.partitions[ToDeadLetter]), Dead: &kafkalog.Record{Key: []byte(key), Value: bytes.Clone(value), TimeMs: stampMs,
		Headers: headers}}
}

// cutInHalf gives a dead letter with half of its value, and a detail that says so.
func cutInHalf(r kafkalog.Record) kafkalog.Record {
	r.Value = r.Value[:len(r.Value)/2]
	r.Headers = slices.Clone(r.Headers)
	for i, h := range r.Headers {
		if h.Key == "detail" {
			r.Headers[i].Value = fmt.Appendf(bytes.Clone(h.Value), "; value cut to %d bytes", len(r.Value))
		}
	}
	return r
}
