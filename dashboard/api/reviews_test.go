package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"barometer/dashboard/api"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/reviews"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

// TestAReviewIsDecidedByANamedAnalyst, who sees what it did; said again it is the same, said otherwise a conflict.
func TestAReviewIsDecidedByANamedAnalyst(t *testing.T) {
	f := dashboardtest.New()
	f.BuyerNames["b1"] = "Van <Damme>"
	f.Store(dashboardtest.Reviewed(3, "b1", decision.ReviewOpened, ""))
	f.OnSend = func(topic string, r kafkalog.Record) {
		var m struct{ Type, Review_ID, Verdict, Analyst, Reason string }
		if json.Unmarshal(r.Value, &m) != nil || topic != "risk.orders" || string(r.Key) != "b1" ||
			m.Review_ID != "b1/match-1" || m.Reason == "" {
			t.Errorf("sent to %s under %s: %s", topic, r.Key, r.Value)
		}
		f.Publish(dashboardtest.Reviewed(9, "b1", decision.ReviewApproved, m.Analyst))
	}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("ann")
	if p := dashboardtest.Get[api.Page[reviews.ReviewAnswer]](c, "/v1/reviews"); len(p.Items) != 1 ||
		p.Items[0].BuyerName != "Van <Damme>" ||
		p.Items[0].Items[0].Matched != "name" {
		t.Errorf("the queue: %+v", p)
	}
	path := "/v1/reviews/" + url.PathEscape("b1/match-1")
	verdict := func(c dashboardtest.Client, body string, status int, told string) {
		t.Helper()
		if got, answer, _ := c.Do("POST", path, body); got != status || !strings.Contains(answer, told) {
			t.Errorf("%s: %d %s, want %d and %q", body, got, answer, status, told)
		}
	}
	for _, who := range []string{"acme", "zeta"} {
		if status, _, _ := c.As(who).Do("GET", "/v1/reviews", ""); status != http.StatusForbidden {
			t.Errorf("a policyholder reads reviews: %d", status)
		}
		verdict(c.As(who), `{"verdict":"approve","reason":"x"}`, http.StatusForbidden, "")
	}
	verdict(c.As("analyst"), `{"verdict":"approve","reason":"x"}`, http.StatusForbidden, "names nobody")
	verdict(c.As("analyst"), `{"verdict":"approve","analyst":"bob","reason":"x"}`, http.StatusForbidden, "names nobody")
	verdict(c.As("collector"), `{"verdict":"approve","reason":"x"}`, http.StatusForbidden, "roles")
	verdict(c, `{"verdict":"perhaps","reason":"x"}`, http.StatusUnprocessableEntity, "verdict")
	verdict(c, `{"verdict":"approve"}`, http.StatusUnprocessableEntity, "reason")
	verdict(c.As("ann"), `{"verdict":"approve","analyst":"bob","reason":"x"}`, http.StatusUnprocessableEntity, "ann")
	if n := f.SentTo("risk.orders"); n != 0 {
		t.Fatalf("%d verdicts were sent", n)
	}
	verdict(c.As("ann"), `{"verdict":"approve","reason":"the court's page says so"}`, http.StatusOK, `"state":"approved"`)
	verdict(c.As("ann"), `{"verdict":"approve","reason":"the court's page says so"}`, http.StatusOK, `"analyst":"ann"`)
	verdict(c.As("bob"), `{"verdict":"reject","reason":"no"}`, http.StatusConflict, "approved")
	if n := f.SentTo("risk.orders"); n != 1 {
		t.Errorf("%d verdicts were sent, want 1", n)
	}
	if status, _, _ := c.Do("POST", "/v1/reviews/b9%2Fmatch-1",
		`{"verdict":"reject","reason":"no"}`); status != http.StatusNotFound {
		t.Errorf("a review that is none: %d", status)
	}
}

// TestNobodyApprovesWhatHeEntered: of several who entered what a review is about none approves it, though the newest
// alone is who asked.
func TestNobodyApprovesWhatHeEntered(t *testing.T) {
	f := dashboardtest.New()
	d := dashboardtest.Reviewed(3, "b1", decision.ReviewJoined, "")
	b := d.Body.(*decision.Review)
	b.Items = append(b.Items, b.Items[0])
	b.Items[0].Analyst, b.Items[1].Analyst, b.Asked = "ann", "eve", "eve"
	f.Store(d)
	f.OnSend = func(_ string, r kafkalog.Record) {
		f.Publish(dashboardtest.Reviewed(9, "b1", decision.ReviewApproved, "bob"))
	}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	const path = "/v1/reviews/b1%2Fmatch-1"
	if status, body, _ := c.As("ann").Do("POST", path,
		`{"verdict":"approve","reason":"mine"}`); status != http.StatusUnprocessableEntity ||
		!strings.Contains(body, "second_analyst") || f.SentTo("risk.orders") != 0 {
		t.Errorf("her own: %d %s", status, body)
	}
	status, body := c.As("ann").Form("/reviews", true, "review", "b1/match-1", "verdict", "approve", "reason", "x")
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "ann asked for it, or entered it") ||
		!strings.Contains(body, "entered by eve") {
		t.Errorf("her own, on the page: %d %s", status, body)
	}
	if p := dashboardtest.Get[api.Page[reviews.ReviewAnswer]](c.As("bob"),
		"/v1/reviews"); p.Items[0].Items[0].Analyst != "ann" ||
		p.Items[0].Asked != "eve" {
		t.Errorf("the queue does not say who entered it: %+v", p.Items[0])
	}
	if status, body, _ := c.As("bob").Do("POST", path,
		`{"verdict":"approve","reason":"checked"}`); status != http.StatusOK {
		t.Errorf("another one's: %d %s", status, body)
	}
}

// TestNobodyApprovesWhatHeAskedFor: whoever asked is told so at once, may reject it, and another one may approve it. A
// request that an analyst enters says who it was.
func TestNobodyApprovesWhatHeAskedFor(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}}
	d := dashboardtest.Reviewed(3, "b1", decision.ReviewOpened, "")
	d.Body.(*decision.Review).Kind, d.Body.(*decision.Review).Asked = decision.ReviewIncrease, "ann"
	f.Store(d)
	f.OnSend = func(topic string, r kafkalog.Record) {
		if topic == "risk.orders" {
			f.Publish(dashboardtest.Reviewed(9, "b1", decision.ReviewApproved, "bob"))
		} else if !strings.Contains(string(r.Value), `"analyst":"ann"`) {
			t.Errorf("the request does not say who asked: %s", r.Value)
		}
	}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	const path = "/v1/reviews/b1%2Fmatch-1"
	if status, body, _ := c.As("ann").Do("POST", path,
		`{"verdict":"approve","reason":"mine"}`); status != http.StatusUnprocessableEntity ||
		!strings.Contains(body, "second_analyst") || f.SentTo("risk.orders") != 0 {
		t.Errorf("her own: %d %s", status, body)
	}
	if p := dashboardtest.Get[api.Page[reviews.ReviewAnswer]](c.As("analyst"), "/v1/reviews"); p.Items[0].Asked != "ann" {
		t.Errorf("the queue does not say who asked: %+v", p.Items[0])
	}
	if status, body, _ := c.As("bob").Do("POST", path,
		`{"verdict":"approve","reason":"checked"}`); status != http.StatusOK {
		t.Errorf("another one's: %d %s", status, body)
	}
	if status, body, _ := c.As("ann").Do("POST", "/v1/limit-requests",
		dashboardtest.Request("r-b1", "50000.00")); status != http.StatusAccepted && status != http.StatusCreated {
		t.Errorf("a request: %d %s", status, body)
	}
}
