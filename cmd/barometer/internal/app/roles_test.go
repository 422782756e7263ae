package app

import (
	"log/slog"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"barometer/cmd/barometer/internal/admin"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

// TestNothingCommittedIsNotNothing: the lag of a group that has committed nothing of a partition with records is not
// known.
func TestNothingCommittedIsNotNothing(t *testing.T) {
	for name, c := range map[string]struct {
		committed []int64
		bounds    []kafkalog.Offsets
		records   int64
		unknown   bool
	}{
		"all done":                {[]int64{10, 20}, []kafkalog.Offsets{{End: 10}, {End: 20}}, 0, false},
		"behind":                  {[]int64{4, 20}, []kafkalog.Offsets{{End: 10}, {End: 20}}, 6, false},
		"nothing committed":       {[]int64{-1, 20}, []kafkalog.Offsets{{End: 10}, {End: 20}}, 0, true},
		"no record":               {[]int64{-1, -1}, []kafkalog.Offsets{{End: 0}, {Start: 7, End: 7}}, 0, false},
		"retention went past it":  {[]int64{3}, []kafkalog.Offsets{{Start: 8, End: 10}}, 2, false},
		"one partition is newest": {[]int64{3}, []kafkalog.Offsets{{End: 3}, {End: 1}}, 0, true},
	} {
		if got := lagOf(c.committed, c.bounds); got.Records != c.records || got.Unknown != c.unknown {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestEveryRoleIsWatched: none is forgotten where positions are made.
func TestEveryRoleIsWatched(t *testing.T) {
	in := &installation{infra: &infra{}, opened: &event.LogOpened{}, registry: prometheus.NewRegistry(),
		health: admin.NewHealth(slog.New(slog.DiscardHandler))}
	in.watch(usedBy(Roles), Roles)
	for _, r := range Roles {
		for _, name := range r.reads {
			if in.places[name] == nil {
				t.Errorf("%s has no positions", name)
			}
		}
		if len(r.reads) == 0 {
			t.Errorf("%s reads nothing", r.name)
		}
	}
}
