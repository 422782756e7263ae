package webhook

import (
	"context"
	"flag"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"barometer/alerting/delivery"
	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"go.uber.org/goleak"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden files in testdata")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	newKey = "whsec_bmV3IGtleSBvZiAzMiBieXRlcyAtLS0tLS0tLS0tLS0="
	oldKey = "whsec_b2xkIGtleSBvZiAzMiBieXRlcyAtLS0tLS0tLS0tLS0="
)

func envelope(target string) delivery.Envelope {
	return delivery.Envelope{ID: "n1", Target: target, Body: []byte(`{"type":"limit.decided"}`),
		Keys: []string{newKey, oldKey}}
}

// receive serves one handler and gives its address.
func receive(t *testing.T, h http.HandlerFunc) string {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func channel(t *testing.T, allowPrivate bool) *Channel {
	c := New(allowPrivate, "Barometer/test")
	t.Cleanup(c.Close)
	return c
}

// TestBothKeysVerify has a receiver with the old and one with the new key, as during a rotation.
func TestBothKeysVerify(t *testing.T) {
	var verified []error
	url := receive(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		for _, key := range []string{newKey, oldKey, "whsec_YW5vdGhlciBrZXk="} {
			hook, _ := standardwebhooks.NewWebhook(key)
			verified = append(verified, hook.Verify(body, r.Header))
		}
		if r.Header.Get("Content-Type") != "application/json" || r.UserAgent() != "Barometer/test" {
			t.Errorf("header %v", r.Header)
		}
	})
	if r := channel(t, true).Send(t.Context(), envelope(url)); !r.OK || r.Status != 200 {
		t.Fatalf("%+v", r)
	}
	if verified[0] != nil || verified[1] != nil || verified[2] == nil {
		t.Errorf("new, old and foreign key: %v", verified)
	}
}

func TestAnswers(t *testing.T) {
	for status, want := range map[int]delivery.Result{
		200: {Status: 200, OK: true}, 204: {Status: 204, OK: true}, 299: {Status: 299, OK: true},
		302: {Status: 302, Error: "302 Found no"}, 400: {Status: 400, Error: "400 Bad Request no"},
		410: {Status: 410, Gone: true, Error: "410 Gone"}, 500: {Status: 500, Error: "500 Internal Server Error no"},
	} {
		url := receive(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				t.Error("a redirect was followed")
			}
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			if status != 204 {
				_, _ = io.WriteString(w, "no")
			}
		})
		if got := channel(t, true).Send(t.Context(), envelope(url)); got != want {
			t.Errorf("status %d: %+v, want %+v", status, got, want)
		}
	}
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	url := receive(t, func(http.ResponseWriter, *http.Request) { t.Error("it was reached") })
	localhost := strings.Replace(url, "127.0.0.1", "localhost", 1)
	unknown := channel(t, false).Send(t.Context(), envelope("http://no-such-host.invalid/"))
	for _, target := range []string{url, localhost, "http://169.254.169.254/latest/meta-data", "http://[::1]:80/",
		"http://10.0.0.1/"} {
		r := channel(t, false).Send(t.Context(), envelope(target))
		if r.OK || r.Cause == nil || r.Error != unknown.Error || r.Status != unknown.Status {
			t.Errorf("%s: %+v reads otherwise than an unknown name: %+v", target, r, unknown)
		}
	}
}

// TestAFailureTellsNothingOfThisNetwork: what a policyholder reads of an attempt names no resolver, no address and no
// URL.
func TestAFailureTellsNothingOfThisNetwork(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	foreign := httptest.NewTLSServer(http.NotFoundHandler())
	foreign.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(foreign.Close)
	hangsUp := receive(t, func(w http.ResponseWriter, _ *http.Request) {
		c, _, _ := http.NewResponseController(w).Hijack()
		_ = c.Close()
	})
	says := map[string]string{closed.URL + "/?token=secret": "the connection was refused",
		foreign.URL: "the certificate is not valid",
		hangsUp:     "closed before an answer", "http://no-such-host.invalid": "no address that may be called"}
	for target, want := range says {
		r := channel(t, true).Send(t.Context(), envelope(target))
		if r.OK || !strings.Contains(r.Error, want) || r.Cause == nil {
			t.Errorf("%s: %+v, want %q", target, r, want)
		}
		if strings.ContainsAny(r.Error, "0123456789:/") {
			t.Errorf("%s tells %q", target, r.Error)
		}
	}
}

