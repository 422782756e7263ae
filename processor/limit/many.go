package limit

import (
	"cmp"
	"iter"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/internal/btree"
)

// handle is the place of one of many deliveries, where it stays.
type handle uint32

// part is a part of many deliveries.
type part = btree.Node[handle, sums]

// slots is how many deliveries lie side by side.
const slots = 64

// many are deliveries and receipts beyond a few.
//
// Invariant: order, keys and due have the handles of deliveries: all by date and invoice id, all by key, and those with
// something open by due date and then as in order. What they are in order by never changes.
type many struct {
	deliveries [][]Delivery // in pieces of slots
	order      btree.Tree[handle, sums]
	keys, due  btree.Tree[handle, struct{}]

	receipts btree.Tree[receipt, struct{}] // by payment, as they came
	received uint32                        // receipts that ever came

	tidied event.Day // when there was nothing left to forget; 0: there may be something since
}

// manyOf makes many of a list of deliveries in order, and of receipts as they came.
func manyOf(all []Delivery, receipts []receipt) *many {
	m := &many{}
	handles := make([]handle, len(all))
	for i := range all {
		handles[i] = m.store(all[i])
	}
	m.order = btree.New[handle, sums](summing{m}, handles)
	slices.SortFunc(handles, func(g, h handle) int { return cmp.Compare(m.at(g).Key, m.at(h).Key) })
	m.keys = btree.New[handle, struct{}](nil, handles)
	handles = slices.DeleteFunc(handles, func(h handle) bool { return m.at(h).Open == 0 })
	slices.SortFunc(handles, func(g, h handle) int {
		return cmp.Or(cmp.Compare(m.at(g).DueOn, m.at(h).DueOn),
			cmp.Compare(g, h))
	})
	m.due = btree.New[handle, struct{}](nil, handles)
	receipts = slices.Clone(receipts)
	for i := range receipts {
		m.received++
		receipts[i].n = m.received
	}
	slices.SortFunc(receipts, func(r, s receipt) int { return r.compare(&s) })
	m.receipts = btree.New[receipt, struct{}](nil, receipts)
	return m
}

// at gives a delivery by its handle.
func (m *many) at(h handle) *Delivery { return &m.deliveries[h/slots][h%slots] }

// store gives a delivery a place.
func (m *many) store(v Delivery) handle {
	last := len(m.deliveries) - 1
	if last < 0 || len(m.deliveries[last]) == slots {
		m.deliveries = append(m.deliveries, make([]Delivery, 0, slots))
		last++
	}
	m.deliveries[last] = append(m.deliveries[last], v)
	return handle(last*slots + len(m.deliveries[last]) - 1)
}

func (m *many) insert(v Delivery) {
	h := m.store(v)
	m.order.Insert(h, m.inOrder(&v))
	m.keys.Insert(h, m.withKey(v.Key))
	if v.Open > 0 {
		m.due.Insert(h, m.inDue(&v))
	} else {
		m.tidied = 0
	}
}

// opened follows a change of what is open of a delivery; before tells whether anything was.
func (m *many) opened(v *Delivery, before bool) {
	switch now := v.Open > 0; {
	case before && !now:
		m.due.Delete(m.inDue(v))
	case now && !before:
		m.due.Insert(*m.keys.Find(m.withKey(v.Key)), m.inDue(v))
	}
	m.order.Update(m.inOrder(v))
}

// Each of these is the position of a delivery in one of the trees.

func (m *many) inOrder(v *Delivery) btree.At[handle] {
	return func(h *handle) int { return v.compare(m.at(*h)) }
}

func (m *many) inDue(v *Delivery) btree.At[handle] {
	return func(h *handle) int {
		w := m.at(*h)
		if c := cmp.Compare(v.DueOn, w.DueOn); c != 0 {
			return c
		}
		return v.compare(w)
	}
}

func (m *many) withKey(key uint64) btree.At[handle] {
	return func(h *handle) int { return cmp.Compare(key, m.at(*h).Key) }
}

func (m *many) find(key uint64) *Delivery {
	if h := m.keys.Find(m.withKey(key)); h != nil {
		return m.at(*h)
	}
	return nil
}

// from iterates over the deliveries of a day and later ones.
func (m *many) from(day event.Day) iter.Seq[*Delivery] {
	return m.each(m.order.From(func(h *handle) int { return firstOf(day, m.at(*h).DeliveredOn) }))
}

// dueFrom iterates over the deliveries with something open that are due on a day or later, by due date.
func (m *many) dueFrom(day event.Day) iter.Seq[*Delivery] {
	return m.each(m.due.From(func(h *handle) int { return firstOf(day, m.at(*h).DueOn) }))
}

// firstOf is where the first of a day is from one of another.
func firstOf(day, other event.Day) int {
	if other < day {
		return 1
	}
	return -1
}

func (m *many) each(handles iter.Seq[*handle]) iter.Seq[*Delivery] {
	return func(yield func(*Delivery) bool) {
		for h := range handles {
			if !yield(m.at(*h)) {
				return
			}
		}
	}
}

func (m *many) dueOn(day event.Day) iter.Seq[Delivery] {
	return func(yield func(Delivery) bool) {
		for v := range m.dueFrom(day) {
			if v.DueOn != day || !yield(*v) {
				return
			}
		}
	}
}

func (m *many) firstDue(from event.Day) *Delivery {
	for v := range m.dueFrom(from) {
		return v
	}
	return nil
}

func (r *receipt) compare(s *receipt) int {
	return cmp.Or(cmp.Compare(r.payment, s.payment), cmp.Compare(r.n, s.n))
}

func (m *many) receive(r receipt) {
	m.received++
	r.n = m.received
	m.receipts.Insert(r, r.compare)
}

// takeReceipts takes the receipts of a payment out, as they came.
func (m *many) takeReceipts(payment uint64, do func(*receipt)) {
	var taken []receipt
	first := receipt{payment: payment}
	for r := range m.receipts.From(first.compare) {
		if r.payment != payment {
			break
		}
		taken = append(taken, *r)
	}
	for i := range taken {
		m.receipts.Delete(taken[i].compare)
		do(&taken[i])
	}
}

// lists gives the deliveries in order, and the receipts of each payment as they came.
func (m *many) lists() (all []Delivery, receipts []receipt) {
	all, receipts = make([]Delivery, 0, m.order.Len()), make([]receipt, 0, m.receipts.Len())
	for h := range m.order.All() {
		all = append(all, *m.at(*h))
	}
	for r := range m.receipts.All() {
		receipts = append(receipts, *r)
	}
	return all, receipts
}

// walk writes what Deliveries.Walk reads.
func (m *many) walk(w *wire.Wire) {
	for h := range m.order.All() {
		w.Msg(1, m.at(*h))
	}
	for r := range m.receipts.All() {
		w.Msg(2, r)
	}
}
