package group

import (
	"fmt"
	"slices"
	"strings"

	"barometer/ingest/event/wire"
	"barometer/processor/engine"
	"barometer/processor/runner"
)

// The fields of a snapshot.
const (
	fieldChain       = 1
	fieldMarks       = 2
	fieldSubscribers = 3 // pages, by holder and id
)

// capture is a snapshot that is being encoded while items are folded.
type capture struct {
	*engine.Capture
	subscribers *engine.Pages
}

// Capture begins a snapshot. Equal states are equal bytes where nothing is folded before it is done.
func (f *Fold) Capture() runner.State {
	c := &capture{}
	c.Capture = f.captures.Begin(c)
	head := c.Fields()
	head.Fixed(fieldChain, &f.chain)
	f.marks.Walk(head, fieldMarks)
	c.subscribers = c.Pages(fieldSubscribers)
	all := make([]*holder, 0, len(f.holders))
	for _, h := range f.holders {
		all = append(all, h)
	}
	slices.SortFunc(all, func(a, b *holder) int { return strings.Compare(a.id, b.id) })
	engine.Queue(c.Capture, all, c.take)
	return c
}

// take encodes the subscriptions of a holder that the capture does not have yet, and returns how many they are.
func (c *capture) take(h *holder) int {
	if !c.Take(&h.taken) {
		return 0
	}
	for i := range h.subscribers {
		c.subscribers.Add(&subscriberEntry{holder: h.id, subscriber: h.subscribers[i]})
	}
	return len(h.subscribers)
}

// touch must come before a change of a holder.
func (f *Fold) touch(h *holder) {
	if c := f.captures.Going(); c != nil {
		c.take(h)
	}
}

// RestoreState replaces the state by one that a Capture wrote.
func (f *Fold) RestoreState(b []byte) error {
	fresh := NewFold(f.cfg)
	var w wire.Wire
	w.Begin(b)
	w.Fixed(fieldChain, &fresh.chain)
	fresh.marks.Walk(&w, fieldMarks)
	var pages []engine.Page[subscriberEntry, *subscriberEntry]
	wire.Msgs(&w, fieldSubscribers, &pages)
	if err := w.Finish(); err != nil {
		return fmt.Errorf("state of the notifications' fold: %w", err)
	}
	for _, p := range pages {
		for _, e := range p.Items {
			h := fresh.holders[e.holder]
			if h == nil {
				h = &holder{id: strings.Clone(e.holder)}
				fresh.holders[h.id] = h
			}
			h.subscribers = append(h.subscribers, subscriber{Subscription: keep(e.Subscription), sequence: e.sequence})
		}
	}
	*f = *fresh
	return nil
}

// subscriberEntry is a subscription in a snapshot.
type subscriberEntry struct {
	holder string
	subscriber
}

// Walk walks the fields of a subscription in a snapshot.
func (e *subscriberEntry) Walk(w *wire.Wire) {
	w.Str(1, &e.holder)
	w.Uint(2, &e.sequence)
	w.Msg(3, &e.Subscription)
}
