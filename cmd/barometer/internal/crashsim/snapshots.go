package crashsim

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"barometer/processor/runner"
)

// snapshots is the store that all tenants share: what is saved may be lost, or torn.
type snapshots struct {
	w    *world
	kept map[string][]kept
}

type kept struct {
	offset int64
	bytes  []byte
}

func (s *snapshots) save(a *folder, snapshot *runner.Snapshot) {
	offset, b := snapshot.Offset(), slices.Concat(snapshot.Parts()...)
	a.saving = true
	a.w.request(a.t, fmt.Sprintf("snapshot at %d", offset), func() error {
		if s.w.f.happens(tornSnapshot) {
			s.w.note("it is torn")
			b = b[:s.w.f.r.IntN(len(b))]
		}
		s.kept[a.u.name] = append(s.kept[a.u.name], kept{offset, b})
		return nil
	}, func(error) { a.saving = false })
}

// of gives the snapshots of a unit as the runner reads them.
func (s *snapshots) of(unit string) runner.Store { return snapshotsOf{s, unit} }

type snapshotsOf struct {
	s    *snapshots
	unit string
}

func (s snapshotsOf) Save(context.Context, *runner.Snapshot) (int, error) {
	panic("snapshots are asked for")
}

// Newest gives two, or an older one, or none.
func (s snapshotsOf) Newest(context.Context) iter.Seq2[[]byte, error] {
	all := s.s.kept[s.unit]
	if n := len(all); n > 0 && s.s.w.f.happens(lostSnapshot) {
		all = all[:s.s.w.f.r.IntN(n)]
		s.s.w.note("of %d snapshots of %s %d are left", n, s.unit, len(all))
	}
	return func(yield func([]byte, error) bool) {
		for i := len(all) - 1; i >= max(0, len(all)-2); i-- {
			if !yield(all[i].bytes, nil) {
				return
			}
		}
	}
}
