package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"barometer/configs"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

type tailCommand struct {
	Topic     string `arg:"" default:"risk.decisions" help:"Topic, for example risk.log."`
	FromStart bool   `help:"Begin at the start of the topic, not at its end."`
}

// Run prints records as JSON lines until it is stopped.
func (c *tailCommand) Run(inv *invocation) error {
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		n, err := client.Partitions(inv.ctx, c.Topic)
		if err != nil {
			return fmt.Errorf("topic %s: %w", c.Topic, err)
		}
		from := make([]int64, n)
		for p := range from {
			o, err := client.Offsets(inv.ctx, c.Topic, p)
			if err != nil {
				return err
			}
			if from[p] = o.End; c.FromStart {
				from[p] = o.Start
			}
		}
		t := tail{topic: c.Topic, out: bufio.NewWriter(os.Stdout), clocks: make([]event.LogClock, n)}
		err = client.Follow(inv.ctx, c.Topic, from, t.print)
		if inv.ctx.Err() != nil {
			return nil
		}
		return err
	})
}

// tail prints the records of a topic. Log time is known of a log that is printed from its start; else it is the
// record's stamp.
type tail struct {
	topic  string
	out    *bufio.Writer
	clocks []event.LogClock
	mu     sync.Mutex
}

// line is one record, with what its topic gives it.
type line struct {
	Topic     string `json:"topic"`
	Partition int    `json:"partition"`
	Offset    int64  `json:"offset"`
	LogTime   string `json:"log_time,omitempty"`
	Source    string `json:"source,omitempty"`
	Position  string `json:"position,omitempty"`
	At        string `json:"at,omitempty"`
	Kind      string `json:"kind,omitempty"`
	Event     any    `json:"event,omitempty"`
	Decision  any    `json:"decision,omitempty"`
	Key       string `json:"key,omitempty"`
	Value     any    `json:"value,omitempty"`
}

func (t *tail) print(partition int, r kafkalog.Record) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := line{Topic: t.topic, Partition: partition, Offset: r.Offset}
	if err := t.fill(&l, partition, r); err != nil {
		return fmt.Errorf("%s/%d offset %d: %w", t.topic, partition, r.Offset, err)
	}
	b, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if _, err := t.out.Write(append(b, '\n')); err != nil {
		return err
	}
	return t.out.Flush()
}

func (t *tail) fill(l *line, partition int, r kafkalog.Record) error {
	switch t.topic {
	case kafkalog.TopicLog, kafkalog.TopicRelays:
		var d event.Decoder
		e, err := d.Decode(r.Value)
		if err != nil {
			return err
		}
		l.LogTime = instant(e.StampMs)
		if clock := &t.clocks[partition]; t.topic == kafkalog.TopicLog && (r.Offset == 0 || clock.NowMs > 0) {
			l.LogTime = instant(clock.Advance(e))
		}
		l.Kind, l.Source, l.Event = e.Kind.String(), e.Source.String(), decode.Fields(e)
	case kafkalog.TopicDecisions:
		var d decision.Decision
		if err := decision.Decode(r.Value, &d); err != nil {
			return err
		}
		l.Position, l.At, l.Kind, l.Decision = d.Position.String(), instant(d.AtMs), d.Kind.String(), d.Body
	default:
		l.Key = string(r.Key)
		if json.Valid(r.Value) {
			l.Value = json.RawMessage(r.Value)
		} else {
			l.Value = r.Value
		}
	}
	return nil
}

func instant(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339Nano) }
