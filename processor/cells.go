package processor

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/score"
)

// Indicators that the fold knows besides those of the model file.
const (
	indicatorRate       = "fx_rate"
	indicatorRisk       = "country_risk_class"
	indicatorMoratorium = "transfer_moratorium"
)

const (
	oneE8        = 100_000_000
	wholeEconomy = "*"
	figureMonths = 24 // a figure of a period that ended longer ago counts as missing
)

// figureKey names a figure: an indicator of a country and sector.
type figureKey struct{ country, sector, name string }

// figure is the value that counts of an indicator: of the period that ends later, then of the shorter one.
type figure struct {
	period  event.Period
	valueE8 int64
	missing bool // its period ended too long ago
}

// before tells whether a figure of period p counts before one of q.
func before(p, q event.Period) bool { return p.Last > q.Last || p.Last == q.Last && p.First > q.First }

// stale tells whether a figure counts as missing on a day.
func (f figure) stale(day event.Day) bool { return f.period.Last.AddMonths(figureMonths) < day }

// macro is what is known of economies: figures, and the cells that buyers stand in. Countries and their cells follow
// from figures, buyers and model; of them a snapshot holds only whether a country is at home here.
type macro struct {
	figures   map[figureKey]figure
	rates     map[string]figure // by currency
	countries map[string]*country
}

// country is the political side of a country, and its cells.
type country struct {
	code     string
	home     bool // this partition reports its changes
	points   int64
	best     int64       // best grade that its risk class allows, 0 for any
	offCover bool        // a moratorium of transfers
	cap      *countryCap // nil for none
	cells    []*cell
}

// cell is a sector of a country with its buyers.
type cell struct {
	country  *country
	sector   string
	economic int64
	epoch    uint32 // of the model that all its buyers were evaluated or looked at with
	shelves  shelves
}

func newMacro() macro {
	return macro{figures: map[figureKey]figure{}, rates: map[string]figure{}, countries: map[string]*country{}}
}

// rate is the latest rate of a currency: units of it per euro, with eight decimals.
func (x *macro) rate(currency string) (rate int64, ok bool) {
	if currency == "EUR" {
		return oneE8, true
	}
	f, ok := x.rates[currency]
	return f.valueE8, ok
}

// Euro converts an amount to euro cents at the latest rate; false where there is none, or it does not fit.
func (x *macro) Euro(a event.Amount) (cents int64, ok bool) {
	rate, known := x.rate(a.Currency)
	if !known {
		return 0, false
	}
	return score.ToEuro(a.Minor, rate, a.Currency)
}

// country finds a country or makes it.
func (m *Machine) country(code string) *country {
	c := m.macro.countries[code]
	if c == nil {
		c = &country{code: clone(code)}
		m.macro.countries[c.code] = c
		m.political(c)
	}
	return c
}

// cell finds a cell or makes it.
func (m *Machine) cell(code, sector string) *cell {
	c := m.country(code)
	i, found := slices.BinarySearchFunc(c.cells, sector, func(x *cell, s string) int { return cmp.Compare(x.sector, s) })
	if !found {
		x := &cell{country: c, sector: clone(sector), epoch: m.model.epoch, shelves: newShelves()}
		x.economic = m.economic(code, sector)
		c.cells = slices.Insert(c.cells, i, x)
	}
	return c.cells[i]
}

// reading is the value of an indicator in a sector: of the division, else its section, else the whole economy.
func (m *Machine) reading(code, sector, name string) score.Reading {
	for _, s := range [...]string{sector, score.Section(sector), wholeEconomy} {
		if f, ok := m.macro.figures[figureKey{code, s, name}]; ok && !f.missing && s != "" {
			return score.Reading{ValueE8: f.valueE8, Known: true}
		}
	}
	return score.Reading{}
}

func (m *Machine) readings(code, sector string) []score.Reading {
	readings := make([]score.Reading, len(m.model.parsed.Cells.Indicators))
	for i := range readings {
		readings[i] = m.reading(code, sector, m.model.parsed.Cells.Indicators[i].Name)
	}
	return readings
}

func (m *Machine) economic(code, sector string) int64 {
	return score.Economic(m.model.parsed, code, sector, m.readings(code, sector))
}

// political works out a country's points, best grade and moratorium anew.
func (m *Machine) political(c *country) {
	c.points, c.best = 0, 0
	if class := m.reading(c.code, wholeEconomy, indicatorRisk); class.Known {
		oecd := m.model.parsed.Oecd[class.ValueE8/oneE8]
		c.points, c.best = oecd.Points, oecd.Best
	}
	c.offCover = m.reading(c.code, wholeEconomy, indicatorMoratorium).ValueE8 != 0
}

