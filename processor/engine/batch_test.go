package engine

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
)

const spanMs = 1000

// TestABatchEnds at each of its bounds, and not before.
func TestABatchEnds(t *testing.T) {
	january, february := event.Date(2025, 1, 31), event.Date(2025, 2, 1)
	tick := func(stampMs int64) *event.Event { return &event.Event{Kind: event.KindTick, StampMs: stampMs} }
	news := func(stampMs int64) *event.Event { return &event.Event{Kind: event.KindNews, StampMs: stampMs} }
	for name, c := range map[string]struct {
		fill func(*Batch)
		next *event.Event
		day  event.Day
		due  bool
	}{
		"empty":                    {func(*Batch) {}, news(99_000), february, false},
		"within the span":          {func(b *Batch) { b.Fold(event.KindNews) }, news(5999), january, false},
		"the span later":           {func(b *Batch) { b.Fold(event.KindNews) }, news(6000), january, true},
		"the span earlier":         {func(b *Batch) { b.Fold(event.KindNews) }, news(4000), january, true},
		"another month":            {func(b *Batch) { b.Fold(event.KindNews) }, news(5000), february, true},
		"ticks alone":              {func(b *Batch) { b.Fold(event.KindTick) }, tick(64_999), january, false},
		"ticks alone for a minute": {func(b *Batch) { b.Fold(event.KindTick) }, tick(65_000), january, true},
		"other than a tick":        {func(b *Batch) { b.Fold(event.KindTick) }, news(6000), january, true},
		"a tick that made something": {func(b *Batch) { b.Fold(event.KindTick); b.Decide(decision.ScoreChanged) }, tick(6000),
			january, true},
		"skips alone": {func(b *Batch) { b.Skip(7) }, news(6000), january, true},
		"almost full": {func(b *Batch) { times(maxBatch-1, func(int64) { b.Decide(decision.ScoreChanged) }) }, news(5000),
			january, false},
		"full": {func(b *Batch) { times(maxBatch, func(int64) { b.Decide(decision.ScoreChanged) }) }, news(5000), january,
			true},
		"skips in one range": {func(b *Batch) { times(maxSkipRuns, b.Skip) }, news(5000), january, false},
		"skips apart": {func(b *Batch) { times(maxSkipRuns, func(i int64) { b.Skip(2 * i) }) }, news(5000), january,
			true},
	} {
		var b Batch
		b.Open(5000)
		c.fill(&b)
		if got := b.Due(c.next, spanMs, january, c.day); got != c.due {
			t.Errorf("%s: it ends: %v, want %v", name, got, c.due)
		}
	}
}

func times(n int64, do func(int64)) {
	for i := range n {
		do(i)
	}
}

// TestBatchesFollowOneAnother: what they tell adds up to what came, whenever one ends, and also when it went through a
// snapshot.
func TestBatchesFollowOneAnother(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		var b Batch
		var want decision.Progress // of the batch, but for its counts
		counts := map[decision.Count]uint64{}
		cut := uint64(0)
		for offset := range int64(300) {
			switch r.IntN(8) {
			case 0:
				b.Skip(offset)
				if n := len(want.Skipped); n > 0 && want.Skipped[n-1].Last == offset-1 {
					want.Skipped[n-1].Last = offset
				} else {
					want.Skipped = append(want.Skipped, decision.Range{First: offset, Last: offset})
				}
				continue
			case 1:
				cut++
				got := b.End(offset, offset)
				want.Cut, want.Next = cut, offset
				for i, n := range got.Counts {
					if counts[decision.Count{Event: n.Event, Decision: n.Decision}] != n.N {
						t.Fatalf("seed %d: cut %d counts %+v, want %v", seed, cut, n, counts)
					}
					if i > 0 && n.Decision == 0 && got.Counts[i-1].Decision != 0 {
						t.Fatalf("seed %d: cut %d counts events after decisions", seed, cut)
					}
				}
				if len(got.Counts) != len(counts) {
					t.Fatalf("seed %d: cut %d counts %v, want %v", seed, cut, got.Counts, counts)
				}
				if got.Counts = nil; !reflect.DeepEqual(*got, want) {
					t.Fatalf("seed %d: cut %+v, want %+v", seed, *got, want)
				}
				want, counts = decision.Progress{From: offset}, map[decision.Count]uint64{}
			case 2:
				b.Repeat()
				want.Repeated++
			case 3:
				snapshot := wire.Append(nil, &b)
				b = Batch{}
				if err := wire.Decode(snapshot, &b); err != nil {
					t.Fatal(err)
				}
			}
			kind, made := event.KindIndicator+event.Kind(r.IntN(30)), decision.ScoreChanged+decision.Kind(r.IntN(3))
			b.Fold(kind)
			b.Decide(made)
			counts[decision.Count{Event: kind}]++
			counts[decision.Count{Decision: made}]++
		}
	}
}
