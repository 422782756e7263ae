package processor

import (
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"github.com/sourcegraph/conc/iter"
)

// BenchmarkRecovery is one partition with a million buyers, each with master data and a statement: writing
// its state as a snapshot holds it, in slices between which the fold may go on, and reading it back.
func BenchmarkRecovery(b *testing.B) {
	const buyers = 1_000_000
	f := newBench(b, buyers, false).fold
	var state []byte
	b.Run("write", func(b *testing.B) {
		var longest time.Duration
		stood := func(work func()) {
			began := time.Now()
			work()
			longest = max(longest, time.Since(began))
		}
		defer debug.SetGCPercent(debug.SetGCPercent(-1)) // the collector stops whoever runs, and is not what is measured
		for b.Loop() {
			b.StopTimer()
			runtime.GC()
			b.StartTimer()
			var c *Capture
			stood(func() { c = f.Capture() })
			for done := false; !done; {
				stood(func() { done = c.Advance() })
			}
			state = slices.Concat(c.Parts()...)
		}
		b.ReportMetric(float64(len(state))/buyers, "B/buyer")
		b.ReportMetric(float64(longest.Microseconds())/1000, "ms-longest-stop")
	})
	f = nil // who recovers has nothing else
	runtime.GC()
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			runtime.GC()
			b.StartTimer()
			again := NewFold(0, anyModel)
			again.Parallel(func(n int, do func(i int)) {
				iter.ForEachIdx(make([]struct{}, n), func(i int, _ *struct{}) { do(i) })
			})
			if err := again.RestoreState(state); err != nil {
				b.Fatal(err)
			}
		}
	})
}
