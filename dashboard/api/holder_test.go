package api_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"barometer/dashboard"
	"barometer/dashboard/alerts"
	"barometer/dashboard/dashboardtest"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// others is a world with two policyholders on the same buyer. What ZETA does and is bears a mark, canary is whether it
// is there at all and how it was sent.
func others(f *dashboardtest.Fake, present bool) {
	f.BuyerNames["b1"] = "Van Damme NV"
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}, {ID: "P2-CANARY", Holder: "ZETA",
		HolderName: "CANARY"}}
	f.Notes = []history.Notification{{ID: "n1", Holder: "ACME", Buyers: []string{"b1"}, State: "delivered",
		Target: "https://acme.example"}}
	f.Subscribed = []alerts.Subscription{{ID: "s1", Holder: "ACME", Target: "https://acme.example"}}
	f.Store(dashboardtest.Score(0, 10, "b1", 6, 4, func(s *decision.Score) { mark(s, present) }))
	f.Store(dashboardtest.Limited(0, 20, "P1", "ACME", "b1", 40_000_00, func(d *decision.Decision, l *decision.Limit) {
		if present {
			l.CapacityMinor, l.InUseMinor, l.OverhangMinor, l.Reason = 1_234_567, 7_654_321, 5_555_555, 13
		} else {
			l.Reason = 14 // the refusal that the same buyer would have had without others
		}
	}))
	// A reduction that another policyholder's message set off.
	f.Store(dashboardtest.Limited(0, 30, "P1", "ACME", "b1", 30_000_00, func(d *decision.Decision, l *decision.Limit) {
		l.Request, l.RequestKind, l.Code = "", 0, decision.Reduced
		if present {
			d.Trigger = decision.Trigger{Kind: event.KindInvoicePaid, ID: "CANARY-payment",
				Source: event.Source{Topic: event.TopicPayments, Offset: 777}}
		}
	}))
	f.Store(dashboardtest.Exposed(0, 31, "P1", "ACME", "b1", 50_000_00, 35_000_00))
	if !present {
		return
	}
	f.Store(dashboardtest.Exposed(0, 32, "P2-CANARY", "ZETA", "b1", 77_777_00, 77_777_00))
	f.BuyerNames["b2"] = "CANARY buyer of ZETA"
	f.Notes = append(f.Notes, history.Notification{ID: "n2-CANARY", Holder: "ZETA", Target: "https://CANARY.example",
		Buyers: []string{"b1"}})
	f.Subscribed = append(f.Subscribed, alerts.Subscription{ID: "s2-CANARY", Holder: "ZETA",
		Target: "https://CANARY.example"})
	f.Store(dashboardtest.Limited(0, 40, "P2-CANARY", "ZETA", "b1", 99_999_00), dashboardtest.Limited(0, 41, "P2-CANARY",
		"ZETA", "b2", 99_999_00))
	f.Store(dashboardtest.Score(0, 50, "b1", 6, 6, func(s *decision.Score) {
		mark(s, true)
	}), dashboardtest.Score(0, 51, "b2", 9, 8))
}

// mark puts another supplier's payment behaviour into a score.
func mark(s *decision.Score, present bool) {
	s.Contributions = []decision.Contribution{{Code: "equity_ratio", PointsMLO: 120, Figure: 180000},
		{Code: "economic_cell", PointsMLO: 475}}
	s.Reasons, s.Changes, s.Holders = []string{"economic_cell", "equity_ratio"}, nil, []string{"ACME"}
	if present {
		s.Contributions = append(s.Contributions, decision.Contribution{Code: "suppliers_in_arrears", PointsMLO: 900,
			Figure: 424242},
			decision.Contribution{Code: "CANARY_component", PointsMLO: 800})
		s.Reasons, s.Holders = []string{"suppliers_in_arrears", "CANARY_component"}, []string{"ACME", "ZETA-CANARY"}
		s.PDPPM, s.PointsMLO, s.Commercial, s.Cap = 31_337, 4_242, 9, "CANARY"
	}
}

// sealed are the tokens that are opaque, and so may differ.
var sealed = regexp.MustCompile(`"(position|next)":"[^"]*"`)

