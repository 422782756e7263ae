package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"barometer/alerting/email"
)

// canaries mark what one policyholder says and is: in every id and word that it may choose, and in its amounts.
var canaries = []string{"canary", "313131", "313,131", "313.131", "313 131"}

// tokens are who may use the API in TestNothingOfOthersLeavesTheProduct.
const tokensFile = `http:
  tokens:
    - {sha256: "%x", role: analyst, name: ann}
    - {sha256: "%x", role: policyholder, holder: canary-holder}
    - {sha256: "%x", role: policyholder, holder: h-2}
`

// as calls the API with a token.
func (p *product) as(token, method, path string, body any) (int, string) {
	p.t.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, "http://"+p.http+path, bytes.NewReader(content))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, string(got) + fmt.Sprint(res.Header)
}

// TestNothingOfOthersLeavesTheProduct is I8 on the whole product: one policyholder delivers to a buyer, is paid late,
// disputes, asks, and has its limits cut, each message marked; as another one with a limit on the same buyer every
// operation of the published API, the live stream, the pages, its webhooks and its e-mails are read.
func TestNothingOfOthersLeavesTheProduct(t *testing.T) {
	long(t)
	settings := filepath.Join(t.TempDir(), "barometer.yaml")
	hash := func(token string) [32]byte { return sha256.Sum256([]byte(token)) }
	if err := os.WriteFile(settings, fmt.Appendf(nil, tokensFile, hash("analyst"), hash("first"), hash("second")),
		0o600); err != nil {
		t.Fatal(err)
	}
	p := newProduct(t, "--config="+settings)
	p.start("run")
	p.ready()
	hooks := newReceiver(t)
	hooks.patient = true
	var subscribed struct {
		Secret string `json:"secret"`
	}
	_, answer := p.as("second", "POST", "/v1/subscriptions", map[string]any{"channel": "webhook", "target": hooks.url})
	if err := json.NewDecoder(strings.NewReader(answer)).Decode(&subscribed); err != nil {
		t.Fatal(answer)
	}
	hooks.secret = subscribed.Secret
	for holder, of := range map[string]string{"canary-holder": "canary@first.example", "h-2": "credit@second.example"} {
		// an analyst vouches for the address
		told := map[string]any{"holder_id": holder, "channel": "email", "target": of, "language": "de"}
		if status, answer := p.as("analyst", "POST", "/v1/subscriptions", told); status != http.StatusCreated {
			t.Fatal(answer)
		}
	}
	stream := p.streamed("second")
	now := time.Now().UTC()
	day := func(after int) string { return now.AddDate(0, 0, after).Format(time.DateOnly) }
	n := 0
	send := func(token, topic string, message map[string]any) {
		t.Helper()
		n++
		message["id"], message["at"] = fmt.Sprintf("%s-%d", message["id"], n), time.Now().UTC().Format(time.RFC3339)
		if status, answer := p.as(token, "POST", "/v1/events?topic="+topic, []any{message}); status/100 != 2 {
			t.Fatalf("%v: %s", message, answer)
		}
	}
	accounts := func(end string, thousands int) {
		message := map[string]any{"id": "accounts", "type": "statement.filed", "buyer_id": "b1", "period_end": end,
			"months": 12, "currency": "EUR"}
		for name, part := range map[string]int{"total_assets": 15, "equity": 5, "current_assets": 6, "inventories": 1,
			"cash": 1, "current_liabilities": 5,
			"total_liabilities": 10, "trade_payables": 5, "revenue": 20, "ebit": 1, "net_income": 1, "depreciation": 1} {
			message[name] = fmt.Sprint(part * thousands * 1000)
		}
		send("analyst", "risk.portfolio", message)
	}
	for policy, of := range map[string]string{"canary-policy": "canary-holder", "P-2": "h-2"} {
		send("analyst", "risk.portfolio", map[string]any{"id": policy, "type": "policy.upserted", "policy_id": policy,
			"holder":   map[string]any{"id": of, "name": "The " + of, "language": "de"},
			"currency": "EUR", "insured_percentage": "90", "notice_days": 10, "discretionary_limit": "31313.10",
			"effective_on": day(-300)})
	}
	send("analyst", "risk.portfolio", map[string]any{"id": "b1", "type": "buyer.upserted", "buyer_id": "b1",
		"name": "Kade BV", "country": "NL", "sector": "46", "founded_on": "1990-05-01", "registrations": []any{},
		"group_id": "canary-group"})
	accounts(day(-100), 1000)
	ask := func(token, id, policy, kind, amount string) (int, string) {
		return p.as(token, "POST", "/v1/limit-requests?wait=10s", map[string]any{"request_id": id, "policy_id": policy,
			"buyer_id": "b1", "kind": kind, "amount": amount, "currency": "EUR"})
	}
	p.eventually(30*time.Second, "the policies are known", func() error {
		rows, err := p.query("SELECT uniq(policy_id) FROM policies")
		if err == nil && rows[0][0] != "2" {
			err = fmt.Errorf("%v policies", rows)
		}
		return err
	})
	p.eventually(30*time.Second, "the first one has a limit", func() error {
		if status, answer := ask("first", "canary-r1", "canary-policy", "new", "313131.31"); status != http.StatusCreated {
			return fmt.Errorf("%d %s", status, answer)
		}
		return nil
	})
	said := map[string]string{}
	hear := func(what, answer string) { said[what] = answer }
	for i, kind := range []string{"new", "increase", "increase"} { // the third finds the capacity taken
		_, answer := ask("second", fmt.Sprint("r", i), "P-2", kind, fmt.Sprint(100_000*(i+1)*(i+1)))
		hear("request "+fmt.Sprint(i), answer)
	}
	invoice := func(kind, id string, more map[string]any) {
		message := map[string]any{"id": "canary-" + kind, "type": kind, "buyer_id": "b1", "policy_id": "canary-policy",
			"invoice_id": id}
		for k, v := range more {
			message[k] = v
		}
		send("first", "risk.payments", message)
	}
	for i, due := range []int{-200, -100, -45, 20} {
		invoice("invoice.issued", fmt.Sprint("canary-i", i), map[string]any{"amount": "313131.31", "currency": "EUR",
			"delivered_on": day(due - 30), "due_on": day(due)})
	}
	invoice("invoice.paid", "canary-i0", map[string]any{"amount": "313131.31", "currency": "EUR", "paid_on": day(-1)})
	invoice("invoice.disputed", "canary-i2", map[string]any{"disputed": true})
	send("first", "risk.portfolio", map[string]any{"id": "canary-overdue", "type": "overdue.reported",
		"policy_id": "canary-policy", "buyer_id": "b1", "invoices": []string{"canary-i1"}, "reported_on": day(0)})
	if status, answer := ask("first", "canary-r2", "canary-policy", "increase",
		"9313131.31"); status != http.StatusCreated {
		t.Fatal(answer)
	}
	accounts(day(-10), 150)
	p.eventually(60*time.Second, "both limits are cut, and the second policyholder was told by all ways", func() error {
		rows, err := p.query("SELECT countIf(policy_id = 'P-2'), countIf(policy_id != 'P-2') FROM limits WHERE request_id " +
			"= '' AND code IN ('reduced', 'cancelled')")
		if err != nil {
			return err
		}
		mails, err := email.List(filepath.Join(p.dir, "data", "mail"), 100)
		if err != nil {
			return err
		}
		told := 0
		for _, m := range mails {
			if strings.Contains(fmt.Sprint(m), "second.example") {
				hear("e-mail "+fmt.Sprint(told), fmt.Sprint(m))
				told++
			}
		}
		if rows[0][0] == "0" || rows[0][1] == "0" || told < 3 || !hooks.heard(`"code":"reduced"`) &&
			!hooks.heard(`"code":"cancelled"`) {
			return fmt.Errorf("cuts %v, e-mails %d, webhooks %d", rows[0], told, len(hooks.bodies))
		}
		return nil
	})
	for id, body := range hooks.seen {
		hear("webhook "+id, body)
	}
	p.walk(hear, day(0))
	hear("the live stream", stream())
	if !strings.Contains(said["the live stream"], "P-2") || len(said) < 25 {
		t.Errorf("only %d things were said, the stream says %q", len(said), said["the live stream"])
	}
	for what, answer := range said {
		for _, mark := range canaries {
			if strings.Contains(strings.ToLower(answer), mark) {
				t.Errorf("%s tells %q: %s", what, mark, answer)
			}
		}
	}
	if _, answer := p.as("first", "GET", "/v1/policies/canary-policy/limits", nil); !strings.Contains(answer, "canary") {
		t.Errorf("the first policyholder does not see its own: %s", answer) // else this test shows nothing
	}
}

