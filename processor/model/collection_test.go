package model

import (
	"testing"

	"barometer/ingest/event"
)

// TestLateInterestOfTheFirstModel: rates as the countries published them, and those that go on.
func TestLateInterestOfTheFirstModel(t *testing.T) {
	m, err := Parse(base(t))
	if err != nil {
		t.Fatal(err)
	}
	rateOn := func(country string, day event.Day) (ppm int64) {
		for _, r := range m.LateInterest.Of(country) {
			if r.From <= day.HalfYear() {
				ppm = r.PPM
			}
		}
		return ppm
	}
	for _, c := range []struct {
		country string
		day     event.Day
		ppm     int64
	}{
		{"BE", event.Date(2025, 3, 1), 115_000},   // 3.15 + 8, up to the half point
		{"BE", event.Date(2025, 12, 31), 105_000}, // 2.15 + 8, up to the half point
		{"BE", event.Date(2026, 1, 1), 105_000},
		{"BE", event.Date(2021, 6, 30), 80_000}, // 0 + 8: nothing to round
		{"NL", event.Date(2024, 6, 30), 125_000},
		{"NL", event.Date(2025, 7, 1), 101_500},
		{"DE", event.Date(2025, 6, 30), 112_700}, // 2.27 + 9
		{"DE", event.Date(2020, 1, 1), 81_200},   // −0.88 + 9
		{"FR", event.Date(2025, 7, 1), 121_500},
		{"IT", event.Date(2030, 1, 1), 101_500}, // the last one goes on
		{"IT", event.Date(2012, 12, 31), 0},
		{"US", event.Date(2025, 7, 1), 0},
		{"*", event.Date(2025, 7, 1), 0},
	} {
		if got := rateOn(c.country, c.day); got != c.ppm {
			t.Errorf("%s on %s: %d ppm, want %d", c.country, c.day, got, c.ppm)
		}
	}
	if m.LateInterest.FlatCents != 40_00 {
		t.Errorf("%d cents for each invoice", m.LateInterest.FlatCents)
	}
}

// TestCollectionsOfTheFirstModel: each country has its terms, and an unknown one those of all others.
func TestCollectionsOfTheFirstModel(t *testing.T) {
	m, err := Parse(base(t))
	if err != nil {
		t.Fatal(err)
	}
	for country, want := range map[string]event.CollectionStep{
		"BE": {Next: event.StageEnforcement, By: event.ActorBailiff, Days: 38},
		"NL": {Next: event.StageJudgment, By: event.ActorLawyer, Days: 60},
		"DE": {Next: event.StageJudgment, By: event.ActorLawyer, Days: 14},
		"FR": {Next: event.StageJudgment, By: event.ActorBailiff, Days: 180},
		"PL": {Next: event.StageEnforcement, By: event.ActorLawyer, Days: 30},
		"DK": {Next: event.StageJudgment, By: event.ActorLawyer, Days: 180},
		"":   {Next: event.StageJudgment, By: event.ActorLawyer, Days: 180},
	} {
		if got := m.Collection(country).Stages[event.StageCourtOrder]; got != want {
			t.Errorf("%s: a court order is followed by %+v, want %+v", country, got, want)
		}
	}
	if (&event.Model{}).Collection("BE") != nil {
		t.Error("a model without collections has one")
	}
}
