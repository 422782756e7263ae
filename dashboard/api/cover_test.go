package api_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"barometer/dashboard"
	"barometer/dashboard/api"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/portfolio"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"

	"github.com/shopspring/decimal"
)

// TestCoverOfADelivery: by day and by what was known, over the tail, for its policyholder and nobody else's.
func TestCoverOfADelivery(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME", Currency: "EUR"}}
	day := event.Day(20_000)
	granted := func(offset int64, on event.Day, code decision.LimitCode, minor int64) decision.Decision {
		d := dashboardtest.Limited(1, offset, "P1", "ACME", "b1", minor)
		d.AtMs = (day + event.Day(offset)).Ms()
		l := d.Body.(*decision.Limit)
		l.Code, l.EffectiveOn, l.Currency = code, on, "EUR"
		return d
	}
	f.Store(granted(1, day+1, decision.Approved, 50_000_00))
	c := dashboardtest.Start(t, f, func(cfg *dashboard.Config) { cfg.Tokens = dashboardtest.Tokens })
	f.Publish(granted(10, day+40, decision.Cancelled, 0)) // an insolvency: cancelled with 30 days' notice
	path := func(on event.Day, known string) string {
		return "/v1/policies/P1/cover?buyer=b1&delivered_on=" + on.String() + known
	}
	for _, x := range []struct {
		on     event.Day
		known  string
		upTo   string
		reason string
	}{
		{day, "", "0.00", "no_limit"},
		{day + 1, "", "50000.00", ""},
		{day + 39, "", "50000.00", ""},
		{day + 40, "", "0.00", "cancelled"},
		{day + 40, "&known_at=" + (day + 9).String() + "T00:00:00Z", "50000.00", ""},
	} {
		var got api.CoverAnswer
		for range 50 { // until the overlay has what was just published
			if got = dashboardtest.Get[api.CoverAnswer](c.As("acme"), path(x.on, x.known)); got.Reason == x.reason {
				break
			}
		}
		if got.UpTo != x.upTo || got.Reason != x.reason || got.Percentage != "90" || got.Reason == "" &&
			!strings.Contains(got.KnownAt.String(), "20") {
			t.Errorf("%s %s: %+v, want %s %q", x.on, x.known, got, x.upTo, x.reason)
		}
	}
	if status, _, _ := c.As("zeta").Do("GET", path(day+1, ""), ""); status != http.StatusNotFound {
		t.Errorf("another policyholder: %d", status)
	}
	for _, bad := range []string{"/v1/policies/P1/cover?buyer=b1", "/v1/policies/P1/cover?delivered_on=2024-01-01",
		path(day, "&known_at=yesterday"), "/v1/policies/P1/cover?buyer=b1&delivered_on=2024-02-31"} {
		if status, body, _ := c.As("analyst").Do("GET", bad, ""); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", bad, status, body)
		}
	}
	if got := dashboardtest.Get[api.CoverAnswer](c.As("analyst"),
		"/v1/policies/P9/cover?buyer=b1&delivered_on=2024-01-01"); got.Reason != "no_policy" {
		t.Errorf("a policy that is none: %+v", got)
	}
}

// TestCoverOfAPolicyThatHasJustCome: its decisions are known before its terms are stored; that is no "no".
func TestCoverOfAPolicyThatHasJustCome(t *testing.T) {
	f := dashboardtest.New()
	c := dashboardtest.Start(t, f, func(*dashboard.Config) {})
	f.Publish(dashboardtest.Limited(1, 10, "P1", "ACME", "b1", 10_000_00))
	path, status, header := "/v1/policies/P1/cover?buyer=b1&delivered_on=2024-10-04", 0, http.Header{}
	for range 50 {
		if status, _, header = c.Do("GET", path, ""); status != http.StatusOK {
			break
		}
	}
	if status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" {
		t.Errorf("%d, retry after %q", status, header.Get("Retry-After"))
	}
}

