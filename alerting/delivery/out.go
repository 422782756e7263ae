package delivery

import (
	"context"
	"errors"
	"fmt"

	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/runner"
)

// maxLetter bounds the record of a letter, and maxRequest a request of several.
const (
	maxLetter  = 900_000
	maxRequest = 900_000
)

// Out is the output of the second fold of one partition: it renders notifications, stores them as letters and hands
// them to the sender. It is a runner.Out.
type Out struct {
	sender    *Sender
	partition int
	stay      *stay // that Last began
}

// NewOut makes the output of a partition of risk.notifications.
func NewOut(s *Sender, partition int) *Out { return &Out{sender: s, partition: partition} }

// Last reads the partition's deliveries to their end, hands what did not end to the sender, and gives the place of the
// newest letter. ctx is that of the partition's stay in this process: when it ends, the sender forgets the partition.
func (o *Out) Last(ctx context.Context) (runner.Published, error) {
	s, err := Load(ctx, o.sender.Kafka, o.partition, o.sender.horizon(ctx, o.partition))
	if err != nil {
		return runner.Published{}, err
	}
	o.stay = o.sender.enter(ctx, o.partition, s)
	for _, p := range s.Open() {
		o.add(ctx, p)
	}
	o.sender.keep(o.stay, o.partition, s.Horizon)
	return s.Published, nil
}

// Publish renders and stores notifications in order, after Last. What it stores when the stay is over is the next
// owner's to send.
func (o *Out) Publish(ctx context.Context, to runner.Lane, outputs []runner.Output) error {
	if to != runner.Decisions {
		return fmt.Errorf("deliveries: output for lane %s, which the second fold does not have", to)
	}
	var letters []*Letter
	var records []kafkalog.Record
	size := 0
	for i := range outputs {
		l, err := o.render(ctx, &outputs[i])
		if err != nil {
			return err
		}
		record := l.Record()
		if len(record.Value) > maxLetter {
			o.sender.Logger.Error("notification too large", "id", l.ID, "bytes", len(record.Value))
			l.Body, l.Summary = "", shorten(l.Summary)
			record = l.Record()
		}
		if size += len(record.Value); len(records) > 0 && size > maxRequest {
			if err := o.store(ctx, letters, records); err != nil {
				return err
			}
			letters, records, size = nil, nil, len(record.Value)
		}
		letters, records = append(letters, l), append(records, record)
	}
	return o.store(ctx, letters, records)
}

func (o *Out) store(ctx context.Context, letters []*Letter, records []kafkalog.Record) error {
	if len(letters) == 0 {
		return nil
	}
	ack, err := o.sender.Kafka.Append(ctx, kafkalog.TopicDeliveries, o.partition, records)
	if err != nil {
		return fmt.Errorf("store letters: %w", err)
	}
	for i, l := range letters {
		p := l.Pending(o.partition, ack.Base+int64(i))
		p.Body = []byte(l.Body)
		o.add(ctx, p)
		o.sender.added(o.partition, l)
	}
	return nil
}

// add hands a letter to the sender, and stores the end of one that it has no room for.
func (o *Out) add(ctx context.Context, p *Pending) {
	var over *State
	o.sender.of(o.stay, func(c *Core) { over = c.Add(p) })
	if over == nil {
		return
	}
	if _, err := o.sender.Kafka.Append(ctx, kafkalog.TopicDeliveries, o.partition,
		[]kafkalog.Record{over.Record()}); err != nil {
		o.sender.broke(o.partition)
		if ctx.Err() == nil {
			o.sender.Logger.Error("state of a delivery not stored", "id", p.ID, "error", err)
		}
	}
}

// render makes the letter of an output. What cannot be rendered is a letter without a body, whose end the sender tells.
func (o *Out) render(ctx context.Context, out *runner.Output) (*Letter, error) {
	l, n, err := NewLetter(out)
	if err != nil {
		return nil, err
	}
	body, summary, err := o.compose(ctx, n)
	if err != nil {
		o.sender.Logger.Error("notification not rendered", "id", n.ID, "error", err)
		return l, nil
	}
	l.Body, l.Summary = string(body), summary
	return l, nil
}

func (o *Out) compose(ctx context.Context, n *notice.Notification) ([]byte, string, error) {
	channel := o.sender.Channels[n.Channel]
	if channel == nil {
		return nil, "", errors.New("its channel is not known")
	}
	names := map[string]string{}
	for i := range n.Changes {
		c := &n.Changes[i]
		if names[c.Buyer] != "" || c.Texts.Topic == event.TopicNone {
			continue
		}
		if name, known := o.sender.Names.Name(ctx, c.Texts); known {
			names[c.Buyer] = name
		}
	}
	return channel.Render(n, names)
}
