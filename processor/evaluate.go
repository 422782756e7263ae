package processor

import (
	"math"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/score"
)

// cache is what an evaluation need not work out again: what only a new message, another day or another model changes.
// It is no state: empty, it is made again to the same values.
type cache struct {
	epoch       uint32    // of the model
	restOn      event.Day // first day of the fields up to known
	restUntil   event.Day // the day after their last one, 0: there are none
	rest        int32     // points of statement, age and size, and news
	best        int8      // best grade that news allows
	insolvent   bool
	counts      bool    // the newest statement is young enough
	known       [2]int8 // best grade that what is known allows, without payments and with them
	hasPayments bool
	paidOn      event.Day // day of paid and hasPayments, 0: none
	paid        int32     // points of payments
	capacity    int64     // at the grade capacityOf, 0: unknown
	capacityOf  int8
}

func (c *cache) drop() { c.restUntil, c.paidOn = 0, 0 }

// refresh makes the cache good for a day.
func (m *Machine) refresh(b *buyer, day event.Day) {
	c := &b.cache
	if c.epoch != m.model.epoch {
		*c = cache{epoch: m.model.epoch}
	}
	if day < c.restOn || day >= c.restUntil {
		all := m.scratch[:0]
		all = m.financing(all, b, day)
		all = m.size(all, b, day)
		news := m.assessNews(b, day)
		c.rest = int32(score.Sum(all) + score.Sum(news.Commercial) + score.Sum(news.Financing))
		c.capacityOf = 0
		c.best, c.insolvent, c.restOn, c.restUntil = int8(news.Best), news.Insolvent, day, m.restUntil(b, day)
		newest := b.newest()
		c.counts = newest != nil && newest.Counts(day)
		for i, hasPayments := range [...]bool{false, true} {
			best, _ := score.BestKnown(newest, hasPayments, day)
			c.known[i] = int8(best)
		}
		m.scratch = all
	}
	if c.paidOn != day {
		paid := b.behaviour(day).Points(m.model.parsed, day)
		c.paid, c.hasPayments, c.paidOn = int32(paid.Sum), paid.HasPayments, day
	}
}

// restUntil is the first day after one on which statement, age, size and news may add something else, if nothing
// happens. News decays every day.
func (m *Machine) restUntil(b *buyer, day event.Day) event.Day {
	if b.news != nil {
		return day + 1
	}
	until := event.Day(math.MaxInt32)
	for _, landmark := range [...]event.Day{score.NextAge(m.model.parsed, b.master.foundedOn, day),
		score.NextStatement(b.newest(), day)} {
		if landmark > day {
			until = min(until, landmark)
		}
	}
	return until
}

// financing appends what the statement that counts adds.
func (m *Machine) financing(dst []decision.Contribution, b *buyer, day event.Day) []decision.Contribution {
	s, other := b.counting(day)
	if s == nil {
		return dst
	}
	f := s.Assess(m.model.parsed, other, day)
	return f.Contributions(dst)
}

// size appends what age and size add.
func (m *Machine) size(dst []decision.Contribution, b *buyer, day event.Day) []decision.Contribution {
	var revenue int64
	s, _ := b.counting(day)
	given := s != nil && s.Given&event.GivenRevenue != 0
	if given {
		revenue = s.Revenue
	}
	return score.AgeAndSize(dst, m.model.parsed, b.master.foundedOn, day, revenue, given)
}

// points are the points of a buyer's cell: economic and political.
func (b *buyer) cellPoints() (economic, political int64) {
	if b.cell == nil {
		return 0, 0
	}
	return b.cell.economic, b.cell.country.points
}

// evaluate brings a buyer's score and grade up to date, and publishes what moved. It returns the supplier whose word
// alone is withheld, empty for none.
func (m *Machine) evaluate(b *buyer, k *mark) (word string) {
	day, model := m.today(), m.model.parsed
	m.refresh(b, day)
	c := &b.cache
	first := c.counts && !b.hadStatement || c.hasPayments && !b.hadPayments

	known := c.known[0]
	if c.hasPayments {
		known = c.known[1]
	}
	b.own, b.ownBest, b.insolvent = model.BaseMLO+int64(c.rest)+int64(c.paid), int64(max(known, c.best)), c.insolvent
	economic, political := b.cellPoints()
	was, l := b.rating, b.own+economic+political
	bounds := b.bounds()
	if l >= model.Grades[atRisk-2] {
		if word = m.withheld(b, l, bounds, first || k.reset, k.trusted); word != "" {
			bounds.Ceiling = atRisk - 1
		}
	}
	if word == "" { // else what it is the first of has not become the grade yet
		b.hadStatement, b.hadPayments = b.hadStatement || c.counts, b.hadPayments || c.hasPayments
	}
	publish := b.rating.Evaluate(model, day, l, bounds, first || k.reset)
	if k.cause != "" {
		b.rating.PublishedMLO, publish = l, true
	}
	m.shelve(b)
	if due := b.rating.Due(); due != 0 && due != b.due {
		b.due = max(due, day+1)
		m.wheel.Set(b.due, timer{class: timerEvaluation, buyer: b.id})
	}
	if publish {
		m.publish(b, was, day, k.cause)
	}
	return word
}

