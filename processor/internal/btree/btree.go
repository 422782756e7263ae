// Package btree keeps long lists in order, with a sum over each part of them, so that finding, inserting, deleting and
// summing cost the logarithm of what is in a list.
//
// The shape of a tree follows from what was done to it, never from chance, and nothing that a caller gets depends on
// it: a tree that is built anew has the same items and sums.
//
// What the caller owes: one order. Each position that it gives (At) is of that order, and what an item is compared by
// does not change while the item is in the tree, nor after it was deleted from there. Whoever changes anything else of
// an item that its sum is made of calls Update.
package btree

import (
	"iter"
	"slices"
)

// Bounds of a node. A leaf has room for little more than it holds.
const (
	maxItems = 64
	maxKids  = 32
)

// At says where a position is from an item: less than 0 before it, more than 0 after it, 0 at it. Of a list where
// several items are at one position it says before or after, never 0.
type At[T any] func(*T) int

// Tree is a list of items in order, with sums. The zero value is an empty one without sums.
type Tree[T, S any] struct {
	root *Node[T, S]
	n    int
	rule Rule[T, S]
}

// Rule makes sums.
type Rule[T, S any] interface {
	Of(items []T) S   // the sum of some items, in their order
	Add(sum, next *S) // adds the sum of items behind
}

// Node is a part of a tree: neighbours in the list. It is good until the tree changes.
//
// Invariant: of items and kids one has elements; no item of it is before first, and
// every one of its right neighbour is at or after that one's first.
type Node[T, S any] struct {
	sum   S
	first T
	items []T // of a leaf
	kids  []*Node[T, S]
}

// New makes a tree of items that are in order, which it copies.
func New[T, S any](rule Rule[T, S], items []T) Tree[T, S] {
	const filled = maxItems * 3 / 4
	t := Tree[T, S]{n: len(items), rule: rule}
	var level []*Node[T, S]
	for part := range slices.Chunk(items, filled) {
		level = append(level, t.made(&Node[T, S]{first: part[0], items: slices.Clone(part)}))
	}
	for len(level) > 1 {
		var above []*Node[T, S]
		for part := range slices.Chunk(level, maxKids*3/4) {
			above = append(above, t.made(&Node[T, S]{first: part[0].first, kids: slices.Clone(part)}))
		}
		level = above
	}
	if len(level) > 0 {
		t.root = level[0]
	}
	return t
}

// Len is how many items there are.
func (t *Tree[T, S]) Len() int { return t.n }

// made sums a node whose kids are summed.
func (t *Tree[T, S]) made(n *Node[T, S]) *Node[T, S] {
	switch {
	case t.rule == nil:
	case n.kids == nil:
		n.sum = t.rule.Of(n.items)
	default:
		n.sum = n.kids[0].sum
		for _, kid := range n.kids[1:] {
			t.rule.Add(&n.sum, &kid.sum)
		}
	}
	return n
}

