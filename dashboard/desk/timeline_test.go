package desk_test

import (
	"net/http"
	"strings"
	"testing"

	"barometer/dashboard"
	"barometer/dashboard/api"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/format"
	"barometer/processor/decision"
)

// TestABuyersLimitsOverTime: each limit decision of a buyer is on its page with what made it so.
func TestABuyersLimitsOverTime(t *testing.T) {
	f := dashboardtest.New()
	d := dashboardtest.Limited(0, 2, "P1", "ACME", "b1", 40_000_00)
	l := d.Body.(*decision.Limit)
	l.CapacityMinor, l.Conditions, l.Override = 1_300_000_00, []string{"max_terms_days=45"}, true
	l.Inputs = []decision.Contribution{{Code: "equity", Figure: 1_600_000_00},
		{Code: "expected_loss", Figure: 1_307_189_00}, {Code: "share", Figure: 5}}
	f.BuyerNames["b1"] = "Buyer"
	f.Store(dashboardtest.Score(0, 1, "b1", 5, 4), d)
	c := dashboardtest.Start(t, f, func(*dashboard.Config) {})
	status, body, _ := c.Do("GET", "/buyers/b1", "")
	_, shown, found := strings.Cut(body, "Limits over time")
	if status != http.StatusOK || !found {
		t.Fatalf("%d, no timeline", status)
	}
	if lines := dashboardtest.Get[api.History](c, "/v1/buyers/b1/history").Timelines; len(lines) != 1 ||
		lines[0].PolicyID != "P1" || lines[0].Currency != "EUR" || len(lines[0].Steps) != 1 ||
		lines[0].Steps[0] != (api.TimelineStep{From: format.Instant(d.AtMs),
			Granted: "40000.00"}) {
		t.Errorf("what was in force: %+v", lines)
	}
	shown, _, _ = strings.Cut(shown, "</section>")
	for _, want := range []string{"by expected loss", "terms of at most 45 days", "overruled by an underwriter", "P1"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the timeline does not say %q: %s", want, shown)
		}
	}
}
