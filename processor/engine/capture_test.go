package engine

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"barometer/ingest/event/wire"
)

// item is something that a state has: a name and a value.
type item struct {
	name, value uint64
	taken       Taken
}

func (i *item) Walk(w *wire.Wire) {
	w.Uint(1, &i.name)
	w.Uint(2, &i.value)
}

// shelf is a state of items: some for ever, some that come and go, and one figure.
type shelf struct {
	captures Captures[taking]
	figure   uint64
	lasting  []*item
	passing  []*item
}

// taking is a capture of a shelf.
type taking struct {
	*Capture
	lasting, passing *Pages
}

const (
	fieldFigure  = 1
	fieldLasting = 2
	fieldPassing = 3
)

func (s *shelf) capture() *taking {
	t := &taking{}
	t.Capture = s.captures.Begin(t)
	s.parts(t)
	return t
}

func (s *shelf) parts(t *taking) {
	t.Fields().Uint(fieldFigure, &s.figure)
	t.lasting, t.passing = t.Pages(fieldLasting), t.Pages(fieldPassing)
	Queue(t.Capture, s.lasting, func(i *item) int { return t.take(t.lasting, i) })
	QueueFromEnd(t.Capture, s.passing, func(i *item) int { return t.take(t.passing, i) })
}

func (t *taking) take(to *Pages, i *item) int {
	if i == nil || !t.Take(&i.taken) {
		return 0
	}
	to.Add(i)
	return 1
}

// change is a step: figures move, and an item changes, comes or goes, each after it was taken.
func (s *shelf) change(r *rand.Rand, next uint64) {
	s.figure++
	touch := func(passing bool, i *item) {
		if t := s.captures.Going(); t != nil && passing {
			t.take(t.passing, i)
		} else if t != nil {
			t.take(t.lasting, i)
		}
	}
	switch r.IntN(4) {
	case 0:
		s.passing = append(s.passing, &item{name: next, taken: s.captures.Last()})
	case 1:
		if n := len(s.passing); n > 0 {
			at := r.IntN(n)
			touch(true, s.passing[at])
			s.passing = slices.Delete(s.passing, at, at+1)
		}
	case 2:
		if n := len(s.passing); n > 0 {
			i := s.passing[r.IntN(n)]
			touch(true, i)
			i.value++
		}
	default:
		i := s.lasting[r.IntN(len(s.lasting))]
		touch(false, i)
		i.value++
	}
}

// content lists all that a shelf has.
func (s *shelf) content() map[string]uint64 {
	all := map[string]uint64{"figure": s.figure}
	for _, i := range s.lasting {
		all[fmt.Sprint("lasting ", i.name)] = i.value
	}
	for _, i := range s.passing {
		all[fmt.Sprint("passing ", i.name)] = i.value
	}
	return all
}

// restored is the content of a snapshot.
func restored(t *testing.T, snapshot []byte) map[string]uint64 {
	t.Helper()
	var w wire.Wire
	w.Begin(snapshot)
	all := map[string]uint64{}
	var figure uint64
	w.Uint(fieldFigure, &figure)
	all["figure"] = figure
	var lasting, passing []Page[item, *item]
	wire.Msgs(&w, fieldLasting, &lasting)
	wire.Msgs(&w, fieldPassing, &passing)
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	for name, pages := range map[string][]Page[item, *item]{"lasting": lasting, "passing": passing} {
		for _, p := range pages {
			for _, i := range p.Items {
				key := fmt.Sprint(name, " ", i.name)
				if _, twice := all[key]; twice {
					t.Fatalf("%s is there twice", key)
				}
				all[key] = i.value
			}
		}
	}
	return all
}

// TestACaptureIsOfTheStateWhereItBegan, whatever changes, comes and goes before it is done.
func TestACaptureIsOfTheStateWhereItBegan(t *testing.T) {
	done := 0
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 4))
		s := &shelf{}
		for i := range uint64(1 + r.IntN(3*pageItems)) {
			s.lasting = append(s.lasting, &item{name: i})
		}
		var going *taking
		var want map[string]uint64
		for step := range uint64(400) {
			if r.IntN(60) == 0 || going == nil {
				going, want = s.capture(), s.content() // it ends the one before
			}
			s.change(r, step)
			if r.IntN(2) == 0 && going.AdvanceBy(1+r.IntN(400)) {
				if got := restored(t, slices.Concat(going.Parts()...)); !maps.Equal(got, want) {
					t.Fatalf("seed %d, step %d: the capture is not of the state where it began", seed, step)
				}
				if s.captures.Going() != nil {
					t.Fatal("a capture that is done goes on")
				}
				going = nil
				done++
			}
		}
	}
	if done < 40 {
		t.Errorf("only %d captures were done", done)
	}
}

// TestAnOrderedCaptureTakesAllInTheOrderOfItsQueues, what another capture has taken before too.
func TestAnOrderedCaptureTakesAllInTheOrderOfItsQueues(t *testing.T) {
	s := &shelf{figure: 7}
	for i := range uint64(3000) {
		s.lasting = append(s.lasting, &item{name: i})
	}
	before := s.capture()
	before.AdvanceBy(1500)
	var snapshots [2][]byte
	for i := range snapshots {
		ordered := &taking{Capture: &Capture{}}
		s.parts(ordered)
		for !ordered.AdvanceBy(1 + i*999) {
		}
		snapshots[i] = slices.Concat(ordered.Parts()...)
	}
	if string(snapshots[0]) != string(snapshots[1]) || !maps.Equal(restored(t, snapshots[0]), s.content()) {
		t.Error("equal states are other bytes, or not the state")
	}
	if !(&Capture{}).Ordered() || before.Ordered() {
		t.Error("a capture does not know whether it is ordered")
	}
}

// TestAdvanceTakesAFew at a time: a snapshot never stops the fold for long.
func TestAdvanceTakesAFew(t *testing.T) {
	s := &shelf{}
	for i := range uint64(10 * sliceOf) {
		s.lasting = append(s.lasting, &item{name: i})
	}
	c := s.capture()
	calls := 1
	for !c.Advance() {
		calls++
	}
	if calls < 10 {
		t.Errorf("%d items took %d calls", len(s.lasting), calls)
	}
}
