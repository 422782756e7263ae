package dashboard

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"barometer/dashboard/api"
	"barometer/dashboard/reviews"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

func reviewed(offset int64, buyer, state, analyst string) decision.Decision {
	return decision.Decision{Position: event.Position{Generation: 1, Partition: 1, Offset: offset}, AtMs: offset * 1000,
		Kind: decision.ReviewRequested, Key: buyer, Body: &decision.Review{Review: buyer + "/match-1",
			Kind: decision.ReviewMatch, Buyer: buyer, State: state, Analyst: analyst, DeadlineMs: 172_800_000,
			Items: []decision.ReviewItem{{Kind: event.KindNews, ID: "n1", Category: event.InsolvencyOpened, Outlet: event.Web,
				Matched: event.MatchName, Source: event.Source{Topic: event.TopicNews, Incarnation: 1, Offset: 5}}}}}
}

// TestAReviewIsDecidedByANamedAnalyst, who sees what it did; said again it is the same, said otherwise a conflict.
func TestAReviewIsDecidedByANamedAnalyst(t *testing.T) {
	f := newFake()
	f.names["b1"] = "Van <Damme>"
	f.store(reviewed(3, "b1", decision.ReviewOpened, ""))
	f.onSend = func(topic string, r kafkalog.Record) {
		var m struct{ Type, Review_ID, Verdict, Analyst, Reason string }
		if json.Unmarshal(r.Value, &m) != nil || topic != "risk.orders" || string(r.Key) != "b1" ||
			m.Review_ID != "b1/match-1" || m.Reason == "" {
			t.Errorf("sent to %s under %s: %s", topic, r.Key, r.Value)
		}
		f.publish(reviewed(9, "b1", decision.ReviewApproved, m.Analyst))
	}
	c := start(t, f, withPeople).as("ann")
	if p := get[api.Page[reviews.ReviewAnswer]](c, "/v1/reviews"); len(p.Items) != 1 ||
		p.Items[0].BuyerName != "Van <Damme>" ||
		p.Items[0].Items[0].Matched != "name" {
		t.Errorf("the queue: %+v", p)
	}
	path := "/v1/reviews/" + url.PathEscape("b1/match-1")
	verdict := func(c client, body string, status int, told string) {
		t.Helper()
		if got, answer, _ := c.do("POST", path, body); got != status || !strings.Contains(answer, told) {
			t.Errorf("%s: %d %s, want %d and %q", body, got, answer, status, told)
		}
	}
	for _, who := range []string{"acme", "zeta"} {
		if status, _, _ := c.as(who).do("GET", "/v1/reviews", ""); status != http.StatusForbidden {
			t.Errorf("a policyholder reads reviews: %d", status)
		}
		verdict(c.as(who), `{"verdict":"approve","reason":"x"}`, http.StatusForbidden, "")
	}
	verdict(c.as("analyst"), `{"verdict":"approve","reason":"x"}`, http.StatusForbidden, "names nobody")
	verdict(c.as("analyst"), `{"verdict":"approve","analyst":"bob","reason":"x"}`, http.StatusForbidden, "names nobody")
	verdict(c.as("collector"), `{"verdict":"approve","reason":"x"}`, http.StatusForbidden, "roles")
	verdict(c, `{"verdict":"perhaps","reason":"x"}`, http.StatusUnprocessableEntity, "verdict")
	verdict(c, `{"verdict":"approve"}`, http.StatusUnprocessableEntity, "reason")
	verdict(c.as("ann"), `{"verdict":"approve","analyst":"bob","reason":"x"}`, http.StatusUnprocessableEntity, "ann")
	if n := f.sentTo("risk.orders"); n != 0 {
		t.Fatalf("%d verdicts were sent", n)
	}
	verdict(c.as("ann"), `{"verdict":"approve","reason":"the court's page says so"}`, http.StatusOK, `"state":"approved"`)
	verdict(c.as("ann"), `{"verdict":"approve","reason":"the court's page says so"}`, http.StatusOK, `"analyst":"ann"`)
	verdict(c.as("bob"), `{"verdict":"reject","reason":"no"}`, http.StatusConflict, "approved")
	if n := f.sentTo("risk.orders"); n != 1 {
		t.Errorf("%d verdicts were sent, want 1", n)
	}
	if status, _, _ := c.do("POST", "/v1/reviews/b9%2Fmatch-1",
		`{"verdict":"reject","reason":"no"}`); status != http.StatusNotFound {
		t.Errorf("a review that is none: %d", status)
	}
}

