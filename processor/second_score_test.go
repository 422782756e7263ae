package processor

import (
	"math/big"

	"barometer/ingest/event"
)

// files takes a statement: of a period the newest message counts, but stand-alone accounts before consolidated ones.
func (s *second) files(v *event.StatementFiled) {
	s.word.filed = s.word.n
	if one, _ := s.newest(); one == nil || v.PeriodEnd > one.PeriodEnd {
		delete(s.rows, "accounts_late") // they are what was late
	}
	for i, old := range s.statements {
		if old.PeriodEnd == v.PeriodEnd {
			if !v.Consolidated || old.Consolidated {
				s.statements[i] = v
			}
			s.endsByStatement(v.PeriodEnd)
			return
		}
	}
	s.statements = append(s.statements, v)
	s.endsByStatement(v.PeriodEnd)
}

// newest are the two statements of the latest periods, nil where there is none.
func (s *second) newest() (one, two *event.StatementFiled) {
	for _, v := range s.statements {
		switch {
		case one == nil || v.PeriodEnd > one.PeriodEnd:
			one, two = v, one
		case two == nil || v.PeriodEnd > two.PeriodEnd:
			two = v
		}
	}
	return one, two
}

// binned finds the points of a ratio, cuts in thousandths.
func binned(num, den int64, without int64, cuts [4]int64, points [5]int64) int64 {
	if den <= 0 {
		return without
	}
	i := 0
	for i < 4 && new(big.Int).Mul(big.NewInt(num), big.NewInt(1000)).Cmp(new(big.Int).Mul(big.NewInt(den),
		big.NewInt(cuts[i]))) >= 0 {
		i++
	}
	return points[i]
}

func yearly(flow int64, months int32) int64 { return flow * 12 / int64(months) }

// parts are the points of everything, by code.
func (s *second) parts() map[string]int64 {
	parts := map[string]int64{}
	var revenue int64
	counts := false
	if one, two := s.newest(); one != nil && s.day < one.PeriodEnd.AddMonths(30) {
		counts, revenue = true, yearly(one.Revenue, one.Months)
		parts["equity_ratio"] = binned(one.Equity, one.TotalAssets, 500, [4]int64{0, 100, 250, 500},
			[5]int64{500, 250, 75, -75, -225})
		flow := yearly(one.NetIncome, one.Months) + yearly(one.Depreciation, one.Months)
		parts["cash_flow"] = binned(flow, one.TotalLiabilities, 0, [4]int64{0, 50, 150, 400}, [5]int64{700, 200, -125, -450,
			-600})
		parts["quick_ratio"] = binned(one.CurrentAssets-one.Inventories, one.CurrentLiabilities, 0,
			[4]int64{400, 700, 1000, 1750}, [5]int64{600, 150, -175, -350, -400})
		parts["cash_ratio"] = binned(one.Cash, one.CurrentLiabilities, 0, [4]int64{20, 80, 200, 500},
			[5]int64{225, 50, -25, -125, -175})
		if two != nil && one.PeriodEnd-two.PeriodEnd >= 335 && one.PeriodEnd-two.PeriodEnd <= 395 {
			parts["revenue_growth"] = binned(revenue, yearly(two.Revenue, two.Months), 0, [4]int64{800, 950, 1050, 1300},
				[5]int64{600, 200, -175, -350, -400})
		}
		if s.day >= one.PeriodEnd.AddMonths(18) {
			var fresh, stale int64
			for code, p := range parts {
				fresh += p
				parts[code] = p / 2
				stale += p / 2
			}
			parts["statement_age"] = max(150, fresh-stale)
		}
	}
	if s.founded != 0 && s.day < s.founded.AddMonths(24) {
		parts["company_age"] = 300
	} else if s.founded != 0 && s.day < s.founded.AddMonths(60) {
		parts["company_age"] = 125
	}
	if counts && revenue < 1_000_000_00 {
		parts["company_size"] = 150
	} else if counts && revenue > 50_000_000_00 {
		parts["company_size"] = -150
	}
	s.pays = s.paymentParts(parts, s.leftOut)
	for name, r := range s.rowsNow() {
		if p := r.at(s.day); p != 0 {
			parts[name] = p
		}
	}
	parts["economic_cell"], parts["political_cell"] = s.economy(), [8]int64{0, 0, 50, 125, 225, 350, 525, 750}[s.class]
	return parts
}

