package processor

import "barometer/processor/score"

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
	s.Commercial = score.Sum(all) + b.payments.Points(m.model.parsed, day).Sum
	news := m.assessNews(b, day)
	s.Financing += score.Sum(news.Financing)
	s.Commercial += score.Sum(news.Commercial)
	s.Economic, s.Political = b.cellPoints()
	m.scratch = all
	return s, true
}

// Unknown is the standing of a buyer of whom nothing is known.
func (m *Machine) Unknown() Standing { return Standing{Base: m.model.parsed.BaseMLO} }
