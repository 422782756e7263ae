package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"barometer/dashboard"
	"barometer/dashboard/api"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/format"
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// own gives ACME a limit on a buyer.
func own(at int64, buyer string) decision.Decision {
	return dashboardtest.Limited(0, at, "P1", "ACME", buyer, 40_000_00)
}

func acme(t *testing.T, f *dashboardtest.Fake) dashboardtest.Client {
	t.Helper()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}, {ID: "P2", Holder: "ZETA"}}
	return dashboardtest.Start(t, f, func(cfg *dashboard.Config) { cfg.Tokens = dashboardtest.Tokens }).As("acme")
}

// ids are the buyers of a list, in its order.
func ids(body string) string {
	var all []string
	for _, part := range strings.Split(body, `{"id":"`)[1:] {
		all = append(all, part[:strings.IndexByte(part, '"')])
	}
	return strings.Join(all, " ")
}

// TestAHoldersBuyersAreOrderedByGradeAndID: a probability that others' payments move orders nothing, and pages go on
// behind it.
func TestAHoldersBuyersAreOrderedByGradeAndID(t *testing.T) {
	f := dashboardtest.New()
	for i, grade := range []uint32{4, 4, 7, 4} {
		id := fmt.Sprint("b", i)
		f.BuyerNames[id] = id
		f.Store(dashboardtest.Score(0, int64(10*i+1), id, grade, 0), own(int64(10*i+2), id))
	}
	c := acme(t, f)
	const want = "b2 b0 b1 b3"
	if got := ids(c.Text("/v1/buyers")); got != want {
		t.Errorf("listed %s, want %s", got, want)
	}
	f.Store(dashboardtest.Score(0, 90, "b3", 4, 4, func(s *decision.Score) { s.PDPPM = 900_000 })) // others pay late
	if got := ids(c.Text("/v1/buyers")); got != want {
		t.Errorf("listed %s after a score that keeps its grade, want %s", got, want)
	}
	var paged []string
	for path := "/v1/buyers?limit=1"; path != ""; {
		body := c.Text(path)
		paged = append(paged, ids(body))
		_, rest, more := strings.Cut(body, `"next":"`)
		if path = ""; more {
			path = "/v1/buyers?limit=1&cursor=" + rest[:strings.IndexByte(rest, '"')]
		}
	}
	if got := strings.Join(paged, " "); got != want {
		t.Errorf("paged %s, want %s", got, want)
	}
}

// TestAGradeIsFoundWhateverLiesAfterIt: scores that keep the grade are not counted, neither on the buyer's page nor
// in its history.
func TestAGradeIsFoundWhateverLiesAfterIt(t *testing.T) {
	f := dashboardtest.New()
	f.BuyerNames["b1"] = "b1"
	f.Store(dashboardtest.Score(0, 1, "b1", 5, 0), dashboardtest.Score(0, 2, "b1", 4, 5), own(3, "b1"))
	c := acme(t, f)
	before := map[string]string{}
	paths := []string{"/v1/buyers", "/v1/buyers/b1", "/v1/buyers/b1/history", "/v1/buyers/b1/history?limit=1",
		"/v1/buyers/b1/history?limit=2"}
	for _, path := range paths {
		before[path] = c.Text(path)
	}
	if h := before["/v1/buyers/b1/history?limit=1"]; strings.Count(h, `"grade":4`) != 1 ||
		!strings.Contains(before["/v1/buyers/b1"], `"grade":4`) {
		t.Fatalf("its grade is not told: %s", h)
	}
	for i := range int64(501) {
		f.Store(dashboardtest.Score(0, 10+i, "b1", 4, 4))
	}
	for _, path := range paths {
		if got := c.Text(path); got != before[path] {
			t.Errorf("%s differs behind scores that keep the grade:\n%s\n%s", path, got, before[path])
		}
	}
}

// TestAChangeWithManyHoldersIsToldOnce: it is published in parts, whose number is that of others.
func TestAChangeWithManyHoldersIsToldOnce(t *testing.T) {
	f := dashboardtest.New()
	f.BuyerNames["b1"] = "b1"
	for seq := range uint32(3) {
		d := dashboardtest.Score(0, 1, "b1", 4, 5, of(fmt.Sprint("other", seq)))
		d.Position.Seq = seq
		f.Store(d)
	}
	f.Store(own(2, "b1"))
	if h := acme(t, f).Text("/v1/buyers/b1/history"); strings.Count(h, `"kind":"score.changed"`) != 1 {
		t.Errorf("history %s", h)
	}
}