// TestLimitsOnADay: what is in force on a day, over the tail where a buyer is asked for.
func TestLimitsOnADay(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME", Currency: "EUR"}}
	day := event.Day(20_000)
	said := func(offset int64, on event.Day, code decision.LimitCode, minor int64) decision.Decision {
		d := dashboardtest.Limited(1, offset, "P1", "ACME", "b1", minor)
		d.AtMs = day.Ms() + offset
		l := d.Body.(*decision.Limit)
		if l.Code, l.EffectiveOn, l.Currency = code, on, "EUR"; code == decision.NotApproved {
			l.EffectiveOn = 0
		}
		return d
	}
	f.Store(said(1, day, decision.Approved, 50_000_00), said(2, day, decision.NotApproved, 50_000_00),
		said(3, day+30, decision.Reduced, 20_000_00))
	c := dashboardtest.Start(t, f, func(cfg *dashboard.Config) { cfg.Tokens = dashboardtest.Tokens })
	f.Publish(said(10, day+60, decision.Cancelled, 0))
	for _, x := range []struct {
		on      event.Day
		granted string
	}{{day - 1, ""}, {day, "50000.00"}, {day + 29, "50000.00"}, {day + 30, "20000.00"}, {day + 59, "20000.00"},
		{day + 60, ""}} {
		var got api.Page[api.HolderLimit]
		for range 50 { // until the overlay has what was just published
			got = dashboardtest.Get[api.Page[api.HolderLimit]](c.As("acme"), "/v1/policies/P1/limits?buyer=b1&on="+x.on.String())
			if (len(got.Items) == 0) == (x.granted == "") {
				break
			}
		}
		if x.granted == "" && len(got.Items) == 0 || len(got.Items) == 1 && got.Items[0].Granted == x.granted {
			continue
		}
		t.Errorf("on %s: %+v, want %q", x.on, got.Items, x.granted)
	}
	if status, _, _ := c.As("acme").Do("GET", "/v1/policies/P1/limits?on=tomorrow",
		""); status != http.StatusUnprocessableEntity {
		t.Errorf("on=tomorrow: %d", status)
	}
}

// TestABarometerIsOfGrades: a policyholder's portfolio by the grades of its buyers.
func TestABarometerIsOfGrades(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME", Currency: "EUR"}}
	c := dashboardtest.Start(t, f, func(cfg *dashboard.Config) {
		cfg.Tokens, cfg.GradePD = dashboardtest.Tokens, api.GradePD{4: 10_200, 7: 120_000}
	})
	got := dashboardtest.Get[api.BarometerAnswer](c.As("acme"), "/v1/policies/P1/barometer?days=2")
	if len(got.Portfolios) != 1 {
		t.Fatalf("%+v", got)
	}
	x := got.Portfolios[0]
	// 300 at 1.02 % and 100 at 12 %: 15.06 of 400
	if x.Exposure != "400.00" || x.PD != "0.03765" || x.ExpectedLoss != "11.30" || len(x.Grades) != 2 ||
		x.Grades[1].Exposure != "100.00" ||
		x.Concentration.Largest != "0.75" || len(x.Trend) != 2 || x.AsOf != x.Trend[1].Day {
		t.Errorf("%+v", x)
	}
	share := func(s string) decimal.Decimal { return decimal.RequireFromString(s) }
	// the one that is active, not the one built in
	f.ActiveModel = &history.Model{Version: "m2", LossGivenDefault: share("0.4"),
		GradePD: []decimal.Decimal{4: share("0.02"),
			7: share("0.3")}}
	if x := dashboardtest.Get[api.BarometerAnswer](c.As("acme"), "/v1/policies/P1/barometer?days=2").
		Portfolios[0]; x.PD != "0.09" ||
		x.ExpectedLoss != "14.40" {
		t.Errorf("by the active model: %+v", x)
	}
	if status, _, _ := c.As("zeta").Do("GET", "/v1/policies/P1/barometer", ""); status != http.StatusNotFound {
		t.Errorf("another policyholder: %d", status)
	}
	if empty := dashboardtest.Get[api.BarometerAnswer](c.As("analyst"),
		"/v1/policies/P2/barometer"); len(empty.Portfolios) != 0 {
		t.Errorf("of nothing: %+v", empty)
	}
}

