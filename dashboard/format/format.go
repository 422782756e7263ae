package format

import (
	"time"

	"barometer/ingest/event"

	"github.com/shopspring/decimal"
)

// Amount prints minor units as the decimal string of the API.
func Amount(minor int64, currency string) string {
	n := int32(event.Decimals(currency))
	return decimal.New(minor, -n).StringFixed(n)
}

// Fixed prints a decimal with the digits of its currency.
func Fixed(d decimal.Decimal, currency string) string {
	return d.StringFixed(int32(event.Decimals(currency)))
}

// Instant is a moment of log time in UTC.
func Instant(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// Day prints a day, empty for none.
func Day(d event.Day) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// Source prints where a message came from, topic/incarnation/partition/offset; empty for nowhere.
func Source(s event.Source) string {
	if s.Topic == event.TopicNone {
		return ""
	}
	return s.String()
}

// When prints a moment of log time for people.
func When(ms int64) string { return Instant(ms).Format("2 Jan 2006 15:04:05") }
