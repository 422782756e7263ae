package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"barometer/dashboard/alerts"
	"barometer/dashboard/api"
	"barometer/dashboard/dashboardtest"
	"barometer/ingest/event"
	"barometer/storage/history"
)

// TestACursorIsOfItsListAlone: not of another list, of the same with other filters, or of another reader.
func TestACursorIsOfItsListAlone(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}, {ID: "P2", Holder: "ACME"}}
	for i := range 6 {
		id := fmt.Sprint("b", i)
		f.BuyerNames[id] = id
		f.Store(dashboardtest.Score(0, int64(2*i+1), id, 4, 0), dashboardtest.Limited(0, int64(2*i+2), "P1", "ACME", id,
			10_00))
	}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	cursor := func(who, path string) string {
		p := dashboardtest.Get[struct{ Next string }](c.As(who), path)
		if p.Next == "" {
			t.Fatalf("%s has one page", path)
		}
		return url.QueryEscape(p.Next)
	}
	for _, x := range []struct {
		from, reader, to string
		status           int
	}{
		{"/v1/buyers?limit=2", "ann", "/v1/buyers?limit=3&cursor=", 200}, {"/v1/buyers?limit=2&grade=4", "ann",
			"/v1/buyers?grade=4&cursor=", 200},
		{"/v1/buyers?limit=2&grade=4", "ann", "/v1/buyers?cursor=", 400},
		{"/v1/buyers?limit=2", "ann", "/v1/buyers?country=BE&cursor=", 400},
		{"/v1/buyers?limit=2", "ann", "/v1/decisions?cursor=", 400}, {"/v1/buyers?limit=2", "acme", "/v1/buyers?cursor=",
			400},
		{"/v1/decisions?limit=2&policy=P1", "ann", "/v1/decisions?policy=P2&cursor=", 400},
		{"/v1/decisions?limit=2&kind=limit.decided", "ann", "/v1/decisions?cursor=", 400},
		{"/v1/policies/P1/limits?limit=2", "ann", "/v1/policies/P1/limits?cursor=", 200}, {"/v1/policies/P1/limits?limit=2",
			"ann", "/v1/policies/P2/limits?cursor=", 400},
		{"/v1/policies/P1/limits?limit=2", "zeta", "/v1/policies/P1/limits?cursor=", 404},
	} {
		if status, answer, _ := c.As(x.reader).Do("GET", x.to+cursor("ann", x.from), ""); status != x.status {
			t.Errorf("the cursor of %s for %s by %s: %d %s", x.from, x.to, x.reader, status, answer)
		}
	}
}

// TestSubscriptionsAndGroupsArePaged in one order.
func TestSubscriptionsAndGroupsArePaged(t *testing.T) {
	f := dashboardtest.New()
	for i := range 5 {
		f.Subscribed = append(f.Subscribed, alerts.Subscription{ID: fmt.Sprintf("s%d", (i*3)%5),
			Holder: fmt.Sprint("h", i%2)})
		f.Grouped = append(f.Grouped, history.Group{ID: fmt.Sprintf("g%d", (i*3)%5)})
	}
	c := dashboardtest.Start(t, f)
	for path, key := range map[string]string{"/v1/subscriptions?limit=2": "subscription_id", "/v1/groups?limit=2": "id"} {
		var got []string
		for at := path; at != ""; {
			p := dashboardtest.Get[struct {
				Items []map[string]any
				Next  string
			}](c, at)
			for _, item := range p.Items {
				got = append(got, fmt.Sprint(item[key]))
			}
			if at = ""; p.Next != "" {
				at = path + "&cursor=" + url.QueryEscape(p.Next)
			}
		}
		want := "g0 g1 g2 g3 g4"
		if key == "subscription_id" {
			want = "s0 s1 s2 s3 s4" // by holder first
		}
		if text := strings.Join(got, " "); len(got) != 5 || key == "id" && text != want {
			t.Errorf("%s: %s", path, text)
		}
	}
}

// TestAfterAnswersWithWhatItPromises or says when to come again; it never answers with less.
func TestAfterAnswersWithWhatItPromises(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}}
	f.BuyerNames["b1"] = "B"
	f.Store(dashboardtest.Score(1, 1, "b1", 4, 0), dashboardtest.Limited(1, 2, "P1", "ACME", "b1", 10_00))
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("ann")
	began := time.Now()
	for i, path := range []string{"/v1/policies/P1/limits"} {
		status, answer, h := c.Do("GET", path+"?after="+event.Position{Generation: 1, Partition: 1, Offset: 9}.String(), "")
		if status != http.StatusServiceUnavailable || h.Get("Retry-After") == "" {
			t.Errorf("%s: %d %s", path, status, answer)
		}
		if took := time.Since(began); took < time.Duration(i+1)*2*time.Second {
			t.Errorf("it waited %v", took)
		}
	}
	f.Publish(dashboardtest.Limited(1, 9, "P1", "ACME", "b2", 20_00)) // which ClickHouse does not have
	p := dashboardtest.Get[api.Page[api.UsedLimit]](c, "/v1/policies/P1/limits?after=1-1-9-0")
	if len(p.Items) != 2 || p.Items[1].BuyerID != "b2" || p.Items[1].Granted != "20.00" {
		t.Errorf("limits of the policy: %+v", p.Items)
	}
	if p := dashboardtest.Get[api.Page[api.UsedLimit]](c,
		"/v1/policies/P1/limits?after=1-1-9-0&limit=1"); len(p.Items) != 1 ||
		p.Next == "" {
		t.Errorf("the first of them: %+v", p)
	} else if p = dashboardtest.Get[api.Page[api.UsedLimit]](c,
		"/v1/policies/P1/limits?limit=1&cursor="+p.Next); len(p.Items) != 1 ||
		p.Items[0].BuyerID != "b2" || p.Next != "" {
		t.Errorf("the second: %+v", p)
	}
	for _, bad := range []string{"1-99-0-0", "x", "1-1-9"} {
		if status, _, _ := c.Do("GET", "/v1/buyers?after="+bad, ""); status != 400 {
			t.Errorf("after=%s: %d", bad, status)
		}
	}
}
