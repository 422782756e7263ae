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
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/problem"
	"barometer/ingest/event"
)

const (
	capSet      = `"type":"country_cap.set","country":"BE","amount":"1000000.00","currency":"EUR"`
	verdictSaid = `"type":"review.decided","review_id":"b1/cut-1","verdict":"approve","reason":"seen"`
	overridden  = `"type":"underwriter.decided","scope":"limit","buyer_id":"b1","policy_id":"P1","amount":"900000.00","currency":"EUR"`
	noticeSaid  = `"type":"notice.served","policy_id":"P1","buyer_id":"b1"`
	orderBinds  = `"type":"binding_order.accepted","policy_id":"P1","buyer_id":"b1","order_id":"o","amount":"10.00","currency":"EUR","deliver_by":"2026-05-01"`
	examined    = `"type":"claim.examined","claim_id":"b1/claim-1","verdict":"accept"`
	moved       = `"type":"collection.moved","case_id":"b1/case-1","stage":"collection"`
	foldRaised  = `"type":"fold.activated","version":3`
)

// signedBy is what stands in the topic in the place of analyst and second_analyst.
func signedBy(t *testing.T, f *dashboardtest.Fake, topic string) (analyst, second any) {
	t.Helper()
	message := f.Last(topic)
	if message == nil {
		t.Fatal("nothing was stored")
	}
	var m map[string]any
	if err := json.Unmarshal(message, &m); err != nil {
		t.Fatal(err)
	}
	return m["analyst"], m["second_analyst"]
}

// TestWhoDecidesSignsWithHisTokensName: every message that bears an analyst bears the name of the token, whatever its
// sender writes.
func TestWhoDecidesSignsWithHisTokensName(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	const path = "/v1/events?topic=risk.orders"
	for _, body := range []string{verdictSaid, overridden, noticeSaid, examined, moved} {
		for _, signature := range []string{``, `,"analyst":"ann"`, `,"analyst":null`, `,"analyst":"bob","analyst":"ann"`,
			`,"Analyst":"bob"`} {
			if status, answer, _ := c.As("ann").Do("POST", path,
				`{`+dashboardtest.OrderHead+body+signature+`}`); status != http.StatusOK ||
				!strings.Contains(answer, `"stored":1`) {
				t.Errorf("%s %s: %d %s", body, signature, status, answer)
				continue
			}
			if analyst, second := signedBy(t, f, "risk.orders"); analyst != "ann" || second != nil {
				t.Errorf("%s %s is signed by %v and %v", body, signature, analyst, second)
			}
		}
		n := f.SentTo("risk.orders")
		for _, forged := range []string{`"analyst":"bob"`, `"analyst":"ann","analyst":"bob"`, `"analyst":"ann "`,
			`"analyst":""`, `"analyst":["ann"]`, `"analyst":"ann","second_analyst":"bob"`,
			`"second_analyst":"bob"`, `"second_analyst":null,"second_analyst":"carol"`} {
			if !strings.Contains(body, "underwriter") && strings.Contains(forged, "second") {
				continue // an unknown field, which nobody reads
			}
			one := `{` + dashboardtest.OrderHead + body + `,` + forged + `}`
			if status, answer, _ := c.As("ann").Do("POST", path, one); status != http.StatusUnprocessableEntity {
				t.Errorf("%s %s: %d %s", body, forged, status, answer)
			}
			if status, answer, _ := c.As("ann").Do("POST", path, `[`+one+`,`+one+`]`); status != http.StatusOK ||
				!strings.Contains(answer, `"stored":0`) {
				t.Errorf("two of %s %s: %d %s", body, forged, status, answer)
			}
		}
		if got := f.SentTo("risk.orders"); got != n {
			t.Errorf("%s: %d forged messages are stored", body, got-n)
		}
	}
	if status, answer, _ := c.As("ann").Do("POST", "/v1/events?topic=risk.portfolio",
		`{`+dashboardtest.OrderHead+dashboardtest.LimitAsked+`}`); status != http.StatusOK {
		t.Errorf("a request that ann enters: %d %s", status, answer)
	} else if analyst, _ := signedBy(t, f, "risk.portfolio"); analyst != "ann" {
		t.Errorf("it is signed by %v", analyst)
	}
	for topic, body := range map[string]string{
		"risk.news":       `"type":"news","buyer_id":"b1","headline":"Bust","source":{"name":"Forum","kind":"web"},"category":"insolvency.opened"`,
		"risk.indicators": `"type":"indicator","country":"BE","sector":"*","indicator":"transfer_moratorium","period":"2026","value":"1"`,
		"risk.portfolio":  `"type":"statement.filed","company":{"name":"Ada SA","country":"BE"},"period_end":"2025-12-31","months":12,"currency":"EUR"`,
	} {
		path := "/v1/events?topic=" + topic
		if status, answer, _ := c.As("ann").Do("POST", path, `{`+dashboardtest.OrderHead+body+`}`); status != http.StatusOK {
			t.Errorf("what ann enters: %d %s", status, answer)
		} else if analyst, _ := signedBy(t, f, topic); analyst != "ann" {
			t.Errorf("what ann enters in %s is signed by %v", topic, analyst)
		}
		if status, answer, _ := c.As("ann").Do("POST", path,
			`{`+dashboardtest.OrderHead+body+`,"analyst":"bob"}`); status != http.StatusUnprocessableEntity {
			t.Errorf("ann enters something as bob: %d %s", status, answer)
		}
	}
	withdrawn := `{` + dashboardtest.OrderHead + `"type":"news.withdrawn","buyer_id":"b1","withdraws":"n1"}`
	if status, answer, _ := c.As("ann").Do("POST", "/v1/events?topic=risk.news", withdrawn); status != http.StatusOK {
		t.Errorf("ann takes a report back: %d %s", status, answer)
	} else if analyst, _ := signedBy(t, f, "risk.news"); analyst != "ann" {
		t.Errorf("it is signed by %v", analyst)
	}
	for who, status := range map[string]int{"ann": 422, "acme": 422, "analyst": 422} {
		if got, answer, _ := c.As(who).Do("POST", "/v1/events?topic=risk.portfolio",
			`{`+dashboardtest.OrderHead+dashboardtest.LimitAsked+`,"analyst":"bob"}`); got != status {
			t.Errorf("%s names bob as who asks: %d %s", who, got, answer)
		}
	}
}

