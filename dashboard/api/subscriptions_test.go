package api_test

import (
	"net/http"
	"strings"
	"testing"

	"barometer/dashboard"
	"barometer/dashboard/alerts"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/identity"
	"barometer/storage/history"
)

// TestASubscriptionFollowsItsHoldersLanguage where it says none.
func TestASubscriptionFollowsItsHoldersLanguage(t *testing.T) {
	f := dashboardtest.New()
	f.Languages = map[string]string{"ACME": "nl"}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	for said, want := range map[string]string{"": "nl", `,"language":"fr"`: "fr", `,"language":"nl-BE"`: "nl-BE"} {
		status, body, _ := c.As("acme").Do("POST", "/v1/subscriptions",
			`{"channel":"email","target":"credit@acme.example"`+said+`}`)
		if status != http.StatusCreated || !strings.Contains(body, `"language":"`+want+`"`) ||
			!strings.Contains(body, `"confirmed":false`) {
			t.Errorf("%q: %d %s", said, status, body)
		}
	}
	if status, body, _ := c.As("ann").Do("POST", "/v1/subscriptions",
		`{"holder_id":"ACME","channel":"email","target":"credit@acme.example"}`); status != http.StatusCreated ||
		!strings.Contains(body, `"confirmed":true`) {
		t.Errorf("an analyst vouches: %d %s", status, body)
	}
}

// TestASubscriptionIsTheHoldersOwnToMend: read, given a new secret, enabled and tested by its holder and the insurer,
// by nobody else.
func TestASubscriptionIsTheHoldersOwnToMend(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	f.Subscribed = []alerts.Subscription{{ID: dashboardtest.SubscriptionID, Holder: "ACME", Channel: "webhook",
		Target:   "https://acme.example",
		Disabled: true, Confirmed: true}}
	for _, x := range []struct {
		method, path, says string
		status             int
	}{
		{"GET", "", `"disabled":true`, 200}, {"POST", "/secret", "whsec_", 200}, {"POST", "/enable", `"disabled":false`, 200},
		{"POST", "/test", "", 202},
	} {
		for token, status := range map[string]int{"zeta": 404, "nobody": 401, "acme": x.status} {
			if got, body, _ := c.As(token).Do(x.method, "/v1/subscriptions/"+dashboardtest.SubscriptionID+x.path,
				""); got != status ||
				status < 300 && !strings.Contains(body, x.says) {
				t.Errorf("%s does %s %s: %d %s", token, x.method, x.path, got, body)
			}
		}
		if x.method != "GET" {
			if got, _, _ := c.As("looks").Do(x.method, "/v1/subscriptions/"+dashboardtest.SubscriptionID+x.path,
				""); got != 403 &&
				got != 404 {
				t.Errorf("a token that only looks does %s: %d", x.path, got)
			}
		}
	}
	if got, _, _ := c.As("ann").Do("GET", "/v1/subscriptions/"+dashboardtest.SubscriptionID, ""); got != 200 {
		t.Errorf("an analyst reads it: %d", got)
	}
	f.Subscribed[0].Channel = "email"
	if got, body, _ := c.As("acme").Do("POST", "/v1/subscriptions/"+dashboardtest.SubscriptionID+"/secret",
		""); got != 422 {
		t.Errorf("a secret for e-mail: %d %s", got, body)
	}
}

// TestSubscriptionsOfAnotherHolder cannot be reached through a holder's id, or a subscription's, that has a slash.
func TestSubscriptionsOfAnotherHolder(t *testing.T) {
	f := dashboardtest.New()
	f.Subscribed = []alerts.Subscription{{ID: dashboardtest.SubscriptionID, Holder: "a/b"},
		{ID: "b/" + dashboardtest.SubscriptionID, Holder: "a"}}
	c := dashboardtest.Start(t, f, func(cfg *dashboard.Config) {
		cfg.Tokens = []identity.Token{dashboardtest.TokenOf("a", identity.Policyholder, "a"),
			dashboardtest.TokenOf("ann", identity.Analyst, "")}
	})
	for _, id := range []string{"b%2F" + dashboardtest.SubscriptionID, "%2E%2E%2F" + dashboardtest.SubscriptionID,
		strings.ToUpper(dashboardtest.SubscriptionID),
		"urn:uuid:" + dashboardtest.SubscriptionID, dashboardtest.SubscriptionID} {
		for _, who := range []string{"a"} {
			if status, answer, _ := c.As(who).Do("DELETE", "/v1/subscriptions/"+id, ""); status != 404 {
				t.Errorf("%s deletes %s: %d %s", who, id, status, answer)
			}
		}
	}
	if status, _, _ := c.As("ann").Do("DELETE", "/v1/subscriptions/b%2F"+dashboardtest.SubscriptionID+"?holder=a",
		""); status != 404 ||
		len(f.Subscribed) != 2 {
		t.Errorf("an analyst: %d, %d left", status, len(f.Subscribed))
	}
}

// TestWhatIsUnderWayIsNotSentAgain is a conflict, not an outage.
func TestWhatIsUnderWayIsNotSentAgain(t *testing.T) {
	f := dashboardtest.New()
	f.Notes = []history.Notification{{ID: "n1", Holder: "ACME", State: "retrying"}}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	for _, who := range []string{"ann", "acme"} {
		if status, answer, _ := c.As(who).Do("POST", "/v1/notifications/n1/redeliver", ""); status != http.StatusConflict {
			t.Errorf("%s: %d %s", who, status, answer)
		}
	}
}