// TestNobodyApprovesWhatHeEntered: of several who entered what a review is about none approves it, though the newest
// alone is who asked.
func TestNobodyApprovesWhatHeEntered(t *testing.T) {
	f := newFake()
	d := reviewed(3, "b1", decision.ReviewJoined, "")
	b := d.Body.(*decision.Review)
	b.Items = append(b.Items, b.Items[0])
	b.Items[0].Analyst, b.Items[1].Analyst, b.Asked = "ann", "eve", "eve"
	f.store(d)
	f.onSend = func(_ string, r kafkalog.Record) { f.publish(reviewed(9, "b1", decision.ReviewApproved, "bob")) }
	c := start(t, f, withPeople)
	const path = "/v1/reviews/b1%2Fmatch-1"
	if status, body, _ := c.as("ann").do("POST", path,
		`{"verdict":"approve","reason":"mine"}`); status != http.StatusUnprocessableEntity ||
		!strings.Contains(body, "second_analyst") || f.sentTo("risk.orders") != 0 {
		t.Errorf("her own: %d %s", status, body)
	}
	status, body := c.as("ann").form("/reviews", true, "review", "b1/match-1", "verdict", "approve", "reason", "x")
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "ann asked for it, or entered it") ||
		!strings.Contains(body, "entered by eve") {
		t.Errorf("her own, on the page: %d %s", status, body)
	}
	if p := get[api.Page[reviews.ReviewAnswer]](c.as("bob"), "/v1/reviews"); p.Items[0].Items[0].Analyst != "ann" ||
		p.Items[0].Asked != "eve" {
		t.Errorf("the queue does not say who entered it: %+v", p.Items[0])
	}
	if status, body, _ := c.as("bob").do("POST", path,
		`{"verdict":"approve","reason":"checked"}`); status != http.StatusOK {
		t.Errorf("another one's: %d %s", status, body)
	}
}

// TestNobodyApprovesWhatHeAskedFor: whoever asked is told so at once, may reject it, and another one may approve it. A
// request that an analyst enters says who it was.
func TestNobodyApprovesWhatHeAskedFor(t *testing.T) {
	f := newFake()
	f.policies = []Policy{{ID: "P1", Holder: "ACME"}}
	d := reviewed(3, "b1", decision.ReviewOpened, "")
	d.Body.(*decision.Review).Kind, d.Body.(*decision.Review).Asked = decision.ReviewIncrease, "ann"
	f.store(d)
	f.onSend = func(topic string, r kafkalog.Record) {
		if topic == "risk.orders" {
			f.publish(reviewed(9, "b1", decision.ReviewApproved, "bob"))
		} else if !strings.Contains(string(r.Value), `"analyst":"ann"`) {
			t.Errorf("the request does not say who asked: %s", r.Value)
		}
	}
	c := start(t, f, withPeople)
	const path = "/v1/reviews/b1%2Fmatch-1"
	if status, body, _ := c.as("ann").do("POST", path,
		`{"verdict":"approve","reason":"mine"}`); status != http.StatusUnprocessableEntity ||
		!strings.Contains(body, "second_analyst") || f.sentTo("risk.orders") != 0 {
		t.Errorf("her own: %d %s", status, body)
	}
	if p := get[api.Page[reviews.ReviewAnswer]](c.as("analyst"), "/v1/reviews"); p.Items[0].Asked != "ann" {
		t.Errorf("the queue does not say who asked: %+v", p.Items[0])
	}
	if status, body, _ := c.as("bob").do("POST", path,
		`{"verdict":"approve","reason":"checked"}`); status != http.StatusOK {
		t.Errorf("another one's: %d %s", status, body)
	}
	if status, body, _ := c.as("ann").do("POST", "/v1/limit-requests",
		request("r-b1", "50000.00")); status != http.StatusAccepted && status != http.StatusCreated {
		t.Errorf("a request: %d %s", status, body)
	}
}
