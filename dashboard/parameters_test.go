package dashboard

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"barometer/dashboard/alerts"
	"barometer/dashboard/api"
	"barometer/dashboard/body"
	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/ingest/event"
	"barometer/storage/history"
)

// documented is the part of an OpenAPI document that tests read.
type documented struct {
	Paths map[string]map[string]struct {
		OperationID string
		Parameters  []struct {
			Name, In string
			Required bool
		}
		Responses map[string]any
	}
}

// eachOperation calls do for every operation of the document, with a path that names nothing in particular and the
// parameters that it needs.
func eachOperation(t *testing.T, c client, do func(method, path, id string, responses map[string]any)) {
	t.Helper()
	doc := get[documented](c, "/v1/openapi.json")
	n := 0
	for path, methods := range doc.Paths {
		for method, op := range methods {
			at, query := path, url.Values{}
			for _, p := range op.Parameters {
				switch {
				case p.In == "path":
					at = strings.Replace(at, "{"+p.Name+"}", "P1", 1)
				case p.Required:
					query.Set(p.Name, map[string]string{"topic": "risk.payments", "delivered_on": "2026-03-01", "buyer": "b1"}[p.Name])
				}
			}
			n++
			do(strings.ToUpper(method), at+"?"+query.Encode(), op.OperationID, op.Responses)
		}
	}
	if n < 20 {
		t.Fatalf("%d operations", n)
	}
}

// TestParametersOfEveryOperation: what an operation does not have, what is given twice and what is not text is refused,
// by all of them.
func TestParametersOfEveryOperation(t *testing.T) {
	f := newFake()
	c := start(t, f, withPeople)
	eachOperation(t, c, func(method, path, id string, responses map[string]any) {
		body := ""
		if method == "POST" {
			body = "{}"
		}
		for _, code := range []string{"400", "401", "403", "422", "429", "503"} {
			if responses[code] == nil {
				t.Errorf("%s does not say that it answers %s", id, code)
			}
		}
		if strings.Contains(path, "P1") && responses["404"] == nil || method == "POST" &&
			(responses["413"] == nil || responses["415"] == nil) {
			t.Errorf("%s does not say all that it answers", id)
		}
		for _, who := range []string{"ann", "acme"} {
			for extra, want := range map[string]int{"&no_such=1": 400, "&=1": 400, "&Limit=1": 400, "&%zz=1": 400,
				"&limit=1&limit=2": 400, "&policy_id=P1": 400} {
				if status, answer, h := c.as(who).do(method, path+extra, body); status != want ||
					h.Get("Content-Type") != "application/problem+json" {
					t.Errorf("%s%s: %d %s", id, extra, status, answer)
				}
			}
			if strings.Contains(path, "P1") {
				if status, answer, _ := c.as(who).do(method, strings.Replace(path, "P1", "P%0A1", 1), body); status != 422 {
					t.Errorf("%s with a newline in its path: %d %s", id, status, answer)
				}
			}
			if !strings.Contains(path, "buyer=b1") {
				continue
			}
			for _, bad := range []string{"a%0Ab", "%00", "a%7F", "%FF"} {
				if status, answer, _ := c.as(who).do(method, strings.Replace(path, "buyer=b1", "buyer="+bad, 1),
					body); status != 422 {
					t.Errorf("%s with %s: %d %s", id, bad, status, answer)
				}
			}
		}
	})
	f.store(score(0, 1, "b1", 4, 0), limited(0, 2, "P1", "ACME", "b1", 10_00))
	for query, want := range map[string]int{"kind=score.changed,limit.decided": 2,
		"kind=score.changed&kind=limit.decided": 2, "kind=limit.decided&buyer=b1&kind=score.changed": 2,
		"kind=limit.decided": 1} {
		if p := get[api.Page[api.Decision]](c.as("ann"), "/v1/decisions?"+query); len(p.Items) != want {
			t.Errorf("%s: %d decisions, want %d", query, len(p.Items), want)
		}
	}
	p := get[api.Page[api.Decision]](c.as("ann"), "/v1/decisions?limit=1&kind=score.changed&kind=limit.decided")
	if status, answer, _ := c.as("ann").do("GET", "/v1/decisions?limit=1&kind=score.changed&kind=limit.decided&cursor="+
		url.QueryEscape(p.Next), ""); p.Next == "" || status != 200 {
		t.Errorf("the second page of a repeated list: %d %s", status, answer)
	}
	if status, _, _ := c.as("ann").do("GET", "/v1/decisions?kind=score.changed&kind=none", ""); status != 422 {
		t.Errorf("a kind that is none: %d", status)
	}
}