// economy is that of construction in its country: β 1.5, norms of 0 and 1.
func (s *second) economy() int64 {
	var sum int64
	for name, weight := range map[string]int64{"gdp_growth": -25, "pmi": -20, "insolvencies_yoy": 25,
		"unemployment_change": 10} {
		sum += weight * min(max(s.figures[name]*10, -3000), 3000)
	}
	return min(max(270*15*sum/1_000_000, -900), 900)
}

// scaled finds the points of a figure: cuts are the first figures of the next bin.
func scaled(v int64, cuts, points []int64) int64 {
	i := 0
	for i < len(cuts) && v >= cuts[i] {
		i++
	}
	return points[i]
}

func (x *secondSums) tenths() (int64, bool) {
	if x.all.Sign() <= 0 {
		return 0, false
	}
	late := new(big.Int).Mul(&x.late, big.NewInt(10))
	return min(max(late.Quo(late, &x.all).Int64(), -300), 1200), true
}

// paymentParts are those of payments without some suppliers, and whether one of the others reports.
func (s *second) paymentParts(parts map[string]int64, out func(policy string) bool) (pays bool) {
	all := s.without(out)
	var outstanding, overdue int64
	arrears, reporting := map[string]bool{}, map[string]bool{}
	worst := int64(0)
	month := s.day.Month()
	for k, status := range all.months {
		if k <= month && k > month-12 {
			worst = max(worst, status)
		}
	}
	for _, v := range s.invoices {
		if out(v.policy) {
			continue
		}
		outstanding += v.open
		if v.open == 0 || v.disputed {
			continue
		}
		worst = max(worst, statusOf[bucketOf(s.day-v.lateFrom)])
		if s.day > v.lateFrom {
			reporting[v.policy] = true
		}
		if s.day-v.lateFrom > 30 {
			overdue += v.open
			arrears[v.policy] = true
		}
	}
	for _, b := range s.balances {
		if !b.live || out(b.policy) {
			continue
		}
		for i, cents := range balanceBuckets(&b.v) {
			outstanding += cents
			if cents > 0 {
				worst = max(worst, statusOf[i])
			}
			if i >= 2 {
				overdue += cents
			}
			if i >= 2 && cents > 0 {
				arrears[b.policy] = true
			}
		}
	}
	var last event.Day
	for policy, day := range s.evidence {
		if out(policy) {
			continue
		}
		last = max(last, day)
		if s.day-day <= 365 {
			reporting[policy] = true
		}
	}
	raw := map[string]int64{"overdue_share": -100}
	if level, known := all.dbt[0].tenths(); known {
		raw["days_beyond_terms"] = scaled(level, []int64{1, 71, 151, 301, 601, 901}, []int64{-300, -100, 100, 400, 900, 1400,
			1900})
		if fast, known := all.dbt[1].tenths(); known {
			raw["payment_trend"] = scaled(fast-level, []int64{-99, 51, 151, 301}, []int64{-100, 0, 200, 400, 650})
		}
	}
	if overdue > 0 {
		raw["overdue_share"] = scaled(overdue*1_000_000/outstanding, []int64{50_000, 150_000, 300_000, 500_000},
			[]int64{0, 200, 450, 750, 1100})
	}
	if worst > 0 {
		raw["worst_status"] = scaled(worst, []int64{31, 61, 91}, []int64{-50, 150, 350, 600})
	}
	switch n := len(arrears); {
	case n >= 3 && 4*n >= len(reporting):
		raw["suppliers_in_arrears"] = 350
	case n >= 2:
		raw["suppliers_in_arrears"] = 150
	}
	var sum int64
	for code, p := range raw {
		if p <= 0 {
			n := all.n.at(s.day, 180)
			p = p * n / (n + 5000)
		} else {
			n := max(all.n.at(last, 180), 5000)
			p = p * n / (n + 5000)
		}
		parts[code] = p
		sum += p
	}
	if held := min(max(sum, -500), 2800); held != sum {
		parts["payments_bound"] = held - sum
	}
	return len(reporting) > 0
}

