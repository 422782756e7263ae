package decode

import (
	"fmt"
	"slices"

	"barometer/ingest/event"
)

// walk visits the members of one message, in one of three directions. A type describes itself once, in a function that
// walks its members; reading, printing and describing are the same walk, so that they cannot disagree.
type walk struct {
	mode  mode
	event *event.Event   // whose body is walked
	at    object         // the JSON object that the walk is in
	match *matcher       // reading: makes the fingerprints
	words map[string]any // reading: what goes to risk.texts
	err   *Error         // reading: the first refusal
	defs  map[string]any // describing: the values that were met
}

// object is a JSON object at its place: what is read or printed, or its description.
type object struct {
	path    string // of it within the message, with a dot after it
	members map[string]any
	needed  []string // describing
	rules   []any    // describing
}

type mode uint8

const (
	reading mode = iota
	printing
	describing
)

// refuse keeps the first refusal.
func (w *walk) refuse(reason Reason, name, want string) {
	if w.err == nil {
		w.err = refuse(reason, "%s%s: want %s", w.at.path, name, want)
	}
}

// get gives a member that is there and not null; false ends the reading of it.
func (w *walk) get(name, want string, needed bool) (any, bool) {
	if w.err != nil {
		return nil, false
	}
	v := w.at.members[name]
	if v == nil && needed {
		w.refuse(MissingField, name, want)
	}
	return v, v != nil
}

// required walks a member that must be there.
func required[T any](w *walk, name string, v *T, of value[T], about string) {
	switch w.mode {
	case reading:
		readInto(w, name, v, of, true)
	case printing:
		w.at.members[name] = of.print(*v)
	case describing:
		w.describe(name, w.define(of.name, of.schema), about, true)
	}
}

// optional walks a member whose absence is the zero value.
func optional[T comparable](w *walk, name string, v *T, of value[T], about string) {
	var zero T
	switch {
	case w.mode == reading:
		readInto(w, name, v, of, false)
	case w.mode == printing && *v != zero:
		w.at.members[name] = of.print(*v)
	case w.mode == describing:
		w.describe(name, w.define(of.name, of.schema), about, false)
	}
}

// byDefault walks a member that has a value where it is absent.
func byDefault[T any](w *walk, name string, v *T, of value[T], otherwise T, about string) {
	switch w.mode {
	case reading:
		*v = otherwise
		readInto(w, name, v, of, false)
	case printing:
		w.at.members[name] = of.print(*v)
	case describing:
		w.describe(name, w.define(of.name, of.schema), about, false)["default"] = of.print(otherwise)
	}
}

// derived walks a member that has a value by other members where it is absent. about says which.
func derived[T any](w *walk, name string, v *T, of value[T], otherwise T, about string) {
	if w.mode == describing {
		w.describe(name, w.define(of.name, of.schema), about, false)
		return
	}
	byDefault(w, name, v, of, otherwise, about)
}

func readInto[T any](w *walk, name string, v *T, of value[T], needed bool) {
	raw, ok := w.get(name, of.want, needed)
	if !ok {
		return
	}
	x, ok := of.read(raw)
	if !ok {
		want := of.want
		if of.hint != nil {
			if hint := of.hint(raw); hint != "" {
				want += "; " + hint
			}
		}
		w.refuse(of.reason, name, want)
		return
	}
	*v = x
}

// list walks a list of values that must be there unless it may be empty; an empty one is then as one that is absent.
func list[T any](w *walk, name string, v *[]T, of value[T], low, high int, about string) {
	values(w, name, v, of, low, high, low > 0, about)
}

// listByDefault walks a list of values that is not empty, and has some where it is absent.
func listByDefault[T any](w *walk, name string, v *[]T, of value[T], high int, otherwise []T, about string) {
	values(w, name, v, of, 1, high, false, about)
	switch {
	case w.mode == reading && *v == nil:
		*v = slices.Clone(otherwise)
	case w.mode == describing:
		w.at.members[name].(map[string]any)["default"] = otherwise
	}
}

func values[T any](w *walk, name string, v *[]T, of value[T], low, high int, needed bool, about string) {
	items(w, name, v, low, high, needed, about, w.define(of.name, of.schema), func(raw any, x *T) bool {
		var ok bool
		*x, ok = of.read(raw)
		return ok
	}, func(x *T) any { return of.print(*x) }, of.want)
}

// objects walks a list of objects, which must be there unless it may be empty.
func objects[T any](w *walk, name string, v *[]T, low, high int, about string, member func(*T)) {
	outer := w.at
	inside := func(members map[string]any, x *T) object {
		w.at = object{path: outer.path + name + "[].", members: members}
		member(x)
		inner := w.at
		w.at = outer
		return inner
	}
	var schema any
	if w.mode == describing {
		inner := inside(map[string]any{}, new(T))
		schema = inner.schema("")
	}
	items(w, name, v, low, high, low > 0, about, schema, func(raw any, x *T) bool {
		members, ok := raw.(map[string]any)
		if ok {
			inside(members, x)
		}
		return ok
	}, func(x *T) any { return inside(map[string]any{}, x).members }, "an object")
}

func items[T any](w *walk, name string, v *[]T, low, high int, needed bool, about string, schema any,
	read func(any, *T) bool, print func(*T) any, want string) {
	switch w.mode {
	case reading:
		raw, ok := w.get(name, "a list", needed)
		if !ok {
			return
		}
		elements, ok := raw.([]any)
		if !ok || len(elements) < low || len(elements) > high {
			w.refuse(BadField, name, fmt.Sprintf("a list of %d to %d", low, high))
			return
		}
		if len(elements) > 0 {
			*v = make([]T, len(elements))
		}
		for i, element := range elements {
			if !read(element, &(*v)[i]) {
				w.refuse(BadField, name, "in each place "+want)
			}
		}
	case printing:
		var out []any
		for i := range *v {
			out = append(out, print(&(*v)[i]))
		}
		if out != nil || needed {
			w.at.members[name] = out
		}
	case describing:
		w.describe(name, map[string]any{"type": "array", "items": schema, "minItems": low, "maxItems": high}, about, needed)
	}
}

// nested walks an object that is a member. It tells whether it is there; printing leaves out an empty one.
func (w *walk) nested(name string, needed bool, about string, members func()) bool {
	outer := w.at
	inner := object{path: outer.path + name + ".", members: map[string]any{}}
	if w.mode == reading {
		raw, ok := w.get(name, "an object", needed)
		if !ok {
			return false
		}
		if inner.members, ok = raw.(map[string]any); !ok {
			w.refuse(BadField, name, "an object")
			return false
		}
	}
	w.at = inner
	members()
	inner, w.at = w.at, outer
	switch {
	case w.mode == printing && len(inner.members) > 0:
		w.at.members[name] = inner.members
	case w.mode == describing:
		w.describe(name, inner.schema(""), about, needed)
	}
	return true
}

// text walks a member whose value are words: it goes to risk.texts under the name key, and nowhere else.
func (w *walk) text(name, key string, of value[string], needed bool, about string) string {
	var s string
	switch w.mode {
	case reading:
		if readInto(w, name, &s, of, needed); s != "" {
			w.say(key, s)
		}
	case describing:
		w.describe(name, w.define(of.name, of.schema), about, needed)
	}
	return s
}

func (w *walk) say(key string, v any) {
	if w.words == nil {
		w.words = map[string]any{}
	}
	w.words[key] = v
}

// check refuses a member unless ok: for what several members say together. The schema's side of it is w.rule.
func (w *walk) check(ok bool, reason Reason, name, want string) {
	if w.mode == reading && !ok {
		w.refuse(reason, name, want)
	}
}
