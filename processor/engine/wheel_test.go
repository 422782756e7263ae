package engine

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"barometer/ingest/event"
)

// due is a timer with its day, and the number that it is ordered by.
type due struct {
	day event.Day
	t   int
}

// TestAWheelGivesASortedListOfItsTimers: whatever is set and taken in between, each day gives what a sorted list
// without repetitions gives, and a list that was handed out before stays as it is.
func TestAWheelGivesASortedListOfItsTimers(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 2))
		w := NewWheel(cmp.Compare[int])
		var list []due
		for day := event.Day(100); day < 130; day++ {
			for range r.IntN(40) {
				x := due{day + event.Day(r.IntN(4)), r.IntN(10)}
				w.Set(x.day, x.t)
				list = append(list, x)
			}
			var held, heldThen []Timers[int]
			for _, d := range w.Days(false) {
				held, heldThen = append(held, d), append(heldThen, Timers[int]{d.Day, slices.Clone(d.All)})
			}
			sorted(&list)
			var all []due
			for _, d := range w.Days(true) {
				for _, x := range d.All {
					all = append(all, due{d.Day, x})
				}
			}
			if !slices.Equal(all, list) {
				t.Fatalf("seed %d, day %d: holds %v, want %v", seed, day, all, list)
			}
			for round := range 2 { // what is set for a day while it fires comes in a further round
				var want []int
				for len(list) > 0 && list[0].day == day {
					want, list = append(want, list[0].t), list[1:]
				}
				if got := w.Take(day); !slices.Equal(got, want) {
					t.Fatalf("seed %d, day %d, round %d: fires %v, want %v", seed, day, round, got, want)
				}
				for range r.IntN(3) {
					x := due{day, r.IntN(10)}
					w.Set(x.day, x.t)
					list = append(list, x)
				}
				sorted(&list)
			}
			list = slices.DeleteFunc(list, func(x due) bool { return x.day == day })
			w.Take(day)
			for i := range held {
				if !slices.Equal(held[i].All, heldThen[i].All) {
					t.Fatalf("seed %d, day %d: a list that was handed out has changed", seed, day)
				}
			}
		}
	}
}

func sorted(list *[]due) {
	slices.SortFunc(*list, func(a, b due) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.t, b.t)) })
	*list = slices.Compact(*list)
}