// walk reads all that the published API offers to the second policyholder, and the pages; of the first one's things it
// wants a refusal.
func (p *product) walk(hear func(what, answer string), today string) {
	p.t.Helper()
	_, description := p.as("second", "GET", "/v1/openapi.json", nil)
	var api struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.NewDecoder(strings.NewReader(description)).Decode(&api); err != nil {
		p.t.Fatal(err)
	}
	values := map[string][2]string{"/v1/buyers/{id}": {"b1", ""}, "/v1/buyers/{id}/history": {"b1", ""},
		"/v1/policies/{id}/limits":    {"P-2", "canary-policy"},
		"/v1/policies/{id}/barometer": {"P-2", "canary-policy"}, "/v1/policies/{id}/cover": {"P-2", "canary-policy"},
		"/v1/limit-requests/{id}": {"x", "canary-r1"},
		"/v1/notifications/{id}":  {"x", "x"}, "/v1/groups/{id}": {"x", "canary-group"}, "/v1/subscriptions/{id}": {"x", "x"},
		"/v1/cases/{id}":     {"b1%2Fcase-P-2-1", "b1%2Fcase-canary-policy-1"},
		"/v1/documents/{id}": {"d-1", "canary-document"},
		"/v1/claims/{id}":    {"b1%2Fclaim-P-2-1", "b1%2Fclaim-canary-policy-1"}}
	query := map[string][]string{"/v1/policies/{id}/cover": {"?buyer=b1&delivered_on=" + today,
		"?buyer=b1&delivered_on=2020-01-01"},
		"/v1/policies/{id}/limits": {"", "?on=" + today, "?buyer=b1"}, "/v1/buyers": {"", "?q=k", "?country=NL"},
		"/v1/decisions":    {"", "?buyer=b1", "?kind=limit.decided", "?kind=input.rejected", "?kind=review.requested"},
		"/v1/cases":        {"", "?state=open", "?buyer=b1", "?policy=canary-policy"},
		"/v1/claims":       {"", "?buyer=b1", "?policy=canary-policy"},
		"/v1/claims/draft": {"?policy=P-2&buyer=b1", "?policy=canary-policy&buyer=b1"},
		"/v1/reviews":      {"", "?state=closed"}}
	for path, methods := range api.Paths {
		if _, reads := methods["get"]; !reads || path == "/v1/decisions/stream" {
			continue
		}
		if strings.Contains(path, "{") && values[path][0] == "" {
			p.t.Errorf("nobody said how to walk %s", path)
		}
		queries := query[path]
		if queries == nil {
			queries = []string{""}
		}
		for _, q := range queries {
			_, answer := p.as("second", "GET", strings.ReplaceAll(path, "{id}", values[path][0])+q, nil)
			hear("GET "+path+q, answer)
			if of := values[path][1]; of != "" {
				if status, answer := p.as("second", "GET", strings.ReplaceAll(path, "{id}", of)+q,
					nil); status != http.StatusNotFound && status != http.StatusForbidden {
					p.t.Errorf("GET %s of %s: %d %s", path, of, status, answer)
				}
			}
		}
	}
	for _, page := range []string{"/", "/buyers", "/buyers/b1", "/limits", "/limits?policy=canary-policy", "/orders",
		"/reviews", "/notifications", "/mail"} {
		_, answer := p.as("second", "GET", page, nil)
		hear("page "+page, answer)
	}
}

// streamed reads the live stream of a token from now on; what it gives says what came.
func (p *product) streamed(token string) func() string {
	p.t.Helper()
	ctx, stop := context.WithCancel(p.t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", "http://"+p.http+"/v1/decisions/stream", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	all := make(chan string, 1)
	go func() {
		defer res.Body.Close()
		var b strings.Builder
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			b.WriteString(lines.Text() + "\n")
		}
		all <- b.String()
	}()
	return func() string {
		stop()
		return <-all
	}
}
