package desk_test

import (
	"strings"
	"testing"

	"barometer/dashboard/dashboardtest"
	"barometer/ingest/event"
	"barometer/processor/decision"
)

func cells(body string) string {
	return strings.Join(strings.Fields(dashboardtest.Tags.ReplaceAllString(body, " ")), " ")
}

// TestALimitInNoticeShowsWhatHolds: in force now, and what comes from when; free is never more than what is in force.
func TestALimitInNoticeShowsWhatHolds(t *testing.T) {
	cut := func(offset int64, granted int64, days event.Day) decision.Decision {
		return dashboardtest.Limited(1, offset, "P1", "ACME", "b1", granted, func(_ *decision.Decision, l *decision.Limit) {
			l.Code, l.Request, l.RequestKind, l.PreviousMinor, l.Reason, l.EffectiveOn = decision.Reduced, "", event.RequestNone,
				2_000_000, 12, l.EffectiveOn+days
		})
	}
	for name, newer := range map[string]bool{"stored": false, "not stored yet": true} {
		f := dashboardtest.New()
		f.BuyerNames["b1"] = "Van Damme"
		f.Store(dashboardtest.Limited(1, 1, "P1", "ACME", "b1", 2_000_000), dashboardtest.Exposed(1, 2, "P1", "ACME", "b1",
			703_264, 703_264))
		if newer {
			f.Publish(cut(3, 1_042_625, 20))
		} else {
			f.Store(cut(3, 1_042_625, 20))
		}
		c := dashboardtest.Start(t, f)
		for _, path := range []string{"/limits", "/buyers/b1"} {
			dashboardtest.Eventually(t, func() bool { return strings.Contains(c.Page(path), "10 426.25") })
			body := cells(c.Page(path))
			want := "20 000 EUR 10 426.25 EUR from 2026-03-24 7 032.64 12 967.36 partly approved limit full 2026-03-04"
			if !strings.Contains(body, want) {
				t.Errorf("%s, %s: no %q in\n%s", name, path, want, body)
			}
		}
		if body := cells(c.Page("/limits?policy=P1")); !strings.Contains(body, "In force today: 1 limit, 20 000 EUR.") {
			t.Errorf("%s: the sum: %s", name, body)
		}
		if body := cells(c.Page("/buyers/b1")); !strings.Contains(body,
			"reduced 10 426.25 EUR from 2026-03-24, was 20 000 EUR") {
			t.Errorf("%s: the decision: %s", name, body)
		}
	}
	f := dashboardtest.New()
	f.Store(dashboardtest.Limited(1, 1, "P1", "ACME", "b1", 2_000_000), dashboardtest.Limited(1, 3, "P1", "ACME", "b1", 0,
		func(_ *decision.Decision, l *decision.Limit) {
			l.Code, l.Request, l.OnDelivery, l.NoticeDays, l.EffectiveOn = decision.Cancelled, "", true, 14, 0
		}))
	if body := cells(dashboardtest.Start(t, f).Page("/limits")); !strings.Contains(body,
		"20 000 EUR nothing, 14 days after its policyholder has had notice 0 20 000 ") {
		t.Errorf("a cut whose notice waits: %s", body)
	}
}

// TestARefusalIsNoLimit: what a request was answered stands apart from the limit that it left as it is; and an
// indication is none.
func TestARefusalIsNoLimit(t *testing.T) {
	refused := func(d *decision.Decision, l *decision.Limit) {
		l.Code, l.RequestKind, l.RequestedMinor, l.PreviousMinor, l.EffectiveOn = decision.NotApproved, event.RequestIncrease,
			50_000_000, 25_700_000, 0
	}
	indication := dashboardtest.Limited(1, 6, "P3", "ACME", "b1", 34_000_000,
		func(_ *decision.Decision, l *decision.Limit) {
			l.Code, l.RequestKind, l.EffectiveOn = decision.Preliminary, event.RequestPreliminary, 0
		})
	inVain := dashboardtest.Limited(1, 7, "P1", "ACME", "b1", 0, func(_ *decision.Decision, l *decision.Limit) {
		l.Code, l.RequestKind, l.RequestedMinor, l.EffectiveOn = decision.NotApproved, event.RequestPreliminary, 99_900_000, 0
	})
	f := dashboardtest.New()
	f.BuyerNames["b1"] = "Van Damme"
	f.Store(dashboardtest.Limited(1, 1, "P1", "ACME", "b1", 25_700_000), dashboardtest.Limited(1, 2, "P1", "ACME", "b1",
		25_700_000, refused),
		dashboardtest.Limited(1, 3, "P2", "ACME", "b1", 0, func(_ *decision.Decision, l *decision.Limit) {
			l.Code, l.EffectiveOn = decision.NotApproved, 0
		}), indication)
	f.Publish(inVain) // ClickHouse does not have it yet
	c := dashboardtest.Start(t, f)
	c.Do("GET", "/v1/policies/P1/limits?after=1-1-7-0", "")
	body := cells(c.Page("/limits"))
	for _, want := range []string{"257 000 EUR 0 257 000 partly approved limit full 2026-03-04 increase to 500 000 EUR: " +
		"not approved limit full",
		"P2 Van Damme none 0 0 50 000 EUR: not approved limit full"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %s", want, body)
		}
	}
	if strings.Contains(body, "340 000") || strings.Contains(body, "999 000") {
		t.Error("an indication stands among the limits")
	}
	body = cells(c.Page("/buyers/b1"))
	for _, want := range []string{"not approved increase to 500 000 EUR; the limit stays 257 000 EUR",
		"preliminary indication: up to 340 000 EUR; nothing is in effect",
		"not approved indication: nothing; no limit is in effect by it"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %s", want, body)
		}
	}
}

// TestTheRiskiestComeFirstByGrade: a person's decision counts before the figures, and is said to be one.
func TestTheRiskiestComeFirstByGrade(t *testing.T) {
	f := dashboardtest.New()
	f.BuyerNames["b1"], f.BuyerNames["b2"], f.BuyerNames["b3"] = "Held", "Weak", "Weaker"
	f.Store(dashboardtest.Score(0, 1, "b1", 8, 4, func(b *decision.Score) {
		b.Override, b.PDPPM = true, 5400
	}), dashboardtest.Score(0, 2, "b2", 4, 0, func(b *decision.Score) {
		b.PDPPM = 5500
	}), dashboardtest.Score(0, 3, "b3", 4, 0, func(b *decision.Score) { b.PDPPM = 5600 }))
	body := cells(dashboardtest.Start(t, f).Page("/buyers"))
	held, weaker, weak := strings.Index(body, "Held"), strings.Index(body, "Weaker"), strings.Index(body, "Weak b2")
	if held < 0 || held > weaker || weaker > weak {
		t.Errorf("the order: %s", body)
	}
	if !strings.Contains(body, "0.54 % an underwriter's decision,") {
		t.Errorf("whose decision it is: %s", body)
	}
}