// thresholdOf is the grade of a score by the table alone.
func thresholdOf(l int64) int {
	grade := 1
	for _, below := range []int64{-7600, -6724, -5806, -4955, -4185, -3476, -2442, -1516} {
		if l >= below {
			grade++
		}
	}
	return grade
}

// best is the best grade that is possible, by the rules of its own and with the country's.
func (s *second) best() (own, all int) {
	one, _ := s.newest()
	counts, pays := one != nil && s.day < one.PeriodEnd.AddMonths(30), s.pays
	own = 1
	if !counts && !pays {
		own = 6
	} else if !counts || !pays {
		own = 4
	}
	if one != nil && s.day > one.PeriodEnd.AddMonths(24) {
		own = max(own, 5)
	}
	for _, name := range []string{"restructuring", "fraud"} {
		if r := s.rows[name]; r != nil && r.rule != 0 && s.day < r.rule.AddMonths(24) {
			own = max(own, 8)
		}
	}
	return own, max(own, [8]int{1, 1, 1, 1, 1, 4, 5, 6}[s.class])
}

// graded is the grade of a score today.
func (s *second) graded(l int64) int {
	if s.insolvent() {
		return 10
	}
	_, best := s.best()
	return max(thresholdOf(l), best)
}

// evaluate brings score and grade up to date.
func (s *second) evaluate() {
	parts := s.parts()
	l := int64(-4060)
	for _, p := range parts {
		l += p
	}
	s.own = l - parts["economic_cell"] - parts["political_cell"]
	s.ownBest, _ = s.best()
	one, _ := s.newest()
	counts, pays := one != nil && s.day < one.PeriodEnd.AddMonths(30), s.pays
	first := counts && !s.hadStatement || pays && !s.hadPayments
	was, word := s.grade, s.holds(l, first)
	if word == "" {
		s.hadStatement, s.hadPayments = s.hadStatement || counts, s.hadPayments || pays
	}
	s.grades(l, first, word != "")
	s.asksAbout(word)
	if s.grade != was || l-s.published >= 25 || s.published-l >= 25 {
		s.published = l
	}
}

// grades moves the grade to a score; held, it is 8 at worst.
func (s *second) grades(l int64, first, held bool) {
	graded := func(l int64) int {
		if grade := s.graded(l); !held {
			return grade
		}
		return min(s.graded(l), 8)
	}
	was := s.grade
	switch now := graded(l); {
	case was == 0, first, was == 10 && now != 10:
		s.becomes(now)
	case graded(l-60) > was:
		s.becomes(graded(l - 60))
	case graded(l+150) >= was:
		s.betterSince = 0
	default:
		if s.betterSince == 0 {
			s.betterSince = s.day
		}
		due := s.betterSince + 30
		if s.worsened != 0 {
			due = max(due, s.worsened+90)
		}
		if s.day >= due {
			s.grade--
			s.betterSince = s.day
		}
	}
}

func (s *second) becomes(grade int) {
	if s.grade != 0 && grade > s.grade {
		s.worsened = s.day
	}
	if grade != s.grade {
		s.betterSince = 0
	}
	s.grade = grade
}

// shifts takes a figure of the economy: only if its score of the last evaluation crosses an edge is the buyer
// evaluated.
func (s *second) shifts(name string, hundredths int64) {
	if name == "country_risk_class" {
		s.class = int(hundredths / 100)
	} else {
		s.figures[name] = hundredths
	}
	if s.grade == 0 {
		return
	}
	l := s.own + s.economy() + [8]int64{0, 0, 50, 125, 225, 350, 525, 750}[s.class]
	best := max(s.ownBest, [8]int{1, 1, 1, 1, 1, 4, 5, 6}[s.class])
	if s.insolvent() {
		return
	}
	if worse, better := max(thresholdOf(l-60), best) > s.grade, max(thresholdOf(l+150), best) < s.grade; worse ||
		better != (s.betterSince != 0) {
		s.evaluate()
	}
}