// TestACursorIsOfItsListAlone: not of another list, of the same with other filters, or of another reader.
func TestACursorIsOfItsListAlone(t *testing.T) {
	f := newFake()
	f.policies = []Policy{{ID: "P1", Holder: "ACME"}, {ID: "P2", Holder: "ACME"}}
	for i := range 6 {
		id := fmt.Sprint("b", i)
		f.names[id] = id
		f.store(score(0, int64(2*i+1), id, 4, 0), limited(0, int64(2*i+2), "P1", "ACME", id, 10_00))
	}
	c := start(t, f, withPeople)
	cursor := func(who, path string) string {
		p := get[struct{ Next string }](c.as(who), path)
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
		if status, answer, _ := c.as(x.reader).do("GET", x.to+cursor("ann", x.from), ""); status != x.status {
			t.Errorf("the cursor of %s for %s by %s: %d %s", x.from, x.to, x.reader, status, answer)
		}
	}
}

// TestAfterAnswersWithWhatItPromises or says when to come again; it never answers with less.
func TestAfterAnswersWithWhatItPromises(t *testing.T) {
	f := newFake()
	f.policies = []Policy{{ID: "P1", Holder: "ACME"}}
	f.names["b1"] = "B"
	f.store(score(1, 1, "b1", 4, 0), limited(1, 2, "P1", "ACME", "b1", 10_00))
	c := start(t, f, withPeople).as("ann")
	began := time.Now()
	for i, path := range []string{"/v1/policies/P1/limits"} {
		status, answer, h := c.do("GET", path+"?after="+event.Position{Generation: 1, Partition: 1, Offset: 9}.String(), "")
		if status != http.StatusServiceUnavailable || h.Get("Retry-After") == "" {
			t.Errorf("%s: %d %s", path, status, answer)
		}
		if took := time.Since(began); took < time.Duration(i+1)*2*time.Second {
			t.Errorf("it waited %v", took)
		}
	}
	f.publish(limited(1, 9, "P1", "ACME", "b2", 20_00)) // which ClickHouse does not have
	p := get[api.Page[api.UsedLimit]](c, "/v1/policies/P1/limits?after=1-1-9-0")
	if len(p.Items) != 2 || p.Items[1].BuyerID != "b2" || p.Items[1].Granted != "20.00" {
		t.Errorf("limits of the policy: %+v", p.Items)
	}
	if p := get[api.Page[api.UsedLimit]](c, "/v1/policies/P1/limits?after=1-1-9-0&limit=1"); len(p.Items) != 1 ||
		p.Next == "" {
		t.Errorf("the first of them: %+v", p)
	} else if p = get[api.Page[api.UsedLimit]](c, "/v1/policies/P1/limits?limit=1&cursor="+p.Next); len(p.Items) != 1 ||
		p.Items[0].BuyerID != "b2" || p.Next != "" {
		t.Errorf("the second: %+v", p)
	}
	for _, bad := range []string{"1-99-0-0", "x", "1-1-9"} {
		if status, _, _ := c.do("GET", "/v1/buyers?after="+bad, ""); status != 400 {
			t.Errorf("after=%s: %d", bad, status)
		}
	}
}

// TestPackedBodies: gzip is unpacked up to what a body may be; other codings are refused.
func TestPackedBodies(t *testing.T) {
	f := newFake()
	c := start(t, f)
	packed := func(text string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.WriteString(z, text)
		_ = z.Close()
		return b.Bytes()
	}
	message := `{` + orderHead + disputedSaid + `}`
	bomb := packed(`[` + strings.Repeat(" ", 20*body.MaxBytes) + `]`)
	for _, x := range []struct {
		coding string
		body   []byte
		status int
	}{
		{"gzip", packed(message), 200}, {"GZIP", packed(`[` + message + `,` + message + `]`), 200},
		{"x-gzip", packed(message), 200}, {"identity", []byte(message), 200},
		{"gzip", []byte(message), 400}, {"gzip", packed(message)[:30], 400}, {"gzip", bomb, 413},
		{"br", []byte(message), 415}, {"gzip, gzip", packed(string(packed(message))), 415},
		{"deflate", []byte(message), 415},
	} {
		r, _ := http.NewRequest("POST", c.base+"/v1/events?topic=risk.payments", bytes.NewReader(x.body))
		r.Header.Set("Content-Encoding", x.coding)
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != x.status {
			t.Errorf("%s, %d bytes: %d %s", x.coding, len(x.body), answer.StatusCode, body)
		}
	}
	if n := f.sentTo("risk.payments"); n != 5 {
		t.Errorf("%d messages are stored", n)
	}
}

