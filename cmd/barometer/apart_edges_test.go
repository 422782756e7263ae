package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// sealed are tokens that are opaque, and may differ in all but their lengths.
var sealed = regexp.MustCompile(`"(position|next|decision|corrects)":"([A-Za-z0-9_-]{100,})"`)

func masked(answer string) string {
	answer = sealed.ReplaceAllStringFunc(answer, func(s string) string { return fmt.Sprintf("sealed of %d", len(s)) })
	return minted.ReplaceAllString(answer, "…")
}

// ask calls an operation; what it gives is the answer with what may differ masked, and where it points.
func (e *edges) ask(who, method, path string, body any) (answer, location string) {
	e.t.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		e.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(e.t.Context(), method, e.base+path, bytes.NewReader(content))
	if err != nil {
		e.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+who)
	req.Header.Set("Content-Type", "application/json")
	var res *http.Response
	for deadline := time.Now().Add(10 * time.Second); ; { // it may still be starting
		if res, err = http.DefaultClient.Do(req); err == nil && res.StatusCode != http.StatusServiceUnavailable ||
			time.Now().After(deadline) {
			break
		}
		time.Sleep(20 * time.Millisecond)
		req.Body = io.NopCloser(bytes.NewReader(content))
	}
	if err != nil {
		e.t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		e.t.Fatal(err)
	}
	location = res.Header.Get("Location")
	for _, h := range []string{"Date", "Location", "Barometer-Position"} {
		if v := res.Header.Get(h); v != "" {
			res.Header.Set(h, fmt.Sprint("of ", len(v)))
		}
	}
	return masked(fmt.Sprint(res.StatusCode, " ", res.Header, "\n", string(got))), location
}

// walk reads all that the published API offers to the first holder, and the pages. An operation that nobody says how
// to walk is an error.
func (e *edges) walk() map[string]string {
	e.t.Helper()
	said := map[string]string{}
	_, description := e.raw("own", "/v1/openapi.json")
	var api struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal([]byte(description), &api); err != nil {
		e.t.Fatal(err)
	}
	buyers := make([]string, worldBuyers+1)
	for i := range buyers {
		buyers[i] = buyerName(i) // the last is none
	}
	ids := map[string][]string{"/v1/buyers/{id}": buyers, "/v1/buyers/{id}/history": buyers,
		"/v1/policies/{id}/limits":    {ownPolicy, otherPolicy, "none"},
		"/v1/policies/{id}/barometer": {ownPolicy, otherPolicy}, "/v1/policies/{id}/cover": {ownPolicy, otherPolicy},
		"/v1/limit-requests/{id}": {"x"},
		"/v1/notifications/{id}":  {"x"}, "/v1/groups/{id}": {"x"}, "/v1/reviews/{id}": {"x"},
		"/v1/subscriptions/{id}": {"x"},
		"/v1/cases/{id}":         {"b-1%2Fcase-" + ownPolicy + "-1", "b-1%2Fcase-" + otherPolicy + "-1"},
		"/v1/documents/{id}":     {"d-1"},
		"/v1/claims/{id}":        {"b-1%2Fclaim-" + ownPolicy + "-1", "b-1%2Fclaim-" + otherPolicy + "-1"}}
	queries := map[string][]string{"/v1/policies/{id}/cover": {"?buyer=b-0&delivered_on=2026-02-20",
		"?buyer=b-3&delivered_on=2026-01-20", "?buyer=b-1&delivered_on=2026-03-01&known_at=2026-02-01T00:00:00Z"},
		"/v1/policies/{id}/limits": {"", "?on=2026-02-10", "?buyer=b-1", "?limit=1"}, "/v1/buyers": {"", "?limit=2",
			"?q=buyer", "?country=NL", "?grade=5"},
		"/v1/buyers/{id}/history": {"", "?limit=1", "?limit=3", "?limit=500"}, "/v1/notifications": {"?limit=500",
			"?buyer=b-2", "?limit=3"},
		"/v1/cases":        {"", "?state=open", "?buyer=b-1", "?limit=1", "?policy=" + otherPolicy},
		"/v1/claims":       {"", "?buyer=b-1", "?limit=1", "?policy=" + otherPolicy},
		"/v1/claims/draft": {"?policy=" + ownPolicy + "&buyer=b-1", "?policy=" + otherPolicy + "&buyer=b-1"},
		"/v1/decisions": {"?limit=500", "?limit=1", "?limit=7", "?buyer=b-1", "?kind=score.changed", "?kind=limit.decided",
			"?kind=input.rejected", "?kind=review.requested", "?kind=macro.changed",
			"?kind=case.changed,claim.decided", "?policy=" + otherPolicy}}
	for path, methods := range api.Paths {
		if _, reads := methods["get"]; !reads || path == "/v1/decisions/stream" { // the stream has a reader of its own
			continue
		}
		if strings.Contains(path, "{") && ids[path] == nil {
			e.t.Errorf("nobody said how to walk %s", path)
		}
		of := ids[path]
		if of == nil {
			of = []string{""}
		}
		asked := queries[path]
		if asked == nil {
			asked = []string{""}
		}
		for _, id := range of {
			for _, q := range asked {
				at := strings.ReplaceAll(path, "{id}", id) + q
				said["GET "+at], _ = e.ask("own", http.MethodGet, at, nil)
			}
		}
	}
	for _, page := range []string{"/", "/buyers", "/buyers/b-1", "/limits", "/decisions", "/reviews", "/notifications",
		"/mail", "/metrics", "/nowhere"} {
		said["page "+page], _ = e.ask("own", http.MethodGet, page, nil)
	}
	e.page(said, "/v1/buyers?limit=2", "/v1/decisions?limit=20", "/v1/notifications?limit=9",
		"/v1/policies/"+ownPolicy+"/limits?limit=1")
	return said
}

