package api

import (
	"time"

	"barometer/ingest/event"

	"github.com/danielgtaylor/huma/v2"
)

// Days and moments that ClickHouse can be asked about, as those that messages may name: what is counted in nanoseconds
// ends in 2262.
var (
	firstDay, lastDay          = event.Date(1900, 1, 1), event.Date(2299, 12, 31)
	firstInstant, afterInstant = time.UnixMilli(firstDay.Ms()), time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)
)

// parseDay reads a parameter that is a day: YYYY-MM-DD of the years 1900 to 2299. Errors are 422.
func parseDay(name, text string) (event.Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if day := event.DayOf(t.UnixMilli()); err == nil && firstDay <= day && day <= lastDay {
		return day, nil
	}
	return 0, huma.Error422UnprocessableEntity(name + ": want a date YYYY-MM-DD from 1900-01-01 to 2299-12-31")
}

// parseInstant reads a parameter that is a moment: RFC 3339 with a zone, of the years 1900 to 2261 by UTC. Errors are
// 422.
func parseInstant(name, text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err == nil && !t.Before(firstInstant) && t.Before(afterInstant) {
		return t.UTC(), nil
	}
	return time.Time{}, huma.Error422UnprocessableEntity(name + ": want an RFC 3339 time with a zone, from 1900-01-01 " +
		"to 2261-12-31 by UTC")
}

// checkTime refuses a parameter that says a day or a moment, and says none that can be asked about.
func checkTime(p *huma.Param, text string) error {
	var err error
	switch p.Schema.Format {
	case "date":
		_, err = parseDay(p.Name, text)
	case "date-time":
		_, err = parseInstant(p.Name, text)
	}
	return err
}
