package api_test

import (
	"testing"

	"barometer/dashboard/api"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/portfolio"
	"barometer/ingest/event"
	"barometer/processor/decision"
)

// shown is what both sides are shown of a limit.
type shown struct {
	Code, Granted string
	api.Standing
	Last *struct {
		Code    string
		Request string `json:"request_id"`
	} `json:"last_answer"`
	Use portfolio.LimitUse
}

// TestALimitSaysWhatIsInForceAndWhatIsPlanned, with the last request's answer apart, whether ClickHouse has the
// decisions or not.
func TestALimitSaysWhatIsInForceAndWhatIsPlanned(t *testing.T) {
	granted := dashboardtest.Limited(1, 1, "P1", "ACME", "b1", 20_000_00, func(_ *decision.Decision, l *decision.Limit) {
		l.Code, l.Reason = decision.Approved, 0
	})
	today := event.DayOf(granted.AtMs)
	settled := func(d *decision.Decision, l *decision.Limit) { l.EffectiveOn, l.Reason, l.Request = today, 0, "" }
	cut := dashboardtest.Limited(1, 2, "P1", "ACME", "b1", 10_426_25, settled,
		func(_ *decision.Decision, l *decision.Limit) {
			l.Code, l.EffectiveOn, l.PreviousMinor = decision.Reduced, today+30, 20_000_00
		})
	refused := dashboardtest.Limited(1, 3, "P1", "ACME", "b1", 20_000_00, func(_ *decision.Decision, l *decision.Limit) {
		l.Code, l.Request, l.RequestKind = decision.NotApproved, "more", event.RequestIncrease
	})
	indication := dashboardtest.Limited(1, 4, "P1", "ACME", "b7", 90_000_00,
		func(_ *decision.Decision, l *decision.Limit) {
			l.Code, l.RequestKind = decision.Preliminary, event.RequestPreliminary
		})
	inVain := func(offset int64, buyer string) decision.Decision { // it would be granted nothing
		return dashboardtest.Limited(1, offset, "P1", "ACME", buyer, 0, func(_ *decision.Decision, l *decision.Limit) {
			l.Code, l.RequestKind, l.EffectiveOn = decision.NotApproved, event.RequestPreliminary, 0
		})
	}
	served := dashboardtest.Limited(1, 5, "P1", "ACME", "b2", 5_000_00, settled,
		func(_ *decision.Decision, l *decision.Limit) {
			l.Code, l.OnDelivery, l.NoticeDays, l.EffectiveOn = decision.Reduced, true, 14, 0
		})
	for name, stored := range map[string]int{"all stored": 8, "none stored": 1, "some stored": 3} {
		f := dashboardtest.New()
		f.Policies = []dashboardtest.Policy{{ID: "P1", Holder: "ACME"}}
		all := []decision.Decision{granted, dashboardtest.Limited(1, 1, "P1", "ACME", "b2", 9_000_00, settled), cut, refused,
			indication, served, inVain(6, "b1"), inVain(7, "b8")}
		all[1].Position.Offset = 1
		all[1].Position.Seq = 1
		f.Store(all[:stored]...)
		for _, d := range all[stored:] {
			f.Publish(d)
		}
		c := dashboardtest.Start(t, f, dashboardtest.WithPeople)
		for _, who := range []string{"ann", "acme"} {
			after := "?after=1-1-7-0"
			if who == "acme" {
				after = ""
				c.As("ann").Do("GET", "/v1/policies/P1/limits?after=1-1-7-0", "")
			}
			p := dashboardtest.Get[api.Page[shown]](c.As(who), "/v1/policies/P1/limits"+after)
			if len(p.Items) != 2 {
				t.Fatalf("%s, %s: %+v", name, who, p.Items)
			}
			b1, b2 := p.Items[0], p.Items[1]
			if b1.Granted != "20000.00" || b1.InForce != "20000.00" || b1.Code != "approved" || b1.Planned != "10426.25" ||
				b1.PlannedFrom != (today+30).String() ||
				b1.Use.Free != "20000.00" || b1.Use.InForce != "20000.00" {
				t.Errorf("%s, %s: a limit in notice: %+v", name, who, b1)
			}
			if b1.Last == nil || b1.Last.Code != "not_approved" || b1.Last.Request != "more" {
				t.Errorf("%s, %s: the refused increase: %+v", name, who, b1.Last)
			}
			if b2.InForce != "9000.00" || b2.Planned != "5000.00" || b2.PlannedFrom != "" || b2.PlannedDays != 14 ||
				b2.Last != nil {
				t.Errorf("%s, %s: notice from delivery: %+v", name, who, b2)
			}
		}
	}
}
