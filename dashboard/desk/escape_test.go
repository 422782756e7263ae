package desk_test

import (
	"net/http"
	"strings"
	"testing"

	"barometer/dashboard"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/desk"
	"barometer/storage/history"
)

func TestPagesEscapeWhatOthersWrote(t *testing.T) {
	f := dashboardtest.New()
	const evil = `<script>alert("x")</script>`
	f.BuyerNames["b1"] = evil
	f.Store(dashboardtest.Score(0, 1, "b1", 10, 8), dashboardtest.Limited(0, 2, "P1", "ACME", "b1", 0))
	f.Notes = []history.Notification{{ID: "n1", State: "waiting", Target: evil, Buyers: []string{"b1"},
		Attempts: []history.Attempt{{Answer: evil}}}}
	c := dashboardtest.Start(t, f, func(cfg *dashboard.Config) {
		cfg.Addresses = []desk.Address{{Name: "Kafka", Value: "127.0.0.1:9092"}}
	})
	for path, want := range map[string]string{"/": "Latest decisions", "/buyers": "PD in a year",
		"/buyers/b1": "What moved it last", "/limits": "P1",
		"/notifications": "Send again", "/mail": "Van Damme NV", "/mail/m1": "sandbox"} {
		status, body, h := c.Do("GET", path, "")
		if status != http.StatusOK || !strings.Contains(body, want) || strings.Contains(body, evil) {
			t.Errorf("%s: %d, has %q: %v, escaped: %v", path, status, want, strings.Contains(body, want),
				!strings.Contains(body, evil))
		}
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "script-src 'self'") ||
			strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %s", path, csp)
		}
	}
	if _, _, h := c.Do("GET", "/mail/m1/html", ""); !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox;") {
		t.Error("an e-mail's HTML is not in a sandbox")
	}
	if status, _, _ := c.Do("GET", "/buyers/none", ""); status != http.StatusNotFound {
		t.Errorf("no such buyer: %d", status)
	}
}
