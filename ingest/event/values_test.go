package event

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestDaysAreThoseOfTheCalendar holds days to package time, every one of four thousand years and any date.
func TestDaysAreThoseOfTheCalendar(t *testing.T) {
	for d := Date(-1000, 1, 1); d < Date(3000, 1, 1); d++ {
		y, m, day := d.Civil()
		if want := time.Unix(int64(d)*86400, 0).UTC(); y != want.Year() || m != int(want.Month()) || day != want.Day() ||
			Date(y, m, day) != d {
			t.Fatalf("day %d is %d-%d-%d, want %s", d, y, m, day, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		y, m, day := rapid.IntRange(-4000, 9999).Draw(t, "year"), rapid.IntRange(-500, 500).Draw(t, "month"),
			rapid.IntRange(-1000, 1000).Draw(t, "day")
		if got, want := Date(y, m, day),
			Day(time.Date(y, time.Month(m), day, 0, 0, 0, 0, time.UTC).Unix()/86400); got != want {
			t.Fatalf("%d-%d-%d is day %d, want %d", y, m, day, got, want)
		}
	})
}
