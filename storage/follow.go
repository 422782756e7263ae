package storage

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"barometer/ingest/kafkalog"
	"barometer/internal/retry"
)

// gather is how long a follower lets records gather once it has stored some: small inserts are dear.
const gather = 2 * time.Second

// follow stores a topic that belongs to no cut: at least once, by its key.
func (r *run) follow(ctx context.Context, tp kafkalog.TopicPartition, committed int64) {
	offset, wait := max(0, committed), retry.Work.Waits()
	r.cfg.Positions.Reached(tp, offset)
	for ctx.Err() == nil {
		b, err := r.cfg.Client.Fetch(ctx, tp.Topic, tp.Partition, offset, kafkalog.FetchOptions{MaxBytes: fetchBytes,
			MaxWait: fetchWait})
		var outside *kafkalog.RangeError
		if errors.As(err, &outside) {
			offset = outside.Start // retention took what lies before, or the topic is a new one
			err = nil
			if !retry.Sleep(ctx, gather/20) {
				return
			}
			continue
		}
		if err != nil {
			if !r.cfg.pause(ctx, wait, "fetching is repeated", err, "topic", tp.Topic, "partition", tp.Partition) {
				return
			}
			continue
		}
		wait.Reset()
		r.cfg.Positions.Ends(tp, b.End)
		if len(b.Records) > 0 {
			for _, in := range rowsOf(tp.Topic, b.Records) {
				if r.store(ctx, in, func() error { return r.cfg.DB.insert(ctx, in, false) }) != nil {
					return
				}
			}
			r.cfg.Positions.Reached(tp, b.Next)
			r.cfg.Logger.Debug("records stored", "topic", tp.Topic, "partition", tp.Partition, "records", len(b.Records), "next",
				b.Next)
			if b.Next >= b.End && !retry.Sleep(ctx, gather) {
				return
			}
		}
		offset = b.Next
		r.cfg.Positions.Reached(tp, offset)
	}
}

// keyed is a record of a followed topic as a row: of which fields, its table says.
type keyed struct {
	record *kafkalog.Record
	letter letter
	state  letterState
}

// letter is what alerting stores of a notification under <id>, and letterState what under <id>/state.
type letter struct {
	ID           string    `json:"id"`
	Holder       string    `json:"holder_id"`
	Subscription string    `json:"subscription_id"`
	Channel      string    `json:"channel"`
	Target       string    `json:"target"`
	Type         string    `json:"type"`
	Severity     string    `json:"severity"`
	Sequence     uint64    `json:"sequence"`
	Buyers       []string  `json:"buyers"`
	Summary      string    `json:"summary"`
	At           time.Time `json:"at"`
	Position     string    `json:"position"`
}

type letterState struct {
	ID       string          `json:"id"`
	Status   string          `json:"status"`
	Reason   string          `json:"reason"`
	Attempts json.RawMessage `json:"attempts"`
}

// rowsOf makes the inserts of a topic's records. A record that cannot be read is not alerting's, and left out.
func rowsOf(topic string, records []kafkalog.Record) []*Insert {
	var primary, states *Insert
	switch topic {
	case kafkalog.TopicTexts:
		primary = &Insert{Table: "texts", columns: textRows()}
	case kafkalog.TopicDeadLetter:
		primary = &Insert{Table: "dead_letters", columns: deadLetterRows()}
	default:
		primary = &Insert{Table: "notifications", columns: letterRows()}
		states = &Insert{Table: "notification_states", columns: stateRows()}
	}
	for i := range records {
		k := keyed{record: &records[i]}
		into := primary
		if states != nil {
			switch id, suffix, _ := strings.Cut(string(k.record.Key), "/"); {
			case suffix == "" && json.Unmarshal(k.record.Value, &k.letter) == nil && k.letter.ID == id:
			case suffix == "state" && json.Unmarshal(k.record.Value, &k.state) == nil && k.state.ID == id:
				into = states
			default:
				continue
			}
		}
		into.put(&entry{keyed: k})
	}
	var all []*Insert
	for _, in := range []*Insert{primary, states} {
		if in != nil && in.Rows > 0 {
			all = append(all, in)
		}
	}
	return all
}

func (k *keyed) header(name string) string {
	for _, h := range k.record.Headers {
		if h.Key == name {
			return string(h.Value)
		}
	}
	return ""
}

func key(e *entry) string       { return string(e.keyed.record.Key) }
func version(e *entry) int64    { return e.keyed.record.Offset }
func writtenAt(e *entry) int64  { return e.keyed.record.TimeMs }
func value(e *entry) string     { return string(e.keyed.record.Value) }
func topicOf(key string) string { topic, _, _ := strings.Cut(key, "/"); return topic }
func header(name string) func(*entry) string {
	return func(e *entry) string { return e.keyed.header(name) }
}

func textRows() []column {
	return []column{text("source", key), text("about", header("about")), text("words", value),
		instant("written_at", writtenAt), int64s("version", version)}
}

func deadLetterRows() []column {
	return []column{text("source", key), text("topic", func(e *entry) string { return topicOf(key(e)) }),
		text("reason", header("reason")), text("detail", header("detail")), text("message_bytes", value),
		instant("written_at", writtenAt), int64s("version", version)}
}

func letterRows() []column {
	str := func(name string, get func(*letter) string) column {
		return text(name, func(e *entry) string { return get(&e.keyed.letter) })
	}
	return []column{
		str("id", func(l *letter) string { return l.ID }),
		str("holder_id", func(l *letter) string { return l.Holder }),
		str("subscription_id", func(l *letter) string { return l.Subscription }),
		str("channel", func(l *letter) string { return l.Channel }),
		str("target", func(l *letter) string { return l.Target }),
		str("type", func(l *letter) string { return l.Type }),
		str("severity", func(l *letter) string { return l.Severity }),
		uint64s("sequence", func(e *entry) uint64 { return e.keyed.letter.Sequence }),
		texts("buyers", func(e *entry) []string { return e.keyed.letter.Buyers }),
		str("summary", func(l *letter) string { return l.Summary }),
		instant("at", func(e *entry) int64 { return e.keyed.letter.At.UnixMilli() }),
		str("position", func(l *letter) string { return l.Position }),
		int64s("version", version),
	}
}

func stateRows() []column {
	return []column{
		text("id", func(e *entry) string { return e.keyed.state.ID }),
		text("status", func(e *entry) string { return e.keyed.state.Status }),
		text("reason", func(e *entry) string { return e.keyed.state.Reason }),
		text("attempts", func(e *entry) string { return string(e.keyed.state.Attempts) }),
		int64s("version", version),
	}
}
