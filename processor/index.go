package processor

import (
	"hash/maphash"
	"math"
)

// index finds buyers by id. It is a table by the hash of the id and not by the id, so that looking for several buyers
// at once touches none of them until all are on their way from memory (Foresee): comparing ids is what reads a buyer. A
// slot is 16 bytes and a search begins at the one that the hash names and goes on to the next, so that it mostly reads
// one line of memory, where a map reads two or three. The hash is seeded anew by every process, so nobody can choose
// ids that share one; nothing that leaves the fold depends on it.
//
// Invariants: the length of slots is a power of two; at most three quarters are taken; from where a hash begins to its
// slot all are.
type index struct {
	seed   maphash.Seed
	narrow uint64 // the bits of the hash that count: all but in a test of ids that share one
	slots  []slot
	taken  int // slots
	n      int // buyers
}

// slot holds the buyers of one hash, nil for none: the others follow by buyer.sibling.
type slot struct {
	hash  uint64
	first *buyer
}

const fewestSlots = 8

func newIndex() index {
	return index{seed: maphash.MakeSeed(), narrow: math.MaxUint64, slots: make([]slot, fewestSlots)}
}

func (x *index) hash(id string) uint64 { return maphash.String(x.seed, id) & x.narrow }

// at is the slot of a hash, or the free one where it belongs.
func (x *index) at(h uint64) *slot {
	mask := uint64(len(x.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		if s := &x.slots[i]; s.hash == h || s.first == nil {
			return s
		}
	}
}

// glance reads where a search for a hash begins.
func (x *index) glance(h uint64) int64 { return int64(x.slots[h&uint64(len(x.slots)-1)].hash) }

// first gives one of the buyers of a hash, nil for none.
func (x *index) first(h uint64) *buyer {
	if s := x.at(h); s.hash == h {
		return s.first
	}
	return nil
}

// get gives the buyer of an id, nil where there is none.
func (x *index) get(id string) *buyer {
	b := x.first(x.hash(id))
	for b != nil && b.id != id {
		b = b.sibling
	}
	return b
}

// put adds a buyer that is not in the index.
func (x *index) put(b *buyer) {
	h := x.hash(b.id)
	s := x.at(h)
	if s.first == nil {
		if x.taken+1 > len(x.slots)/4*3 {
			x.resize(2 * len(x.slots))
			s = x.at(h)
		}
		x.taken++
	}
	b.sibling = s.first
	s.hash, s.first = h, b
	x.n++
}

// remove takes a buyer out.
func (x *index) remove(b *buyer) {
	s := x.at(x.hash(b.id))
	x.n--
	if s.first != b {
		before := s.first
		for before.sibling != b {
			before = before.sibling
		}
		before.sibling = b.sibling
		return
	}
	if s.first = b.sibling; s.first == nil {
		x.free(s)
	}
}

// free closes the gap that a slot leaves: a later one that does not begin behind it moves there, and leaves the next.
func (x *index) free(s *slot) {
	mask := uint64(len(x.slots) - 1)
	x.taken--
	gap := s.hash & mask
	for &x.slots[gap] != s {
		gap = (gap + 1) & mask
	}
	for i := (gap + 1) & mask; x.slots[i].first != nil; i = (i + 1) & mask {
		if begins := x.slots[i].hash & mask; (i-begins)&mask >= (i-gap)&mask {
			x.slots[gap], gap = x.slots[i], i
		}
	}
	x.slots[gap] = slot{}
}

// grow makes room for n buyers in an index that has none.
func (x *index) grow(n int) {
	size := fewestSlots
	for size/4*3 < n {
		size *= 2
	}
	x.slots, x.taken = make([]slot, size), 0
}

// resize makes the table of another length.
func (x *index) resize(size int) {
	old := x.slots
	x.slots = make([]slot, size)
	for _, s := range old {
		if s.first != nil {
			*x.at(s.hash) = s
		}
	}
}

// all gives all buyers, in no order.
func (x *index) all() []*buyer {
	all := make([]*buyer, 0, x.n)
	for _, s := range x.slots {
		for b := s.first; b != nil; b = b.sibling {
			all = append(all, b)
		}
	}
	return all
}
