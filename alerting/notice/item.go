package notice

import (
	"fmt"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
)

// Format is the version of the format that this package writes; it reads no higher one.
const Format = 1

// What an item says.
type What uint8

// What items say. Values are part of the format.
const (
	WhatNone   What = iota
	Changes         // decisions of one step for one holder
	Subscribed      // a subscription as it is from now on
	Progress        // a cut of a partition of risk.decisions, to every partition
)

var whats = [...]string{"", "changes", "subscription", "progress"}

func (w What) String() string {
	if int(w) < len(whats) {
		return whats[w]
	}
	return ""
}

// Item is one record of risk.notifications.
type Item struct {
	// Source: of changes and progress the step's place (generation as incarnation, partition, offset) and the item's
	// number within the step; of subscriptions the record's place. Readers keep a mark per stream.
	Source       event.Source
	What         What
	Holder       string
	AtMs         int64 // log time
	Changes      []Change
	Subscription Subscription
	Next         int64 // of progress: everything below this log offset is decided
}

// Channel is how a policyholder is told.
type Channel uint8

// Channels. Values are part of the format.
const (
	ChannelNone Channel = iota
	Webhook
	Email
)

var channels = [...]string{"", "webhook", "email"}

func (c Channel) String() string {
	if int(c) < len(channels) {
		return channels[c]
	}
	return ""
}

// ParseChannel finds a channel by its published name.
func ParseChannel(name string) (Channel, bool) {
	for c := Webhook; c <= Email; c++ {
		if channels[c] == name {
			return c, true
		}
	}
	return ChannelNone, false
}

// Subscription is a subscription as the fold needs it: without its secrets.
type Subscription struct {
	ID              string
	Channel         Channel
	Target          string
	Kinds           []decision.Kind
	MinimumSeverity Severity
	Language        string
	Ended           bool   // deleted, and before Paused was known also disabled
	Unconfirmed     bool   // its address is asked whether it wants to be told; until then it is told nothing
	Tests           uint32 // test messages asked for so far
	Paused          bool   // disabled
}

// Walk walks the fields in the order of their numbers.
func (s *Subscription) Walk(w *wire.Wire) {
	w.Str(1, &s.ID)
	wire.Enum(w, 2, &s.Channel)
	w.Str(3, &s.Target)
	var kinds uint64 // a set of bits
	for _, k := range s.Kinds {
		kinds |= 1 << k
	}
	w.Uint(4, &kinds)
	if w.Decoding() {
		s.Kinds = nil
		for k := decision.KindNone + 1; k < decision.KindEnd; k++ {
			if kinds&(1<<k) != 0 {
				s.Kinds = append(s.Kinds, k)
			}
		}
	}
	wire.Enum(w, 5, &s.MinimumSeverity)
	w.Str(6, &s.Language)
	w.Bool(7, &s.Ended)
	w.Bool(8, &s.Unconfirmed)
	w.Uint32(9, &s.Tests)
	w.Bool(10, &s.Paused)
}

// Walk walks the fields in the order of their numbers.
func (i *Item) Walk(w *wire.Wire) {
	format := uint32(Format)
	w.Uint32(1, &format)
	if format > Format {
		w.Fail("format %d: this binary knows up to %d", format, Format)
	}
	walkSource(w, 2, &i.Source)
	wire.Enum(w, 7, &i.What)
	w.Str(8, &i.Holder)
	w.Int(9, &i.AtMs)
	wire.Msgs(w, 10, &i.Changes)
	if i.What == Subscribed {
		w.Msg(11, &i.Subscription)
	}
	w.Int(12, &i.Next)
	if i.What == WhatNone || i.What > Progress {
		w.Fail("item that says %d", i.What)
	}
}

// walkSource walks a source in the five fields from first on.
func walkSource(w *wire.Wire, first int32, s *event.Source) {
	wire.Enum(w, wireNumber(first), &s.Topic)
	w.Uint32(wireNumber(first+1), &s.Incarnation)
	w.Uint32(wireNumber(first+2), &s.Partition)
	w.Int(wireNumber(first+3), &s.Offset)
	w.Uint32(wireNumber(first+4), &s.Seq)
}

// Encode gives the bytes of an item.
func (i *Item) Encode() []byte { return wire.Append(nil, i) }

// DecodeItem decodes an item; its strings alias b.
func DecodeItem(b []byte) (*Item, error) {
	i := new(Item)
	if err := wire.Decode(b, i); err != nil {
		return nil, fmt.Errorf("notification item: %w", err)
	}
	return i, nil
}
