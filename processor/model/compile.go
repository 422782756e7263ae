package model

import (
	"maps"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/score"
)

func (c *compiler) model(f *modelFile) *event.Model {
	m := &event.Model{Version: f.Version.text, BaseMLO: c.points(f.Base)}
	if m.Version == "" || len(m.Version) > 100 {
		c.fail(f.Version, "version wants 1 to 100 characters")
	}
	m.Grades = c.eight("below", f.Grades.Below, c.points)
	c.monotone("below", f.Grades.Below, m.Grades[:], 1, true)
	m.GradePD = c.eight("pd", f.Grades.PD, c.share)
	c.monotone("pd", f.Grades.PD, m.GradePD[:], 1, true)
	if m.GradePD[0] == 0 && len(f.Grades.PD) == len(m.GradePD) {
		c.fail(f.Grades.PD[0], "a grade's pd is above 0")
	}
	r := &f.Ratios
	for i, ratio := range []*ratioFile{&r.Equity, &r.CashFlow, &r.Quick, &r.Cash, &r.Growth} {
		m.Ratios[i] = event.Ratio{Scale: c.scale(event.RatioName(i).String(), ratio.Cuts, ratio.Points, c.ratio, -1),
			NoDenominator: c.points(ratio.NoDenominator)}
	}
	m.Payments = c.payments(&f.Payments)
	m.Events = c.events(&f.Events)
	s := &f.Size
	m.Size = event.SizePoints{Young: c.points(s.Young), YoungMonths: c.whole(s.YoungMonths), Newish: c.points(s.Newish),
		NewishMonths: c.whole(s.NewishMonths), Small: c.points(s.Small), SmallRevenue: c.euro(s.SmallRevenue),
		Large: c.points(s.Large), LargeRevenue: c.euro(s.LargeRevenue)}
	if m.Size.YoungMonths > m.Size.NewishMonths {
		c.fail(s.NewishMonths, "newish_months is below young_months")
	}
	if m.Size.SmallRevenue > m.Size.LargeRevenue {
		c.fail(s.LargeRevenue, "large_revenue is below small_revenue")
	}
	m.Cells = c.cells(&f.Cells)
	points, best := c.eight("points", f.Oecd.Points, c.points), c.eight("best_grade", f.Oecd.Best, c.grade)
	c.monotone("oecd points", f.Oecd.Points, points[:], 1, false)
	for i := range m.Oecd {
		m.Oecd[i] = event.OecdClass{Points: points[i], Best: best[i]}
	}
	m.Capacity = c.capacity(&f.Capacity)
	m.Collections = c.collections(f.Collections)
	if f.LateInterest != nil {
		m.LateInterest = c.lateInterest(f.LateInterest)
	}
	for _, code := range slices.Sorted(maps.Keys(f.Medians)) {
		if _, known := score.ParseComponent(code); !known {
			c.fail(f.Medians[code], "no component is called %s", code)
		}
		m.Medians = append(m.Medians, event.ComponentMedian{Code: code, Points: c.points(f.Medians[code])})
	}
	return m
}

func (c *compiler) grade(v value) int64 { return c.within(v, 0, 0, 9) }

func (c *compiler) payments(f *paymentsFile) event.PaymentScales {
	p := event.PaymentScales{
		DBT:         c.scale("days_beyond_terms", f.DBT.Cuts, f.DBT.Points, c.days(1), 1),
		Overdue:     c.scale("overdue_share", f.Overdue.Cuts, f.Overdue.Points, c.share, 1),
		NothingPast: c.points(f.NothingPast),
		Worst:       c.scale("worst_status", f.Worst.Cuts, f.Worst.Points, c.days(0), 1),
		Trend:       c.scale("trend", f.Trend.Cuts, f.Trend.Points, c.days(1), 1),

		TwoSuppliers: c.points(f.TwoSuppliers), ManySuppliers: c.points(f.ManySuppliers), ManyShare: c.share(f.ManyShare),
		Low: c.points(f.Low), High: c.points(f.High)}
	if p.Low > p.High {
		c.fail(f.High, "high is below low")
	}
	return p
}

func (c *compiler) events(f *eventsFile) event.EventTable {
	t := event.EventTable{WindowDays: int32(c.whole(f.WindowDays)), LateDays: int32(c.whole(f.LateDays)),
		VeryLateDays: int32(c.whole(f.VeryLateDays)), LitigationPPM: c.share(f.LitigationAbove)}
	t.OutletPct[event.Register], t.OutletPct[event.Regulated], t.OutletPct[event.Web] = c.percent(f.Register),
		c.percent(f.Regulated), c.percent(f.Web)
	if t.VeryLateDays < t.LateDays {
		c.fail(f.VeryLateDays, "very_late_days is below late_days")
	}
	r := &f.Rows
	for i, row := range [event.EventEnd]*rowFile{&r.Reported, &r.Restructuring, &r.Fraud, &r.Judgment, &r.Litigation,
		&r.RatingDown, &r.RatingUp,
		&r.AccountsLate, &r.Audit, &r.Officer, &r.Buyout, &r.Acquired, &r.Capital} {
		t.Rows[i] = c.row(row)
	}
	return t
}

