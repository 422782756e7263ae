package decode

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"barometer/ingest/event"
)

// TestDaysAreTheCalendars holds our reading of dates to package time's, by every spelling near a date.
func TestDaysAreTheCalendars(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[0-3][0-9]{3}-[01][0-9]-[0-3][0-9]`).Draw(t, "date")
		got, ok := parseDate(s)
		want, err := time.Parse(time.DateOnly, s)
		if fits := err == nil && want.Year() >= 1000 && want.Year() < 3000; ok != fits {
			t.Fatalf("%s: %v, want %v", s, ok, fits)
		}
		if _, stored := parseDay(s); stored != (ok && want.Year() >= 1900 && want.Year() < 2300) {
			t.Fatalf("%s as a day: %v", s, stored)
		}
		if _, stored := parseFounding(s); stored != (ok && want.Year() < 2300) {
			t.Fatalf("%s as a founding: %v", s, stored)
		}
		if ok && got != event.DayOf(want.UnixMilli()) {
			t.Fatalf("%s: %s", s, got)
		}
	})
}

func TestInstantsAreRFC3339(t *testing.T) {
	shape, anyYear := regexp.MustCompile(instantPattern),
		regexp.MustCompile(`^[0-9]{4}`+instantPattern[strings.Index(instantPattern, ")")+1:])
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(
			`(1[89]|2[0-3])[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{0,10})?(Z|z|[+-][0-2][0-9]:[0-6][0-9])?`).Draw(t, "instant")
		got, ok := parseInstant(s)
		want, err := time.Parse(time.RFC3339, s)
		year := want.UTC().Year()
		if fits := err == nil && anyYear.MatchString(s) && year >= 1900 && year < 2262; ok != fits {
			t.Fatalf("%s: %v, want %v (%v)", s, ok, fits, err)
		} else if ok && !shape.MatchString(s) && want.Year() == year {
			t.Fatalf("%s: the schema refuses it", s)
		}
		if ok && got != want.UnixMilli() {
			t.Fatalf("%s: %d, want %d", s, got, want.UnixMilli())
		}
	})
}

func TestPeriods(t *testing.T) {
	for s, want := range map[string]string{"2026": "2026-01-01 2026-12-31", "2026-Q3": "2026-07-01 2026-09-30",
		"2024-02": "2024-02-01 2024-02-29", "2026-12": "2026-12-01 2026-12-31", "2026-Q4": "2026-10-01 2026-12-31"} {
		p, ok := parsePeriod(s)
		if got := fmt.Sprint(p.First, p.Last); !ok || got != want || printPeriod(p) != s {
			t.Errorf("%s: %s, printed %s", s, got, printPeriod(p))
		}
	}
	for _, s := range []string{"1899", "2300-Q1", "1066-10", "", "26", "2026-", "2026-Q0", "2026-Q5", "2026-13", "2026-00",
		"2026-1", "2026-10-01", "20x6"} {
		if _, ok := parsePeriod(s); ok {
			t.Errorf("%q taken", s)
		}
	}
}

// TestALanguageIsReadAsPeopleWriteIt, and kept in one form.
func TestALanguageIsReadAsPeopleWriteIt(t *testing.T) {
	for said, want := range map[string]string{"nl-BE": "nl-BE", "nl_BE": "nl-BE", "NL": "nl", "nl_": "", "_": "",
		"dutch": "", "x": "", "nl_BE_" + strings.Repeat("x", 30): ""} {
		if tag, ok := parseLanguage(said); ok != (want != "") || ok && tag != want {
			t.Errorf("%q is %q %v", said, tag, ok)
		}
	}
}

func TestTablesAreInOrder(t *testing.T) {
	for name, table := range map[string][]string{"countries": countries, "currencies": currencies} {
		if !slices.IsSorted(table) || len(slices.Compact(slices.Clone(table))) != len(table) {
			t.Errorf("%s are not ascending", name)
		}
	}
	if len(countries) != 249+1 || len(sectors) != 21+88 {
		t.Errorf("%d countries, %d sectors", len(countries), len(sectors))
	}
	for _, c := range countries {
		if r, err := language.ParseRegion(c); err != nil || !r.IsCountry() || r.String() != c {
			t.Errorf("%s is %v: %v", c, r, err)
		}
	}
}