// TestSubscriptionsOfAnotherHolder cannot be reached through a holder's id, or a subscription's, that has a slash.
func TestSubscriptionsOfAnotherHolder(t *testing.T) {
	f := newFake()
	f.subs = []alerts.Subscription{{ID: subscriptionID, Holder: "a/b"}, {ID: "b/" + subscriptionID, Holder: "a"}}
	c := start(t, f, func(cfg *Config) {
		cfg.Tokens = []identity.Token{tokenOf("a", identity.Policyholder, "a"), tokenOf("ann", identity.Analyst, "")}
	})
	for _, id := range []string{"b%2F" + subscriptionID, "%2E%2E%2F" + subscriptionID, strings.ToUpper(subscriptionID),
		"urn:uuid:" + subscriptionID, subscriptionID} {
		for _, who := range []string{"a"} {
			if status, answer, _ := c.as(who).do("DELETE", "/v1/subscriptions/"+id, ""); status != 404 {
				t.Errorf("%s deletes %s: %d %s", who, id, status, answer)
			}
		}
	}
	if status, _, _ := c.as("ann").do("DELETE", "/v1/subscriptions/b%2F"+subscriptionID+"?holder=a", ""); status != 404 ||
		len(f.subs) != 2 {
		t.Errorf("an analyst: %d, %d left", status, len(f.subs))
	}
}

