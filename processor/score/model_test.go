package score

import (
	"testing"

	"barometer/ingest/event"

	"pgregory.net/rapid"
)

// baseline is the first model's card, as far as these tests use it.
func baseline() *event.Model {
	scale := func(cuts, points []int64) event.Scale { return event.Scale{Cuts: cuts, Points: points} }
	m := &event.Model{BaseMLO: -4060, Grades: [8]int64{-7600, -6724, -5806, -4955, -4185, -3476, -2442, -1516}}
	m.Ratios = [event.RatioEnd]event.Ratio{
		{Scale: scale([]int64{0, 100_000, 250_000, 500_000}, []int64{500, 250, 75, -75, -225}), NoDenominator: 500},
		{Scale: scale([]int64{0, 50_000, 150_000, 400_000}, []int64{700, 200, -125, -450, -600})},
		{Scale: scale([]int64{400_000, 700_000, 1_000_000, 1_750_000}, []int64{600, 150, -175, -350, -400})},
		{Scale: scale([]int64{20_000, 80_000, 200_000, 500_000}, []int64{225, 50, -25, -125, -175})},
		{Scale: scale([]int64{800_000, 950_000, 1_050_000, 1_300_000}, []int64{600, 200, -175, -350, -400})},
	}
	ind := func(name string, weight int64, good bool) event.MacroIndicator {
		return event.MacroIndicator{Name: name, WeightPct: weight, GoodIfHigh: good,
			Norms: []event.Norm{{Country: "*", MeanE8: 0, DevE8: 100_000_000}}}
	}
	m.Cells = event.CellWeights{Factor: 270, Clamp: 900, ClampZ: 3000, BetaE1: 10,
		Betas: []event.Beta{{Sector: "24", E1: 13}, {Sector: "F", E1: 15}, {Sector: "41", E1: 15}, {Sector: "H", E1: 11}},
		Indicators: []event.MacroIndicator{ind("gdp_growth", 25, true), ind("pmi", 20, true),
			ind("insolvencies_yoy", 25, false), ind("unemployment_change", 10, false), ind("policy_rate_change", 10, false),
			ind("inflation_gap", 5, false), ind("fx_12m", 5, false)}}
	m.Payments = event.PaymentScales{
		DBT:         scale([]int64{1, 71, 151, 301, 601, 901}, []int64{-300, -100, 100, 400, 900, 1400, 1900}),
		Overdue:     scale([]int64{50_000, 150_000, 300_000, 500_000}, []int64{0, 200, 450, 750, 1100}),
		NothingPast: -100, Worst: scale([]int64{31, 61, 91}, []int64{-50, 150, 350, 600}),
		Trend:        scale([]int64{-99, 51, 151, 301}, []int64{-100, 0, 200, 400, 650}),
		TwoSuppliers: 150, ManySuppliers: 350, ManyShare: 250_000, Low: -500, High: 2800}
	m.Size = event.SizePoints{Young: 300, YoungMonths: 24, Newish: 125, NewishMonths: 60, Small: 150,
		SmallRevenue: 1_000_000_00, Large: -150,
		LargeRevenue: 50_000_000_00}
	m.Events = event.EventTable{OutletPct: [event.Web + 1]int64{event.Register: 100, event.Regulated: 70, event.Web: 40},
		WindowDays: 30,
		LateDays:   90, VeryLateDays: 180, LitigationPPM: 100_000, Rows: [event.EventEnd]event.EventPoints{
			event.EventReported:      {Points: 600, HalfLife: 365, Cap: 600},
			event.EventRestructuring: {Points: 1800, HalfLife: 365, Cap: 1800, Financing: true, Best: 8, BestMonths: 24},
			event.EventFraud:         {Points: 1500, Lesser: 600, HalfLife: 365, Cap: 1500, Best: 8, BestMonths: 24},
			event.EventJudgment:      {Points: 700, HalfLife: 180, Cap: 1400},
			event.EventLitigation:    {Points: 350, HalfLife: 270, Cap: 700},
			event.EventRatingDown:    {Points: 200, HalfLife: 180, Cap: 800, Financing: true},
			event.EventRatingUp:      {Points: -100, HalfLife: 180, Cap: -300, Financing: true},
			event.EventAccountsLate:  {Points: 500, Lesser: 300, Cap: 500},
			event.EventAudit:         {Points: 1200, Lesser: 600, Cap: 1200, Financing: true},
			event.EventOfficer:       {Points: 150, Lesser: 75, HalfLife: 120, Cap: 300},
			event.EventBuyout:        {Points: 300, HalfLife: 540, Cap: 300, Financing: true},
			event.EventAcquired:      {Points: -200, HalfLife: 365, Cap: -200, Financing: true},
			event.EventCapital:       {Points: -250, HalfLife: 365, Cap: -250, Financing: true},
		}}
	return m
}

