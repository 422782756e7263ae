package decode

import (
	"fmt"

	"barometer/ingest/event"
)

// MaxSize is the largest message that is taken, in bytes.
const MaxSize = 1 << 20

// Message is a decoded message. It belongs to the decoder that made it and is valid until its next Decode; its strings may
// alias the message's bytes.
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
	return []Reason{TooLarge, InvalidUTF8, MalformedJSON, UnknownType, WrongTopic, MissingField, BadField, BadAmount, BadCurrency}
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
	secret []byte
}

// New makes a decoder. The secret keys the fingerprints of names and registrations.
func New(secret []byte) *Decoder { return &Decoder{secret: secret} }

// Decode decodes a message of a source topic. Errors are *Error.
func (d *Decoder) Decode(topic event.Topic, value []byte) (*Message, error) {
	return nil, refuse(UnknownType, "%s carries no type yet", topic)
}

// DecodeRelay decodes a record of risk.relays, which is an event already. Errors are *Error.
func (d *Decoder) DecodeRelay(value []byte) (*Message, error) {
	return nil, refuse(UnknownType, "not a relay")
}

// Fields are the members of the source message that e was made from; its words are not among them.
func Fields(e *event.Event) map[string]any { return nil }

// Schema is the JSON Schema of a source topic's messages, nil for other topics.
func Schema(topic event.Topic) []byte { return nil }

// Normaliser is the version of the normaliser of names and registrations, which log.opened fixes.
const Normaliser = 1