// TestRetryAfterIsHeeded in seconds and as a date, of 429 and 503.
func TestRetryAfterIsHeeded(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Second)
	for _, c := range []struct {
		status     int
		says, date string
		want       time.Duration
	}{
		{429, "60", "", time.Minute}, {503, " 120 ", "", 2 * time.Minute}, {500, "60", "", 0}, {429, "", "", 0},
		{429, "soon", "", 0}, {429, "-5", "", 0},
		{503, now.Add(time.Hour).Format(http.TimeFormat), now.Format(http.TimeFormat), time.Hour},
		// its clock is a day ahead
		{503, now.Add(25 * time.Hour).Format(time.RFC850), now.Add(24 * time.Hour).Format(http.TimeFormat), time.Hour},
		{503, now.Add(-time.Hour).Format(http.TimeFormat), now.Format(http.TimeFormat), 0},
		{429, "99999999999999999", "", mostSeconds * time.Second},
	} {
		url := receive(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", c.says)
			if c.date != "" {
				w.Header().Set("Date", c.date)
			}
			w.WriteHeader(c.status)
		})
		if r := channel(t, true).Send(t.Context(), envelope(url)); r.OK || r.RetryAfter != c.want {
			t.Errorf("%d %q: %v, want %v", c.status, c.says, r.RetryAfter, c.want)
		}
	}
}

// TestASlowOrEndlessReceiverIsBounded has one that does not answer and one that does not stop.
func TestASlowOrEndlessReceiverIsBounded(t *testing.T) {
	quit := make(chan struct{})
	slow := receive(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-quit:
		}
	})
	defer close(quit)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if r := channel(t, true).Send(ctx, envelope(slow+"/?token=secret")); r.OK || r.Error == "" ||
		strings.Contains(r.Error, "secret") {
		t.Errorf("%+v", r)
	}
	endless := receive(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(500)
		for range 1000 {
			if _, err := w.Write(make([]byte, 10_000)); err != nil {
				return
			}
		}
	})
	if r := channel(t, true).Send(t.Context(), envelope(endless)); r.Status != 500 || len(r.Error) > 300 {
		t.Errorf("%+v", r)
	}
}