// raw is an answer as it is.
func (e *edges) raw(who, path string) (int, string) {
	e.t.Helper()
	req, err := http.NewRequestWithContext(e.t.Context(), http.MethodGet, e.base+path, nil)
	if err != nil {
		e.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+who)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		e.t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		e.t.Fatal(err)
	}
	return res.StatusCode, string(got)
}

// page goes through the pages of lists.
func (e *edges) page(said map[string]string, lists ...string) {
	e.t.Helper()
	for _, list := range lists {
		for n, path := 0, list; path != ""; n++ {
			_, body := e.raw("own", path)
			said[fmt.Sprint("page ", n, " of ", list)] = masked(body)
			var answer struct{ Next string }
			if err := json.Unmarshal([]byte(body), &answer); err != nil {
				e.t.Fatalf("%s: %s", path, body)
			}
			if path = ""; answer.Next != "" {
				path = list + "&cursor=" + answer.Next
			}
		}
	}
}

// streamed reads the live stream of the first holder from an id on, until a request is answered: its events, and the
// id of the first.
func (e *edges) streamed(from, until string, begun chan<- struct{}) (events, first string) {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.t.Context(), slack*30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, e.base+"/v1/decisions/stream", nil)
	if err != nil {
		e.t.Error(err)
		return "", ""
	}
	req.Header.Set("Authorization", "Bearer own")
	if from != "" {
		req.Header.Set("Last-Event-ID", from)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		e.t.Error(err)
		return "", ""
	}
	defer res.Body.Close()
	var all strings.Builder
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		line := lines.Text()
		if begun != nil {
			close(begun)
			begun = nil
		}
		if id, ok := strings.CutPrefix(line, "id: "); ok {
			if first == "" {
				first = id
			}
			line = fmt.Sprint("id of ", len(id))
		}
		all.WriteString(masked(line) + "\n")
		if strings.Contains(line, `"request_id":"`+until+`"`) {
			return all.String(), first
		}
	}
	e.t.Errorf("the stream ended before %s was answered:\n%s", until, all.String())
	return all.String(), first
}

// live lets both holders go on: the first by the API, while it reads its stream; the other with what takes nothing of
// a capacity. Grades must be pinned.
func (e *edges) live(with bool, start time.Time) map[string]string {
	e.t.Helper()
	said := map[string]string{}
	begun, streamed := make(chan struct{}), make(chan [2]string, 1)
	go func() {
		events, first := e.streamed("", "last", begun)
		streamed <- [2]string{events, first}
	}()
	<-begun
	s := &script{r: nil, invoices: map[string][]string{}, start: start, n: 1_000_000}
	others := func(at time.Time, i int) {
		s.messages = nil
		for n := range 3 {
			s.storm(at, i, n)
		}
		for _, kind := range []string{"new", "preliminary"} {
			s.put(true, at, "risk.portfolio", "limit.requested", map[string]any{"policy_id": otherPolicy,
				"buyer_id": buyerName(i), "request_id": fmt.Sprint(kind, at.Unix()), "kind": kind,
				"amount": "90000000.00", "currency": "EUR"})
		}
		for _, m := range s.messages {
			value, err := json.Marshal(m.body)
			if err != nil {
				e.t.Fatal(err)
			}
			if with {
				e.mem.put(m.topic, value, at)
			}
		}
	}
	for n, kind := range []string{"new", "preliminary", "increase", "new", "preliminary", "cancellation", "new"} {
		at := start.Add(time.Duration(n+1) * time.Minute)
		others(at, n%worldBuyers)
		e.mem.now = at.Add(time.Second)
		id := fmt.Sprint("live-", n)
		if n == 6 {
			id = "last"
		}
		request := map[string]any{"request_id": id, "policy_id": ownPolicy, "buyer_id": buyerName(n % (worldBuyers + 1)),
			"kind": kind, "amount": "90000000.00", "currency": "EUR"}
		answer, location := e.ask("own", http.MethodPost, "/v1/limit-requests?wait=5s", request)
		said["POST request "+id] = answer
		if location != "" {
			said["GET request "+id], _ = e.ask("own", http.MethodGet, location, nil)
		}
		e.mem.now = at.Add(2 * time.Second)
		said["POST events "+id], _ = e.ask("own", http.MethodPost, "/v1/events?topic=risk.payments", []any{
			map[string]any{"id": "ev-" + id, "type": "invoice.paid", "at": at.Format(time.RFC3339), "policy_id": ownPolicy,
				"buyer_id": "b-1", "invoice_id": "none", "amount": "1.00", "currency": "EUR", "paid_on": "2026-01-01"},
			map[string]any{"id": "ev2-" + id, "type": "invoice.paid", "at": at.Format(time.RFC3339), "policy_id": otherPolicy,
				"buyer_id": "b-1", "invoice_id": "none", "amount": "1.00", "currency": "EUR", "paid_on": "2026-01-01"}})
	}
	got := <-streamed
	said["the live stream"] = got[0]
	said["the live stream, resumed"], _ = e.streamed(got[1], "last", nil)
	for i := range worldBuyers + 1 {
		for _, path := range []string{"/v1/buyers/" + buyerName(i), "/v1/buyers/" + buyerName(i) + "/history",
			"/v1/policies/" + ownPolicy + "/limits?buyer=" + buyerName(i)} {
			said["then GET "+path], _ = e.ask("own", http.MethodGet, path, nil)
		}
	}
	return said
}

