package api_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"barometer/dashboard"
	"barometer/dashboard/dashboardtest"
	"barometer/ingest/event"
	"barometer/processor/decision"
)

func indication(policy, id string) string {
	return fmt.Sprintf(
		`{"request_id":%q,"policy_id":%q,"buyer_id":"b-%s","kind":"preliminary","amount":"10.00","currency":"EUR"}`, id,
		policy, id)
}

// indicated is a preliminary request that was decided on a day, by whichever process took it.
func indicated(partition uint32, offset int64, policy, id string, at time.Time) decision.Decision {
	d := dashboardtest.Limited(partition, offset, policy, "ACME", "b-"+id, 10_00,
		func(_ *decision.Decision, l *decision.Limit) {
			l.Request, l.RequestKind, l.Code = id, event.RequestPreliminary, decision.Preliminary
		})
	d.AtMs = at.UnixMilli()
	return d
}

// TestPreliminaryRequestsOfAPolicyAreCounted by the day, whichever process took them, whichever way they come; a
// repetition counts once.
func TestPreliminaryRequestsOfAPolicyAreCounted(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}, {ID: "P2", Holder: "ACME"}}
	now := time.Now()
	f.Store(indicated(0, 1, "P1", "old", now.AddDate(0, 0, -2)), indicated(0, 2, "P1", "s1", now),
		indicated(0, 3, "P1", "s2", now))
	f.Publish(indicated(0, 3, "P1", "s2", now)) // in both
	f.Publish(indicated(0, 4, "P1", "o1", now))
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople, func(cfg *dashboard.Config) {
		cfg.PreliminaryPerDay = 6
	}).As("acme")
	if status, answer, _ := c.As("ann").Do("GET", "/v1/buyers/none?after=1-0-4-0", ""); status != http.StatusNotFound {
		t.Fatalf("what is published is not seen: %d %s", status, answer)
	}
	ask := func(policy, id string, status int) {
		t.Helper()
		got, body, h := c.Do("POST", "/v1/limit-requests", indication(policy, id))
		if got != status {
			t.Errorf("%s %s: %d %s, want %d", policy, id, got, body, status)
		}
		wait, err := strconv.Atoi(h.Get("Retry-After"))
		if status == http.StatusTooManyRequests && (err != nil || wait < 1 || wait > 86_400) {
			t.Errorf("%s %s: Retry-After %q", policy, id, h.Get("Retry-After"))
		}
	}
	for range 3 {
		ask("P1", "a", http.StatusAccepted)
	}
	message := func(id string) string {
		return `{"type":"limit.requested","id":"m` + id + `","at":"2026-03-04T10:00:00Z",` + indication("P1", id)[1:]
	}
	if status, body, _ := c.Do("POST", "/v1/events?topic=risk.portfolio",
		`[`+message("b")+`,`+message("c")+`,`+message("d")+`]`); status != 200 ||
		!strings.Contains(body, `"stored":2`) || !strings.Contains(body, "too_many_requests") {
		t.Errorf("a list: %d %s", status, body)
	}
	ask("P1", "e", http.StatusTooManyRequests)
	ask("P1", "s1", http.StatusConflict) // which was asked for, with other content
	ask("P2", "e", http.StatusAccepted)
	if status, body, h := c.Do("POST", "/v1/events?topic=risk.portfolio",
		message("f")); status != http.StatusTooManyRequests || h.Get("Retry-After") == "" {
		t.Errorf("a message: %d %s", status, body)
	}
	company := strings.Replace(message("g"), `"buyer_id":"b-g"`, `"company":{"name":"A","country":"BE"}`, 1)
	if status, body, _ := c.Do("POST", "/v1/events?topic=risk.portfolio",
		company); status != http.StatusUnprocessableEntity {
		t.Errorf("about a company that may have no id: %d %s", status, body)
	}
	if status, _, _ := c.Do("POST", "/v1/limit-requests",
		dashboardtest.Request("n1", "10.00")); status != http.StatusAccepted {
		t.Errorf("a request of another kind: %d", status)
	}
}

// TestAMinutesRequestsAreBounded over HTTP as well.
func TestAMinutesRequestsAreBounded(t *testing.T) {
	const most = 60
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f)
	last := 0
	for i := range most + 1 {
		last, _, _ = c.Do("POST", "/v1/limit-requests", dashboardtest.Request(fmt.Sprint("r", i), "10.00"))
	}
	if last != http.StatusTooManyRequests || f.SentTo("risk.portfolio") != most {
		t.Errorf("the last one: %d, %d stored", last, f.SentTo("risk.portfolio"))
	}
}

// TestOneIDForManyBuyersIsManyRequests: of the day's preliminary requests each buyer counts, whichever way they come
// and whoever has counted.
func TestOneIDForManyBuyersIsManyRequests(t *testing.T) {
	about := func(buyer string) string {
		return fmt.Sprintf(
			`{"request_id":"r","policy_id":"P1","buyer_id":%q,"kind":"preliminary","amount":"10.00","currency":"EUR"}`, buyer)
	}
	now := time.Now()
	for _, way := range []string{"one by one", "a list"} {
		f := dashboardtest.New()
		f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}}
		d := indicated(0, 1, "P1", "decided", now)
		d.Body.(*decision.Limit).Buyer = "another"
		f.Store(d, indicated(0, 2, "P1", "decided", now))
		c := dashboardtest.Start(t, f, dashboardtest.WithPeople, func(cfg *dashboard.Config) {
			cfg.PreliminaryPerDay = 5
		}).As("acme")
		var list []string
		for i := range 9 {
			body := about(fmt.Sprint("b", i))
			if way == "a list" {
				list = append(list, fmt.Sprintf(`{"type":"limit.requested","id":"m%d","at":"2026-03-04T10:00:00Z",`, i)+body[1:])
			} else {
				c.Do("POST", "/v1/limit-requests", body)
			}
		}
		if list != nil {
			c.Do("POST", "/v1/events?topic=risk.portfolio", "["+strings.Join(list, ",")+"]")
		}
		if got := f.SentTo("risk.portfolio"); got != 3 {
			t.Errorf("%s: %d are taken, want the 3 that are left", way, got)
		}
	}
}
