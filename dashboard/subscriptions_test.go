package dashboard

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"barometer/dashboard/alerts"
)

// TestASubscriptionFollowsItsHoldersLanguage where it says none.
func TestASubscriptionFollowsItsHoldersLanguage(t *testing.T) {
	f := newFake()
	f.languages = map[string]string{"ACME": "nl"}
	c := start(t, f, withPeople)
	for said, want := range map[string]string{"": "nl", `,"language":"fr"`: "fr", `,"language":"nl-BE"`: "nl-BE"} {
		status, body, _ := c.as("acme").do("POST", "/v1/subscriptions",
			`{"channel":"email","target":"credit@acme.example"`+said+`}`)
		if status != http.StatusCreated || !strings.Contains(body, `"language":"`+want+`"`) ||
			!strings.Contains(body, `"confirmed":false`) {
			t.Errorf("%q: %d %s", said, status, body)
		}
	}
	if status, body, _ := c.as("ann").do("POST", "/v1/subscriptions",
		`{"holder_id":"ACME","channel":"email","target":"credit@acme.example"}`); status != http.StatusCreated ||
		!strings.Contains(body, `"confirmed":true`) {
		t.Errorf("an analyst vouches: %d %s", status, body)
	}
}

// TestASubscriptionIsTheHoldersOwnToMend: read, given a new secret, enabled and tested by its holder and the insurer,
// by nobody else.
func TestASubscriptionIsTheHoldersOwnToMend(t *testing.T) {
	f := newFake()
	c := start(t, f, withPeople)
	f.subs = []alerts.Subscription{{ID: subscriptionID, Holder: "ACME", Channel: "webhook", Target: "https://acme.example",
		Disabled: true, Confirmed: true}}
	for _, x := range []struct {
		method, path, says string
		status             int
	}{
		{"GET", "", `"disabled":true`, 200}, {"POST", "/secret", "whsec_", 200}, {"POST", "/enable", `"disabled":false`, 200},
		{"POST", "/test", "", 202},
	} {
		for token, status := range map[string]int{"zeta": 404, "nobody": 401, "acme": x.status} {
			if got, body, _ := c.as(token).do(x.method, "/v1/subscriptions/"+subscriptionID+x.path, ""); got != status ||
				status < 300 && !strings.Contains(body, x.says) {
				t.Errorf("%s does %s %s: %d %s", token, x.method, x.path, got, body)
			}
		}
		if x.method != "GET" {
			if got, _, _ := c.as("looks").do(x.method, "/v1/subscriptions/"+subscriptionID+x.path, ""); got != 403 &&
				got != 404 {
				t.Errorf("a token that only looks does %s: %d", x.path, got)
			}
		}
	}
	if got, _, _ := c.as("ann").do("GET", "/v1/subscriptions/"+subscriptionID, ""); got != 200 {
		t.Errorf("an analyst reads it: %d", got)
	}
	f.subs[0].Channel = "email"
	if got, body, _ := c.as("acme").do("POST", "/v1/subscriptions/"+subscriptionID+"/secret", ""); got != 422 {
		t.Errorf("a secret for e-mail: %d %s", got, body)
	}
}

// TestALinkOfAMessageNeedsNoLogIn: looking changes nothing, the button does what the link is for, and only that.
func TestALinkOfAMessageNeedsNoLogIn(t *testing.T) {
	f := newFake()
	c := start(t, f, withPeople).as("nobody")
	f.subs = []alerts.Subscription{{ID: subscriptionID, Holder: "ACME", Channel: "email", Target: "credit@acme.example"}}
	at := func(purpose, token string) string { return purpose + "?token=" + url.QueryEscape(token) }
	confirm, leave := string(alerts.LinkConfirm), string(alerts.LinkUnsubscribe)
	if status, body, h := c.do("GET", at(confirm, confirm+" "+subscriptionID), ""); status != 200 ||
		!strings.Contains(body, "credit@acme.example") || !strings.Contains(body, "<button") ||
		h.Get("Referrer-Policy") != "no-referrer" || f.subs[0].Confirmed || strings.Contains(body, "ACME") {
		t.Errorf("looked: %d %s", status, body)
	}
	for _, wrong := range []string{"", "x", leave + " s1", confirm + " s2"} {
		for _, method := range []string{"GET", "POST"} {
			if status, body, _ := c.do(method, at(confirm, wrong), ""); status != 404 || !strings.Contains(body, "not valid") {
				t.Errorf("%s %q: %d", method, wrong, status)
			}
		}
	}
	if status, body, _ := c.do("POST", at(confirm, confirm+" "+subscriptionID), ""); status != 200 ||
		!f.subs[0].Confirmed || f.subs[0].Disabled || strings.Contains(body, "<button") {
		t.Errorf("confirmed: %d %s", status, body)
	}
	if status, body, _ := c.do("GET", at(confirm, confirm+" "+subscriptionID), ""); status != 200 ||
		strings.Contains(body, "<button") {
		t.Errorf("looked again: %d %s", status, body)
	}
	if status, _, _ := c.do("POST", at(leave, leave+" "+subscriptionID), "List-Unsubscribe=One-Click"); status != 200 ||
		!f.subs[0].Disabled {
		t.Errorf("left by one click: %d", status)
	}
}