// TestNothingOfOthersReachesAPolicyholder walks every endpoint as ACME, with ZETA and without (I8): the answers are the
// same but for sealed tokens, and bear no mark.
func TestNothingOfOthersReachesAPolicyholder(t *testing.T) {
	walk := func(present bool) map[string]string {
		f := dashboardtest.New()
		others(f, present)
		c := dashboardtest.Start(t, f, func(cfg *dashboard.Config) { cfg.Tokens = dashboardtest.Tokens }).As("acme")
		answers := map[string]string{}
		for _, call := range []string{"GET /v1/buyers", "GET /v1/buyers?grade=9", "GET /v1/buyers/b1", "GET /v1/buyers/b2",
			"GET /v1/buyers/b1/history",
			"GET /v1/buyers/b2/history", "GET /v1/policies/P1/limits", "GET /v1/policies/P1/limits?buyer=b1",
			"GET /v1/policies/P2-CANARY/limits", "GET /v1/policies/P1/limits?on=2024-12-31",
			"GET /v1/policies/P1/cover?buyer=b1&delivered_on=2026-12-31&known_at=2027-01-01T00:00:00Z",
			"GET /v1/policies/P2-CANARY/cover?buyer=b1&delivered_on=2024-12-31",
			"GET /v1/decisions", "GET /v1/decisions?kind=score.changed", "GET /v1/decisions?kind=exposure.changed",
			"GET /v1/decisions?policy=P2-CANARY", "GET /v1/subscriptions",
			"DELETE /v1/subscriptions/s2-CANARY", "GET /v1/notifications", "POST /v1/notifications/n2-CANARY/redeliver", "GET /",
			"GET /limits"} {
			method, path, _ := strings.Cut(call, " ")
			status, body, h := c.Do(method, path, "")
			answers[call] = fmt.Sprint(status, " ", sealed.ReplaceAllString(body, `"$1":"…"`))
			if strings.Contains(h.Get("Barometer-Position"), "-") && event1(h.Get("Barometer-Position")) {
				t.Errorf("%s tells a position: %s", call, h.Get("Barometer-Position"))
			}
		}
		status, body, _ := c.Do("POST", "/v1/limit-requests", strings.Replace(dashboardtest.Request("r9", "10.00"), "P1",
			"P2-CANARY", 1))
		answers["request for another's policy"] = fmt.Sprint(status, " ", body)
		status, body, _ = c.Do("POST", "/v1/limit-requests", dashboardtest.Request("r-b1", "50000.00"))
		answers["own request"] = fmt.Sprint(status, " ", sealed.ReplaceAllString(body, `"$1":"…"`))
		status, body, _ = c.Do("POST", "/v1/events?topic=risk.portfolio", `{"id":"x","type":"policy.upserted"}`)
		answers["a policy of one's own making"] = fmt.Sprint(status, " ", body)
		return answers
	}
	with, without := walk(true), walk(false)
	for call, answer := range with {
		for _, told := range []string{"CANARY", "31337", "0.031337", "4242", "12345.67", "76543.21", "55555.55", "99999",
			"77777", "suppliers", "424242", "ZETA"} {
			if strings.Contains(answer, told) {
				t.Errorf("%s tells %s: %s", call, told, answer)
			}
		}
		if answer != without[call] {
			t.Errorf("%s differs with others:\n%s\n%s", call, answer, without[call])
		}
	}
	if own := with["GET /v1/buyers/b1"]; !strings.Contains(own, `"grade":6`) ||
		!strings.Contains(own, `"direction":"worse"`) ||
		!strings.Contains(own, "economic_environment") || !strings.Contains(own, `"granted":"30000.00"`) {
		t.Errorf("its own buyer: %s", own)
	}
	if own := with["own request"]; !strings.Contains(own, `"reason":"capacity"`) ||
		!strings.Contains(own, `"trigger":"msg-b1"`) {
		t.Errorf("its own request: %s", own)
	}
}

// of names the holders of a score.
func of(holders ...string) func(*decision.Score) {
	return func(s *decision.Score) { s.Holders = holders }
}

// event1 tells whether a header is a plain position.
func event1(h string) bool {
	_, err := event.ParsePosition(strings.Split(h, ",")[0])
	return err == nil
}

func TestAPolicyholdersStreamHasItsOwnAndGradesOfItsBuyers(t *testing.T) {
	f := dashboardtest.New()
	others(f, true)
	c := dashboardtest.Start(t, f, func(cfg *dashboard.Config) { cfg.Tokens = dashboardtest.Tokens }).As("acme")
	got := c.Stream("", 2, func() {
		f.Publish(dashboardtest.Score(0, 60, "b2", 10, 9, of("ZETA")))           // ZETA's buyer
		f.Publish(dashboardtest.Score(0, 61, "b1", 6, 6))                        // keeps its grade
		f.Publish(dashboardtest.Limited(0, 62, "P2-CANARY", "ZETA", "b1", 1_00)) // ZETA's limit
		f.Publish(dashboardtest.Score(0, 63, "b1", 10, 6, of("ACME", "ZETA")))
		f.Publish(dashboardtest.Limited(0, 64, "P1", "ACME", "b1", 0))
	})
	if !strings.Contains(got[0].Data, `"grade":10`) || !strings.Contains(got[1].Data, `"policy_id":"P1"`) {
		t.Errorf("streamed %+v", got)
	}
	for _, e := range got {
		if strings.Contains(e.Data, "CANARY") || strings.Contains(e.Data, "1-0-6") {
			t.Errorf("streamed %s", e.Data)
		}
	}
}

func TestATokenOpensForItsReaderOnly(t *testing.T) {
	f := dashboardtest.New()
	others(f, true)
	c := dashboardtest.Start(t, f, func(cfg *dashboard.Config) { cfg.Tokens = dashboardtest.Tokens })
	_, _, h := c.As("acme").Do("POST", "/v1/limit-requests", dashboardtest.Request("r-b1", "50000.00"))
	where := h.Get("Location")
	for token, want := range map[string]int{"acme": http.StatusOK, "zeta": http.StatusNotFound,
		"analyst": http.StatusNotFound} {
		if status, body, _ := c.As(token).Do("GET", where, ""); status != want {
			t.Errorf("%s gets %d %s, want %d", token, status, body, want)
		}
	}
}
