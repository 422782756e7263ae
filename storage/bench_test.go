package storage

import "testing"

// BenchmarkBatch makes the batches of a log without storing them: what the core costs.
func BenchmarkBatch(b *testing.B) {
	w := write(b, 3, 400)
	b.ReportAllocs()
	for b.Loop() {
		s := NewSink(0, w.opened, parseTest, Place{})
		for s.Place().Cut < uint64(w.cuts) {
			inserts, err := feed(w, s, s.Place().DecisionsNext)
			if err != nil {
				b.Fatal(err)
			}
			s.Stored(inserts)
		}
	}
	b.ReportMetric(float64(len(w.log)+len(w.decisions))*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