// TestSubscriptionsAndGroupsArePaged in one order.
func TestSubscriptionsAndGroupsArePaged(t *testing.T) {
	f := newFake()
	for i := range 5 {
		f.subs = append(f.subs, alerts.Subscription{ID: fmt.Sprintf("s%d", (i*3)%5), Holder: fmt.Sprint("h", i%2)})
		f.groups = append(f.groups, history.Group{ID: fmt.Sprintf("g%d", (i*3)%5)})
	}
	c := start(t, f)
	for path, key := range map[string]string{"/v1/subscriptions?limit=2": "subscription_id", "/v1/groups?limit=2": "id"} {
		var got []string
		for at := path; at != ""; {
			p := get[struct {
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

// TestWhatIsUnderWayIsNotSentAgain is a conflict, not an outage.
func TestWhatIsUnderWayIsNotSentAgain(t *testing.T) {
	f := newFake()
	f.notes = []history.Notification{{ID: "n1", Holder: "ACME", State: "retrying"}}
	c := start(t, f, withPeople)
	for _, who := range []string{"ann", "acme"} {
		if status, answer, _ := c.as(who).do("POST", "/v1/notifications/n1/redeliver", ""); status != http.StatusConflict {
			t.Errorf("%s: %d %s", who, status, answer)
		}
	}
}

// TestReadinessSaysWhatIsMissing: whoever gives Ready leaves addresses out.
func TestReadinessSaysWhatIsMissing(t *testing.T) {
	var broken atomic.Bool
	c := start(t, newFake(), func(cfg *Config) {
		cfg.Ready = func(context.Context) error {
			if broken.Load() {
				return errors.New("kafka does not answer")
			}
			return nil
		}
	})
	broken.Store(true)
	if status, answer, _ := c.do("GET", "/readyz", ""); status != 503 ||
		!strings.Contains(answer, "kafka does not answer") {
		t.Errorf("%d %s", status, answer)
	}
}

// TestTimesOfEveryOperation: a day or a moment that nothing can be asked about is refused with the range, by whatever
// takes one.
func TestTimesOfEveryOperation(t *testing.T) {
	f := newFake()
	f.policies = []Policy{{ID: "P1", Holder: "ACME"}}
	c := start(t, f, withPeople)
	doc := get[struct {
		Paths map[string]map[string]struct {
			OperationID string
			Parameters  []struct {
				Name   string
				Schema struct{ Format string }
			}
		}
	}](c, "/v1/openapi.json")
	days := map[string]int{"1900-01-01": 200, "2299-12-31": 200, "0001-01-01": 422, "0000-01-01": 422, "1899-12-31": 422,
		"2300-01-01": 422, "9999-12-31": 422, "": 422, "2024-02-30": 422}
	moments := map[string]int{"1900-01-01T00:00:00Z": 200, "2261-12-31T23:59:59.999Z": 200,
		"0000-01-01T00:00:00+23:59": 422, "1900-01-01T00:00:00+00:01": 422,
		"1899-12-31T23:59:00-00:01": 200, "2261-12-31T23:59:59-00:01": 422, "2262-01-01T00:00:00Z": 422,
		"9999-12-31T23:59:59-23:59": 422, "": 422, "2024-01-01": 422}
	n := 0
	for path, methods := range doc.Paths {
		for method, op := range methods {
			for _, p := range op.Parameters {
				texts := map[string]map[string]int{"date": days, "date-time": moments}[p.Schema.Format]
				if texts == nil {
					continue
				}
				n++
				for text, want := range texts {
					query := url.Values{p.Name: {text}}
					if strings.HasSuffix(path, "/cover") {
						query.Set("buyer", "b1")
						if p.Name != "delivered_on" {
							query.Set("delivered_on", "2026-03-01")
						}
					}
					for _, who := range []string{"ann", "acme"} {
						status, answer, _ := c.as(who).do(strings.ToUpper(method), strings.Replace(path, "{id}", "P1",
							1)+"?"+query.Encode(), "")
						if status != want || want == 422 && !strings.Contains(answer, "1900-01-01 to 22") {
							t.Errorf("%s %s=%q: %d %s", op.OperationID, p.Name, text, status, answer)
						}
					}
				}
			}
		}
	}
	if n < 4 {
		t.Errorf("%d parameters are days or moments", n)
	}
}

// TestATextIsReadAsItIsWritten: half a character, or a byte that is no UTF-8, would become U+FFFD in any JSON body.
func TestATextIsReadAsItIsWritten(t *testing.T) {
	f := newFake()
	f.policies = []Policy{{ID: "P1", Holder: "ACME"}}
	f.store(reviewed(3, "b1", "requested", ""))
	c := start(t, f, withPeople).as("ann")
	for _, broken := range []string{`\ud800x`, `x\uDFFF`, `\ud800\u0041`, "\xfc"} {
		for path, body := range map[string]string{
			"/v1/limit-requests":                          strings.Replace(request("r1", "10.00"), "b1", "b"+broken, 1),
			"/v1/reviews/" + url.PathEscape("b1/match-1"): `{"verdict":"approve","reason":"` + broken + `"}`,
			"/v1/subscriptions": `{"holder_id":"A` + broken +
				`","channel":"webhook","target":"https://x.example"}`,
			"/v1/events?topic=risk.portfolio": `{` + orderHead + strings.Replace(limitAsked, "b1", "b"+broken, 1) + `}`,
		} {
			status, answer, h := c.do("POST", path, body)
			if status != http.StatusUnprocessableEntity || h.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s %q: %d %s", path, broken, status, answer)
			}
		}
	}
	if n := f.sentTo("risk.orders") + f.sentTo("risk.portfolio"); n != 0 {
		t.Errorf("%d are stored", n)
	}
	whole := strings.Replace(request("r2", "10.00"), "b1", `b\ud83d\ude00\\ud800`, 1)
	if status, answer, _ := c.do("POST", "/v1/limit-requests", whole); status >= 300 {
		t.Errorf("both halves: %d %s", status, answer)
	}
}

// TestAStartIsNotTrouble: ClickHouse's tables may be in the making for ten seconds, and only once.
func TestAStartIsNotTrouble(t *testing.T) {
	at := format.Instant(0)
	s := &server{now: func() time.Time { return at }, began: at}
	for _, x := range []struct {
		after time.Duration
		ready bool
		want  slog.Level
	}{{0, false, slog.LevelInfo}, {9 * time.Second, false, slog.LevelInfo}, {10 * time.Second, false, slog.LevelWarn},
		{time.Second, true, slog.LevelWarn}} {
		at = s.began.Add(x.after)
		s.ready.Store(x.ready)
		if got := s.gravity(); got != x.want {
			t.Errorf("after %v, ready %v: %v", x.after, x.ready, got)
		}
	}
}
