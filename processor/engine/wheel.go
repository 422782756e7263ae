package engine

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
)

// Wheel holds timers by the day at whose beginning they are due. Nobody finds and removes a timer: whoever is called
// checks that it still means something. Make one with NewWheel.
type Wheel[T comparable] struct {
	compare func(a, b T) int
	// Invariant: the timers of a day are only ever appended to, as a capture may hold their list.
	days map[event.Day][]T
}

// NewWheel makes a wheel whose timers fire in the order of compare. It must say 0 of equal timers alone.
func NewWheel[T comparable](compare func(a, b T) int) Wheel[T] {
	return Wheel[T]{compare: compare, days: map[event.Day][]T{}}
}

// Set sets a timer. A day whose timers were taken for good is the caller's mistake: it does not come again.
func (w *Wheel[T]) Set(day event.Day, t T) { w.days[day] = append(w.days[day], t) }

// Take removes the timers of a day and returns them in order, each once.
func (w *Wheel[T]) Take(day event.Day) []T {
	due := w.days[day]
	delete(w.days, day)
	return w.inOrder(due)
}

// inOrder returns timers in order, each once, in a list of its own.
func (w *Wheel[T]) inOrder(timers []T) []T {
	timers = slices.Clone(timers)
	slices.SortFunc(timers, w.compare)
	return slices.Compact(timers)
}

// Timers are the timers of one day.
type Timers[T any] struct {
	Day event.Day
	All []T
}

// Days lists all timers by day. With ordered each day's are in order and each once, so that wheels of the same timers
// give the same list; else they are as they were set, which costs nothing. The lists are the wheel's: they are not to
// be changed.
func (w *Wheel[T]) Days(ordered bool) []Timers[T] {
	all := make([]Timers[T], 0, len(w.days))
	for day, timers := range w.days { //fold:sorted
		if ordered {
			timers = w.inOrder(timers)
		}
		all = append(all, Timers[T]{day, timers})
	}
	slices.SortFunc(all, func(a, b Timers[T]) int { return cmp.Compare(a.Day, b.Day) })
	return all
}
