package storage

import "barometer/ingest/event"

// testModel is a small card: enough for grades to move and limits to be granted.
func testModel() *event.Model {
	flat := event.Scale{Points: []int64{0}}
	m := &event.Model{Version: "m1", BaseMLO: -4060, Grades: [8]int64{-7600, -6724, -5806, -4955, -4185, -3476, -2442,
		-1516}, GradePD: [8]int64{300, 800, 1900, 4600, 10_200, 21_000, 49_000, 120_000}}
	for i := range m.Ratios {
		m.Ratios[i].Scale = flat
	}
	m.Payments = event.PaymentScales{DBT: event.Scale{Cuts: []int64{1, 301}, Points: []int64{-300, 400, 1900}},
		Overdue: flat, Worst: flat, Trend: flat, Low: -500, High: 2800}
	m.Events.OutletPct = [event.Web + 1]int64{event.Register: 100, event.Regulated: 70, event.Web: 40}
	for i := range m.Events.Rows {
		m.Events.Rows[i] = event.EventPoints{Points: 1500, HalfLife: 365, Cap: 1500}
	}
	m.Events.WindowDays = 30
	m.Cells = event.CellWeights{Factor: 270, Clamp: 900, ClampZ: 3000, BetaE1: 10}
	const thousand = 1_000_00
	m.Capacity = event.CapacityTable{EquityPPM: [8]int64{400_000, 350_000, 300_000, 250_000, 200_000, 120_000, 60_000,
		20_000}, RevenuePPM: [8]int64{100_000, 90_000, 80_000, 60_000, 50_000, 30_000, 15_000, 5000}, PayablesPPM: 400_000,
		NoAccounts: [8]int64{25 * thousand, 25 * thousand, 25 * thousand, 25 * thousand, 15 * thousand, 10 * thousand,
			5 * thousand, 0}, RiskBudget: 10 * thousand, LossGivenPct: 75}
	return m
}

func parseTest([]byte) (*event.Model, error) { return testModel(), nil }
