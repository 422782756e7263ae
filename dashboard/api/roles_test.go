package api_test

import (
	"net/http"
	"strings"
	"testing"

	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/problem"
	"barometer/storage/history"
)

const (
	registerNews = `"type":"news","source":{"id":"gazette","name":"Gazette","kind":"register"},"url":"https://gazette.example/1","headline":"Opened","published_at":"2026-03-04T09:00:00Z","category":"insolvency.opened","buyer_id":"b1"`
	moratorium   = `"type":"indicator","country":"BE","sector":"*","indicator":"transfer_moratorium","period":"2026-03","value":"1"`
	growth       = `"type":"indicator","country":"BE","sector":"*","indicator":"gdp_growth","period":"2026-03","value":"1"`
	policySaid   = `"type":"policy.upserted","policy_id":"P1","holder":{"id":"ACME","name":"Acme"},"currency":"EUR","insured_percentage":"90","effective_on":"2026-01-01"`
)

// TestEvidenceNeedsARole: what decides by itself once it is known is not everybody's to say.
func TestEvidenceNeedsARole(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	for _, x := range []struct{ topic, body, who string }{
		{"risk.news", registerNews, "ann reader"}, {"risk.indicators", growth, "ann reader"}, {"risk.indicators", moratorium,
			"ann reader"},
		{"risk.portfolio", policySaid, "ann reader"}, {"risk.portfolio", strings.Replace(dashboardtest.Overdue, "%q",
			`"2026-03-04"`, 1),
			"ann reader"},
		{"risk.payments", dashboardtest.DisputedSaid, "ann reader"},
	} {
		for _, token := range []string{"ann", "reader", "collector", "operator"} {
			n, right := f.SentTo(x.topic), strings.Contains(x.who, token)
			status, answer, _ := c.As(token).Do("POST", "/v1/events?topic="+x.topic, `{`+dashboardtest.OrderHead+x.body+`}`)
			if right != (status == http.StatusOK) || right != (f.SentTo(x.topic) == n+1) || !right &&
				status != http.StatusForbidden {
				t.Errorf("%s sends %s: %d %s", token, x.body, status, answer)
			}
		}
	}
}

// TestAMoratoriumIsConfirmedByItsReview, over HTTP; a demonstration without names is told what that is worth.
func TestAMoratoriumIsConfirmedByItsReview(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	const path = "/v1/events?topic=risk.indicators"
	confirmed := `{` + dashboardtest.OrderHead + moratorium + `,"confirmed":true}`
	for _, token := range []string{"ann", "reader", "analyst"} {
		if status, answer, _ := c.As(token).Do("POST", path, confirmed); status != http.StatusUnprocessableEntity ||
			!strings.Contains(answer, "two analysts") {
			t.Errorf("%s confirms: %d %s", token, status, answer)
		}
		if status, answer, _ := c.As(token).Do("POST", path, `[`+confirmed+`]`); status != http.StatusOK ||
			!strings.Contains(answer, `"stored":0`) {
			t.Errorf("%s confirms in a list: %d %s", token, status, answer)
		}
	}
	if f.SentTo("risk.indicators") != 0 {
		t.Error("a confirmed moratorium is stored")
	}
	if status, answer, _ := dashboardtest.Start(t, f).Do("POST", path, confirmed); status != http.StatusOK ||
		!strings.Contains(answer, problem.FourEyesOff) {
		t.Errorf("without tokens: %d %s", status, answer)
	}
}

// TestSubscriptionsOfAHolderAndTheInsurersPeople: analysts look after them, and never come by a secret.
func TestSubscriptionsOfAHolderAndTheInsurersPeople(t *testing.T) {
	const one = "/v1/subscriptions/" + dashboardtest.SubscriptionID
	for token, right := range map[string]bool{"reader": true, "ann": true, "collector": false, "operator": false} {
		f := dashboardtest.New()
		f.Notes = []history.Notification{{ID: "n1", Holder: "ACME", State: "gave_up"}}
		c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As(token)
		for _, x := range []struct {
			method, path, body string
			status             int
		}{
			{"POST", "/v1/subscriptions", `{"holder_id":"ACME","channel":"webhook","target":"https://x.example"}`, 201},
			{"GET", "/v1/subscriptions", "", 200}, {"GET", one, "", 200}, {"POST", one + "/enable", "", 200},
			{"POST", one + "/test", "", 202},
			{"POST", "/v1/notifications/n1/redeliver", "", 202}, {"POST", one + "/secret", "", 403}, {"DELETE", one, "", 204},
		} {
			if !right {
				x.status = http.StatusForbidden
			}
			if status, answer, _ := c.Do(x.method, x.path, x.body); status != x.status {
				t.Errorf("%s: %s %s: %d %s", token, x.method, x.path, status, answer)
			}
		}
		if status, answer, _ := c.Do("POST", "/notifications/n1/redeliver", ""); right == (status == http.StatusForbidden) {
			t.Errorf("%s on the page: %d %s", token, status, answer)
		}
	}
}

// TestLessCoverIsNotTheInsurersToAskFor: what an underwriter cuts may need a second person, a policyholder's own
// request does not.
func TestLessCoverIsNotTheInsurersToAskFor(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	for _, kind := range []string{"reduction", "cancellation", "new", "increase", "prolongation", "preliminary"} {
		cuts := kind == "reduction" || kind == "cancellation"
		for _, token := range []string{"ann", "reader", "analyst", "acme"} {
			n := f.SentTo("risk.portfolio")
			refuses := cuts && token != "acme"
			asked := `"request_id":"` + kind + token + `","policy_id":"P1","buyer_id":"b1","kind":"` + kind +
				`","amount":"10.00","currency":"EUR"}`
			for path, body := range map[string]string{"/v1/limit-requests": `{` + asked,
				"/v1/events?topic=risk.portfolio": `{"type":"limit.requested",` + dashboardtest.OrderHead + asked} {
				status, answer, _ := c.As(token).Do("POST", path, body)
				if refuses != (status == http.StatusUnprocessableEntity && strings.Contains(answer, `"underwriter"`) &&
					strings.Contains(answer, "underwriter.decided")) {
					t.Errorf("%s asks for a %s at %s: %d %s", token, kind, path, status, answer)
				}
			}
			if stored := f.SentTo("risk.portfolio") > n; stored == refuses {
				t.Errorf("%s asks for a %s: stored %t", token, kind, stored)
			}
		}
	}
}
