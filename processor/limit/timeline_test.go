package limit

import (
	"math/rand/v2"
	"slices"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// TestATimelineHasWhatIsInForce: a cut in notice begins on its day, what is decided before then takes its place, and
// what is decided within a day is seen.
func TestATimelineHasWhatIsInForce(t *testing.T) {
	day := event.Day(20_000)
	granted, cut := said(1, day.Ms()+1, decision.Approved, 100), said(2, (day+5).Ms()+1, decision.Reduced, 50)
	cut.Body.(*decision.Limit).EffectiveOn = day + 35
	raised, again := said(3, (day+10).Ms()+1, decision.Approved, 200), said(4, (day+10).Ms()+1, decision.Approved, 300)
	refused := said(5, (day + 11).Ms(), decision.NotApproved, 0)
	refused.Body.(*decision.Limit).EffectiveOn = 0
	for _, x := range []struct {
		of   []decision.Decision
		want []Step
	}{
		{[]decision.Decision{granted, cut}, []Step{{day.Ms() + 1, 100}, {(day + 35).Ms(), 50}}},
		{[]decision.Decision{granted, cut, raised, again, refused}, []Step{{day.Ms() + 1, 100}, {(day + 10).Ms() + 1, 200},
			{(day + 10).Ms() + 1001, 300}}},
		{[]decision.Decision{refused}, []Step{}},
	} {
		if got := Timeline(x.of); !slices.Equal(got, x.want) {
			t.Errorf("%v, want %v", got, x.want)
		}
	}
}

// TestATimelineKeepsWhatHappenedWithinADay, and no plan that a later decision took the place of.
func TestATimelineKeepsWhatHappenedWithinADay(t *testing.T) {
	day, hour := event.Date(2026, 3, 1), int64(3_600_000)
	at := func(offset, ms int64, on event.Day, minor int64) decision.Decision {
		d := said(offset, ms, decision.Reduced, minor)
		d.Body.(*decision.Limit).EffectiveOn = on
		return d
	}
	got := Timeline([]decision.Decision{at(1, day.Ms(), day, 300), at(2, day.Ms(), day, 2000),
		at(3, day.Ms()+8*hour, day+19, 50), at(4, day.Ms()+9*hour, day+14, 90), at(5, day.Ms()+10*hour, day, 110),
		at(6, (day+1).Ms()+10*hour, day+15, 0)})
	if want := []Step{{day.Ms(), 300}, {day.Ms() + 1000, 2000}, {day.Ms() + 10*hour, 110},
		{(day + 15).Ms(), 0}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestATimelineIsByTheCoverRule: at the end of each day of random histories the timeline has the limit that Covered
// says.
func TestATimelineIsByTheCoverRule(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for h := range 2000 {
		all, _, _ := aHistory(r)
		steps := Timeline(all)
		for on := event.Day(19_999); on < 20_140; on++ {
			got := int64(0)
			for _, s := range steps {
				if s.FromMs < (on + 1).Ms() {
					got = s.Minor
				}
			}
			if want := Covered(all, on, 1<<60).Limit.Minor; got != want {
				t.Fatalf("history %d on %s: %d of %v, by the rule %d", h, on, got, steps, want)
			}
		}
	}
}