// sound is a statement whose ratios are .18, .04, .65 and .05.
func sound() Statement {
	return Statement{PeriodEnd: event.Date(2025, 12, 31), Given: 1<<12 - 1, TotalAssets: 1000, Equity: 180,
		CurrentAssets: 800, Inventories: 150, Cash: 50, CurrentLiabilities: 1000, TotalLiabilities: 1000, Revenue: 920,
		NetIncome: 10, Depreciation: 30}
}

func TestWholeScoreCheck(t *testing.T) {
	m := baseline()
	s, before := sound(), sound()
	before.PeriodEnd, before.Revenue = event.Date(2024, 12, 31), 1000
	f := s.Assess(m, &before, event.Date(2026, 6, 1))
	if got := f.Contributions(nil); Sum(got) != 675 || got[0].Figure != 180_000 || got[4].Figure != 920_000 ||
		got[5].Figure != 5 {
		t.Errorf("contributions of the statement: %+v", got)
	}
	if want := [event.RatioEnd]int64{75, 200, 150, 50, 200}; f.Ratios != want || f.Sum() != 675 {
		t.Errorf("financing %v, sum %d, want %v, 675", f.Ratios, f.Sum(), want)
	}
	today := event.Date(2026, 6, 1)
	payments := wholeScorePayments(today)
	paid := payments.Assess(nil, m, today)
	if got := points(paid.Contributions); paid.Sum != 920 || got != "days_beyond_terms 320, overdue_share 160, "+
		"worst_status 280, payment_trend 160, suppliers_in_arrears 0" {
		t.Errorf("payments %d: %s, want 920", paid.Sum, got)
	}
	var news News
	news.Add(m, Item{ID: "n", Day: today - 145, Category: event.Litigation, Outlet: event.Register}, today-145)
	events := news.Assess(m, today)
	litigation := Sum(events.Commercial)
	if litigation != 241 || len(events.Financing) != 0 || events.Best != 0 {
		t.Errorf("litigation 145 days ago: %+v", events)
	}
	readings := make([]Reading, 7)
	readings[0], readings[1], readings[2] = Reading{-200_000_000, true}, Reading{-150_000_000, true},
		Reading{150_000_000, true}
	economic := Economic(m, "BE", "42", readings)
	if economic != 475 {
		t.Errorf("construction with GDP 2, PMI and insolvencies 1.5 deviations bad: %d, want 475", economic)
	}
	const political = 125
	l := m.BaseMLO + f.Sum() + paid.Sum + litigation + economic + political
	if l != -1624 || Threshold(m, l) != 8 || PD(l) != 164_654 {
		t.Errorf("L = %d, grade %d, PD %d, want -1624, 8, 164654", l, Threshold(m, l), PD(l))
	}
	for name, d := range map[string][2]uint32{"economic": {Dimension(economic), 7}, "political": {Dimension(political), 5},
		"commercial": {Dimension(paid.Sum + litigation), 8}, "financing": {Dimension(f.Sum()), 7}} {
		if d[0] != d[1] {
			t.Errorf("dimension %s is %d, want %d", name, d[0], d[1])
		}
	}
}

func TestStatementAges(t *testing.T) {
	m := baseline()
	s := sound()
	fresh := s.Assess(m, nil, s.PeriodEnd.AddMonths(18)-1)
	stale := s.Assess(m, nil, s.PeriodEnd.AddMonths(18))
	if fresh.Sum() != 475 || fresh.Age != 0 {
		t.Errorf("fresh %+v", fresh)
	}
	if stale.Ratios != [event.RatioEnd]int64{37, 100, 75, 25, 0} || stale.Age != 238 || stale.Sum() != 475 {
		t.Errorf("at 18 months %+v: half of each, and at least what it was", stale)
	}
	s.Equity, s.Cash, s.NetIncome, s.Inventories = 900, 900, 500, 0
	young := s.Assess(m, nil, s.PeriodEnd)
	old := s.Assess(m, nil, s.PeriodEnd.AddMonths(20))
	if young.Sum() != -1175 || old.Age != 150 || old.Sum() != -112-300-87-87+150 {
		t.Errorf("a good statement at 20 months: %+v, fresh %d", old, young.Sum())
	}
	if !s.Counts(s.PeriodEnd.AddMonths(30)-1) || s.Counts(s.PeriodEnd.AddMonths(30)) {
		t.Error("a statement counts until it is 30 months old")
	}
}

func TestRatiosAtTheirEdges(t *testing.T) {
	m := baseline()
	r := &m.Ratios[event.RatioEquity]
	for _, c := range []struct{ num, den, want int64 }{{10, 100, 75}, {9_999_999, 100_000_000, 250}, {-1, 100, 500},
		{0, 100, 250}, {1, 0, 500},
		{1, -5, 500}, {1 << 62, 1<<62 + 1, -225}} {
		if got := bin(r, Mul(c.num, 1), Mul(c.den, 1)); got != c.want {
			t.Errorf("%d / %d: %d points, want %d", c.num, c.den, got, c.want)
		}
	}
	s := sound()
	s.Given = 0
	if f := s.Assess(m, nil, s.PeriodEnd); f.Sum() != 0 {
		t.Errorf("missing figures are not neutral: %+v", f)
	}
	older := sound()
	for _, c := range []struct {
		apart event.Day
		want  int64
	}{{334, 0}, {335, -175}, {395, -175}, {396, 0}} {
		older.PeriodEnd = s.PeriodEnd - c.apart
		now := sound()
		if got := now.Assess(m, &older, now.PeriodEnd).Ratios[event.RatioGrowth]; got != c.want {
			t.Errorf("growth over %d days: %d points, want %d", c.apart, got, c.want)
		}
	}
}