// evaluated fires the evaluation timer of a buyer: on its day in thirty, or when an improvement is due.
func (m *Machine) evaluated(b *buyer, day event.Day) {
	turn := int32(day)%evaluationDays == score.EvaluationDay(b.id)
	if b.due == day {
		b.due = 0
	}
	if due := b.rating.Due(); b.accepted == 0 || !turn && (due == 0 || due > day) {
		return // nothing is known of it yet, or the improvement is no longer in sight
	}
	if turn {
		if b.payments != nil {
			b.payments.Tidy(day)
		}
		m.revalue(b)
	}
	m.mark(b).evaluate = true
}

// publish tells a buyer's score, with what it is made of.
func (m *Machine) publish(b *buyer, was score.Rating, day event.Day, cause string) {
	if m.terse {
		m.step.decide(decision.ScoreChanged, b.id, &decision.Score{Buyer: b.id, Grade: uint32(b.rating.Grade),
			PreviousGrade: uint32(was.Grade), PointsMLO: b.rating.PublishedMLO, PreviousMLO: was.PublishedMLO})
		return
	}
	body := m.explain(b, was, day)
	if cause != "" {
		body.Cause = cause
	}
	if was.Grade == b.rating.Grade {
		m.step.decide(decision.ScoreChanged, b.id, body)
		return
	}
	holders := m.holders(b)
	for {
		part := *body
		part.Holders = holders[:min(len(holders), m.rules().holdersPerDecision)]
		m.step.decide(decision.ScoreChanged, b.id, &part)
		if holders = holders[len(part.Holders):]; len(holders) == 0 {
			return
		}
	}
}

// reasonInsolvency comes before all reasons of a buyer in insolvency or moratorium; with it there are no more than of
// others.
const (
	reasonInsolvency = "insolvency"
	mostReasons      = 4
	// mostContributions is room for all that a score is made of.
	mostContributions = int(score.ComponentEnd)
)

// explain makes the published form of a score and remembers its parts.
func (m *Machine) explain(b *buyer, was score.Rating, day event.Day) *decision.Score {
	s := m.compose(b, day)
	s.PreviousGrade, s.PreviousMLO = uint32(was.Grade), was.PublishedMLO
	if was.Grade != 0 {
		s.Changes = score.Changes(s.Contributions, b.published)
	}
	s.Cause = causeOf(was.Grade, b.rating.Grade)
	b.published = score.Parts(b.published, s.Contributions)
	return s
}

// compose says what a buyer's score is made of on the day of its evaluation. It changes nothing.
func (m *Machine) compose(b *buyer, day event.Day) *decision.Score {
	model := m.model.parsed
	news := m.assessNews(b, day)
	all := m.financing(make([]decision.Contribution, 0, mostContributions), b, day)
	all = append(all, news.Financing...)
	financing := len(all)
	paid := b.behaviour(day).Assess(all, model, day)
	all = append(m.size(paid.Contributions, b, day), news.Commercial...)
	economic, political := b.cellPoints()

	country, sector := b.home()
	s := &decision.Score{Buyer: b.id, Country: country, Sector: sector, Grade: uint32(b.rating.Grade),
		PointsMLO: model.BaseMLO + score.Sum(all) + economic + political, Economic: score.Dimension(economic),
		Political: score.Dimension(political), Commercial: score.Dimension(score.Sum(all[financing:])),
		Financing: score.Dimension(score.Sum(all[:financing])), Model: m.model.version, Texts: b.master.texts}
	s.PDPPM = score.PD(s.PointsMLO)
	if news.Insolvent {
		s.PDPPM, s.Commercial, s.Financing = 1_000_000, score.Insolvent, score.Insolvent
	}
	if b.cell != nil && b.cell.country.offCover {
		s.Political = score.Insolvent
	}
	s.Contributions = append(all,
		decision.Contribution{Code: score.ComponentEconomic.String(), PointsMLO: economic, Figure: economic},
		decision.Contribution{Code: score.ComponentPolitical.String(), PointsMLO: political, Figure: m.riskClass(b)})
	s.Contributions = slices.DeleteFunc(s.Contributions, func(c decision.Contribution) bool {
		return c.PointsMLO == 0 &&
			c.Figure == 0
	})
	s.Reasons = score.Reasons(model, s.Contributions)
	if news.Insolvent {
		s.Reasons = append([]string{reasonInsolvency}, s.Reasons[:min(len(s.Reasons), mostReasons-1)]...)
	}
	s.Override = b.read().ruled.inForce()
	s.Cap = m.capOf(b, news, paid.HasPayments, day)
	return s
}

func (m *Machine) riskClass(b *buyer) int64 {
	country, _ := b.home()
	return m.reading(country, wholeEconomy, indicatorRisk).ValueE8 / oneE8
}

func causeOf(was, now int64) string {
	switch {
	case was == 0:
		return "first"
	case was != now && (was == score.Insolvent || now == score.Insolvent):
		return "insolvency"
	case was != now:
		return "grade"
	default:
		return "points"
	}
}

// capOf names the worst best-grade rule in force, empty for none.
func (m *Machine) capOf(b *buyer, news score.Assessment, hasPayments bool, day event.Day) string {
	best, rule := score.BestKnown(b.newest(), hasPayments, day)
	if news.Best > best {
		best, rule = news.Best, news.Rule
	}
	if b.cell != nil && b.cell.country.best > best {
		best, rule = b.cell.country.best, "country_risk"
	}
	if b.read().ruled.floor > best {
		rule = "underwriter"
	}
	return rule
}