// TestWhoMayKnowAGrade: a limit in force, or a request other than a preliminary one that was decided within twelve
// months.
func TestWhoMayKnowAGrade(t *testing.T) {
	at := func(d decision.Decision, months int) decision.Decision {
		d.AtMs = format.Instant(1_772_600_000_000).AddDate(0, -months, 0).UnixMilli()
		return d
	}
	refused := func(kind event.RequestKind, code decision.LimitCode) decision.Decision {
		return dashboardtest.Limited(0, 1, "P1", "ACME", "b1", 0, func(_ *decision.Decision, l *decision.Limit) {
			l.RequestKind, l.Code = kind, code
		})
	}
	granted := func(until event.Day) decision.Decision {
		return dashboardtest.Limited(0, 1, "P1", "ACME", "b1", 100, func(_ *decision.Decision, l *decision.Limit) {
			l.ValidUntil = until
		})
	}
	for _, c := range []struct {
		what        string
		d           decision.Decision
		knows, sees bool
	}{
		{"a limit of three years ago", at(granted(0), 36), true, true},
		{"one that has ended meanwhile", at(granted(event.Date(2025, 1, 1)), 24), false, true},
		{"a refusal of eleven months ago", at(refused(event.RequestNew, decision.NotApproved), 11), true, true},
		{"a refusal of thirteen months ago", at(refused(event.RequestNew, decision.NotApproved), 13), false, true},
		{"a request that is not decided", at(refused(event.RequestNew, decision.StillInvestigating), 0), false, true},
		{"a preliminary request", at(refused(event.RequestPreliminary, decision.Preliminary), 0), false, false},
		{"a preliminary request that was refused", at(refused(event.RequestPreliminary, decision.NotApproved), 0), false,
			false},
		{"another's limit", dashboardtest.Limited(0, 1, "P2", "ZETA", "b1", 100), false, false},
	} {
		f := dashboardtest.New()
		f.BuyerNames["b1"] = "Known NV"
		f.Store(c.d, dashboardtest.Score(1, 1, "b1", 4, 0))
		cl := acme(t, f)
		f.Publish(dashboardtest.Score(1, 2, "b9", 4, 4)) // log time
		deadline := time.Now().Add(5 * time.Second)
		for !strings.Contains(cl.Text("/v1/policies/P1/cover?buyer=b9&delivered_on=2026-01-01"), `"known_at":"2026-03-04`) &&
			time.Now().Before(deadline) {
			time.Sleep(time.Millisecond)
		}
		_, page, _ := cl.Do("GET", "/v1/buyers/b1", "")
		_, history, _ := cl.Do("GET", "/v1/buyers/b1/history", "")
		list, limits := cl.Text("/v1/buyers"), cl.Text("/v1/policies/P1/limits")
		if got := strings.Contains(page, `"grade":4`); got != c.knows {
			t.Errorf("%s: the page has the grade: %t; %s", c.what, got, page)
		}
		if got := strings.Contains(list, `"grade":4`); got != c.knows || got != (ids(list) == "b1") {
			t.Errorf("%s: the list has the grade: %t; %s", c.what, got, list)
		}
		if got := strings.Contains(history, `"score.changed"`); got != c.knows {
			t.Errorf("%s: the history has the grade: %t; %s", c.what, got, history)
		}
		for where, body := range map[string]string{"page": page, "history": history, "limits": limits} {
			if got := strings.Contains(body, `"buyer_id":"b1"`); got != c.sees {
				t.Errorf("%s: the %s names the buyer: %t; %s", c.what, where, got, body)
			}
		}
		if !c.sees && strings.Contains(page+history+list+limits, "Known NV") {
			t.Errorf("%s: its name is told", c.what)
		}
	}
}

// TestAPreliminaryAnswerOfTheAPIIsAnIndication: it has no grade and no day.
func TestAPreliminaryAnswerOfTheAPIIsAnIndication(t *testing.T) {
	f := dashboardtest.New()
	f.Store(dashboardtest.Limited(0, 1, "P1", "ACME", "b1", 2_700_000_00, func(_ *decision.Decision, l *decision.Limit) {
		l.RequestKind, l.Code, l.ValidUntil = event.RequestPreliminary, decision.Preliminary, event.Date(2027, 1, 1)
	}))
	got := acme(t, f).Text("/v1/decisions")
	for _, not := range []string{"effective_on", "buyer_grade", "valid_until", "notice"} {
		if strings.Contains(got, not) {
			t.Errorf("it has %s: %s", not, got)
		}
	}
	if !strings.Contains(got, `"indicative":true`) || !strings.Contains(got, `"granted":"2700000.00"`) {
		t.Errorf("it is no indication: %s", got)
	}
}

