package processor

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/score"
)

// shelfWidth is how many mlo of own share a shelf.
const shelfWidth = 25

// mostShelf bounds the number of a shelf: own beyond it is on the last one.
const mostShelf = 1 << 14

// shelves keep the buyers of a cell by published grade and by own, so that who a shift concerns is found without asking
// everybody. Grades that no shift changes have shelves too: 0, of which nothing is published yet, and 10.
type shelves struct {
	all   map[shelf][]*buyer
	spans [score.Insolvent + 1]span // of the shelves that a grade has had buyers on

	// unsettled are buyers that the next look changes even if nothing moves: those that have just improved, of whom the
	// next evaluation says whether something better is in sight.
	unsettled []*buyer
}

// shelf names a shelf: its grade, and the multiple of shelfWidth at which it begins.
type shelf struct {
	grade  int16
	number int16
}

type span struct {
	used   bool
	lo, hi int16
}

func newShelves() shelves { return shelves{all: map[shelf][]*buyer{}} }

// numberOf is the shelf of a value of own.
func numberOf(own int64) int16 {
	n := own / shelfWidth
	if own%shelfWidth < 0 {
		n--
	}
	return int16(min(max(n, -mostShelf), mostShelf))
}

// put puts a buyer where its own and its published grade belong.
func (s *shelves) put(b *buyer) {
	b.shelf = shelf{int16(b.rating.Grade), numberOf(b.own)}
	b.place = int32(len(s.all[b.shelf]))
	s.all[b.shelf] = append(s.all[b.shelf], b)
	p := &s.spans[b.shelf.grade]
	if !p.used {
		*p = span{true, b.shelf.number, b.shelf.number}
	}
	p.lo, p.hi = min(p.lo, b.shelf.number), max(p.hi, b.shelf.number)
}

// take takes a buyer off its shelf.
func (s *shelves) take(b *buyer) {
	on := s.all[b.shelf]
	last := len(on) - 1
	on[b.place] = on[last]
	on[b.place].place = b.place
	on[last] = nil
	if s.all[b.shelf] = on[:last]; last == 0 {
		delete(s.all, b.shelf)
	}
}

// shelve brings a buyer's place in its cell up to date after an evaluation.
func (m *Machine) shelve(b *buyer) {
	x := b.cell
	if x == nil {
		return
	}
	if (shelf{int16(b.rating.Grade), numberOf(b.own)}) != b.shelf {
		x.shelves.take(b)
		x.shelves.put(b)
	}
	if !b.unsettled && b.rating.BetterSince != 0 && m.crosses(b) {
		b.unsettled = true
		x.shelves.unsettled = append(x.shelves.unsettled, b)
	}
}

// change is what a shift changes of a cell's buyers: the points that come to own, and the best grade that the country
// allows.
type change struct {
	points, best [2]int64 // before and after
	all          bool     // everybody is to be looked at
}

// concerned appends the buyers of a cell that a change may concern: at least those whose score is now worse than
// published or changes whether it is better. The caller asks each.
func (x *cell) concerned(dst []*buyer, m *event.Model, c change) []*buyer {
	if c.all {
		for grade := range x.shelves.spans {
			dst = x.shelves.between(dst, int16(grade), -mostShelf, mostShelf)
		}
		return dst
	}
	dst = append(dst, x.shelves.unsettled...)
	for grade := int64(1); grade < score.Insolvent; grade++ {
		if c.best[0] != c.best[1] && grade <= max(c.best[0], c.best[1]) {
			// A new rule worsens what is better than it, and what stands at it has nothing better in sight any more; one that is
			// lifted gives that back. Worse grades do not feel it.
			dst = x.shelves.between(dst, int16(grade), -mostShelf, mostShelf)
			continue
		}
		worse, better := score.Edges(m, grade)
		if worse.Any {
			dst = x.shelves.between(dst, int16(grade), numberOf(worse.At-c.points[1]), mostShelf)
		}
		if better.Any {
			lo, hi := better.At-max(c.points[0], c.points[1]), better.At-min(c.points[0], c.points[1])
			dst = x.shelves.between(dst, int16(grade), numberOf(lo), numberOf(hi))
		}
	}
	return dst
}

// between appends the buyers of a grade on the shelves from lo to hi.
func (s *shelves) between(dst []*buyer, grade, lo, hi int16) []*buyer {
	p := s.spans[grade]
	if !p.used {
		return dst
	}
	for n := max(lo, p.lo); n <= min(hi, p.hi); n++ {
		dst = append(dst, s.all[shelf{grade, n}]...)
	}
	return dst
}

// settleShelves forgets the unsettled of a cell who are settled by now, or have left it.
func (m *Machine) settleShelves(x *cell) {
	x.shelves.unsettled = slices.DeleteFunc(x.shelves.unsettled, func(b *buyer) bool {
		if b.cell != x {
			return true
		}
		b.unsettled = m.crosses(b)
		return !b.unsettled
	})
}