// TestBody holds the body to a golden file: its names are a contract.
func TestBody(t *testing.T) {
	at := event.Date(2026, 3, 14).Ms()
	n := &notice.Notification{ID: "n1", Holder: "h1", Subscription: "s1", Sequence: 7, AtMs: at, Changes: []notice.Change{
		{Kind: decision.ScoreChanged, Severity: notice.Warning, Buyer: "b1", AtMs: at,
			Score: notice.Score{Grade: 8, Previous: 6, Reasons: []string{public.Accounts}}},
		{Kind: decision.LimitDecided, Severity: notice.Info, Buyer: "b2", AtMs: at, Limit: notice.Limit{Policy: "p1",
			Request:     "r1",
			RequestKind: event.RequestNew, Code: decision.PartlyApproved, Requested: 90_000, Granted: 45_000, Currency: "JPY",
			Reason: 13, ReasonText: "capacity", ValidUntil: event.Date(2027, 1, 1), BuyerGrade: 4,
			Conditions: []string{"max_terms_days=60"}}},
		{Kind: decision.LimitDecided, Severity: notice.Critical, Buyer: "b1", AtMs: at, Limit: notice.Limit{Policy: "p1",
			Code: decision.Cancelled,
			From: 1_250_000_50, Currency: "EUR", Reason: 12, ReasonText: "adverse_information", EffectiveOn: event.Date(2026, 4,
				13), BuyerGrade: 9}},
		{Kind: decision.LimitDecided, Severity: notice.Warning, Buyer: "b2", AtMs: at, Limit: notice.Limit{Policy: "p1",
			Code: decision.Reduced, From: 45_000, Granted: 20_000,
			Currency: "JPY", Reason: 12, ReasonText: "adverse_information", OnDelivery: true, NoticeDays: 30,
			Position: event.Position{Generation: 1, Offset: 17}, BuyerGrade: 7}},
		{Kind: decision.LimitDecided, Severity: notice.Info, Buyer: "b3", AtMs: at, Limit: notice.Limit{Policy: "p1",
			Request:     "r2",
			RequestKind: event.RequestPreliminary, Code: decision.Preliminary, Requested: 90_000, Granted: 45_000,
			Currency: "JPY"}},
		{Kind: decision.CoverChanged, Severity: notice.Warning, Buyer: "b2", AtMs: at, Cover: notice.Cover{Policy: "p1",
			Code: decision.Suspended, Was: 45_000, Limit: 45_000, Currency: "JPY", From: event.Date(2026, 3, 14), Reason: 15,
			ReasonText: "overdue", Evidence: []string{"i1"}}},
		{Kind: decision.CoverChanged, Severity: notice.Warning, Buyer: "b2", AtMs: at, Cover: notice.Cover{Policy: "p1",
			Code: decision.Forfeited, Invoice: "i1", DeliveredOn: event.Date(2026, 1, 2), Was: 20_000, Limit: 45_000,
			Currency: "JPY", From: event.Date(2026, 1, 2), To: event.Date(2026, 1, 2), Reason: 15,
			ReasonText: "late_notification"}},
		{Kind: decision.CoverChanged, Severity: notice.Info, Buyer: "b2", AtMs: at, Cover: notice.Cover{Policy: "p1",
			Code: decision.BindingOrder, Order: "o1", Now: 20_000, Currency: "JPY", From: event.Date(2026, 3, 14),
			To: event.Date(2026, 4, 30)}},
		{Kind: decision.CaseChanged, Severity: notice.Info, Buyer: "b2", AtMs: at, Case: notice.Case{ID: "b2/case-p1-1",
			Policy: "p1", What: decision.CaseReceived, Kind: "collect", Reference: "4711", Stage: "court_order",
			PreviousStage: "collection", Plan: "pl1", PlanState: "broken",
			Invoices: []string{"i1"}, Open: 20_000, Insured: 15_000, Recovered: 5_000,
			Amount: 5_000, Currency: "JPY", Next: notice.Next{Step: "judgment", By: "lawyer",
				Until: event.Date(2026, 4, 30)}}},
		{Kind: decision.ClaimDecided, Severity: notice.Info, Buyer: "b1", AtMs: at, Claim: notice.Claim{
			ID: "b1/claim-p1-1", Case: "b1/case-p1-1", Policy: "p1", What: decision.ClaimRecovered, State: "paid",
			Cause: "insolvency", Loss: 90_000_00, Indemnity: 81_000_00, Paid: 81_000_00, Currency: "EUR",
			LossOn: event.Date(2026, 1, 2), PayableOn: event.Date(2026, 2, 1), Assignee: "BANK-1",
			Waterfall: []decision.WaterfallLine{{Step: "debt", Minor: 90_000_00, TakenMinor: 90_000_00},
				{Step: "insured_percentage", Minor: 81_000_00, TakenMinor: 9_000_00, PercentPPM: 900_000},
				{Step: "each_and_every", Minor: 81_000_00, TermMinor: 5_00}},
			Receipt: decision.Shares{Minor: 24_000_00, InsuredMinor: 20_000_00, InsurerMinor: 18_000_00,
				PolicyholderMinor: 6_000_00, FeeMinor: 1_00, FeeInsurerMinor: 90, FeePolicyholderMinor: 10}}},
		{Kind: decision.ClaimDecided, Severity: notice.Warning, Buyer: "b1", AtMs: at, Claim: notice.Claim{
			ID: "b1/claim-p1-2", Policy: "p1", What: decision.ClaimFiled, State: "filed", Cause: "protracted_default",
			Loss: 1_00, Currency: "EUR", LossOn: event.Date(2026, 1, 2), Missing: []string{"order"},
			Next: notice.Next{Step: "documents", By: "policyholder"}}},
	}}
	body, summary, err := New(true, "").Render(n, map[string]string{"b1": "A & B"})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "body.json")
	if *rewrite {
		_ = os.MkdirAll("testdata", 0o755)
		if err := os.WriteFile(path, append(body, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(path); err != nil || strings.TrimSpace(string(want)) != string(body) {
		t.Errorf("body differs (%v); it is now:\n%s", err, body)
	}
	if summary != "limit.decided: A & B and 10 more" {
		t.Errorf("summary %q", summary)
	}
}