// TestRolesOfTokens: each message of risk.orders is of those who have the role for it; nobody else's is stored, in
// whatever form it comes.
func TestRolesOfTokens(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	may := map[string]string{verdictSaid: "ann reader", noticeSaid: "ann reader", overridden: "ann", orderBinds: "ann",
		capSet: "ann", examined: "ann collector", moved: "ann collector", foldRaised: "ann operator"}
	for body, who := range may {
		for _, token := range []string{"ann", "reader", "collector", "operator", "analyst", "acme", "zeta", "looks",
			"nobody"} {
			n, right := f.SentTo("risk.orders"), strings.Contains(who, token)
			status, answer, _ := c.As(token).Do("POST", "/v1/events?topic=risk.orders", `{`+dashboardtest.OrderHead+body+`}`)
			stored := f.SentTo("risk.orders") - n
			if right != (status == http.StatusOK) || right != (stored == 1) || !right && status != http.StatusForbidden &&
				status != http.StatusUnauthorized {
				t.Errorf("%s sends %s: %d %s", token, body, status, answer)
			}
		}
		// by way of another topic
		if status, answer, _ := c.As("acme").Do("POST", "/v1/events?topic=risk.portfolio",
			`{`+dashboardtest.OrderHead+body+`}`); status != http.StatusUnprocessableEntity {
			t.Errorf("through risk.portfolio %s: %d %s", body, status, answer)
		}
	}
	for _, x := range []struct {
		token, method, path, body string
	}{
		{"looks", "POST", "/v1/limit-requests", dashboardtest.Request("r1", "10.00")},
		{"collector", "POST", "/v1/limit-requests",
			dashboardtest.Request("r1", "10.00")},
		{"looks", "POST", "/v1/subscriptions", `{"channel":"webhook","target":"https://x.example"}`},
		{"looks", "DELETE", "/v1/subscriptions/2f5e0c33-8a51-4ad2-9f3c-0f6f0ad2c111", ""},
		{"looks", "POST", "/v1/notifications/n1/redeliver", ""}, {"looks", "POST", "/v1/events?topic=risk.payments",
			`{` + dashboardtest.OrderHead + dashboardtest.DisputedSaid + `}`},
	} {
		if status, answer, _ := c.As(x.token).Do(x.method, x.path, x.body); status != http.StatusForbidden {
			t.Errorf("%s does %s %s: %d %s", x.token, x.method, x.path, status, answer)
		}
	}
}

// TestWithoutTokensFourEyesAreOff: on a demonstration everybody may sign as he likes, and is told what that is worth.
func TestWithoutTokensFourEyesAreOff(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f)
	status, answer, _ := c.Do("POST", "/v1/events?topic=risk.orders",
		`{`+dashboardtest.OrderHead+overridden+`,"analyst":"ann","second_analyst":"bob"}`)
	if status != http.StatusOK || !strings.Contains(answer, problem.FourEyesOff) {
		t.Errorf("%d %s", status, answer)
	}
	if analyst, second := signedBy(t, f, "risk.orders"); analyst != "ann" || second != "bob" {
		t.Errorf("signed by %v and %v", analyst, second)
	}
	f.Store(dashboardtest.Reviewed(3, "b1", "requested", ""))
	if status, answer, _ := c.Do("POST", "/v1/reviews/"+url.PathEscape("b1/match-1"),
		`{"verdict":"approve","analyst":"ann","reason":"x"}`); status != http.StatusAccepted ||
		!strings.Contains(answer, problem.FourEyesOff) {
		t.Errorf("a verdict: %d %s", status, answer)
	}
	if _, answer, _ := c.Do("POST", "/v1/events?topic=risk.payments",
		`{`+dashboardtest.OrderHead+dashboardtest.DisputedSaid+`}`); strings.Contains(answer, problem.FourEyesOff) {
		t.Errorf("a payment message: %s", answer)
	}
}

