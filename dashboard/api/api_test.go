package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"barometer/dashboard"
	"barometer/dashboard/api"
	"barometer/dashboard/body"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/format"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
	"barometer/storage/history"
)

func TestBuyersArePagedTheRiskiestFirst(t *testing.T) {
	f := dashboardtest.New()
	for i := range 7 {
		id := fmt.Sprintf("b%d", i)
		f.BuyerNames[id] = "Buyer " + id
		f.Store(dashboardtest.Score(0, int64(i+1), id, uint32(i+2), 0))
	}
	c := dashboardtest.Start(t, f)
	var ids []string
	path := "/v1/buyers?limit=3"
	for path != "" {
		p := dashboardtest.Get[api.Page[api.BuyerAnswer]](c, path)
		for _, b := range p.Items {
			ids = append(ids, b.ID)
		}
		if path = ""; p.Next != "" {
			path = "/v1/buyers?limit=3&cursor=" + url.QueryEscape(p.Next)
		}
	}
	if got := strings.Join(ids, " "); got != "b6 b5 b4 b3 b2 b1 b0" {
		t.Errorf("paged %s", got)
	}
	if p := dashboardtest.Get[api.Page[api.BuyerAnswer]](c, "/v1/buyers?q=buyer+B3"); len(p.Items) != 1 ||
		p.Items[0].Score.Grade != 5 ||
		p.Items[0].Score.Scale == "" {
		t.Errorf("searched %+v", p)
	}
}

func TestABuyerIsReadOverTheOverlay(t *testing.T) {
	f := dashboardtest.New()
	f.BuyerNames["b1"] = "Van Damme NV"
	f.Store(dashboardtest.Score(1, 1, "b1", 4, 0), dashboardtest.Limited(1, 2, "P1", "ACME", "b1", 100_00))
	c := dashboardtest.Start(t, f)
	newer := dashboardtest.Score(1, 3, "b1", 10, 4)
	f.Publish(newer)
	f.Publish(dashboardtest.Limited(1, 4, "P1", "ACME", "b1", 0))
	f.Publish(dashboardtest.Limited(1, 5, "P0", "ZETA", "b1", 77_00))

	path := "/v1/buyers/b1?after=" + event.Position{Generation: 1, Partition: 1, Offset: 5}.String()
	b := dashboardtest.Get[api.BuyerAnswer](c, path)
	if b.Score.Grade != 10 || b.Name != "Van Damme NV" || b.Score.PD != "1" || len(b.Limits) != 2 ||
		b.Limits[0].PolicyID != "P0" || b.Limits[1].Granted != "0.00" {
		t.Errorf("read %+v, %+v", b.Score, b.Limits)
	}
	hist := dashboardtest.Get[api.History](c, "/v1/buyers/b1/history")
	if len(hist.Scores) != 2 || hist.Scores[0].Score.Grade != 10 || len(hist.Limits) != 3 {
		t.Errorf("history %+v", hist)
	}
	if p := dashboardtest.Get[api.Page[api.Limit]](c, "/v1/policies/P1/limits?buyer=b1"); len(p.Items) != 1 ||
		p.Items[0].Granted != "0.00" {
		t.Errorf("limits of a policy and buyer %+v", p)
	}
}

// TestACutInNoticeLeavesTheLimitAsItIs: a buyer's limits are those in force, whether ClickHouse has the cut or not.
func TestACutInNoticeLeavesTheLimitAsItIs(t *testing.T) {
	f := dashboardtest.New()
	f.BuyerNames["b1"] = "Van Damme NV"
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME", Currency: "EUR"}}
	cut := dashboardtest.Limited(1, 2, "P1", "ACME", "b1", 0, func(d *decision.Decision, l *decision.Limit) {
		l.Code, l.Request, l.EffectiveOn = decision.Cancelled, "", event.DayOf(d.AtMs)+30
	})
	f.Store(dashboardtest.Limited(1, 1, "P1", "ACME", "b1", 100_00))
	c := dashboardtest.Start(t, f, func(cfg *dashboard.Config) { cfg.Tokens = dashboardtest.Tokens })
	f.Publish(cut)
	path := "/v1/buyers/b1?after=" + cut.Position.String()
	if b := dashboardtest.Get[api.BuyerAnswer](c.As("analyst"), path); len(b.Limits) != 1 ||
		b.Limits[0].Granted != "100.00" {
		t.Errorf("before ClickHouse has it: %+v", b.Limits)
	}
	f.Store(cut)
	if b := dashboardtest.Get[api.BuyerAnswer](c.As("analyst"), path); len(b.Limits) != 1 ||
		b.Limits[0].Granted != "100.00" {
		t.Errorf("after: %+v", b.Limits)
	}
	if b := dashboardtest.Get[api.HolderBuyer](c.As("acme"), "/v1/buyers/b1"); len(b.Limits) != 1 ||
		b.Limits[0].Granted != "100.00" {
		t.Errorf("its policyholder: %+v", b.Limits)
	}
}

