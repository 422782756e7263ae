package processor

import (
	"hash/maphash"
	"math"
)

// index finds buyers by id. It is a map by the hash of the id and not by the id, so that looking for several buyers at once
// touches none of them until all are on their way from memory (Foresee): comparing ids is what reads a buyer. The hash is
// seeded anew by every process, so nobody can choose ids that share one; nothing that leaves the fold depends on it.
type index struct {
	seed   maphash.Seed
	narrow uint64            // the bits of the hash that count: all but in a test of ids that share one
	first  map[uint64]*buyer // by hash; the others of a hash follow by buyer.sibling
	n      int
}

func newIndex() index {
	return index{seed: maphash.MakeSeed(), narrow: math.MaxUint64, first: map[uint64]*buyer{}}
}

func (x *index) hash(id string) uint64 { return maphash.String(x.seed, id) & x.narrow }

// get gives the buyer of an id, nil where there is none.
func (x *index) get(id string) *buyer {
	b := x.first[x.hash(id)]
	for b != nil && b.id != id {
		b = b.sibling
	}
	return b
}

// put adds a buyer that is not in the index.
func (x *index) put(b *buyer) {
	h := x.hash(b.id)
	b.sibling = x.first[h]
	x.first[h] = b
	x.n++
}

// remove takes a buyer out.
func (x *index) remove(b *buyer) {
	h := x.hash(b.id)
	x.n--
	if x.first[h] != b {
		before := x.first[h]
		for before.sibling != b {
			before = before.sibling
		}
		before.sibling = b.sibling
		return
	}
	if b.sibling == nil {
		delete(x.first, h)
		return
	}
	x.first[h] = b.sibling
}

// grow makes room for n buyers in an index that has none.
func (x *index) grow(n int) { x.first = make(map[uint64]*buyer, n) }

// all gives all buyers, in no order.
func (x *index) all() []*buyer {
	all := make([]*buyer, 0, x.n)
	for _, b := range x.first { //fold:sorted
		for ; b != nil; b = b.sibling {
			all = append(all, b)
		}
	}
	return all
}
