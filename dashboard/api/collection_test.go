package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"barometer/dashboard/api"
	"barometer/dashboard/dashboardtest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

const (
	caseOfACME  = "/v1/cases/b1%2Fcase-P1-1"
	claimOfACME = "/v1/claims/b1%2Fclaim-P1-1"
)

// collected has a policy of ACME's and one of ZETA's, each with a case on b1.
func collected() *dashboardtest.Fake {
	f := dashboardtest.New()
	f.BuyerNames["b1"] = "Van Damme NV"
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME", Currency: "EUR"}, {ID: "P2", Holder: "ZETA",
		Currency: "EUR"}}
	f.Store(dashboardtest.Case(1, 1, "P1", "ACME", "b1", 1, nil), dashboardtest.Case(1, 2, "P2", "ZETA", "b1", 1, nil))
	return f
}

func above(partition uint32, offset int64) string {
	return event.Position{Generation: 1, Partition: partition, Offset: offset}.String()
}

// TestCasesAreReadOverTheOverlay: a case is as the newest decision left it, whether ClickHouse has that or not, on its
// page, in the list that it now belongs to, and with all that has happened to it.
func TestCasesAreReadOverTheOverlay(t *testing.T) {
	f := collected()
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("ann")
	f.Publish(dashboardtest.Case(1, 3, "P1", "ACME", "b1", 1, func(b *decision.Case) {
		b.What, b.Stage, b.PreviousStage, b.Outcome, b.Next, b.Analyst = "closed", "closed", "reported", "collected", "",
			"bob"
	}))
	f.Publish(dashboardtest.Case(1, 4, "P1", "ACME", "b2", 1, func(b *decision.Case) { b.OpenedOn++ }))
	ids := func(path string) string {
		var all []string
		for _, x := range dashboardtest.Get[api.Page[api.Case]](c, path).Items {
			all = append(all, x.CaseID)
		}
		return strings.Join(all, " ")
	}
	if got := ids("/v1/cases?after=" + above(1, 4)); got != "b2/case-P1-1 b1/case-P1-1 b1/case-P2-1" {
		t.Errorf("all cases: %s", got)
	}
	for path, want := range map[string]string{"?state=open": "b2/case-P1-1 b1/case-P2-1", "?state=closed": "b1/case-P1-1",
		"?policy=P1": "b2/case-P1-1 b1/case-P1-1", "?buyer=b1&policy=P2": "b1/case-P2-1", "?policy=P3": ""} {
		if got := ids("/v1/cases" + path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	d := dashboardtest.Get[api.CaseDetail](c, caseOfACME)
	if d.Stage != "closed" || d.Outcome != "collected" || d.Next != nil || d.BuyerName != "Van Damme NV" ||
		d.HolderID != "ACME" || d.Analyst != "bob" || len(d.Steps) != 2 || d.Steps[0].Stage != "reported" ||
		d.Steps[1].PreviousStage != "reported" || d.Steps[1].Trigger != "m3" || d.Steps[1].Analyst != "bob" {
		t.Errorf("%+v", d)
	}
	if status, _, _ := c.Do("GET", "/v1/cases/b1%2Fcase-P1-9", ""); status != http.StatusNotFound {
		t.Errorf("no such case: %d", status)
	}
}

// TestCasesArePaged: each once, whatever comes meanwhile.
func TestCasesArePaged(t *testing.T) {
	f := dashboardtest.New()
	for i := range 7 {
		f.Store(dashboardtest.Case(0, int64(i+1), "P1", "ACME", fmt.Sprint("b", i), 1, func(b *decision.Case) {
			b.OpenedOn += event.Day(i / 2)
		}))
	}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("acme")
	var all []string
	for path, n := "/v1/cases?limit=3", 0; path != ""; n++ {
		if n == 1 { // what is behind the page that was read is on the next, what is before it is not
			f.Publish(dashboardtest.Case(0, 8, "P1", "ACME", "new", 1, func(b *decision.Case) { b.OpenedOn += 99 }))
			f.Publish(dashboardtest.Case(0, 9, "P1", "ACME", "old", 1, func(b *decision.Case) { b.OpenedOn-- }))
		}
		status, body, _ := c.Do("GET", path, "")
		var p api.Page[api.Case]
		if err := json.Unmarshal([]byte(body), &p); status != http.StatusOK || err != nil {
			t.Fatalf("%s: %d %s", path, status, body)
		}
		for _, x := range p.Items {
			all = append(all, x.BuyerID)
		}
		if path = ""; p.Next != "" {
			path = "/v1/cases?limit=3&cursor=" + url.QueryEscape(p.Next)
		}
	}
	if got := strings.Join(all, " "); got != "b6 b4 b5 b2 b3 b0 b1 old" {
		t.Errorf("paged %s", got)
	}
}

// TestAPolicyholderSeesItsOwnCasesAndClaims alone, without who of the insurer's people acted.
func TestAPolicyholderSeesItsOwnCasesAndClaims(t *testing.T) {
	f := collected()
	f.Store(dashboardtest.Claim(1, 5, "P1", "ACME", "b1", 1, func(b *decision.Claim) { b.Analyst = "bob" }),
		dashboardtest.Claim(1, 6, "P2", "ZETA", "b1", 1, nil))
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	f.Publish(dashboardtest.Case(1, 7, "P2", "ZETA", "b2", 1, nil))
	f.Publish(dashboardtest.Case(1, 8, "P1", "ACME", "b1", 1, func(b *decision.Case) { b.Analyst = "bob" }))
	acme, zeta := c.As("acme"), c.As("zeta")
	for _, path := range []string{"/v1/cases", caseOfACME, "/v1/claims", claimOfACME,
		"/v1/claims/draft?policy=P1&buyer=b1"} {
		status, body, _ := acme.Do("GET", path, "")
		if status != http.StatusOK || strings.Contains(body, "P2") || strings.Contains(body, "ZETA") ||
			strings.Contains(body, "bob") || strings.Contains(body, "holder_id") || strings.Contains(body, "1-1-8-0") ||
			!strings.Contains(body, "P1") {
			t.Errorf("%s says to its holder: %d %s", path, status, body)
		}
		if strings.Count(path, "/") < 3 {
			continue
		}
		if status, body, _ := zeta.Do("GET", path, ""); status != http.StatusNotFound || strings.Contains(body, "ACME") {
			t.Errorf("%s says to another: %d %s", path, status, body)
		}
	}
	if got := acme.Text("/v1/cases?policy=P2") + acme.Text("/v1/claims?buyer=b1&policy=P2"); strings.Contains(got,
		"case_id") {
		t.Errorf("another's are listed: %s", got)
	}
	if status, _, _ := zeta.Do("GET", "/v1/cases?cursor="+url.QueryEscape(dashboardtest.Get[api.Page[api.Case]](
		c.As("ann"), "/v1/cases?limit=1").Next), ""); status != http.StatusBadRequest {
		t.Errorf("a cursor of an analyst: %d", status)
	}
}

// TestAStatementOfAccountIsAsOfADay: model.md's pin, and the days before and after it.
func TestAStatementOfAccountIsAsOfADay(t *testing.T) {
	f := dashboardtest.New()
	due, paid := event.Date(2025, 11, 30), event.Date(2026, 1, 30)
	f.Store(dashboardtest.Case(0, 1, "P1", "ACME", "b1", 1, func(b *decision.Case) {
		own := event.Amount{Currency: "EUR"}
		b.Debts = []decision.CaseDebt{{Invoice: "i1", DueOn: due, OriginalDueOn: due, Own: own, AmountMinor: 10_000_00,
			Parts: []decision.CasePart{{On: paid, Amount: event.Amount{Minor: 10_000_00, Currency: "EUR"}}}},
			{Invoice: "i2", DueOn: event.Date(2026, 3, 1), OpenMinor: 50_00, Own: event.Amount{Minor: 60_00, Currency: "USD"}}}
		b.Rates, b.FlatMinor = []decision.CaseRate{{From: event.Date(2025, 7, 1), RatePPM: 105_000}}, 80_00
	}))
	c := dashboardtest.Start(t, f)
	for asOf, want := range map[string]string{
		"2026-01-30": "[i1 0.00 175.47 EUR] 40.00",
		"2026-02-20": "[i1 0.00 175.47 EUR] 40.00",
		"2026-01-29": "[i1 10000.00 172.60 EUR] 40.00",
		"2025-11-30": "[] 0.00",
		"2026-03-11": "[i1 0.00 175.47 EUR i2 60.00 0.17 USD] 80.00",
	} {
		a := dashboardtest.Get[api.CaseDetail](c, caseOfACME+"?as_of="+asOf).Account
		var said []string
		for _, l := range a.Lines {
			said = append(said, l.InvoiceID, l.Open, l.Interest, l.Currency)
		}
		if got := fmt.Sprint(said, " ", a.Compensation); got != want || a.AsOf != asOf {
			t.Errorf("as of %s: %s, want %s", asOf, got, want)
		}
	}
	totals := dashboardtest.Get[api.CaseDetail](c, caseOfACME+"?as_of=2026-03-11").Account.Totals
	if fmt.Sprint(totals) != "[{EUR 0.00 175.47} {USD 60.00 0.17}]" {
		t.Errorf("totals %v", totals)
	}
	if status, _, _ := c.Do("GET", caseOfACME+"?as_of=2026-13-01", ""); status != http.StatusUnprocessableEntity {
		t.Errorf("no day: %d", status)
	}
}

// TestADraftSaysWhatCanBeClaimed, and by which decision each delivery was covered.
func TestADraftSaysWhatCanBeClaimed(t *testing.T) {
	f := collected()
	day := event.Date(2026, 1, 10)
	f.Store(dashboardtest.Limited(1, 10, "P1", "ACME", "b1", 100_00, func(_ *decision.Decision, l *decision.Limit) {
		l.EffectiveOn = day
	}), dashboardtest.Limited(1, 11, "P2", "ZETA", "b1", 100_00, func(_ *decision.Decision, l *decision.Limit) {
		l.EffectiveOn = day
	}))
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("ann")
	f.Publish(dashboardtest.Limited(1, 12, "P1", "ACME", "b1", 50_00, func(_ *decision.Decision, l *decision.Limit) {
		l.EffectiveOn = day + 10
	}))
	f.Publish(dashboardtest.Case(1, 13, "P1", "ACME", "b1", 1, func(b *decision.Case) {
		debt := func(id string, edit func(*decision.CaseDebt)) decision.CaseDebt {
			d := decision.CaseDebt{Invoice: id, DeliveredOn: day, DueOn: day + 30, OpenMinor: 60_00, InsuredMinor: 40_00,
				PercentPPM: 900_000, LossOn: day + 20}
			edit(&d)
			return d
		}
		b.Debts = []decision.CaseDebt{debt("i1", func(*decision.CaseDebt) {}), debt("i2", func(d *decision.CaseDebt) {
			d.DeliveredOn, d.Discretionary, d.InsuredMinor, d.Reason = day+10, true, 0, "limit_used"
		}), debt("i3", func(d *decision.CaseDebt) { d.Claim = "b1/claim-P1-1" }), debt("i4", func(d *decision.CaseDebt) {
			d.Disputed = true
		}), debt("i5", func(d *decision.CaseDebt) {
			d.LossOn = event.Date(2199, 1, 1)
		}), debt("i6", func(d *decision.CaseDebt) {
			d.OpenMinor = 0
		}), debt("", func(d *decision.CaseDebt) { d.DeliveredOn = day - 1 })}
		b.Insolvent, b.MissingDocuments = true, []string{"invoice", "proof_of_debt"}
	}))
	d := dashboardtest.Get[api.ClaimDraft](c, "/v1/claims/draft?policy=P1&buyer=b1&after="+above(1, 13))
	var said []string
	for _, v := range d.Invoices {
		said = append(said, fmt.Sprintf("%s %t %s %s %s", v.InvoiceID, v.Claimable, v.NotClaimable, v.Reason, v.Decision))
	}
	if got := strings.Join(said, "; "); got != "i1 true   1-1-10-0; i2 true  limit_used 1-1-12-0; i3 false claimed  "+
		"1-1-10-0; "+
		"i4 false in_dispute  1-1-10-0; i5 false before_loss  1-1-10-0; i6 false paid  1-1-10-0;  false unknown_invoice  " {
		t.Errorf("drafted %s", got)
	}
	if d.Cause != "insolvency" || d.Debt != "120.00" || d.Insured != "40.00" || d.CaseID != "b1/case-P1-1" ||
		fmt.Sprint(d.MissingDocuments) != "[invoice proof_of_debt]" || !d.Invoices[1].Discretionary {
		t.Errorf("%+v", d)
	}
	for path, want := range map[string]int{"?policy=P1&buyer=b9": http.StatusNotFound, "?policy=P1": 422, "": 422} {
		if status, body, _ := c.Do("GET", "/v1/claims/draft"+path, ""); status != want {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}

// TestAClaimIsShownLineByLine, with what came in later and whose it is.
func TestAClaimIsShownLineByLine(t *testing.T) {
	f := collected()
	f.Store(dashboardtest.Claim(1, 10, "P1", "ACME", "b1", 1, func(b *decision.Claim) {
		b.State, b.What = "filed", "filed"
	}))
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("acme")
	f.Publish(dashboardtest.Claim(1, 11, "P1", "ACME", "b1", 1, func(b *decision.Claim) {
		b.What, b.State, b.Next, b.NextBy, b.DueOn = "recovered", "decided", "pay", "analyst", event.Date(2026, 5, 1)
		b.IndemnityMinor, b.Corrects = 65_000_00, event.Position{Generation: 1, Partition: 1, Offset: 10}
		b.Waterfall = []decision.WaterfallLine{{Step: "debt", Minor: 120_000_00, TakenMinor: 120_000_00},
			{Step: "insured_percentage", Minor: 81_000_00, TakenMinor: 9_000_00, PercentPPM: 900_000},
			{Step: "maximum_liability", Minor: 65_000_00, TakenMinor: 5_000_00, TermMinor: 65_000_00}}
		b.Invoices = []decision.ClaimInvoice{{Invoice: "i1", OpenMinor: 120_000_00, InsuredMinor: 100_000_00, Late: true}}
		b.Receipt = decision.Shares{Minor: 24_000_00, InsuredMinor: 20_000_00, InsurerMinor: 18_000_00,
			PolicyholderMinor: 6_000_00}
		b.Received = b.Receipt
	}))
	own := dashboardtest.Get[api.ClaimDetail](c, claimOfACME)
	for range 100 { // what was published is there a little later
		if own.State == "decided" {
			break
		}
		own = dashboardtest.Get[api.ClaimDetail](c, claimOfACME)
	}
	if fmt.Sprint(own.Waterfall) != "[{debt 120000.00 120000.00  } {insured_percentage 81000.00 9000.00  90} "+
		"{maximum_liability 65000.00 5000.00 65000.00 }]" || own.Indemnity != "65000.00" || own.Next == nil ||
		*own.Next != (api.Next{Step: "pay", By: "analyst", Until: "2026-05-01"}) || own.Recourse.Insurer != "18000.00" ||
		len(own.Invoices) != 1 || !own.Invoices[0].Late || own.Invoices[0].Insured != "100000.00" {
		t.Errorf("%+v", own)
	}
	if len(own.Steps) != 2 || own.Steps[0].Receipt != nil || own.Steps[1].Receipt == nil ||
		own.Steps[1].Receipt.Policyholder != "6000.00" || own.Steps[1].Corrects == "" || own.Steps[1].Trigger != "" {
		t.Errorf("steps %+v", own.Steps)
	}
	page := dashboardtest.Get[api.Page[api.Claim]](c, "/v1/claims?state=decided&case=b1%2Fcase-P1-1")
	if len(page.Items) != 1 || page.Items[0].Indemnity != "65000.00" {
		t.Errorf("listed %+v", page)
	}
	if page := dashboardtest.Get[api.Page[api.Claim]](c, "/v1/claims?state=filed"); len(page.Items) != 0 {
		t.Errorf("as it was: %+v", page)
	}
}

// answers publishes, for each message to risk.portfolio, what a fold would decide of it.
func answers(f *dashboardtest.Fake, decide func(id string, at int64) []decision.Decision) {
	at := int64(100)
	f.OnSend = func(topic string, r kafkalog.Record) {
		var m struct{ ID string }
		if topic != "risk.portfolio" || json.Unmarshal(r.Value, &m) != nil {
			return
		}
		at++
		all := decide(m.ID, at)
		for i := range all {
			all[i].Position.Seq, all[i].Last, all[i].Trigger = uint32(i), i == len(all)-1, decision.Trigger{
				Kind: event.KindOverdueReported, ID: m.ID}
			f.Publish(all[i])
		}
	}
}

func rejected(at int64, id, reason string) decision.Decision {
	d := dashboardtest.Case(1, at, "P1", "ACME", "b1", 1, nil)
	d.Kind, d.Body = decision.InputRejected, &decision.Rejection{Reason: reason, Detail: "i9", Policy: "P1", Buyer: "b1",
		ID: id}
	return d
}

// TestAnOverdueReportOpensACase: the answer is the case; the same report again is answered again and not sent again.
func TestAnOverdueReportOpensACase(t *testing.T) {
	f := collected()
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	answers(f, func(id string, at int64) []decision.Decision {
		return []decision.Decision{rejected(at, id, "unknown_invoice"), dashboardtest.Case(1, at, "P1", "ACME", "b1", 2, nil)}
	})
	const body = `{"policy_id":"P1","buyer_id":"b1","invoices":["i1","i9"],"kind":"collect"}`
	for range 2 {
		status, answer, header := c.As("acme").Do("POST", "/v1/overdue-reports?wait=5s", body)
		var r api.Reported
		if err := json.Unmarshal([]byte(answer), &r); status != http.StatusCreated || err != nil ||
			r.Case.CaseID != "b1/case-P1-2" || header.Get("Location") != "/v1/cases/b1%2Fcase-P1-2" || r.Refused == nil {
			t.Fatalf("%d %s", status, answer)
		}
		if len(r.Refused) > 0 && (r.Refused[0].Reason != "unknown_invoice" || r.Refused[0].Detail != "") {
			t.Errorf("refused %+v", r.Refused)
		}
	}
	if n := f.SentTo("risk.portfolio"); n != 1 {
		t.Errorf("%d messages", n)
	}
	var m map[string]any
	if err := json.Unmarshal(f.Last("risk.portfolio"), &m); err != nil || m["type"] != "overdue.reported" ||
		m["reported_on"] != event.DayOf(time.Now().UnixMilli()).String() || m["kind"] != "collect" {
		t.Errorf("sent %v (%v)", m, err)
	}
}

// TestReportsThatAreRefused says why, and stores nothing that its sender may not say.
func TestReportsThatAreRefused(t *testing.T) {
	f := collected()
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	const earlier = `{"policy_id":"P1","buyer_id":"b1","invoices":["i1"],"reported_on":"2026-01-02"}`
	const claim = `{"policy_id":"P1","buyer_id":"b1","invoices":["i1"],"cause":"insolvency"}`
	for _, x := range []struct {
		who, path, body string
		status          int
		says            string
	}{
		{"acme", "/v1/overdue-reports", earlier, 422, "an earlier report is the insurer's to enter"},
		{"zeta", "/v1/overdue-reports", earlier, 404, "no such policy"},
		{"looks", "/v1/overdue-reports", earlier, 403, "declare"},
		{"collector", "/v1/overdue-reports", earlier, 403, "roles"},
		{"acme", "/v1/overdue-reports", strings.Replace(earlier, `["i1"]`, `[]`, 1), 422, "invoices"},
		{"acme", "/v1/overdue-reports", strings.Replace(earlier, `["i1"]`, `["i1"],"kind":"forgive"`, 1), 422, "kind"},
		{"acme", "/v1/overdue-reports?wait=soon", earlier, 400, "wait"},
		{"zeta", "/v1/claims", claim, 404, "no such policy"},
		{"looks", "/v1/claims", claim, 403, "declare"},
		{"operator", "/v1/claims", claim, 403, "roles"},
		{"acme", "/v1/claims", strings.Replace(claim, `}`, `,"filed_on":"2026-01-02"}`, 1), 422, "filed_on"},
		{"acme", "/v1/claims", strings.Replace(claim, "insolvency", "bad_mood", 1), 422, "cause"},
	} {
		if status, answer, _ := c.As(x.who).Do("POST", x.path, x.body); status != x.status ||
			!strings.Contains(answer, x.says) {
			t.Errorf("%s %s %s: %d %s", x.who, x.path, x.body, status, answer)
		}
	}
	if n := f.SentTo("risk.portfolio"); n != 0 {
		t.Errorf("%d messages are stored", n)
	}
	if status, answer, header := c.As("ann").Do("POST", "/v1/overdue-reports", earlier); status != http.StatusAccepted ||
		!strings.Contains(answer, "pending") || header.Get("Location") != "/v1/cases?buyer=b1&policy=P1" {
		t.Errorf("an analyst's earlier report: %d %s %v", status, answer, header)
	}
	answers(f, func(id string, at int64) []decision.Decision {
		return []decision.Decision{rejected(at, id, "unknown_invoice")}
	})
	for range 2 { // refused again, as the fold is asked again
		status, answer, _ := c.As("acme").Do("POST", "/v1/claims?wait=5s", claim)
		if status != http.StatusUnprocessableEntity || !strings.Contains(answer, "unknown_invoice") ||
			strings.Contains(answer, "i9") {
			t.Errorf("a claim that the fold refuses: %d %s", status, answer)
		}
	}
}

// TestAClaimIsFiled: the answer is the claim as it stands.
func TestAClaimIsFiled(t *testing.T) {
	f := collected()
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
	answers(f, func(_ string, at int64) []decision.Decision {
		return []decision.Decision{dashboardtest.Claim(1, at, "P1", "ACME", "b1", 1, nil),
			dashboardtest.Case(1, at, "P1", "ACME", "b1", 1, func(b *decision.Case) { b.What = "claimed" })}
	})
	for _, who := range []string{"acme", "collector"} {
		status, answer, header := c.As(who).Do("POST", "/v1/claims?wait=5s",
			`{"policy_id":"P1","buyer_id":"b1","invoices":["i1"],"cause":"protracted_default","reference":"`+who+`"}`)
		var r api.ClaimAnswer
		if err := json.Unmarshal([]byte(answer), &r); status != http.StatusCreated || err != nil ||
			r.Claim.ClaimID != "b1/claim-P1-1" || header.Get("Location") != "/v1/claims/b1%2Fclaim-P1-1" ||
			len(r.Refused) != 0 || len(r.Claim.Steps) == 0 {
			t.Errorf("%s files: %d %s", who, status, answer)
		}
	}
	var m map[string]any
	if err := json.Unmarshal(f.Last("risk.portfolio"), &m); err != nil || m["type"] != "claim.filed" ||
		m["cause"] != "protracted_default" || m["filed_on"] == "" {
		t.Errorf("sent %v (%v)", m, err)
	}
}
