package records

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"barometer/alerting/notice"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/ingest/kafkalog"
	"barometer/processor/claim"
	"barometer/processor/decision"
)

// Line is one record, with what its topic gives it.
type Line struct {
	Topic     string            `json:"topic"`
	Partition int               `json:"partition"`
	Offset    int64             `json:"offset"`
	LogTime   string            `json:"log_time,omitempty"`
	Position  string            `json:"position,omitempty"`
	At        string            `json:"at,omitempty"`
	AsOf      string            `json:"as_of,omitempty"`
	Kind      string            `json:"kind,omitempty"`
	Key       string            `json:"key,omitempty"`
	Source    string            `json:"source,omitempty"`
	Headers   map[string]string `json:"headers,omitempty"`
	Trigger   any               `json:"trigger,omitempty"`
	Event     any               `json:"event,omitempty"`
	Decision  any               `json:"decision,omitempty"`
	Value     any               `json:"value,omitempty"`   // of a topic that carries neither; of one that carries JSON, as it is
	Deleted   bool              `json:"deleted,omitempty"` // of a compacted topic: the key's value is gone
}

// Printer makes lines of the records of one topic, each partition's in their order. The zero value is not ready.
type Printer struct {
	topic  string
	clocks []event.LogClock // by partition
}

// NewPrinter makes a printer of a topic with so many partitions.
func NewPrinter(topic string, partitions int) *Printer {
	return &Printer{topic: topic, clocks: make([]event.LogClock, partitions)}
}

// Line shows a record. The log time of a record of risk.log is known where the partition was printed from its start;
// else it is the record's stamp.
func (p *Printer) Line(partition int, r kafkalog.Record) (*Line, error) {
	l := &Line{Topic: p.topic, Partition: partition, Offset: r.Offset}
	if err := p.fill(l, partition, &r); err != nil {
		return nil, fmt.Errorf("%s/%d offset %d: %w", p.topic, partition, r.Offset, err)
	}
	return l, nil
}

func (p *Printer) fill(l *Line, partition int, r *kafkalog.Record) error {
	switch p.topic {
	case kafkalog.TopicLog, kafkalog.TopicRelays:
		e, err := new(event.Decoder).Decode(r.Value)
		if err != nil {
			return err
		}
		l.LogTime = instant(e.StampMs)
		if clock := &p.clocks[partition]; p.topic == kafkalog.TopicLog && (r.Offset == 0 || clock.NowMs > 0) {
			l.LogTime = instant(clock.Advance(e))
		}
		return l.event(e)
	case kafkalog.TopicDecisions:
		var d decision.Decision
		if err := decision.Decode(r.Value, &d); err != nil {
			return err
		}
		l.Position, l.At, l.AsOf, l.Kind, l.Key = d.Position.String(), instant(d.AtMs), d.AsOf.String(), d.Kind.String(),
			d.Key
		if t := fields(&d.Trigger); len(t) > 0 {
			l.Trigger = t
		}
		l.Decision = fields(d.Body)
	case kafkalog.TopicNotifications:
		item, err := notice.DecodeItem(r.Value)
		if err != nil {
			return err
		}
		l.Kind, l.Key, l.Value = item.What.String(), string(r.Key), fields(item)
	default:
		return l.asItIs(r)
	}
	return nil
}

// event shows a record of the log: the source message's fields, else what folds and roles tell each other.
func (l *Line) event(e *event.Event) error {
	l.Kind, l.Source, l.Key = e.Kind.String(), e.Source.String(), e.Key
	shown, err := eventFields(e)
	l.Event = shown
	return err
}

// eventFields are the fields of an event, with the message that a relay carries in place of its bytes.
func eventFields(e *event.Event) (map[string]any, error) {
	if of := decode.Fields(e); of != nil {
		return of, nil
	}
	of := fields(e.Body)
	v, ok := e.Body.(*event.Relayed)
	if !ok || len(v.Payload) == 0 {
		return of, nil
	}
	if asked, err := claimRelayed(v); asked != nil || err != nil {
		of["payload"] = asked
		return of, err
	}
	carried, err := new(event.Decoder).Decode(v.Payload)
	if err != nil {
		return nil, fmt.Errorf("the message in a relay of kind %s: %w", v.Kind, err)
	}
	inner, err := eventFields(carried)
	if err != nil {
		return nil, err
	}
	of["payload"] = map[string]any{"kind": carried.Kind.String(), "source": carried.Source.String(), "event": inner}
	return of, nil
}

// claimRelayed are the fields of what a claim's partition and its policy's tell each other, nil for another relay.
func claimRelayed(v *event.Relayed) (map[string]any, error) {
	var body wire.Walker
	switch v.Kind {
	case event.RelayClaimAssessed:
		body = new(claim.Question)
	case event.RelayClaimDecided:
		body = new(claim.Answer)
	default:
		return nil, nil
	}
	if err := wire.Decode(v.Payload, body); err != nil {
		return nil, fmt.Errorf("what a relay of kind %s carries: %w", v.Kind, err)
	}
	return fields(body), nil
}

// asItIs shows a record of a topic that carries JSON or bytes, and the first record of risk.control, which is that of
// the log.
func (l *Line) asItIs(r *kafkalog.Record) error {
	l.Key = string(r.Key)
	for _, h := range r.Headers {
		if l.Headers == nil {
			l.Headers = map[string]string{}
		}
		l.Headers[h.Key] = fmt.Sprint(text(string(h.Value)))
	}
	switch {
	case len(r.Value) == 0:
		l.Deleted = true
	case json.Valid(r.Value):
		l.Value = json.RawMessage(r.Value)
		var typed struct {
			Type string `json:"type"`
		}
		_ = json.Unmarshal(r.Value, &typed) // of an array or a text there is none
		l.Kind = typed.Type
	case utf8.Valid(r.Value) && l.Topic != kafkalog.TopicControl:
		l.Value = string(r.Value)
	case l.Topic == kafkalog.TopicControl:
		e, err := new(event.Decoder).Decode(r.Value)
		if err != nil {
			return err
		}
		key := l.Key
		err = l.event(e)
		l.Key = key
		return err
	default:
		l.Value = r.Value // base64
	}
	return nil
}

// Concerns tells whether a record is about a buyer: it is the key, or what the record says names it.
func (l *Line) Concerns(buyer string) bool {
	if l.Key == buyer || l.Headers["about"] == buyer {
		return true
	}
	said, err := json.Marshal([]any{l.Event, l.Decision, l.Value})
	if err != nil {
		return false
	}
	var all any
	return json.Unmarshal(said, &all) == nil && names(all, buyer)
}

// buyerFields are the fields that name a buyer, or several.
var buyerFields = []string{"buyer_id", "buyers", "key", "subject", "names", "others"}

// names tells whether a JSON value has a field that names the buyer, at any depth.
func names(v any, buyer string) bool {
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			if slices.Contains(buyerFields, name) && is(x, buyer) || names(x, buyer) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(x any) bool { return names(x, buyer) })
	}
	return false
}

// is tells whether a JSON value is a text, or a list that has it.
func is(v any, text string) bool {
	all, ok := v.([]any)
	if ok {
		return slices.Contains(all, any(text))
	}
	return v == any(text)
}
