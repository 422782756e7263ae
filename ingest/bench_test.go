package ingest

import (
	"testing"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

// BenchmarkIngest is payments from the source topic to their committed offsets, on the embedded broker in this process.
func BenchmarkIngest(b *testing.B) {
	s := newStage(b, event.ClockDriven)
	for n := 0; n < b.N; n += 2000 {
		records := make([]kafkalog.Record, min(2000, b.N-n))
		for i := range records {
			records[i] = paid(n + i)
		}
		s.produce("risk.payments", n/2000%4, records...)
	}
	b.ResetTimer()
	s.ingest()
	s.committed("risk.payments")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "payments/s")
}
