package engine

import (
	"barometer/ingest/event/wire"

	"google.golang.org/protobuf/encoding/protowire"
)

// sliceOf is how many items Advance encodes at a time: less than a millisecond's work.
const sliceOf = 256

// Taken says which capture has taken something: the number of the last one that did. What comes to be while a capture
// goes on is no part of it, and begins with Captures.Last.
type Taken uint32

// Captures are the captures of one state, of which one at most goes on. C is what the state's owner keeps of one. The
// zero value has begun none.
type Captures[C any] struct {
	last  Taken
	going *C
}

// Begin begins a capture of the state as it is now, and ends the one that goes on. Until it is done, the owner takes
// with c (Capture.Take) whatever it is about to change, before it changes it.
func (x *Captures[C]) Begin(c *C) *Capture {
	x.last++
	x.going = c
	return &Capture{number: x.last, done: func() {
		if x.going == c {
			x.going = nil
		}
	}}
}

// Going is the capture that goes on, nil for none.
func (x *Captures[C]) Going() *C { return x.going }

// Last is the number of the capture that was begun last.
func (x *Captures[C]) Last() Taken { return x.last }

// Capture is a state being encoded while the fold goes on. It is of the state between the two steps where it began:
// what a step is about to change is taken before, everything else little by little (Advance). Captures.Begin makes one;
// the zero value is of a state that nothing changes before it is done, and takes all in the order of its queues, so
// that equal states are equal bytes if their queues are equal.
//
// Its owner names the parts of the snapshot in their order (Fields, Pages), then the queues of what is to be taken
// (Queue, QueueFromEnd), and lets each of them add to a part.
type Capture struct {
	number Taken // what is taken already bears it; 0: nothing can change meanwhile
	done   func()
	parts  []part
	queues []queue // what is still to be taken
}

// part is a part of the snapshot: one of the two is there.
type part struct {
	fields *wire.Wire
	pages  *Pages
}

// queue takes one more item and returns what that has cost. False: there was none.
type queue func() (cost int, more bool)

// Fields adds a part that its owner encodes field by field.
func (c *Capture) Fields() *wire.Wire {
	w := &wire.Wire{}
	c.parts = append(c.parts, part{fields: w})
	return w
}

// Pages adds a part that is one list, in pages.
func (c *Capture) Pages(field protowire.Number) *Pages {
	p := &Pages{field: field}
	c.parts = append(c.parts, part{pages: p})
	return p
}

// Ordered tells whether equal states are to give equal bytes, and nothing can change meanwhile.
func (c *Capture) Ordered() bool { return c.number == 0 }

// Queue lets take be called for each of items, from the first on. It returns how many items it has encoded; more than
// one count as so much work. The list is read as it goes, so it may shrink from its end only.
func Queue[T any](c *Capture, items []T, take func(T) int) {
	c.queues = append(c.queues, func() (int, bool) {
		if len(items) == 0 {
			return 0, false
		}
		item := items[0]
		items = items[1:]
		return take(item), true
	})
}

// QueueFromEnd lets take be called for each of items, from the last one on. Items that are removed meanwhile may move
// others towards the beginning: those are met again, which take must stand (Capture.Take), and none is missed.
func QueueFromEnd[T any](c *Capture, items []T, take func(T) int) {
	c.queues = append(c.queues, func() (int, bool) {
		if len(items) == 0 {
			return 0, false
		}
		item := items[len(items)-1]
		items = items[:len(items)-1]
		return take(item), true
	})
}

// Take notes that the capture takes something. False: it has it already.
func (c *Capture) Take(t *Taken) bool {
	if c.number == 0 {
		return true
	}
	fresh := *t != c.number
	*t = c.number
	return fresh
}

// Advance encodes some more, and tells whether that was all.
func (c *Capture) Advance() (done bool) { return c.AdvanceBy(sliceOf) }

// AdvanceBy encodes about n items more, and tells whether that was all.
func (c *Capture) AdvanceBy(n int) (done bool) {
	for n > 0 && len(c.queues) > 0 {
		cost, more := c.queues[0]()
		if !more {
			c.queues[0] = nil
			c.queues = c.queues[1:]
		}
		n -= max(cost, 1)
	}
	if len(c.queues) > 0 {
		return false
	}
	for _, p := range c.parts {
		if p.pages != nil {
			p.pages.close()
		}
	}
	if c.done != nil {
		c.done()
	}
	return true
}

// Parts gives the snapshot, in pieces, when all of it is encoded.
func (c *Capture) Parts() (pieces [][]byte) {
	for _, p := range c.parts {
		if p.pages != nil {
			pieces = append(pieces, p.pages.parts...)
		} else {
			pieces = append(pieces, p.fields.Bytes())
		}
	}
	return pieces
}
