package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"barometer/dashboard/api"
	"barometer/dashboard/dashboardtest"
	"barometer/ingest/event"
)

// TestAPolicyThatWasJustWrittenIsKnownAtOnce by the log, whichever process stored it: to its holder, to nobody else,
// and before ClickHouse has it.
func TestAPolicyThatWasJustWrittenIsKnownAtOnce(t *testing.T) {
	f := dashboardtest.New()
	f.Languages = map[string]string{"ACME": "de"}
	write := func(policy, holder string, home bool) {
		f.Log(1, &event.Event{Kind: event.KindPolicyUpserted, ID: policy, Key: "policy/" + policy, Home: home,
			Body: &event.PolicyUpserted{Policy: policy, Holder: holder, Language: "nl-BE", Currency: "EUR", InsuredPPM: 850_000,
				EffectiveOn: event.Date(2026, 1, 1), PeriodTo: event.Date(2026, 12, 31)}})
	}
	c, other := dashboardtest.Start(t, f, dashboardtest.WithPeople), dashboardtest.Start(t, f, dashboardtest.WithPeople)
	for n, at := range []dashboardtest.Client{c, other} {
		policy := fmt.Sprint("new-", n)
		path := "/v1/policies/" + policy
		// and it is not remembered that there is none
		if status, _, _ := at.As("acme").Do("GET", path+"/limits", ""); status != http.StatusNotFound {
			t.Fatalf("before it was written: %d", status)
		}
		write(policy, "nobody", false) // no home
		write(policy, "ACME", true)
		if status, body, _ := at.As("acme").Do("GET", path+"/limits", ""); status != http.StatusOK ||
			!strings.Contains(body, `"items":[]`) {
			t.Errorf("its limits: %d %s", status, body)
		}
		for on, want := range map[string]string{"2026-05-05": "no_limit", "2025-12-31": "no_policy",
			"2027-01-01": "policy_ended"} {
			got := dashboardtest.Get[api.CoverAnswer](at.As("acme"), path+"/cover?buyer=b1&delivered_on="+on)
			if got.Reason != want || want == "no_limit" && (got.Percentage != "85" || got.Currency != "EUR" ||
				got.UpTo != "0.00") {
				t.Errorf("cover on %s: %+v, want %s", on, got, want)
			}
		}
		request := fmt.Sprintf(
			`{"request_id":"r%d","policy_id":%q,"buyer_id":"b1","kind":"new","amount":"1000.00","currency":"EUR"}`, n, policy)
		if status, body, _ := at.As("acme").Do("POST", "/v1/limit-requests", request); status != http.StatusAccepted {
			t.Errorf("a request: %d %s", status, body)
		}
		said := strings.NewReplacer(`"P1"`, fmt.Sprintf("%q", policy)).Replace(`{` + dashboardtest.OrderHead +
			dashboardtest.DisputedSaid + `}`)
		if status, body, _ := at.As("acme").Do("POST", "/v1/events?topic=risk.payments", said); status != http.StatusOK {
			t.Errorf("a message: %d %s", status, body)
		}
		for _, x := range []struct{ method, path, body string }{{"GET", path + "/limits", ""},
			{"GET", path + "/cover?buyer=b1&delivered_on=2026-05-05", ""},
			{"POST", "/v1/limit-requests", request}} {
			if status, _, _ := at.As("zeta").Do(x.method, x.path, x.body); status != http.StatusNotFound {
				t.Errorf("another's %s: %d", x.path, status)
			}
		}
		if status, body, _ := at.As("acme").Do("POST", "/v1/subscriptions",
			`{"channel":"email","target":"credit@acme.example"}`); status != http.StatusCreated ||
			!strings.Contains(body, `"language":"nl-BE"`) {
			t.Errorf("its language: %d %s", status, body)
		}
	}
}

// TestCoverOfADayToCome says that it is not yet, for any day.
func TestCoverOfADayToCome(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	today := event.DayOf(time.Now().UnixMilli())
	for on, want := range map[string]bool{today.String(): false, (today - 1).String(): false, (today + 1).String(): true,
		"2299-12-31": true, "1970-01-01": false} {
		for _, who := range []string{"ann", "acme"} {
			if got := dashboardtest.Get[api.CoverAnswer](c.As(who),
				"/v1/policies/P1/cover?buyer=b1&delivered_on="+on); got.NotYet != want ||
				got.DeliveredOn != on {
				t.Errorf("%s, %s: %+v", who, on, got)
			}
		}
	}
}
