package portfolio

import (
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// TestWhatIsFreeIsWhatIsLeft of the limit, or of what may be delivered without one; nothing where cover is suspended.
func TestWhatIsFreeIsWhatIsLeft(t *testing.T) {
	limit := Used{GrantedMinor: 100_00, Currency: "EUR"}
	atWill := Used{AtWill: &decision.Cover{NowMinor: 30_00}, Currency: "EUR"}
	for name, x := range map[string]struct {
		of                      Used
		exposure                *decision.Exposure
		free, runOff, uncovered string
	}{
		"never used": {limit, nil, "100.00", "0.00", "0.00"},
		"used":       {limit, &decision.Exposure{OpenMinor: 50_00, CoveredMinor: 40_00}, "60.00", "0.00", "10.00"},
		"run off":    {limit, &decision.Exposure{OpenMinor: 120_00, CoveredMinor: 120_00}, "0.00", "20.00", "0.00"},
		"suspended": {limit, &decision.Exposure{OpenMinor: 40_00, CoveredMinor: 40_00, StoppedFrom: event.Date(2026, 3, 4)},
			"0.00", "0.00", "0.00"},
		"without a limit": {atWill, &decision.Exposure{OpenMinor: 20_00, CoveredMinor: 20_00}, "10.00", "0.00", "0.00"},
	} {
		u := use(&x.of, x.exposure)
		if u.Free != x.free || u.RunOff != x.runOff || u.Uncovered != x.uncovered || u.RunsOff() != (x.runOff != "0.00") ||
			!u.Limited() {
			t.Errorf("%s: %+v", name, u)
		}
	}
	if u := use(&Used{Currency: "EUR"}, nil); u.Limited() || u.AtWill != "" {
		t.Errorf("neither a limit nor anything at will: %+v", u)
	}
}

// TestTheNewerDecisionOfALimitCounts, each policy by itself.
func TestTheNewerDecisionOfALimitCounts(t *testing.T) {
	made := func(offset int64, policy string, code decision.LimitCode) decision.Decision {
		return decision.Decision{Position: event.Position{Generation: 1, Offset: offset}, Kind: decision.LimitDecided,
			Body: &decision.Limit{Policy: policy, Buyer: "b1", Code: code}}
	}
	var all []decision.Decision
	for _, d := range []decision.Decision{made(5, "P2", decision.Approved), made(3, "P1", decision.Approved),
		made(9, "P1", decision.Reduced), made(7, "P1", decision.Approved)} {
		all = Overlay(all, &d)
	}
	if len(all) != 2 || all[0].Position.Offset != 9 || all[1].Position.Offset != 5 {
		t.Errorf("%+v", all)
	}
}
