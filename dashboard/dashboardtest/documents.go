package dashboardtest

import (
	"context"
	"slices"

	"barometer/storage/history"
)

func (f *Fake) Documents(_ context.Context, q history.DocumentQuery) (all []history.Document, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range f.Evidence {
		if d.ID != q.ID || q.About != "" && d.About() != q.About || len(all) == q.Limit ||
			slices.ContainsFunc(all, func(o history.Document) bool { return o.About() == d.About() }) {
			continue
		}
		if q.Holder == "" || slices.ContainsFunc(f.Policies, func(p Policy) bool {
			return p.ID == d.Policy && p.Holder == q.Holder
		}) {
			all = append(all, d)
		}
	}
	return all, f.Down
}
