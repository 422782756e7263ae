package notice

import (
	"fmt"
	"strings"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"

	"google.golang.org/protobuf/encoding/protowire"
)

type wireNumber = protowire.Number

// Purpose is what a notification is for.
type Purpose uint8

// Purposes. Values are part of the format.
const (
	Telling      Purpose = iota // changes
	Confirmation                // it asks an address whether it wants to be told
	Test                        // it says that notifications arrive
)

var purposes = [...]string{"", "subscription.confirmation", "subscription.test"}

// Notification is what one subscription is told: the output of the second fold. It is not rendered yet.
type Notification struct {
	ID           string // a UUID, the same whenever and wherever it is made
	Holder       string
	Subscription string
	Channel      Channel
	Target       string
	Language     string
	Sequence     uint64 // rises by one per subscription
	AtMs         int64
	Source       event.Source // of the item
	Changes      []Change     // never empty where it tells of changes, else empty
	Purpose      Purpose
}

// Walk walks the fields in the order of their numbers.
func (n *Notification) Walk(w *wire.Wire) {
	w.Str(1, &n.ID)
	w.Str(2, &n.Holder)
	w.Str(3, &n.Subscription)
	wire.Enum(w, 4, &n.Channel)
	w.Str(5, &n.Target)
	w.Str(6, &n.Language)
	w.Uint(7, &n.Sequence)
	w.Int(8, &n.AtMs)
	walkSource(w, 9, &n.Source)
	wire.Msgs(w, 14, &n.Changes)
	wire.Enum(w, 15, &n.Purpose)
	if len(n.Changes) == 0 != (n.Purpose != Telling) || int(n.Purpose) >= len(purposes) {
		w.Fail("notification of purpose %d with %d changes", n.Purpose, len(n.Changes))
	}
}

// Encode gives the bytes of a notification.
func (n *Notification) Encode() []byte { return wire.Append(nil, n) }

// DecodeNotification decodes a notification; its strings alias b.
func DecodeNotification(b []byte) (*Notification, error) {
	n := new(Notification)
	if err := wire.Decode(b, n); err != nil {
		return nil, fmt.Errorf("notification: %w", err)
	}
	return n, nil
}

// Lead is the change that the whole is named after: the first of the highest severity. Only what tells of changes has
// one.
func (n *Notification) Lead() *Change {
	lead := &n.Changes[0]
	for i := range n.Changes {
		if n.Changes[i].Severity > lead.Severity {
			lead = &n.Changes[i]
		}
	}
	return lead
}

// Type is the kind of the leading change, or the purpose where there is none.
func (n *Notification) Type() string {
	if n.Purpose != Telling {
		return purposes[n.Purpose]
	}
	return n.Lead().Kind.String()
}

// Severity is that of the leading change.
func (n *Notification) Severity() Severity {
	if n.Purpose != Telling {
		return Info
	}
	return n.Lead().Severity
}

// Notices are the decisions whose notice counts from this notification's delivery, at their positions.
func (n *Notification) Notices() []event.Notice {
	var all []event.Notice
	for i := range n.Changes {
		if c := &n.Changes[i]; c.Kind == decision.LimitDecided && c.Limit.OnDelivery {
			all = append(all, event.Notice{Buyer: strings.Clone(c.Buyer), Policy: strings.Clone(c.Limit.Policy),
				Position: c.Limit.Position})
		}
	}
	return all
}

// Buyers are the buyers that it is about, each once, in the order of the changes; they alias nothing.
func (n *Notification) Buyers() []string {
	seen := map[string]bool{}
	var buyers []string
	for i := range n.Changes {
		if b := n.Changes[i].Buyer; !seen[b] {
			seen[b] = true
			buyers = append(buyers, strings.Clone(b))
		}
	}
	return buyers
}