func TestGradesDoNotFlap(t *testing.T) {
	m := baseline()
	r := Rating{}
	at := func(day event.Day, l int64) int64 { r.Evaluate(m, day, l, Bounds{}, false); return r.Grade }
	steps := []struct {
		day  event.Day
		l    int64
		want int64
	}{
		{100, -4200, 5}, // the first grade is that of the score
		{101, -4185, 5}, // beyond the threshold, within the margin
		{102, -4125, 6}, // grade(L − 60): −4185 is 6
		{103, -4335, 6}, // L + 150 = −4185 is no better
		{104, -4336, 6}, // better since day 104
		{134, -4336, 6}, // 30 days better, but 90 days since the worsening are not over
		{191, -4336, 6}, //
		{192, -4336, 5}, // 102 + 90
		{193, -4336, 5}, // nothing better is left: forgotten
		{194, -9000, 5}, // better since 194
		{223, -9000, 5}, //
		{224, -9000, 4}, // one grade at a time
		{253, -9000, 4}, // better since 224
		{254, -9000, 3}, //
		{255, 0, 9},     // worse at once, as far as it goes
	}
	for _, s := range steps {
		if got := at(s.day, s.l); got != s.want {
			t.Fatalf("day %d, L %d: grade %d, want %d (%+v)", s.day, s.l, got, s.want, r)
		}
	}
	r.Evaluate(m, 300, -5000, Bounds{Insolvent: true}, false)
	if r.Grade != 10 || r.LastWorsened != 300 {
		t.Errorf("insolvency: %+v", r)
	}
	r.Evaluate(m, 301, -5000, Bounds{}, false)
	if r.Grade != 4 {
		t.Errorf("after the insolvency is closed: grade %d, want 4", r.Grade)
	}
	r.Evaluate(m, 302, -5000, Bounds{Floor: 7}, false)
	if r.Grade != 7 {
		t.Errorf("with a floor of 7: grade %d", r.Grade)
	}
	r.Evaluate(m, 303, -5000, Bounds{}, true)
	r.Evaluate(m, 304, -1000, Bounds{Ceiling: 3}, false)
	if r.Grade != 3 {
		t.Errorf("with a ceiling of 3: grade %d", r.Grade)
	}
}

func TestPublishesFirstScoreGradeChangeAndMoveOf25(t *testing.T) {
	m := baseline()
	var r Rating
	for i, s := range []struct {
		l    int64
		want bool
	}{{-4500, true}, {-4476, false}, {-4475, true}, {-4500, true}, {-4500, false}, {-3000, true}} {
		if got := r.Evaluate(m, event.Day(100+i), s.l, Bounds{}, false); got != s.want {
			t.Errorf("step %d, L %d: published %v, want %v", i, s.l, got, s.want)
		}
	}
}

// TestGradeStaysWithinItsMargins: whatever happened before, a published grade is never better than that of L − 60
// allows, and never moves without a reason.
func TestGradeStaysWithinItsMargins(t *testing.T) {
	m := baseline()
	rapid.Check(t, func(t *rapid.T) {
		var r Rating
		day := event.Day(20_000)
		for range rapid.IntRange(1, 60).Draw(t, "evaluations") {
			day += event.Day(rapid.Int32Range(0, 50).Draw(t, "days"))
			l := rapid.Int64Range(-9000, 2000).Draw(t, "l")
			before := r
			r.Evaluate(m, day, l, Bounds{}, false)
			if r.Grade < Grade(m, l-WorsenMargin, Bounds{}) {
				t.Fatalf("grade %d at L %d", r.Grade, l)
			}
			if before.Grade != 0 && r.Grade < before.Grade &&
				(r.Grade != before.Grade-1 || day < before.LastWorsened+worsenedWait && before.LastWorsened != 0 ||
					day < before.BetterSince+improveWait) {
				t.Fatalf("improved from %+v to %+v on %d", before, r, day)
			}
		}
	})
}

func TestSections(t *testing.T) {
	for division, want := range map[string]string{"01": "A", "41": "F", "46": "G", "62": "J", "04": "", "xx": "",
		"F": ""} {
		if got := Section(division); got != want {
			t.Errorf("Section(%q) = %q, want %q", division, got, want)
		}
	}
	m := baseline()
	for division, want := range map[string]int64{"24": 13, "25": 10, "42": 15, "50": 11, "*": 10} {
		if got := BetaOf(m, division); got != want {
			t.Errorf("BetaOf(%q) = %d, want %d", division, got, want)
		}
	}
}
