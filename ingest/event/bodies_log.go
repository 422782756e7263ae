package event

import "barometer/ingest/event/wire"

// Tick moves log time.
type Tick struct{ AtMs int64 }

// Walk walks the fields of barometer.v1.Tick.
func (b *Tick) Walk(w *wire.Wire) { w.Int(1, &b.AtMs) }

// LogOpened is the first record of every partition of a generation: what all its readers must agree on.
type LogOpened struct {
	LogID          string // random, 32 hexadecimal digits
	Generation     uint32
	Partitions     uint32
	Clock          ClockMode
	StartMs        int64  // log time of this record
	TickIntervalMs int64  // how far a stamp may run ahead of the last tick
	CutSpanMs      int64  // how far stamps of one batch may lie apart
	Fold           uint32 // fold version
	Normaliser     uint32 // version of the name normaliser
	SecretDigest   []byte // SHA-256 of the installation's key
	Model          ModelActivated
}

// Walk walks the fields of barometer.v1.LogOpened.
func (b *LogOpened) Walk(w *wire.Wire) {
	w.Str(1, &b.LogID)
	w.Uint32(2, &b.Generation)
	w.Uint32(3, &b.Partitions)
	wire.Enum(w, 4, &b.Clock)
	w.Int(5, &b.StartMs)
	w.Int(6, &b.TickIntervalMs)
	w.Int(7, &b.CutSpanMs)
	w.Uint32(8, &b.Fold)
	w.Uint32(9, &b.Normaliser)
	w.Blob(10, &b.SecretDigest)
	w.Msg(11, &b.Model)
}

// Relayed is what one fold tells another.
type Relayed struct {
	Kind    RelayKind
	Key     string   // whom it is for; empty: every partition
	Subject string   // what it is about: a buyer, a policy, a claim, a country
	Amount  Amount   // a sum, in euro cents where it is a use
	Day     Day      // the day that it is as of
	Matches []Match  // a buyer's keys
	Payload []byte   // the encoded message of Kind, where these fields do not say it
	Names   []string // further ids; of a message forwarded, the buyers that it may be about where they are several
}

// RelayKind says what a relay tells.
type RelayKind uint8

// Kinds of relay.
const (
	RelayNone RelayKind = iota
	RelayCountryUse
	RelayMatchKeys
	RelayClaimAssessed
	RelayClaimDecided
	RelayForward    // a message about a company: to its next match key, or to the buyer that Subject names
	RelayMatchGone  // the buyer that Subject names has a key no longer
	RelayMatchNoted // to a buyer: the key that Subject names is noted, and what waited for it has been forwarded
	RelayMatchTaken // to another key of a company: the message that has the source Subject waits no longer
	RelayConfirmed  // to every partition: the message in Payload, which analysts have approved, of the key Subject
)

var relayKinds = []string{"", "country_use", "match_keys", "claim_assessed", "claim_decided", "forward", "match_gone",
	"match_noted", "match_taken", "confirmed"}

func (k RelayKind) String() string { return name(relayKinds, uint8(k)) }

// Walk walks the fields of barometer.v1.Relayed.
func (b *Relayed) Walk(w *wire.Wire) {
	wire.Enum(w, 1, &b.Kind)
	w.Str(2, &b.Key)
	w.Str(3, &b.Subject)
	w.Msg(4, &b.Amount)
	w.Int32(5, (*int32)(&b.Day))
	wire.Msgs(w, 6, &b.Matches)
	w.Blob(7, &b.Payload)
	w.Strs(8, &b.Names)
}

// NoticeDelivered tells that a notification reached its receiver, and with it notice of the decisions named, which are
// of one partition.
type NoticeDelivered struct {
	Notification string
	Notices      []Notice
	DeliveredMs  int64 // by the clock of whoever delivered it
}

// Notice is a decision whose notice counts from its delivery.
type Notice struct {
	Buyer, Policy string
	Position      Position
}

// Walk walks the fields of barometer.v1.NoticeDelivered.
func (b *NoticeDelivered) Walk(w *wire.Wire) {
	w.Str(1, &b.Notification)
	wire.Msgs(w, 2, &b.Notices)
	w.Int(3, &b.DeliveredMs)
}

// Walk walks the fields of barometer.v1.Notice.
func (n *Notice) Walk(w *wire.Wire) {
	w.Str(1, &n.Buyer)
	w.Str(2, &n.Policy)
	w.Uint32(3, &n.Position.Generation)
	w.Uint32(4, &n.Position.Partition)
	w.Int(5, &n.Position.Offset)
	w.Uint32(6, &n.Position.Seq)
}

// Quarantined sets a record of this partition aside.
type Quarantined struct {
	Offset  int64
	Analyst string
}

// Walk walks the fields of barometer.v1.Quarantined.
func (b *Quarantined) Walk(w *wire.Wire) {
	w.Int(1, &b.Offset)
	w.Str(2, &b.Analyst)
}

// StreamMark is a mark with its stream.
type StreamMark struct{ Source Source }

// Walk walks the fields of barometer.v1.StreamMark.
func (b *StreamMark) Walk(w *wire.Wire) {
	wire.Enum(w, 1, &b.Source.Topic)
	w.Uint32(2, &b.Source.Incarnation)
	w.Uint32(3, &b.Source.Partition)
	w.Int(4, &b.Source.Offset)
	w.Uint32(5, &b.Source.Seq)
}

// Marks carries the marks of a closed generation into the next.
type Marks struct{ Streams []StreamMark }

// Walk walks the fields of barometer.v1.Marks.
func (b *Marks) Walk(w *wire.Wire) { wire.Msgs(w, 1, &b.Streams) }

// State carries one entity of a closed generation into the next.
type State struct {
	Entity  string
	Payload []byte
}

// Walk walks the fields of barometer.v1.State.
func (b *State) Walk(w *wire.Wire) {
	w.Str(1, &b.Entity)
	w.Blob(2, &b.Payload)
}
