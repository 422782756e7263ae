package processor

import "barometer/ingest/event"

// card is the first model's card; usual figures of the cells are 0, deviations 1.
func card() *event.Model {
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
	m.GradePD = [8]int64{300, 800, 1900, 4600, 10_200, 21_000, 49_000, 120_000}
	m.Oecd = [8]event.OecdClass{{}, {}, {Points: 50}, {Points: 125}, {Points: 225}, {Points: 350, Best: 4},
		{Points: 525, Best: 5}, {Points: 750, Best: 6}}
	const thousand = 1_000_00
	m.Capacity = event.CapacityTable{EquityPPM: [8]int64{400_000, 350_000, 300_000, 250_000, 200_000, 120_000, 60_000,
		20_000}, RevenuePPM: [8]int64{100_000, 90_000, 80_000, 60_000, 50_000, 30_000, 15_000, 5000}, PayablesPPM: 400_000,
		NoAccounts: [8]int64{-1, -1, -1, 25 * thousand, 15 * thousand, 10 * thousand, 5 * thousand, 0},
		RiskBudget: 10 * thousand, LossGivenPct: 75, LargeCut: 250_000_00, Authority: 250_000_00}
	return m
}
