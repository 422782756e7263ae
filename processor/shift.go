package processor

import (
	"cmp"
	"slices"

	"barometer/processor/decision"
)

// shift works out a country's cells anew and evaluates the buyers whose grade that concerns, in the order of their ids.
// It tells how many changed their grade.
func (m *Machine) shift(c *country) (moved uint32) {
	before := *c
	m.political(c)
	political := c.points != before.points || c.best != before.best
	var concerned []*buyer
	for _, x := range c.cells {
		economic := m.economic(c.code, x.sector)
		if economic == x.economic && !political && c.offCover == before.offCover {
			continue
		}
		by := change{points: [2]int64{x.economic + before.points, economic + c.points}, best: [2]int64{before.best, c.best},
			all: x.epoch != m.model.epoch || c.offCover != before.offCover}
		x.economic, x.epoch = economic, m.model.epoch
		from := len(concerned)
		concerned = x.concerned(concerned, m.model.parsed, by)
		concerned = concerned[:from+len(slices.DeleteFunc(concerned[from:], func(b *buyer) bool {
			return !m.crosses(b) && !(c.offCover != before.offCover && b.lines.Limited())
		}))]
	}
	slices.SortFunc(concerned, func(a, b *buyer) int { return cmp.Compare(a.id, b.id) })
	concerned = slices.Compact(concerned)
	for _, b := range concerned {
		grade := b.rating.Grade
		m.mark(b).evaluate = true
		m.followUp(b)
		if b.rating.Grade != grade {
			moved++
		}
	}
	for _, x := range c.cells {
		m.settleShelves(x)
	}
	return moved
}

// crosses tells whether a buyer's score as of its last evaluation, in its cell as it is now, is worse than published or
// changes whether it is better. Whom it does not cross is left alone.
func (m *Machine) crosses(b *buyer) bool {
	if b.rating.Grade == 0 {
		return false
	}
	next := b.rating
	next.Evaluate(m.model.parsed, m.today(), b.own+b.cell.economic+b.cell.country.points, b.bounds(), false)
	return next.Grade > b.rating.Grade || (next.BetterSince != 0) != (b.rating.BetterSince != 0)
}

// shiftBy books a figure, shifts the cells that it moves, and tells what it did to the cell that it is about, at home.
func (m *Machine) shiftBy(c *country, key figureKey, f figure) {
	was := m.macroOf(c, key.sector)
	m.macro.figures[key] = f
	buyers := m.shift(c)
	now := m.macroOf(c, key.sector)
	if !c.home || was.EconomicMLO == now.EconomicMLO && was.PoliticalMLO == now.PoliticalMLO &&
		was.BestGrade == now.BestGrade && was.OffCover == now.OffCover {
		return
	}
	now.PreviousMLO, now.PreviousPolitical, now.Buyers = was.EconomicMLO, was.PoliticalMLO, buyers
	m.step.decide(decision.MacroChanged, "country/"+c.code, now)
}

func (m *Machine) macroOf(c *country, sector string) *decision.Macro {
	d := &decision.Macro{Country: c.code, Sector: sector, EconomicMLO: m.economic(c.code, sector), PoliticalMLO: c.points,
		BestGrade: uint32(c.best), OffCover: c.offCover, Inputs: m.inputs(c.code, sector), Model: m.model.version}
	if c.cap != nil && c.cap.set {
		d.Capped, d.CapMinor, d.UseMinor = true, c.cap.cents, c.cap.used()
	}
	return d
}
