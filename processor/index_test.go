package processor

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestIndex puts buyers into an index and takes some out, in any order and beside a map: ids of a hash of their own,
// and ids of which many share one or begin at the same slot.
func TestIndex(t *testing.T) {
	for _, narrow := range []uint64{3, 255, 1<<64 - 1} {
		x, kept := newIndex(), map[string]*buyer{}
		r := rand.New(rand.NewPCG(1, narrow))
		x.narrow = narrow
		for range 5000 {
			id := fmt.Sprint("b", r.IntN(400))
			switch b := kept[id]; {
			case b == nil:
				b = &buyer{}
				b.name(id)
				x.put(b)
				kept[b.id] = b
			case r.IntN(3) > 0:
				x.remove(b)
				delete(kept, id)
			}
			if x.n != len(kept) {
				t.Fatalf("%d buyers, want %d", x.n, len(kept))
			}
			if id := fmt.Sprint("b", r.IntN(400)); x.get(id) != kept[id] {
				t.Fatalf("%s: %v, want %v", id, x.get(id), kept[id])
			}
		}
		if all := x.all(); len(all) != len(kept) {
			t.Fatalf("%d listed, want %d", len(all), len(kept))
		}
		for id, b := range kept {
			if x.get(id) != b {
				t.Fatalf("%s is not found", id)
			}
		}
	}
}

// TestIndexGrowsAhead: an index that was given room for its buyers does not move them.
func TestIndexGrowsAhead(t *testing.T) {
	x := newIndex()
	x.grow(1000)
	slots := &x.slots[0]
	for i := range 1000 {
		b := &buyer{}
		b.name(fmt.Sprint("b", i))
		x.put(b)
	}
	if slots != &x.slots[0] {
		t.Error("it grew")
	}
}
