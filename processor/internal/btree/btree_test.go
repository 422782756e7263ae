package btree

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// entry is an item: a place that may be shared, and a number that is summed.
type entry struct{ place, id, n int }

// total is a sum that depends on the order: the numbers, and the ids as they come, as digits of a number.
type total struct {
	n           int
	ids, factor uint64
}

type adding struct{}

func (adding) Of(items []entry) (s total) {
	s.factor = 1
	for _, e := range items {
		adding{}.Add(&s, &total{e.n, uint64(e.id), 1_000_003})
	}
	return s
}

func (adding) Add(sum, next *total) {
	sum.n += next.n
	sum.ids = sum.ids*next.factor + next.ids
	sum.factor *= next.factor
}

func at(place, id int) At[entry] {
	return func(e *entry) int { return cmp.Or(cmp.Compare(place, e.place), cmp.Compare(id, e.id)) }
}

// behind is the position behind all of a place, before the one before all of it.
func behind(place int) At[entry] {
	return func(e *entry) int { return cmp.Or(cmp.Compare(place, e.place), 1) }
}

func before(place int) At[entry] {
	return func(e *entry) int { return cmp.Or(cmp.Compare(place, e.place), -1) }
}

// check holds a tree to the plain list of what is in it.
func check(t *rapid.T, tree *Tree[entry, total], want []entry) {
	if tree.Len() != len(want) {
		t.Fatalf("%d items, want %d", tree.Len(), len(want))
	}
	var got []entry
	for e := range tree.All() {
		got = append(got, *e)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
	sum := (adding{}).Of(want)
	if tree.root != nil && *tree.root.Sum() != sum {
		t.Fatalf("the sum is %v, want %v", *tree.root.Sum(), sum)
	}
	parts := 0
	var walked []entry
	tree.Walk(func(n *Node[entry, total]) bool {
		if i := slices.Index(want, *n.First()); *n.Sum() != (adding{}).Of(want[i:slices.Index(want, *n.Last())+1]) {
			t.Fatalf("a part from %v to %v has the sum %v", *n.First(), *n.Last(), *n.Sum())
		}
		if len(n.items) > maxItems || len(n.kids) > maxKids || len(n.items) > 0 == (len(n.kids) > 0) {
			t.Fatalf("a part of %d items and %d kids", len(n.items), len(n.kids))
		}
		parts++
		return true
	}, func(e *entry) bool {
		walked = append(walked, *e)
		return true
	})
	if parts > 2+len(want)/(maxItems/8) {
		t.Fatalf("%d items are in %d parts", len(want), parts)
	}
	if !slices.Equal(walked, want) {
		t.Fatalf("walked %v, want %v", walked, want)
	}
}

// TestATreeIsASortedListWithSums does at random what a list can do, in bursts, so that trees become some levels high
// and empty again.
func TestATreeIsASortedListWithSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []entry
		tree := New[entry, total](adding{}, nil)
		places := rapid.SampledFrom([]int{3, 100_000}).Draw(t, "places")
		r := rapid.Uint64().Draw(t, "seed")
		random := func(n int) int {
			r = r*6364136223846793005 + 1442695040888963407
			return int(r >> 33 % uint64(n))
		}
		id := 0
		for range rapid.IntRange(1, 6).Draw(t, "bursts") {
			kind, n := rapid.IntRange(0, 4).Draw(t, "kind"), rapid.SampledFrom([]int{1, 99, maxItems * maxKids}).Draw(t, "n")
			for range n {
				id++
				switch {
				case kind == 0: // at the end
					e := entry{places + id, id, random(100)}
					all = append(all, e)
					tree.Insert(e, behind(e.place))
				case kind == 1 || kind == 2 && random(2) == 0:
					e := entry{random(places), id, random(100)}
					i, _ := slices.BinarySearchFunc(all, e.place+1,
						func(e entry, place int) int { return cmp.Compare(e.place, place) })
					all = slices.Insert(all, i, e)
					tree.Insert(e, behind(e.place))
				case len(all) == 0:
				case kind == 3: // from one end on
					if !tree.Delete(at(all[0].place, all[0].id)) {
						t.Fatalf("%v is not found", all[0])
					}
					all = all[1:]
				default:
					i := random(len(all))
					if !tree.Delete(at(all[i].place, all[i].id)) {
						t.Fatalf("%v is not found", all[i])
					}
					all = slices.Delete(all, i, i+1)
				}
			}
			check(t, &tree, all)
		}
		if tree.Delete(at(1, -1)) || tree.Find(at(1, -1)) != nil {
			t.Fatal("there is what is not")
		}
		for range min(len(all), 100) {
			i := random(len(all))
			e := tree.Find(at(all[i].place, all[i].id))
			if e == nil || *e != all[i] {
				t.Fatalf("%v in place of %v", e, all[i])
			}
			e.n, all[i].n = e.n+7, all[i].n+7
			tree.Update(at(e.place, e.id))
			place := random(places)
			i, _ = slices.BinarySearchFunc(all, place, func(e entry, place int) int { return cmp.Compare(e.place, place) })
			for e := range tree.From(before(place)) {
				if *e != all[i] {
					t.Fatalf("from place %d on %v comes, want %v", place, *e, all[i])
				}
				if i++; i%5 == 0 {
					break
				}
			}
		}
		check(t, &tree, all)
		tree = New[entry, total](adding{}, all)
		check(t, &tree, all)
	})
}
