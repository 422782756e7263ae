package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"barometer/dashboard"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/identity"
)

// TestARateMovesByATenthAtMost over HTTP, in however many steps.
func TestARateMovesByATenthAtMost(t *testing.T) {
	f := dashboardtest.New()
	f.KnownRates = map[string][2]int64{"USD": {109_000_000, 100_000_000}}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	rate := func(currency, value string) string {
		return fmt.Sprintf(
			`{%s"type":"indicator","country":"*","sector":"*","indicator":"fx_rate","period":"2026-03","currency":%q,"value":%q}`, dashboardtest.OrderHead, currency, value)
	}
	under := dashboardtest.TokenOf("under", identity.Analyst, "")
	under.Name, under.Roles = "under", []string{"underwriter"}
	c2 := dashboardtest.Start(t, f, dashboardtest.WithPeople, func(cfg *dashboard.Config) {
		cfg.Tokens = append(cfg.Tokens, under)
	})
	for _, x := range []struct {
		c            dashboardtest.Client
		value, where string
		stored       bool
	}{
		{c.As("ann"), rate("USD", "100000"), "", false}, {c.As("ann"), rate("USD", "0.00001"), "", false},
		{c.As("ann"), rate("USD", "1.11"), "a tenth of the latest, not of that of a day ago", false},
		{c.As("ann"), rate("USD", "1.1"), "", true},
		{c2.As("under"), rate("CHF", "5"), "a first rate by who sets limits", false}, {c2.As("reader"), rate("CHF", "5"),
			"a first rate", true},
		{c2.As("under"), rate("CHF", "6"), "after it", false}, {c2.As("under"), rate("CHF", "5.2"), "after it", true},
	} {
		n := f.SentTo("risk.indicators")
		status, answer, _ := x.c.Do("POST", "/v1/events?topic=risk.indicators", x.value)
		if x.stored != (status == http.StatusOK) || x.stored != (f.SentTo("risk.indicators") == n+1) || !x.stored &&
			!strings.Contains(answer, "rate_moves_too_far") {
			t.Errorf("%s %s: %d %s", x.where, x.value, status, answer)
		}
	}
	list := "[" + strings.Join([]string{rate("GBP", "1"), rate("GBP", "1.09"), rate("GBP", "1.18"), rate("GBP", "1000")},
		",") + "]"
	if status, answer, _ := c.As("ann").Do("POST", "/v1/events?topic=risk.indicators", list); status != http.StatusOK ||
		!strings.Contains(answer, `"stored":2`) {
		t.Errorf("a list: %d %s", status, answer)
	}
}
