package kafkalog_test

import (
	"testing"

	"barometer/deploy/kafkatest"
	"barometer/ingest/kafkalog"
)

// Small records, as the log has them: 200 bytes and no key.
func small(n int) []kafkalog.Record {
	rs := make([]kafkalog.Record, n)
	for i := range rs {
		rs[i].Value = make([]byte, 200)
	}
	return rs
}

func BenchmarkAppend(b *testing.B) {
	c := open(b, kafkatest.Start(b))
	name := topic(b, c, 1, nil)
	batch := small(4000)
	b.ReportAllocs()
	for b.Loop() {
		mustAppend(b, c, name, 0, batch)
	}
	b.ReportMetric(float64(b.N*len(batch))/b.Elapsed().Seconds(), "records/s")
}

// One record a request: what a round to the broker costs.
func BenchmarkAppendOne(b *testing.B) {
	c := open(b, kafkatest.Start(b))
	name := topic(b, c, 1, nil)
	one := small(1)
	for b.Loop() {
		mustAppend(b, c, name, 0, one)
	}
}

func BenchmarkFetch(b *testing.B) {
	for _, o := range []struct {
		name    string
		options kafkalog.FetchOptions
	}{{"whole", kafkalog.FetchOptions{}}, {"values", kafkalog.FetchOptions{ValuesOnly: true}}} {
		b.Run(o.name, func(b *testing.B) {
			c := open(b, kafkatest.Start(b))
			name := topic(b, c, 1, nil)
			for range 25 {
				mustAppend(b, c, name, 0, small(4000))
			}
			ctx := b.Context()
			var offset int64
			var records int
			b.ReportAllocs()
			for b.Loop() {
				f, err := c.Fetch(ctx, name, 0, offset, o.options)
				if err != nil {
					b.Fatal(err)
				}
				records += len(f.Records)
				if offset = f.Next; offset == f.End {
					offset = 0
				}
			}
			b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