// recomputeCells works out all cells anew, for a new model. Buyers follow at their next evaluation.
func (m *Machine) recomputeCells() {
	for _, c := range m.macro.sortedCountries() {
		m.political(c)
		for _, x := range c.cells {
			x.economic = m.economic(c.code, x.sector)
		}
	}
}

func (x *macro) sortedCountries() []*country {
	all := make([]*country, 0, len(x.countries))
	for _, c := range x.countries { //fold:sorted
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *country) int { return cmp.Compare(a.code, b.code) })
	return all
}

// indicator books a figure and shifts the cells that it moves.
func (m *Machine) indicator(e *event.Event, b *event.Indicator) {
	if b.Period.First > m.today()+maxAhead {
		m.reject(e, ReasonFutureDate, "period "+b.Period.First.String())
		return
	}
	if b.Name == indicatorRate {
		m.booksRate(e, b)
		return
	}
	if reason, detail := m.refuses(b); reason != "" {
		m.reject(e, reason, detail)
		return
	}
	c := m.country(b.Country)
	c.home = c.home || e.Home
	key := figureKey{b.Country, b.Sector, b.Name}
	old, known := m.macro.figures[key]
	if known && before(old.period, b.Period) {
		return // history: a later period counts
	}
	f := figure{period: b.Period, valueE8: b.ValueE8}
	if known && old.period == f.period && old.valueE8 == f.valueE8 {
		m.batch.Repeat()
		return
	}
	if b.Name == indicatorMoratorium {
		if b.ValueE8 != 0 && !b.Confirmed {
			m.doubts(e, b)
			return
		}
		m.undoubted(c, b.Period)
	}
	f.missing = f.stale(firstOfMonth(m.today()))
	m.shiftBy(c, figureKey{c.code, clone(b.Sector), clone(b.Name)}, f)
}

// refuses says why an indicator cannot be booked, empty where it can.
func (m *Machine) refuses(b *event.Indicator) (reason, detail string) {
	switch {
	case b.Name == indicatorRisk && (b.ValueE8 < 0 || b.ValueE8 > 7*oneE8 || b.ValueE8%oneE8 != 0):
		return ReasonBadValue, "a risk class is 0 to 7"
	case b.Name == indicatorMoratorium && b.ValueE8 != 0 && b.ValueE8 != oneE8:
		return ReasonBadValue, "a moratorium is 0 or 1"
	case b.Name == indicatorRisk || b.Name == indicatorMoratorium:
		return "", ""
	case !slices.ContainsFunc(m.model.parsed.Cells.Indicators,
		func(i event.MacroIndicator) bool { return i.Name == b.Name }):
		return ReasonUnknownIndicator, b.Name
	default:
		return "", ""
	}
}

// booksRate keeps a rate and wakes what waited for one.
func (m *Machine) booksRate(e *event.Event, b *event.Indicator) {
	if b.ValueE8 <= 0 {
		m.reject(e, ReasonBadValue, "a rate is above 0")
		return
	}
	old, known := m.macro.rates[b.Currency]
	f := figure{period: b.Period, valueE8: b.ValueE8}
	switch {
	case known && before(old.period, f.period):
	case known && old == f:
		m.batch.Repeat()
	default:
		m.macro.rates[clone(b.Currency)] = f
		m.wake(need{kind: needRate, id: b.Currency})
	}
}

// firstOfMonth is the first day of a day's month.
func firstOfMonth(day event.Day) event.Day {
	y, mon, _ := day.Civil()
	return event.Date(y, mon, 1)
}

// expireFigures marks what has become too old and shifts the cells that it moves.
func (m *Machine) expireFigures(day event.Day) {
	var due []figureKey
	for key, f := range m.macro.figures { //fold:sorted
		if !f.missing && f.stale(day) {
			due = append(due, key)
		}
	}
	slices.SortFunc(due, figureKey.compare)
	for _, key := range due {
		f := m.macro.figures[key]
		f.missing = true
		m.shiftBy(m.country(key.country), key, f)
	}
}

func (k figureKey) compare(l figureKey) int {
	return cmp.Or(cmp.Compare(k.country, l.country), cmp.Compare(k.sector, l.sector), cmp.Compare(k.name, l.name))
}

// inputs are an economic cell's readings and what each adds by itself.
func (m *Machine) inputs(code, sector string) []decision.Contribution {
	var inputs []decision.Contribution
	indicators := m.model.parsed.Cells.Indicators
	all := m.readings(code, sector)
	for i, r := range all {
		if !r.Known {
			continue
		}
		alone := make([]score.Reading, len(all))
		alone[i] = r
		inputs = append(inputs, decision.Contribution{Code: indicators[i].Name,
			PointsMLO: score.Economic(m.model.parsed, code, sector, alone), Figure: r.ValueE8})
	}
	return inputs
}