func (c *compiler) row(f *rowFile) event.EventPoints {
	p := event.EventPoints{Points: c.points(f.Points), Lesser: c.points(f.Lesser), HalfLife: int32(c.whole(f.HalfLife)),
		Cap: c.points(f.Cap), Financing: f.Dimension.text == "financing", Best: c.grade(f.Best),
		BestMonths: c.whole(f.BestMonths)}
	if f.Cap.line == 0 {
		p.Cap = p.Points
	}
	if !p.Financing && f.Dimension.text != "commercial" {
		c.fail(f.Dimension, "dimension is commercial or financing, not %q", f.Dimension.text)
	}
	if p.Points == 0 || p.Points < 0 != (p.Cap < 0) || p.Cap == 0 {
		c.fail(f.Points, "points and cap want the same sign, and not 0")
	}
	if (p.Best == 0) != (p.BestMonths == 0) {
		c.fail(f.Points, "best_grade and best_months come together")
	}
	return p
}

func (c *compiler) cells(f *cellsFile) event.CellWeights {
	w := event.CellWeights{Factor: c.whole(f.Factor), Clamp: c.whole(f.Clamp), ClampZ: c.within(f.ClampZ, 3, 0, 10_000),
		BetaE1: c.beta(f.OtherBeta)}
	var total int64
	for _, i := range f.Indicators {
		ind := event.MacroIndicator{Name: i.Name.text, WeightPct: c.percent(i.Weight), GoodIfHigh: i.BadIf.text == "low"}
		if !ind.GoodIfHigh && i.BadIf.text != "high" {
			c.fail(i.BadIf, "bad_if is low or high, not %q", i.BadIf.text)
		}
		if slices.ContainsFunc(w.Indicators, func(o event.MacroIndicator) bool { return o.Name == ind.Name }) {
			c.fail(i.Name, "%s stands twice", ind.Name)
		}
		if _, ok := i.Norms["*"]; !ok {
			c.fail(i.Name, "%s has no norm for *", ind.Name)
		}
		for _, country := range slices.Sorted(maps.Keys(i.Norms)) {
			n := i.Norms[country]
			ind.Norms = append(ind.Norms, event.Norm{Country: country, MeanE8: c.number(n.Mean, 8),
				DevE8: c.within(n.Deviation, 8, 1, 1<<50)})
		}
		total += ind.WeightPct
		w.Indicators = append(w.Indicators, ind)
	}
	if total != 100 {
		c.fail(f.Factor, "the weights of the indicators add up to %d%%, want 100%%", total)
	}
	for _, group := range f.Betas {
		for _, sector := range group.Sectors {
			if slices.ContainsFunc(w.Betas, func(b event.Beta) bool { return b.Sector == sector.text }) {
				c.fail(sector, "sector %s stands twice", sector.text)
			}
			w.Betas = append(w.Betas, event.Beta{Sector: sector.text, E1: c.beta(group.Beta)})
		}
	}
	return w
}

func (c *compiler) beta(v value) int64 { return c.within(v, 1, 0, 100) }

func (c *compiler) capacity(f *capacityFile) event.CapacityTable {
	t := event.CapacityTable{EquityPPM: c.eight("equity", f.Equity, c.share), RevenuePPM: c.eight("revenue", f.Revenue,
		c.share), PayablesPPM: c.share(f.Payables), RiskBudget: c.euro(f.RiskBudget),
		LossGivenPct: c.percent(f.LossGivenDefault), LargeCut: c.euroOr(f.LargeCut, 250_000_00),
		LargeIncrease: c.euroOr(f.LargeIncrease, 0), Authority: c.euroOr(f.Authority, 250_000_00)}
	t.NoAccounts = c.eight("without_accounts", f.WithoutAccounts, func(v value) int64 {
		if v.text == "-" {
			return -1
		}
		return c.euro(v)
	})
	c.monotone("equity", f.Equity, t.EquityPPM[:], -1, false)
	c.monotone("revenue", f.Revenue, t.RevenuePPM[:], -1, false)
	if t.LossGivenPct == 0 {
		c.fail(f.LossGivenDefault, "loss_given_default is above 0%%")
	}
	return t
}
