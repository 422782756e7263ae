package phrase

import (
	"testing"

	"barometer/processor/decision"
	"barometer/processor/explain"
)

func TestPhrases(t *testing.T) {
	for _, x := range []struct{ got, want string }{
		{Of("partly_approved"), "partly approved"}, {Of("insolvency_only"), "only insolvency is covered"},
		{Of("equity_ratio"), explain.Name(explain.English, "equity_ratio")},
		{Of("never_heard_of"), explain.Name(explain.English, "never_heard_of")},
		{Reason(&decision.Limit{Reason: 13}), "limit full"}, {Reason(&decision.Limit{Reason: 99}), ""},
		{Reason(&decision.Limit{Reason: 13, ReasonText: "no_rate"}), "exchange rate not known"},
		{Reason(&decision.Limit{}), ""},
	} {
		if x.got != x.want {
			t.Errorf("%q, want %q", x.got, x.want)
		}
	}
}

// TestWhatCountsNoLonger: a component that changed, and has no part in the sum now.
func TestWhatCountsNoLonger(t *testing.T) {
	b := &decision.Score{Contributions: []decision.Contribution{{Code: "equity_ratio"}}}
	if Gone(b, "equity_ratio") || !Gone(b, "revenue_growth") {
		t.Error("what counts is told wrongly")
	}
}
