package score

import (
	"reflect"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

func TestReasonsExceedTheirMedians(t *testing.T) {
	m := baseline()
	m.Medians = []event.ComponentMedian{{Code: "cash_flow", Points: 150}, {Code: "fraud", Points: -100},
		{Code: "quick_ratio", Points: 150}}
	all := []decision.Contribution{contribution(ComponentCashFlow, 200, 0), contribution(ComponentQuickRatio, 150, 0),
		contribution(ComponentTrend, 200, 0), contribution(ComponentFraud, 0, 0), contribution(ComponentAudit, 600, 0),
		contribution(ComponentDBT, -300, 0), contribution(ComponentOverdue, 100, 0)}
	if got, want := Reasons(m, all), []string{"audit", "payment_trend", "fraud", "overdue_share"}; !reflect.DeepEqual(got,
		want) {
		t.Errorf("reasons %v, want %v: by excess, ties by code, the top four", got, want)
	}
	if got := Reasons(m, all[5:6]); len(got) != 0 {
		t.Errorf("reasons of a good buyer: %v", got)
	}
}

func TestChangesSinceWhatWasPublished(t *testing.T) {
	before := Parts(nil, []decision.Contribution{contribution(ComponentDBT, -300, 0), contribution(ComponentAudit, 600, 5),
		contribution(ComponentTrend, 0, 0), contribution(ComponentEconomic, 40, 40)})
	if want := []Part{partOf(ComponentDBT, -300), partOf(ComponentAudit, 600),
		partOf(ComponentEconomic, 40)}; !reflect.DeepEqual(before, want) {
		t.Errorf("parts %v, want %v", before, want)
	}
	now := []decision.Contribution{contribution(ComponentDBT, 100, 121), contribution(ComponentEconomic, 40, 40),
		contribution(ComponentTrend, 500, 90)}
	want := []decision.Contribution{{Code: "audit", PointsMLO: -600}, {Code: "payment_trend", PointsMLO: 500, Figure: 90},
		{Code: "days_beyond_terms", PointsMLO: 400, Figure: 121}}
	if got := Changes(now, before); !reflect.DeepEqual(got, want) {
		t.Errorf("changes %v, want %v", got, want)
	}
	for _, p := range before {
		if got := *roundTrip(t, &p, new(Part)); got != p {
			t.Errorf("%v, restored %v", p, got)
		}
	}
}

func TestComponentsHaveCodes(t *testing.T) {
	seen := map[string]bool{}
	for c := ComponentNone + 1; c < ComponentEnd; c++ {
		if found, ok := ParseComponent(c.String()); !ok || found != c || seen[c.String()] {
			t.Errorf("component %d has the code %q", c, c)
		}
		seen[c.String()] = true
	}
	for r := range event.RatioEnd {
		if ofRatio(r).String() != r.String() {
			t.Errorf("ratio %s is component %s", r, ofRatio(r))
		}
	}
	for r := range event.EventEnd {
		if ofRow(r).String() != r.String() {
			t.Errorf("row %s is component %s", r, ofRow(r))
		}
	}
}

func TestAgeAndSize(t *testing.T) {
	m, founded := baseline(), event.Date(2020, 8, 31)
	for _, c := range []struct {
		today      event.Day
		revenue    int64
		known      bool
		age, size  int64
		monthsWant int64
	}{
		{event.Date(2022, 8, 30), 999_999_99, true, 300, 150, 23},
		{event.Date(2022, 8, 31), 1_000_000_00, true, 125, 0, 24},
		{event.Date(2025, 8, 30), 50_000_000_00, true, 125, 0, 59},
		{event.Date(2025, 8, 31), 50_000_000_01, true, 0, -150, 60},
		{event.Date(2025, 8, 31), 0, false, 0, 0, 60},
	} {
		got := AgeAndSize(nil, m, founded, c.today, c.revenue, c.known)
		if want := []decision.Contribution{{Code: "company_age", PointsMLO: c.age, Figure: c.monthsWant},
			{Code: "company_size", PointsMLO: c.size, Figure: c.revenue}}; !reflect.DeepEqual(got, want) {
			t.Errorf("%+v: %+v", c, got)
		}
	}
	if got := AgeAndSize(nil, m, 0, 20_000, 0, false); Sum(got) != 0 {
		t.Errorf("nothing known: %+v", got)
	}
}

func TestBestGradeByWhatIsKnown(t *testing.T) {
	end := event.Date(2024, 1, 31)
	for _, c := range []struct {
		name     string
		newest   *Statement
		payments bool
		today    event.Day
		best     int64
		rule     string
	}{
		{"nothing", nil, false, end, 6, CapNothingKnown},
		{"payments", nil, true, end, 4, CapOneKnown},
		{"a statement", &Statement{PeriodEnd: end}, false, end, 4, CapOneKnown},
		{"both", &Statement{PeriodEnd: end}, true, end.AddMonths(24), 0, ""},
		{"both, the statement old", &Statement{PeriodEnd: end}, true, end.AddMonths(24) + 1, 5, CapOldStatement},
		{"an old statement alone", &Statement{PeriodEnd: end}, false, end.AddMonths(24) + 1, 5, CapOldStatement},
		{"payments, and a statement that counts no more", &Statement{PeriodEnd: end}, true, end.AddMonths(30), 5,
			CapOldStatement},
		{"a statement that counts no more", &Statement{PeriodEnd: end}, false, end.AddMonths(30), 6, CapNothingKnown},
	} {
		if best, rule := BestKnown(c.newest, c.payments, c.today); best != c.best || rule != c.rule {
			t.Errorf("%s: %d by %q, want %d by %q", c.name, best, rule, c.best, c.rule)
		}
	}
}