// lines are as they are compared.
func lines(all []string) map[string]string {
	of := map[string]string{}
	for i, l := range all {
		of[fmt.Sprintf("%4d", i)] = l
	}
	return of
}

// compare tells where two walks differ.
func compare(with, without map[string]string) (differ []string) {
	for _, what := range slices.Sorted(maps.Keys(with)) {
		if with[what] != without[what] {
			differ = append(differ, fmt.Sprintf("%s:\n%s\nand without another:\n%s", what, with[what], without[what]))
		}
	}
	if len(with) != len(without) {
		differ = append(differ, fmt.Sprintf("%d things were said, and %d without another", len(with), len(without)))
	}
	return differ
}

// TestNoEdgeChangesWithAnother is I8 on the real fold, the real tables in a real ClickHouse and the real API: a random
// log with another holder's messages and without, which neither move a grade nor an amount. Every read operation of the
// published API, the pages, the pages of lists, the stream live and resumed, and answers to requests and events are the
// same byte for byte, but for sealed tokens, which are of one length.
//
// Each of these leaks was planted by hand and found, here or in TestNothingThatIsToldChangesWithAnother, whose table of
// plants shows that the worlds hold them all:
//
//	reasons 4, 13 and 14 told apart (limitCodes of package public)          webhook, e-mail, decisions
//	reasons of a grade from those of the decision (gradeReasons)            webhook, e-mail, decisions
//	buyers ordered by probability (HolderBuyers of storage)                 GET /v1/buyers and its pages
//	a history limited before it is filtered (Moved false in history)        history?limit=1, 3
//	a grade sought among the newest 500 scores (likewise)                   history?limit=500
//	scores that keep the grade in the stream (public.For without Moves)     the live stream, and resumed
func TestNoEdgeChangesWithAnother(t *testing.T) {
	anyBroker(t)
	long(t)
	messages, with, without := showing(t)
	end := messages[len(messages)-1].at
	own := func(at time.Time) []byte { // so that log time is the same in both
		return fmt.Appendf(nil,
			`{"id":"end-%d","type":"limit.requested","at":%q,"policy_id":%q,"buyer_id":"b-0","request_id":"end-%d","kind":"new","amount":"90000000.00","currency":"EUR"}`, at.Unix(), at.Format(time.RFC3339), ownPolicy, at.Unix())
	}
	for _, w := range []*world{with, without} {
		for n := range 3 {
			at := end.Add(time.Duration(n+1) * (cutSpan + time.Hour))
			w.put("risk.clock", fmt.Appendf(nil, `{"type":"tick","at":%q}`, at.Format(time.RFC3339)), at.UnixMilli())
			w.put("risk.portfolio", own(at), at.UnixMilli())
		}
	}
	var said [2]map[string]string
	for i, w := range []*world{with, without} {
		t.Run([]string{"with", "without"}[i], func(t *testing.T) {
			e := serveWorld(t, w, nil)
			said[i] = e.walk()
			maps.Copy(said[i], e.live(i == 0, end.Add(3*(cutSpan+time.Hour))))
		})
	}
	if !sameVisible(with, without) {
		a, b := visible(with.published(0)), visible(without.published(0))
		t.Fatalf("what comes last changes a grade or an amount: this test must find other messages for it; %s",
			compare(lines(a), lines(b)))
	}
	for _, d := range compare(said[0], said[1]) {
		t.Error(d)
	}
	t.Logf("%d records beside %d; %d things asked", len(with.log), len(without.log), len(said[0]))
}

// showing is a world that shows all that a leak could tell, and ends in more scores that keep their grade than any
// list holds.
func showing(t *testing.T) (messages []message, with, without *world) {
	t.Helper()
	for seed := range uint64(300) {
		script := randomScript(seed, 25, 520, true)
		if messages, with, without = untilItMatters(t, script); len(messages) < len(script) {
			continue
		}
		a, b, shown := with.published(0), without.published(0), true
		for _, tell := range plants {
			shown = shown && tell(a) != tell(b)
		}
		if shown {
			return messages, with, without
		}
	}
	t.Fatal("no world shows all leaks")
	return nil, nil, nil
}