// TestAHoldersDecisions: changes of grades that name it, its limits, and its refused messages; filtered before they
// are counted.
func TestAHoldersDecisions(t *testing.T) {
	rejected := func(at int64, policy string, kind event.Kind, reason string) decision.Decision {
		d := dashboardtest.Limited(0, at, policy, "", "b1", 0)
		d.Kind, d.Body = decision.InputRejected, &decision.Rejection{Reason: reason, Detail: "SECRET", Buyer: "b1",
			Policy: policy, ID: fmt.Sprint("m", at), Kind: kind}
		return d
	}
	f := dashboardtest.New()
	f.Store(dashboardtest.Score(0, 1, "b1", 4, 5, of("ACME", "ZETA")), own(2, "b1"),
		rejected(3, "P1", event.KindInvoicePaid,
			"overpaid"), dashboardtest.Score(0, 4, "b1", 4, 4, of("ACME")), dashboardtest.Score(0, 5, "b1", 5, 4, of("ZETA")),
		rejected(6, "P2", event.KindInvoicePaid, "overpaid"),
		rejected(7, "P1", event.KindUnderwriterDecided, "second_analyst"), rejected(8, "P1", event.KindLimitRequested,
			"words of another"))
	c := acme(t, f)
	for path, want := range map[string]string{
		"/v1/decisions":                                  "input.rejected input.rejected limit.decided score.changed",
		"/v1/decisions?kind=score.changed":               "score.changed",
		"/v1/decisions?kind=input.rejected":              "input.rejected input.rejected",
		"/v1/decisions?kind=limit.decided,score.changed": "limit.decided score.changed",
		"/v1/decisions?limit=1":                          "input.rejected",
		"/v1/decisions?limit=4":                          "input.rejected input.rejected limit.decided score.changed",
	} {
		body := c.Text(path)
		var got []string
		for _, part := range strings.Split(body, `"kind":"`)[1:] {
			got = append(got, part[:strings.IndexByte(part, '"')])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %s, want %s: %s", path, got, want, body)
		}
		if strings.Contains(body, "SECRET") || strings.Contains(body, "words of another") ||
			path == "/v1/decisions?limit=4" && strings.Contains(body, `"next"`) {
			t.Errorf("%s tells too much: %s", path, body)
		}
	}
	body := c.Text("/v1/decisions?kind=input.rejected")
	for _, says := range []string{`"rejection":{"type":"invoice.paid","id":"m3","policy_id":"P1","buyer_id":"b1","reason":"overpaid"}`, `"reason":"refused"`} {
		if !strings.Contains(body, says) {
			t.Errorf("%s is missing in %s", says, body)
		}
	}
	for _, kind := range []string{"macro.changed", "review.requested", "exposure.changed",
		"score.changed,review.requested"} {
		for _, path := range []string{"/v1/decisions?kind=", "/v1/decisions/stream?kind="} {
			if status, body, _ := c.Do("GET", path+kind, ""); status != http.StatusForbidden ||
				!strings.Contains(body, "policyholders have score.changed, limit.decided, cover.changed, input.rejected") {
				t.Errorf("%s%s: %d %s", path, kind, status, body)
			}
		}
	}
}

// TestCasesAndClaimsAmongDecisions: they are listed where they are named, to policyholders their own.
func TestCasesAndClaimsAmongDecisions(t *testing.T) {
	f := collected()
	f.Store(dashboardtest.Claim(1, 5, "P1", "ACME", "b1", 1, func(b *decision.Claim) { b.Analyst = "bob" }))
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	const named = "/v1/decisions?kind=case.changed,claim.decided"
	all := dashboardtest.Get[api.Page[api.Decision]](c.As("ann"), named)
	if len(all.Items) != 3 || all.Items[0].Claim == nil || all.Items[0].Claim.Analyst != "bob" ||
		all.Items[1].Case == nil || all.Items[1].Case.HolderID != "ZETA" {
		t.Errorf("to an analyst: %+v", all.Items)
	}
	own := dashboardtest.Get[api.Page[api.HolderDecision]](c.As("acme"), named)
	if len(own.Items) != 2 || own.Items[0].Claim == nil || own.Items[0].Claim.Analyst != "" ||
		own.Items[1].Case == nil || own.Items[1].Case.PolicyID != "P1" || own.Items[1].Case.Position == "1-1-1-0" {
		t.Errorf("to a policyholder: %+v", own.Items)
	}
	for _, who := range []string{"ann", "acme"} {
		if body := c.As(who).Text("/v1/decisions"); strings.Contains(body, "case.changed") {
			t.Errorf("unnamed, to %s: %s", who, body)
		}
	}
}
