package crashsim

import (
	"fmt"
	"slices"
	"time"

	"barometer/ingest/event"
	"barometer/storage"
)

// house is ClickHouse as the sink may count on it: it drops a token that it knows, rows replace each other by position,
// and when it is killed it may know a token without having its rows.
type house struct {
	w        *world
	tokens   map[string]bool
	tables   map[string]map[event.Position]string
	places   map[uint32][]storage.Place // by partition, what rows of progress said, in their order
	conflict error                      // two rows of one position that differ
}

func newHouse(w *world) *house {
	return &house{w: w, tokens: map[string]bool{}, tables: map[string]map[event.Position]string{},
		places: map[uint32][]storage.Place{}}
}

// insert stores an insert. after is how far its batch goes, of an insert into progress.
func (h *house) insert(in *storage.Insert, token bool, after storage.Place) error {
	if token {
		if h.tokens[in.Token] {
			return nil
		}
		h.tokens[in.Token] = true
		if h.w.f.happens(killedEngine) {
			h.w.note("ClickHouse is killed between the token %s and its rows", in.Token)
			return errUnclear
		}
	}
	rows := h.tables[in.Table]
	if rows == nil {
		rows = map[event.Position]string{}
		h.tables[in.Table] = rows
	}
	in.Each(func(at event.Position, fields []any) {
		row := rowText(fields)
		if old, ok := rows[at]; ok && old != row && h.conflict == nil {
			h.conflict = fmt.Errorf("I3: %s has two rows at %s that differ:\n%s\n%s", in.Table, at, old, row)
		}
		rows[at] = row
		if in.Table == "progress" {
			h.places[at.Partition] = append(h.places[at.Partition], after)
		}
	})
	return nil
}

// rowText is what a row says, as a text to be compared.
func rowText(fields []any) string {
	said := slices.Clone(fields)
	for i, f := range said {
		switch v := f.(type) {
		case *string:
			if said[i] = nil; v != nil {
				said[i] = *v
			}
		case *time.Time:
			if said[i] = nil; v != nil {
				said[i] = *v
			}
		}
	}
	return fmt.Sprint(said...)
}

// holds tells whether every row is there.
func (h *house) holds(in *storage.Insert) bool {
	all := true
	in.Each(func(at event.Position, _ []any) { _, ok := h.tables[in.Table][at]; all = all && ok })
	return all
}

// place is how far a partition is stored, as a replica tells it that may lag.
func (h *house) place(p uint32) storage.Place {
	all := h.places[p]
	var newest storage.Place
	for _, x := range all {
		if x.Cut > newest.Cut {
			newest = x
		}
	}
	if len(all) > 0 && h.w.f.happens(laggingReplica) {
		newest = all[h.w.f.r.IntN(len(all))]
		h.w.note("a replica tells of cut %d of partition %d", newest.Cut, p)
	}
	return newest
}
