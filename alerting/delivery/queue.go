package delivery

import (
	"cmp"
	"container/heap"
	"time"
)

// lane is what order is kept in.
type lane struct{ subscription, buyer string }

// receiver is one target. While it fails, one attempt at a time is begun.
type receiver struct {
	letters  int // that are pending; without any it is forgotten
	inFlight int
	failing  bool       // its last attempt failed
	parked   []*Pending // due, but for its slots

	notBefore time.Time // it asked for no attempt before
}

// gate bounds the attempts of a channel, whose relay takes few connections at once.
type gate struct {
	most, inFlight int
	parked         []*Pending // due, but for the bound; the first came first
}

// enqueue puts a letter at the end of its lanes.
func (c *Core) enqueue(p *Pending) {
	c.pending[p.ID] = p
	c.waiting[p.Subscription]++
	if c.receivers[p.Target] == nil {
		c.receivers[p.Target] = &receiver{}
	}
	c.receivers[p.Target].letters++
	p.blocked = 0
	for _, b := range p.Buyers {
		l := lane{p.Subscription, b}
		if len(c.lanes[l]) > 0 {
			p.blocked++
		}
		c.lanes[l] = append(c.lanes[l], p)
	}
	if p.blocked == 0 && !p.inFlight {
		c.due.push(p)
	}
}

// dequeue takes a letter, which is the first of all its lanes, out of them and frees those behind it.
func (c *Core) dequeue(p *Pending) {
	delete(c.pending, p.ID)
	if c.waiting[p.Subscription]--; c.waiting[p.Subscription] == 0 {
		delete(c.waiting, p.Subscription)
	}
	r := c.receivers[p.Target]
	if r.letters--; r.letters == 0 {
		delete(c.receivers, p.Target)
	}
	for _, b := range p.Buyers {
		l := lane{p.Subscription, b}
		c.lanes[l] = c.lanes[l][1:]
		if len(c.lanes[l]) == 0 {
			delete(c.lanes, l)
			continue
		}
		next := c.lanes[l][0]
		if next.blocked--; next.blocked == 0 {
			c.due.push(next)
		}
	}
}

// dueHeap orders letters by due time, then by arrival.
type dueHeap []*Pending

func (h *dueHeap) push(p *Pending) { heap.Push((*byDue)(h), p) }
func (h *dueHeap) pop() *Pending   { return heap.Pop((*byDue)(h)).(*Pending) }

type byDue dueHeap

func (h byDue) Len() int { return len(h) }
func (h byDue) Less(i, j int) bool {
	return cmp.Or(h[i].Due.Compare(h[j].Due), cmp.Compare(h[i].number, h[j].number)) < 0
}
func (h byDue) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *byDue) Push(x any)   { *h = append(*h, x.(*Pending)) }
func (h *byDue) Pop() any {
	old := *h
	p := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return p
}
