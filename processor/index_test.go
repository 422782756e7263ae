package processor

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestIndexOfSharedHashes puts buyers into an index in which many share a hash, takes some out, and finds the others.
func TestIndexOfSharedHashes(t *testing.T) {
	x := newIndex()
	r := rand.New(rand.NewPCG(1, 2))
	kept := map[string]*buyer{}
	x.narrow = 3
	for i := range 200 {
		b := &buyer{}
		b.name(fmt.Sprint("b", i))
		x.put(b)
		kept[b.id] = b
	}
	for id, b := range kept {
		if r.IntN(2) == 0 {
			x.remove(b)
			delete(kept, id)
		}
	}
	if x.n != len(kept) || len(x.all()) != len(kept) {
		t.Fatalf("%d buyers, %d listed, want %d", x.n, len(x.all()), len(kept))
	}
	for i := range 200 {
		id := fmt.Sprint("b", i)
		if got := x.get(id); got != kept[id] {
			t.Fatalf("%s: %v, want %v", id, got, kept[id])
		}
	}
}
