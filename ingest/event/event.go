package event

import (
	"fmt"

	"barometer/ingest/event/wire"

	"github.com/cespare/xxhash/v2"
)

// Format is the version of the record format that this package writes; it reads no higher one.
const Format = 1

// Event is one record of risk.log.
type Event struct {
	Source  Source
	StampMs int64  // the ingester's clock when it made the record
	Kind    Kind   // decides the type of Body
	Key     string // what the record was routed by: a buyer id, policy/<id>, country/<code>, or its kind
	ID      string // the message's id
	AtMs    int64  // the message's at
	History bool   // evidence only, until history.closed
	Home    bool   // of a broadcast: this partition stores, rejects and reports it. Of others: always true
	Text    bool   // words of this message stand in risk.texts under Source
	Body    Body

	raw []byte // of the body, where it was decoded
}

// Body is what an event of one kind carries: a pointer to one of this package's types.
type Body interface {
	wire.Walker
	// Party is the company that the message is about, with or without a buyer's id; nil: it is about none.
	Party() *Party
	// PolicyID is the id of the policy that the message names, empty for none.
	PolicyID() string
	// EnteredBy is who of the insurer's people entered the message, empty where none did.
	EnteredBy() string
}

// Digest is a fingerprint of kind and body: equal for two messages that differ in nothing but id and at. It is known of
// decoded events only.
func (e *Event) Digest() uint64 { return xxhash.Sum64(e.raw)*31 + uint64(e.Kind) }

func (e *Event) walk(w *wire.Wire) {
	wire.Enum(w, 2, &e.Source.Topic)
	w.Uint32(3, &e.Source.Incarnation)
	w.Uint32(4, &e.Source.Partition)
	w.Int(5, &e.Source.Offset)
	w.Uint32(6, &e.Source.Seq)
	w.Int(7, &e.StampMs)
	wire.Enum(w, 8, &e.Kind)
	w.Str(9, &e.Key)
	w.Str(10, &e.ID)
	w.Int(11, &e.AtMs)
	w.Bool(12, &e.History)
	w.Bool(13, &e.Home)
	w.Bool(14, &e.Text)
}

// Append appends the record of e to dst. e.Body must be of e.Kind's type.
func Append(dst []byte, e *Event) []byte {
	var w wire.Wire
	w.Encode(dst)
	format := uint32(Format)
	w.Uint32(1, &format)
	e.walk(&w)
	w.Msg(16, e.Body)
	return w.Bytes()
}

// FormatError is a record of a format that this binary does not know: its partition must stop.
type FormatError struct{ Format uint32 }

func (e *FormatError) Error() string {
	return fmt.Sprintf("record format %d: this binary knows up to %d", e.Format, Format)
}

// Decoder decodes records. It owns one body of each kind and uses it again, so a decoded event is valid until the next
// Decode. It is for one goroutine.
type Decoder struct {
	event  Event
	bodies bodies
	wire   wire.Wire
}

// Decode decodes one record. The event and its body belong to the decoder; their strings alias b. Errors are
// *FormatError or wrap wire.ErrMalformed.
func (d *Decoder) Decode(b []byte) (*Event, error) {
	if d.fast(b) {
		return &d.event, nil
	}
	return d.slow(b)
}

// slow is the way that every record can take.
func (d *Decoder) slow(b []byte) (*Event, error) {
	d.event = Event{}
	e := &d.event
	w := &d.wire
	w.Begin(b)
	var format uint32
	w.Uint32(1, &format)
	if format > Format {
		return nil, &FormatError{format}
	}
	e.walk(w)
	var raw []byte
	w.Blob(16, &raw)
	if err := w.Finish(); err != nil {
		return nil, fmt.Errorf("log record: %w", err)
	}
	if raw == nil || format == 0 || e.Kind == KindNone || e.Kind >= KindEnd {
		return nil, fmt.Errorf("log record of format %d, kind %d: %w", format, e.Kind, wire.ErrMalformed)
	}
	e.Body = d.bodies.of(e.Kind)
	e.raw = raw
	if err := w.Decode(raw, e.Body); err != nil {
		return nil, fmt.Errorf("log record, %s: %w", e.Kind, err)
	}
	return e, nil
}

// NewBody gives an empty body of kind k, nil for an unknown kind.
func NewBody(k Kind) Body { return new(bodies).of(k) }
