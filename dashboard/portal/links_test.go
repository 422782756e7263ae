package portal_test

import (
	"net/url"
	"strings"
	"testing"

	"barometer/dashboard/alerts"
	"barometer/dashboard/dashboardtest"
)

// TestALinkOfAMessageNeedsNoLogIn: looking changes nothing, the button does what the link is for, and only that.
func TestALinkOfAMessageNeedsNoLogIn(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("nobody")
	f.Subscribed = []alerts.Subscription{{ID: dashboardtest.SubscriptionID, Holder: "ACME", Channel: "email",
		Target: "credit@acme.example"}}
	at := func(purpose, token string) string { return purpose + "?token=" + url.QueryEscape(token) }
	confirm, leave := string(alerts.LinkConfirm), string(alerts.LinkUnsubscribe)
	if status, body, h := c.Do("GET", at(confirm, confirm+" "+dashboardtest.SubscriptionID), ""); status != 200 ||
		!strings.Contains(body, "credit@acme.example") || !strings.Contains(body, "<button") ||
		h.Get("Referrer-Policy") != "no-referrer" || f.Subscribed[0].Confirmed || strings.Contains(body, "ACME") {
		t.Errorf("looked: %d %s", status, body)
	}
	for _, wrong := range []string{"", "x", leave + " s1", confirm + " s2"} {
		for _, method := range []string{"GET", "POST"} {
			if status, body, _ := c.Do(method, at(confirm, wrong), ""); status != 404 || !strings.Contains(body, "not valid") {
				t.Errorf("%s %q: %d", method, wrong, status)
			}
		}
	}
	if status, body, _ := c.Do("POST", at(confirm, confirm+" "+dashboardtest.SubscriptionID), ""); status != 200 ||
		!f.Subscribed[0].Confirmed || f.Subscribed[0].Disabled || strings.Contains(body, "<button") {
		t.Errorf("confirmed: %d %s", status, body)
	}
	if status, body, _ := c.Do("GET", at(confirm, confirm+" "+dashboardtest.SubscriptionID), ""); status != 200 ||
		strings.Contains(body, "<button") {
		t.Errorf("looked again: %d %s", status, body)
	}
	if status, _, _ := c.Do("POST", at(leave, leave+" "+dashboardtest.SubscriptionID),
		"List-Unsubscribe=One-Click"); status != 200 ||
		!f.Subscribed[0].Disabled {
		t.Errorf("left by one click: %d", status)
	}
}