func TestReadsStateTheirPosition(t *testing.T) {
	f := dashboardtest.New()
	f.BuyerNames["b1"] = "B"
	f.Store(dashboardtest.Score(0, 7, "b1", 4, 0))
	c := dashboardtest.Start(t, f)
	if _, _, h := c.Do("GET", "/v1/buyers", ""); h.Get("Barometer-Position") != "1-0-7-0" {
		t.Errorf("position %q", h.Get("Barometer-Position"))
	}
}

func TestBadInputIsAProblem(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f)
	for _, x := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/v1/buyers?limit=0", "", 422}, {"GET", "/v1/buyers?limit=5000", "", 422},
		{"GET", "/v1/buyers?cursor=nonsense", "", 400},
		{"GET", "/v1/buyers/none", "", 404}, {"GET", "/v1/buyers/none/history", "", 404}, {"GET", "/v1/buyers/none?after=x",
			"", 400},
		{"GET", "/v1/decisions?kind=progress", "", 422}, {"GET", "/v1/decisions?from=yesterday", "", 422},
		{"POST", "/v1/limit-requests", `{"request_id":"r"}`, 422}, {"POST", "/v1/limit-requests?wait=soon",
			dashboardtest.Request("r1", "10.00"), 400},
		{"GET", "/v1/limit-requests/forged", "", 404}, {"POST", "/v1/events", `{}`, 422},
		{"POST", "/v1/events?topic=risk.log", `{}`, 422},
		{"POST", "/v1/events?topic=risk.clock", `{}`, 422}, {"POST", "/v1/events?topic=risk.payments", `[1`, 400},
		{"POST", "/v1/subscriptions", `{"channel":"webhook","target":"https://x.example"}`, 422},
		{"POST", "/v1/subscriptions", `{"holder_id":"ACME","channel":"webhook","target":"ftp://x"}`, 422},
		{"DELETE", "/v1/subscriptions/none", "", 404}, {"POST", "/v1/notifications/none/redeliver", "", 404},
	} {
		status, body, h := c.Do(x.method, x.path, x.body)
		if status != x.status || h.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %s %s, want %d", x.method, x.path, status, h.Get("Content-Type"), body, x.status)
		}
	}
	big := `[` + strings.Repeat(" ", body.MaxBytes) + `]`
	if status, _, _ := c.Do("POST", "/v1/events?topic=risk.payments", big); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body beyond the bound: %d", status)
	}
}

func TestEventsAreStoredAndTheRejectedNamed(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f)
	good := `{"id":"i1","type":"invoice.issued","at":"2026-03-04T10:00:00Z","buyer_id":"b1","policy_id":"P1","invoice_id":"F1","amount":"10.00","currency":"EUR","delivered_on":"2026-03-01","due_on":"2026-03-31"}`
	status, body, _ := c.Do("POST", "/v1/events?topic=risk.payments", `[`+good+`,{"id":"i2","type":"nothing"},`+good+`]`)
	if status != 200 || !strings.Contains(body, `"stored":2`) || !strings.Contains(body, `"index":1`) {
		t.Fatalf("%d %s", status, body)
	}
	if n := f.SentTo("risk.payments"); n != 2 {
		t.Errorf("%d messages reached the broker", n)
	}
	if status, body, _ := c.Do("POST", "/v1/events?topic=risk.payments", `{"id":"i2","type":"nothing"}`); status != 422 {
		t.Errorf("one bad message: %d %s", status, body)
	}
}

// idOf is the id of a message.
func idOf(r kafkalog.Record) string {
	var m struct{ ID string }
	_ = json.Unmarshal(r.Value, &m)
	return m.ID
}

