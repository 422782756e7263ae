package model

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/limit"
	"barometer/processor/score"
)

func builtin(t *testing.T) *event.Model {
	t.Helper()
	m, err := Parse(base(t))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestBuiltinNumbers(t *testing.T) {
	m := builtin(t)
	scale := func(cuts, points []int64) event.Scale { return event.Scale{Cuts: cuts, Points: points} }
	ratios := [event.RatioEnd]event.Ratio{
		{Scale: scale([]int64{0, 100_000, 250_000, 500_000}, []int64{500, 250, 75, -75, -225}), NoDenominator: 500},
		{Scale: scale([]int64{0, 50_000, 150_000, 400_000}, []int64{700, 200, -125, -450, -600})},
		{Scale: scale([]int64{400_000, 700_000, 1_000_000, 1_750_000}, []int64{600, 150, -175, -350, -400})},
		{Scale: scale([]int64{20_000, 80_000, 200_000, 500_000}, []int64{225, 50, -25, -125, -175})},
		{Scale: scale([]int64{800_000, 950_000, 1_050_000, 1_300_000}, []int64{600, 200, -175, -350, -400})},
	}
	payments := event.PaymentScales{
		DBT:         scale([]int64{1, 71, 151, 301, 601, 901}, []int64{-300, -100, 100, 400, 900, 1400, 1900}),
		Overdue:     scale([]int64{50_000, 150_000, 300_000, 500_000}, []int64{0, 200, 450, 750, 1100}),
		NothingPast: -100, Worst: scale([]int64{31, 61, 91}, []int64{-50, 150, 350, 600}),
		Trend:        scale([]int64{-99, 51, 151, 301}, []int64{-100, 0, 200, 400, 650}),
		TwoSuppliers: 150, ManySuppliers: 350, ManyShare: 250_000, Low: -500, High: 2800}
	events := event.EventTable{OutletPct: [event.Web + 1]int64{event.Register: 100, event.Regulated: 70, event.Web: 40},
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
	const thousand = 1_000_00
	for name, pair := range map[string][2]any{
		"base":     {m.BaseMLO, int64(-4060)},
		"grades":   {m.Grades, [8]int64{-7600, -6724, -5806, -4955, -4185, -3476, -2442, -1516}},
		"pd":       {m.GradePD, [8]int64{300, 800, 1900, 4600, 10_200, 21_000, 49_000, 120_000}},
		"ratios":   {m.Ratios, ratios},
		"payments": {m.Payments, payments},
		"events":   {m.Events, events},
		"size": {m.Size, event.SizePoints{Young: 300, YoungMonths: 24, Newish: 125, NewishMonths: 60, Small: 150,
			SmallRevenue: 1_000_000_00,
			Large:        -150, LargeRevenue: 50_000_000_00}},
		"oecd": {m.Oecd, [8]event.OecdClass{{}, {}, {Points: 50}, {Points: 125}, {Points: 225}, {Points: 350, Best: 4},
			{Points: 525, Best: 5}, {Points: 750, Best: 6}}},
		"capacity": {m.Capacity, event.CapacityTable{EquityPPM: [8]int64{400_000, 350_000, 300_000, 250_000, 200_000, 120_000,
			60_000, 20_000},
			RevenuePPM: [8]int64{100_000, 90_000, 80_000, 60_000, 50_000, 30_000, 15_000, 5000}, PayablesPPM: 400_000,
			NoAccounts: [8]int64{-1, -1, -1, 25 * thousand, 15 * thousand, 10 * thousand, 5 * thousand, 0},
			RiskBudget: 10 * thousand, LossGivenPct: 75, LargeCut: 250 * thousand, Authority: 250 * thousand}},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s: %+v, want %+v", name, pair[0], pair[1])
		}
	}
	if c := m.Cells; c.Factor != 270 || c.Clamp != 900 || c.ClampZ != 3000 || c.BetaE1 != 10 || len(c.Indicators) != 7 {
		t.Errorf("cells %+v", c)
	}
	for division, want := range map[string]int64{"42": 15, "29": 13, "15": 12, "50": 11, "20": 9, "62": 8, "11": 7,
		"38": 6, "21": 5, "46": 10} {
		if got := score.BetaOf(m, division); got != want {
			t.Errorf("beta of %s: %d, want %d", division, got, want)
		}
	}
}

func TestWorkedNumbers(t *testing.T) {
	m := builtin(t)
	readings := make([]score.Reading, 7) // GDP 2, PMI and insolvencies 1.5 deviations bad
	readings[0], readings[1], readings[2] = score.Reading{ValueE8: -390_000_000, Known: true},
		score.Reading{ValueE8: 44_00000000, Known: true}, score.Reading{ValueE8: 24_50000000, Known: true}
	economic := score.Economic(m, "BE", "42", readings)
	var financing int64
	for i, figure := range []int64{180_000, 40_000, 650_000, 50_000, 920_000} {
		financing += m.Ratios[i].Of(figure)
	}
	litigation := score.Decay(m.Events.Rows[event.EventLitigation].Points, 145,
		m.Events.Rows[event.EventLitigation].HalfLife)
	l := m.BaseMLO + financing + 920 + litigation + economic + m.Oecd[3].Points
	if economic != 475 || financing != 675 || l != -1624 || score.Threshold(m, l) != 8 {
		t.Errorf("economic %d, financing %d, L %d, want 475, 675, -1624", economic, financing, l)
	}
	all := limit.Accounts{Equity: 8_000_000_00, Revenue: 60_000_000_00, Payables: 4_000_000_00, Given: 1<<12 - 1}
	if got := limit.Of(m, 5, &all); got.Cents != 1_300_000_00 {
		t.Errorf("capacity %d, want 1.3m", got.Cents)
	}
}

// TestDiff: values that differ, by key; comments and layout do not count.
func TestDiff(t *testing.T) {
	content := base(t)
	text := string(content)
	for _, replace := range [][2]string{{"version: barometer-1", "# a comment\nversion: barometer-2"},
		{"equity_ratio: {cuts: [0, 0.10,", "equity_ratio: {cuts: [0, 0.12,"},
		{"{name: pmi, weight: 20%,", "{name: pmi, weight: 21%,"}} {
		if !strings.Contains(text, replace[0]) {
			t.Fatalf("the model has no %s", replace[0])
		}
		text = strings.Replace(text, replace[0], replace[1], 1)
	}
	got, err := Diff(content, []byte(text))
	want := []Change{{"cells.indicators.pmi.weight", "20%", "21%"}, {"ratios.equity_ratio.cuts.2", "0.10", "0.12"},
		{"version", "barometer-1", "barometer-2"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := Diff(content, content); err != nil || len(got) > 0 {
		t.Errorf("the same: %v, %v", got, err)
	}
}