// TestAPolicyholderReportsToday: the day of a report is the server's, or log time's where that is driven; an earlier
// one is the insurer's to enter.
func TestAPolicyholderReportsToday(t *testing.T) {
	said := func(day event.Day) string {
		return `{` + dashboardtest.OrderHead + fmt.Sprintf(dashboardtest.Overdue, day) + `}`
	}
	logged := dashboardtest.Score(0, 1, "b1", 4, 0)
	for _, driven := range []bool{false, true} {
		f := dashboardtest.New()
		f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}}
		f.Store(logged)
		c := dashboardtest.Start(t, f, dashboardtest.WithPeople, func(cfg *dashboard.Config) { cfg.Driven = driven })
		today := event.DayOf(time.Now().UnixMilli())
		if driven {
			today = event.DayOf(logged.AtMs)
		}
		for _, x := range []struct {
			token  string
			day    event.Day
			status int
		}{{"acme", today, 200}, {"acme", today - 1, 422}, {"acme", today + 1, 422}, {"acme", today - 700, 422},
			{"ann", today - 40, 200}} {
			status, answer, _ := c.As(x.token).Do("POST", "/v1/events?topic=risk.portfolio", said(x.day))
			if status != x.status || status == 422 && !strings.Contains(answer, "the insurer's to enter") {
				t.Errorf("driven %v: %s reports as of %s: %d %s", driven, x.token, x.day, status, answer)
			}
		}
		if status, answer, _ := c.As("acme").Do("POST", "/v1/events?topic=risk.portfolio",
			`[`+said(today)+`,`+said(today-9)+`]`); status != 200 || !strings.Contains(answer, `"stored":1`) ||
			!strings.Contains(answer, `"index":1`) {
			t.Errorf("a list: %d %s", status, answer)
		}
		twice := strings.Replace(said(today-9), `"reported_on"`, fmt.Sprintf(`"reported_on":%q,"reported_on"`, today), 1)
		if status, _, _ := c.As("acme").Do("POST", "/v1/events?topic=risk.portfolio", twice); status != 422 {
			t.Errorf("the day given twice: %d", status)
		}
	}
}

// TestMisspeltFieldsAreTold, by the message that has them, as it is stored without them.
func TestMisspeltFieldsAreTold(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("acme")
	right := `{` + dashboardtest.OrderHead + dashboardtest.DisputedSaid + `}`
	status, answer, _ := c.Do("POST", "/v1/events?topic=risk.payments", `[`+right+`,`+strings.Replace(right, `}`,
		`,"Invoice_ID":"F2","hystory":true}`, 1)+`,{"id":1}]`)
	var a api.EventsAnswer
	if err := json.Unmarshal([]byte(answer), &a); err != nil || status != 200 || a.Stored != 2 || len(a.Warnings) != 2 ||
		len(a.Rejected) != 1 {
		t.Fatalf("%d %s", status, answer)
	}
	for i, want := range []string{"Invoice_ID: invoice.disputed has no such field: it is ignored (is invoice_id meant?)",
		"hystory: invoice.disputed has no such field: it is ignored (is history meant?)"} {
		if w := a.Warnings[i]; w.Index == nil || *w.Index != 1 || w.Detail != want || w.Reason != "unknown_field" {
			t.Errorf("warned %+v", w)
		}
	}
}

// TestABulkPostAsksOnce: ten thousand messages about as many policies are one question to ClickHouse, and the next ones
// none.
func TestABulkPostAsksOnce(t *testing.T) {
	f := dashboardtest.New()
	for i := range 100 {
		f.Policies = append(f.Policies, dashboardtest.Policy{ID: fmt.Sprintf("P%d", i), Holder: "ACME"})
	}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("acme")
	var list []string
	for i := range 10_000 {
		list = append(list,
			fmt.Sprintf(
				`{"id":"i%d","at":"2026-03-04T10:00:00Z","type":"invoice.disputed","policy_id":"P%d","buyer_id":"b1","invoice_id":"F1","disputed":true}`, i, i%5000))
	}
	began := time.Now()
	for range 2 {
		status, answer, _ := c.Do("POST", "/v1/events?topic=risk.payments", `[`+strings.Join(list, ",")+`]`)
		if status != 200 || !strings.Contains(answer, `"stored":200,`) {
			t.Fatalf("%d %.200s", status, answer)
		}
	}
	if n := f.Questions(); n > 2 {
		t.Errorf("%d questions", n)
	}
	t.Logf("%d messages in %v", 20_000, time.Since(began))
}
