package processor

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// Standing is what a buyer's score is made of as of today, and its grade as of its last evaluation. Points are mlo.
type Standing struct {
	Base, Financing, Commercial, Economic, Political int64
	Grade                                            int64 // 1 to 10; 0: none yet
}

// Points is the whole score.
func (s Standing) Points() int64 {
	return s.Base + s.Financing + s.Commercial + s.Economic + s.Political
}

// Standing tells where a buyer stands, false of one of whom nothing has been accepted. It changes nothing.
func (m *Machine) Standing(buyer string) (Standing, bool) {
	b := m.book.buyers.get(buyer)
	if b == nil || b.accepted == 0 {
		return Standing{}, false
	}
	day := m.today()
	all := m.financing(m.scratch[:0], b, day)
	s := Standing{Base: m.model.parsed.BaseMLO, Grade: b.rating.Grade, Financing: score.Sum(all)}
	all = m.size(all[:0], b, day)
	s.Commercial = score.Sum(all) + b.behaviour(day).Points(m.model.parsed, day).Sum
	news := m.assessNews(b, day)
	s.Financing += score.Sum(news.Financing)
	s.Commercial += score.Sum(news.Commercial)
	s.Economic, s.Political = b.cellPoints()
	m.scratch = all
	return s, true
}

// Explain says what a buyer's score is made of as of today, and the model's base; false of one of whom nothing has been
// accepted. The contributions and the base add up to PointsMLO. Its grade is that of its last evaluation. It changes
// nothing.
func (f *Fold) Explain(buyer string) (s *decision.Score, base int64, ok bool) {
	m := f.machine
	b := m.book.buyers.get(buyer)
	if b == nil || b.accepted == 0 {
		return nil, 0, false
	}
	return m.compose(b, m.today()), m.model.parsed.BaseMLO, true
}

// Pin makes a model the one that scores are made with from now on, whatever the log activates: to see what it would
// have done. Economies follow at once, buyers at their next evaluation.
func (f *Fold) Pin(version string, content []byte) error {
	m := f.machine
	parsed, err := m.parse(content)
	if err != nil {
		return err
	}
	m.use(&event.ModelActivated{Version: version, Content: content}, parsed)
	m.pinned = true
	m.recomputeCells()
	return nil
}

// Position is what there is of a buyer, amounts in euro cents at the rates of their decisions.
type Position struct {
	Buyer    string
	Grade    int64 // 0: none yet
	Limits   int64 // decided, all policies together
	Exposure int64 // what is outstanding and counts as covered
}

// Positions are those of all buyers, by id.
func (f *Fold) Positions() []Position {
	all := f.machine.book.buyers.all()
	slices.SortFunc(all, func(x, y *buyer) int { return cmp.Compare(x.id, y.id) })
	positions := make([]Position, len(all))
	for i, b := range all {
		p := Position{Buyer: b.id, Grade: b.rating.Grade}
		for j := range b.lines {
			p.Limits = limit.Plus(p.Limits, b.lines[j].Decided().Cents)
			p.Exposure = limit.Plus(p.Exposure, b.lines[j].Totals().Covered)
		}
		positions[i] = p
	}
	return positions
}

// Now is log time, in milliseconds.
func (f *Fold) Now() int64 { return f.machine.clock.NowMs }

// Unknown is the standing of a buyer of whom nothing is known.
func (m *Machine) Unknown() Standing { return Standing{Base: m.model.parsed.BaseMLO} }

// Economy is what each indicator of a country and sector that has a figure adds by itself, with the figure in eight
// decimals.
func (f *Fold) Economy(country, sector string) []decision.Contribution {
	if country == "" || f.machine.opened == nil {
		return nil
	}
	return f.machine.inputs(country, sector)
}
