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
	Changes      []Change     // never empty
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
	if len(n.Changes) == 0 {
		w.Fail("notification without changes")
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

// Lead is the change that the whole is named after: the first of the highest severity.
func (n *Notification) Lead() *Change {
	lead := &n.Changes[0]
	for i := range n.Changes {
		if n.Changes[i].Severity > lead.Severity {
			lead = &n.Changes[i]
		}
	}
	return lead
}

// Type is the kind of the leading change.
func (n *Notification) Type() decision.Kind { return n.Lead().Kind }

// Notices are the decisions whose notice counts from this notification's delivery, at their positions.
func (n *Notification) Notices() []event.Notice {
	var all []event.Notice
	for i := range n.Changes {
		if c := &n.Changes[i]; c.Kind == decision.LimitDecided && c.Limit.OnDelivery {
			all = append(all, event.Notice{Buyer: strings.Clone(c.Buyer), Policy: strings.Clone(c.Limit.Policy), Position: c.Limit.Position})
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