// kid is the one that a position is in.
func (n *Node[T, S]) kid(at At[T]) int {
	low, high := 1, len(n.kids)
	for low < high {
		if middle := int(uint(low+high) >> 1); at(&n.kids[middle].first) >= 0 {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low - 1
}

// place is the first item of a leaf that a position is not after.
func (n *Node[T, S]) place(at At[T]) int {
	low, high := 0, len(n.items)
	for low < high {
		if middle := int(uint(low+high) >> 1); at(&n.items[middle]) > 0 {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// Find gives the item at a position, nil where there is none.
func (t *Tree[T, S]) Find(at At[T]) *T {
	n := t.root
	if n == nil {
		return nil
	}
	for n.kids != nil {
		n = n.kids[n.kid(at)]
	}
	if i := n.place(at); i < len(n.items) && at(&n.items[i]) == 0 {
		return &n.items[i]
	}
	return nil
}

// Insert puts an item at a position.
func (t *Tree[T, S]) Insert(v T, at At[T]) {
	if t.n++; t.root == nil {
		t.root = &Node[T, S]{first: v}
	}
	if right := t.insert(t.root, v, at); right != nil {
		t.root = t.made(&Node[T, S]{first: t.root.first, kids: []*Node[T, S]{t.root, right}})
	}
}

// insert inserts below a node, and gives the right half of one that has become too large, else nil.
func (t *Tree[T, S]) insert(n *Node[T, S], v T, at At[T]) (right *Node[T, S]) {
	if n.kids == nil {
		i := n.place(at)
		if n.items = inserted(n.items, i, v); len(n.items) > maxItems {
			half := len(n.items) / 2
			if i == maxItems { // mostly further ones come behind it
				half = i
			}
			right = t.made(&Node[T, S]{first: n.items[half], items: slices.Clone(n.items[half:])})
			n.items = slices.Clone(n.items[:half])
		}
	} else {
		i := n.kid(at)
		if kid := t.insert(n.kids[i], v, at); kid != nil {
			if n.kids = slices.Insert(n.kids, i+1, kid); len(n.kids) > maxKids {
				half := len(n.kids) / 2
				right = t.made(&Node[T, S]{first: n.kids[half].first, kids: slices.Clone(n.kids[half:])})
				n.kids = slices.Clone(n.kids[:half])
			}
		}
	}
	t.made(n)
	return right
}

// inserted is slices.Insert with little room to spare.
func inserted[T any](list []T, i int, v T) []T {
	if len(list) == cap(list) {
		list = append(make([]T, 0, len(list)+len(list)/8+4), list...)
	}
	return slices.Insert(list, i, v)
}

// Delete takes the item at a position out; false where there is none.
func (t *Tree[T, S]) Delete(at At[T]) bool {
	if t.root == nil || !t.delete(t.root, at) {
		return false
	}
	if t.n--; t.n == 0 {
		t.root = nil
		return true
	}
	for len(t.root.kids) == 1 {
		t.root = t.root.kids[0]
	}
	return true
}

func (t *Tree[T, S]) delete(n *Node[T, S], at At[T]) bool {
	if n.kids == nil {
		i := n.place(at)
		if i == len(n.items) || at(&n.items[i]) != 0 {
			return false
		}
		n.items = slices.Delete(n.items, i, i+1)
	} else {
		i := n.kid(at)
		if !t.delete(n.kids[i], at) {
			return false
		}
		if kid := n.kids[i]; len(kid.items)+len(kid.kids) == 0 {
			n.kids = slices.Delete(n.kids, i, i+1)
		} else {
			t.join(n, max(i, 1))
		}
	}
	if len(n.items)+len(n.kids) == 0 {
		return true // whoever has it drops it
	}
	t.made(n)
	return true
}

// join makes kid i and the one before it one, where they have become small.
func (t *Tree[T, S]) join(n *Node[T, S], i int) {
	if i == len(n.kids) { // it is the only one
		return
	}
	left, right := n.kids[i-1], n.kids[i]
	if len(left.items)+len(right.items) > maxItems/2 || len(left.kids)+len(right.kids) > maxKids/2 {
		return
	}
	left.items, left.kids = slices.Concat(left.items, right.items), slices.Concat(left.kids, right.kids)
	n.kids = slices.Delete(n.kids, i, i+1)
	t.made(left)
}

// Update sums anew whatever the item at a position is part of.
func (t *Tree[T, S]) Update(at At[T]) {
	if t.root != nil {
		t.update(t.root, at)
	}
}

func (t *Tree[T, S]) update(n *Node[T, S], at At[T]) {
	if n.kids != nil {
		t.update(n.kids[n.kid(at)], at)
	}
	t.made(n)
}

// All iterates over the items in order. The tree must not change meanwhile.
func (t *Tree[T, S]) All() iter.Seq[*T] { return t.From(func(*T) int { return -1 }) }

// From iterates over the items from a position on, in order. The tree must not change meanwhile.
func (t *Tree[T, S]) From(at At[T]) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		if t.root != nil {
			t.root.from(at, yield)
		}
	}
}

// from tells whether to go on.
func (n *Node[T, S]) from(at At[T], yield func(*T) bool) bool {
	if n.kids == nil {
		for i := n.place(at); i < len(n.items); i++ {
			if !yield(&n.items[i]) {
				return false
			}
		}
		return true
	}
	i := n.kid(at)
	if !n.kids[i].from(at, yield) {
		return false
	}
	for _, kid := range n.kids[i+1:] {
		if !kid.all(yield) {
			return false
		}
	}
	return true
}

func (n *Node[T, S]) all(yield func(*T) bool) bool {
	for i := range n.items {
		if !yield(&n.items[i]) {
			return false
		}
	}
	for _, kid := range n.kids {
		if !kid.all(yield) {
			return false
		}
	}
	return true
}

// Walk goes through the tree in order. It asks of each part whether to go into it, and gives the items of those leaves
// that it goes into, until one returns false.
func (t *Tree[T, S]) Walk(into func(*Node[T, S]) bool, item func(*T) bool) {
	if t.root != nil {
		t.root.walk(into, item)
	}
}

func (n *Node[T, S]) walk(into func(*Node[T, S]) bool, item func(*T) bool) bool {
	if !into(n) {
		return true
	}
	for i := range n.items {
		if !item(&n.items[i]) {
			return false
		}
	}
	for _, kid := range n.kids {
		if !kid.walk(into, item) {
			return false
		}
	}
	return true
}

// Sum is the sum of a part's items. It must not be changed.
func (n *Node[T, S]) Sum() *S { return &n.sum }

// First is the first item of a part.
func (n *Node[T, S]) First() *T {
	for n.kids != nil {
		n = n.kids[0]
	}
	return &n.items[0]
}

// Last is the last item of a part.
func (n *Node[T, S]) Last() *T {
	for n.kids != nil {
		n = n.kids[len(n.kids)-1]
	}
	return &n.items[len(n.items)-1]
}
