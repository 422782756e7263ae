package format

import (
	"testing"

	"barometer/ingest/event"

	"github.com/shopspring/decimal"
)

func TestFormats(t *testing.T) {
	source := event.Source{Topic: event.TopicNews, Incarnation: 1, Partition: 2, Offset: 3}
	for _, x := range []struct{ got, want string }{
		{Amount(123_45, "EUR"), "123.45"}, {Amount(0, "EUR"), "0.00"}, {Amount(-5, "EUR"), "-0.05"},
		{Amount(700, "JPY"), "700"}, {Fixed(decimal.New(15, -1), "EUR"), "1.50"}, {Fixed(decimal.New(15, 0), "JPY"), "15"},
		{Day(0), ""}, {Day(event.Date(2026, 3, 4)), "2026-03-04"}, {When(1_772_600_000_000), "4 Mar 2026 04:53:20"},
		{Instant(0).String(), "1970-01-01 00:00:00 +0000 UTC"}, {Source(event.Source{}), ""},
		{Source(source), source.String()},
	} {
		if x.got != x.want {
			t.Errorf("%q, want %q", x.got, x.want)
		}
	}
}
