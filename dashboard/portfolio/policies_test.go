package portfolio

import (
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// TestPlansAndEndsComeOnTheirDay.
func TestPlansAndEndsComeOnTheirDay(t *testing.T) {
	const today = event.Day(20_000)
	d := func(offset int64, minor int64, from, until event.Day) decision.Decision {
		return decision.Decision{Position: event.Position{Generation: 1, Offset: offset}, Kind: decision.LimitDecided,
			Body: &decision.Limit{Policy: "P1", Buyer: "b1", Holder: "ACME", Code: decision.Approved, GrantedMinor: minor,
				Currency: "EUR", EffectiveOn: from, ValidUntil: until}}
	}
	all := []decision.Decision{d(1, 100, today, 0), d(2, 50, today+10, 0), d(3, 20, today+20, today+25)}
	for _, x := range []struct {
		on      event.Day
		granted int64
		planned int64
	}{{today, 100, 50}, {today + 9, 100, 50}, {today + 10, 50, 20}, {today + 20, 20, 0}, {today + 26, 0, 0}} {
		st := withNewer(nil, all, x.on)[0]
		planned := int64(0)
		if st.Planned != nil {
			planned = st.Planned.Body.(*decision.Limit).GrantedMinor
		}
		if st.GrantedMinor != x.granted || planned != x.planned {
			t.Errorf("on %s: %d, then %d", x.on, st.GrantedMinor, planned)
		}
		if again := withNewer([]history.LimitState{st}, all, x.on)[0]; again.GrantedMinor != x.granted {
			t.Errorf("on %s, with what is there already: %d", x.on, again.GrantedMinor)
		}
	}
	if st := withNewer(nil, []decision.Decision{all[1], d(4, 80, today, 0)}, today)[0]; st.Planned != nil {
		t.Errorf("a later decision does not remove what was planned: %+v", st)
	}
}
