package decode

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"barometer/ingest/event"
)

// MaxSize is the largest message that is taken, in bytes.
const MaxSize = 1 << 20

// maxRelay is the largest relay that is taken: it holds a message of MaxSize, as a record, with what goes with it.
const maxRelay = MaxSize + 4096

// Message is a decoded message. It belongs to the decoder that made it and is valid until its next Decode; its strings
// may alias the message's bytes.
type Message struct {
	Event event.Event // without Source, StampMs and Home, which only the ingester knows
	Words []byte      // a JSON object for risk.texts; nil: the message has no words
	About string      // whom the words are about: the event's key
}

// Reason says why a message was refused.
type Reason string

// Reasons that Decode refuses a message for.
const (
	TooLarge      Reason = "too_large"
	InvalidUTF8   Reason = "invalid_utf8"
	MalformedJSON Reason = "malformed_json"
	UnknownType   Reason = "unknown_type"
	WrongTopic    Reason = "wrong_topic"
	MissingField  Reason = "missing_field"
	BadField      Reason = "bad_field"
	BadAmount     Reason = "bad_amount"
	BadCurrency   Reason = "bad_currency"
)

// Reasons are all there are, for metrics that create their labels up front.
func Reasons() []Reason {
	return []Reason{TooLarge, InvalidUTF8, MalformedJSON, UnknownType, WrongTopic, MissingField, BadField, BadAmount,
		BadCurrency}
}

// maxDetail bounds Error.Detail, in bytes.
const maxDetail = 200

// Error is a message's refusal. Detail names the field and what was expected, in at most 200 bytes.
type Error struct {
	Reason Reason
	Detail string
}

func (e *Error) Error() string { return string(e.Reason) + ": " + e.Detail }

// refuse makes an error whose detail keeps its bound.
func refuse(reason Reason, format string, args ...any) *Error {
	detail := fmt.Sprintf(format, args...)
	if len(detail) > maxDetail {
		cut := maxDetail
		for cut > 0 && detail[cut]&0xC0 == 0x80 {
			cut--
		}
		detail = detail[:cut]
	}
	return &Error{reason, detail}
}

// Decoder decodes messages. It is for one goroutine.
type Decoder struct {
	match   *matcher
	events  event.Decoder // of relays
	fast    fast
	message Message
}

// New makes a decoder. The secret keys the fingerprints of names and registrations.
func New(secret []byte) *Decoder { return &Decoder{match: newMatcher(secret)} }

// Decode decodes a message of a source topic. Errors are *Error.
func (d *Decoder) Decode(topic event.Topic, value []byte) (*Message, error) {
	if topic == event.TopicRelays {
		return d.DecodeRelay(value)
	}
	if len(value) > MaxSize {
		return nil, refuse(TooLarge, "message: want at most %d bytes, it has %d", MaxSize, len(value))
	}
	if topic == event.TopicPayments && d.fast.decode(value, &d.message) {
		return &d.message, nil
	}
	return d.decode(topic, value)
}

// decode is the way that every message can take.
func (d *Decoder) decode(topic event.Topic, value []byte) (*Message, error) {
	members, bad := parse(value)
	if bad != nil {
		return nil, bad
	}
	kind, bad := kindOf(topic, members)
	if bad != nil {
		return nil, wrapped(members, bad)
	}
	d.message = Message{Event: event.Event{Kind: kind, Body: messages[kind].fresh()}}
	w := walk{mode: reading, event: &d.message.Event, match: d.match, at: object{members: members}}
	w.message()
	if w.err != nil {
		return nil, wrapped(members, w.err)
	}
	e := &d.message.Event
	e.Key = keyOf(e)
	if w.words != nil {
		words, err := json.Marshal(w.words)
		if err != nil {
			return nil, refuse(MalformedJSON, "words: %v", err)
		}
		e.Text, d.message.Words, d.message.About = true, words, e.Key
	}
	return &d.message, nil
}

// parse reads one JSON object. Of a member that is given twice the last one counts.
func parse(value []byte) (map[string]any, *Error) {
	if !utf8.Valid(value) {
		return nil, notUTF8(value)
	}
	from := json.NewDecoder(bytes.NewReader(value))
	from.UseNumber() // numbers keep their digits
	var members map[string]any
	if err := from.Decode(&members); err != nil {
		return nil, unreadable(value, err)
	}
	if members == nil {
		return nil, refuse(MalformedJSON, "message: want a JSON object, it is null")
	}
	if _, err := from.Token(); err != io.EOF {
		return nil, refuse(MalformedJSON, "message: want one JSON object and nothing after it")
	}
	if bad := surrogate(value); bad != nil {
		return nil, bad
	}
	return members, nil
}

func kindOf(topic event.Topic, members map[string]any) (event.Kind, *Error) {
	name, ok := members["type"].(string)
	if !ok {
		return 0, refuse(MissingField, "type: want what the message says")
	}
	kind, ok := event.ParseKind(name)
	if !ok || messages[kind].walk == nil {
		return 0, refuse(UnknownType, "type: want one of %s, it is %.64q", strings.Join(typesOf(topic), ", "), name)
	}
	if kind.Topic() != topic {
		return 0, refuse(WrongTopic, "type: %s belongs to %s", kind, kind.Topic())
	}
	return kind, nil
}

// typesOf names the message types of a source topic.
func typesOf(topic event.Topic) []string {
	var types []string
	for kind := range event.KindEnd {
		if kind.Topic() == topic && messages[kind].walk != nil {
			types = append(types, kind.String())
		}
	}
	return types
}

// DecodeRelay decodes a record of risk.relays, which is an event already, as its fold wrote it. Errors are *Error.
func (d *Decoder) DecodeRelay(value []byte) (*Message, error) {
	if len(value) > maxRelay {
		return nil, refuse(TooLarge, "relay: want at most %d bytes, it has %d", maxRelay, len(value))
	}
	e, err := d.events.Decode(value)
	if err != nil {
		return nil, refuse(MalformedJSON, "relay: %v", err)
	}
	if e.Kind != event.KindRelayed {
		return nil, refuse(WrongTopic, "relay: want %s, it is %s", event.KindRelayed, e.Kind)
	}
	d.message = Message{Event: *e}
	return &d.message, nil
}

// Fields are the members of the source message that e was made from; its words, and what identifies a company without
// an id, are not among them. Nil for events that no message makes.
func Fields(e *event.Event) map[string]any {
	if e.Kind >= event.KindEnd || messages[e.Kind].walk == nil {
		return nil
	}
	w := walk{mode: printing, event: e, at: object{members: map[string]any{}}}
	w.message()
	return w.at.members
}