func TestALimitRequest(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f)
	status, body, h := c.Do("POST", "/v1/limit-requests", dashboardtest.Request("r-b1", "50000.00"))
	where := h.Get("Location")
	if status != http.StatusAccepted || where == "" || f.SentTo("risk.portfolio") != 1 {
		t.Fatalf("undecided: %d %s %s", status, body, where)
	}
	if status, body, _ = c.Do("GET", where, ""); status != http.StatusAccepted {
		t.Fatalf("asked for before it is decided: %d %s", status, body)
	}
	done := make(chan int)
	go func() {
		status, _, _ := c.Do("GET", where+"?wait=5s", "")
		done <- status
	}()
	time.Sleep(20 * time.Millisecond)
	f.Publish(dashboardtest.Limited(1, 1, "P1", "ACME", "b1", 40_000_00))
	if status := <-done; status != http.StatusOK {
		t.Fatalf("waited for: %d", status)
	}
	status, body, _ = c.Do("POST", "/v1/limit-requests?wait=1s", dashboardtest.Request("r-b1", "50000.00"))
	if status != http.StatusCreated || !strings.Contains(body, `"granted":"40000.00"`) || f.SentTo("risk.portfolio") != 1 {
		t.Fatalf("the same again: %d %s, %d messages", status, body, f.SentTo("risk.portfolio"))
	}
	if status, body, _ = c.Do("POST", "/v1/limit-requests",
		dashboardtest.Request("r-b1", "60000.00")); status != http.StatusConflict {
		t.Fatalf("the same id with another amount: %d %s", status, body)
	}
	f.OnSend = func(_ string, r kafkalog.Record) {
		f.Publish(decision.Decision{Position: event.Position{Generation: 1, Partition: 1, Offset: 9},
			Kind: decision.InputRejected, Key: "b1", Body: &decision.Rejection{Reason: "unknown_policy", Policy: "P1",
				Buyer: "b1", ID: idOf(r), Kind: event.KindLimitRequested}})
	}
	status, body, _ = c.Do("POST", "/v1/limit-requests?wait=2s", dashboardtest.Request("r2", "1.00"))
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "unknown_policy") {
		t.Fatalf("refused by the fold: %d %s", status, body)
	}
	f.OnSend = func(string, kafkalog.Record) { // another content under the same id was there a moment before
		d := dashboardtest.Limited(1, 20, "P1", "ACME", "b1", 1_00)
		d.Body.(*decision.Limit).Request = "r3"
		f.Publish(d)
	}
	if status, body, _ = c.Do("POST", "/v1/limit-requests?wait=2s",
		dashboardtest.Request("r3", "77.00")); status != http.StatusConflict {
		t.Fatalf("crossing requests: %d %s", status, body)
	}
	f.OnSend = func(_ string, r kafkalog.Record) {
		d := dashboardtest.Limited(1, 30, "P1", "ACME", "b1", 5_00)
		d.Body.(*decision.Limit).Request, d.Trigger.ID = "r4", idOf(r)
		f.Publish(d)
		f.Down = fmt.Errorf("no ClickHouse")
	}
	if status, body, _ = c.Do("POST", "/v1/limit-requests?wait=2s",
		dashboardtest.Request("r4", "5.00")); status != http.StatusCreated ||
		!strings.Contains(body, `"granted":"5.00"`) {
		t.Fatalf("decided while ClickHouse is away: %d %s", status, body)
	}
}

func TestABrokerThatIsDownIsSaid(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f)
	f.Down = fmt.Errorf("no broker")
	if status, body, _ := c.Do("POST", "/v1/limit-requests",
		dashboardtest.Request("r1", "10.00")); status != http.StatusServiceUnavailable ||
		strings.Contains(body, "no broker") {
		t.Errorf("%d %s", status, body)
	}
}

func TestSubscriptionsAndNotifications(t *testing.T) {
	f := dashboardtest.New()
	f.Notes = []history.Notification{{ID: "n1", Holder: "ACME", State: "gave_up", Reason: "receiver_gone",
		At: format.Instant(0), Attempts: []history.Attempt{{At: format.Instant(0), Status: 500, Answer: "boom", TookMs: 12}}}}
	c := dashboardtest.Start(t, f)
	status, body, _ := c.Do("POST", "/v1/subscriptions",
		`{"holder_id":"ACME","channel":"webhook","target":"https://x.example/h"}`)
	if status != http.StatusCreated || !strings.Contains(body, "whsec_") {
		t.Fatalf("subscribed: %d %s", status, body)
	}
	if _, body, _ = c.Do("GET", "/v1/subscriptions", ""); strings.Contains(body, "whsec_") ||
		!strings.Contains(body, dashboardtest.SubscriptionID) {
		t.Errorf("listed: %s", body)
	}
	if status, _, _ = c.Do("DELETE", "/v1/subscriptions/"+dashboardtest.SubscriptionID,
		""); status != http.StatusNoContent ||
		len(f.Subscribed) != 0 {
		t.Errorf("ended: %d", status)
	}
	if p := dashboardtest.Get[api.Page[api.NotificationAnswer]](c, "/v1/notifications"); len(p.Items) != 1 ||
		p.Items[0].Attempts[0].Answer != "boom" {
		t.Errorf("notifications: %+v", p)
	}
	if status, _, _ = c.Do("POST", "/v1/notifications/n1/redeliver", ""); status != http.StatusAccepted ||
		len(f.Again) != 1 {
		t.Errorf("sent again: %d", status)
	}
}