// TestWhatALimitIsUsedFor: of a limit with a cut in notice, what is delivered and not paid; free is what remains of the
// limit of the day.
func TestWhatALimitIsUsedFor(t *testing.T) {
	f := dashboardtest.New()
	f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME", Currency: "EUR"}}
	granted := dashboardtest.Limited(1, 10, "P1", "ACME", "b1", 100_000_00)
	day := event.DayOf(granted.AtMs)
	granted.Body.(*decision.Limit).EffectiveOn = day
	cut := dashboardtest.Limited(1, 11, "P1", "ACME", "b1", 60_000_00)
	cut.Body.(*decision.Limit).Code, cut.Body.(*decision.Limit).EffectiveOn = decision.Reduced, day+30
	f.Store(granted, cut, dashboardtest.Exposed(1, 12, "P1", "ACME", "b1", 90_000_00, 80_000_00))
	c := dashboardtest.Start(t, f, func(cfg *dashboard.Config) { cfg.Tokens = dashboardtest.Tokens })
	of := func(query string) portfolio.LimitUse {
		got := dashboardtest.Get[api.Page[api.HolderUsedLimit]](c.As("acme"), "/v1/policies/P1/limits"+query)
		if len(got.Items) != 1 {
			t.Fatalf("%s: %+v", query, got.Items)
		}
		return got.Items[0].Use
	}
	now := portfolio.LimitUse{InForce: "100000.00", Used: "80000.00", Free: "20000.00", RunOff: "0.00",
		Uncovered: "10000.00",
		InDispute: "0.00", Currency: "EUR"}
	if got := of("?on=" + day.String()); !reflect.DeepEqual(got, now) {
		t.Errorf("on its day: %+v", got)
	}
	later := portfolio.LimitUse{InForce: "60000.00", Used: "80000.00", Free: "0.00", RunOff: "20000.00",
		Uncovered: "10000.00",
		InDispute: "0.00", Currency: "EUR"}
	if got := of("?on=" + (day + 30).String()); !reflect.DeepEqual(got, later) {
		t.Errorf("after the cut: %+v", got)
	}
	will := dashboardtest.Covered(1, 13, "P1", "ACME", "b2", decision.Discretionary, 0, 20_000_00,
		func(b *decision.Cover) { b.Evidence, b.Reason = []string{"i1", "i2"}, 0 })
	f.Store(will, dashboardtest.Exposed(1, 14, "P1", "ACME", "b2", 6_000_00, 5_000_00))
	if got := dashboardtest.Get[api.Page[api.HolderUsedLimit]](c.As("acme"), "/v1/policies/P1/limits?buyer=b2").
		Items; len(got) != 1 ||
		got[0].Use.AtWill != "20000.00" ||
		got[0].Use.Free != "15000.00" || got[0].Use.InForce != "0.00" || got[0].Code != "discretionary" ||
		len(got[0].Use.Evidence) != 2 {
		t.Errorf("without a limit: %+v", got)
	}
	stopped := dashboardtest.Exposed(1, 20, "P1", "ACME", "b1", 90_000_00, 80_000_00)
	stopped.Body.(*decision.Exposure).StoppedFrom, stopped.Body.(*decision.Exposure).SuspendedMinor = day, 5_000_00
	f.Publish(stopped)
	want := now
	want.Free, want.InDispute, want.StoppedFrom = "0.00", "5000.00", day.String()
	var got portfolio.LimitUse
	for range 50 { // until the overlay has what was just published
		if got = of("?buyer=b1&on=" + day.String()); reflect.DeepEqual(got, want) {
			return
		}
	}
	t.Errorf("stopped: %+v, want %+v", got, want)
}
