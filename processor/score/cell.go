package score

import (
	"slices"
	"strings"

	"barometer/ingest/event"
)

// Reading is an indicator's value in a cell: missing where not Known.
type Reading struct {
	ValueE8 int64
	Known   bool
}

// BetaOf is how strongly a sector, a NACE division, follows the economy, times 10: by its division, then its section.
func BetaOf(m *event.Model, division string) int64 {
	section := Section(division)
	beta, found := m.Cells.BetaE1, false
	for _, b := range m.Cells.Betas {
		switch {
		case b.Sector == division:
			return b.E1
		case b.Sector == section && section != "" && !found:
			beta, found = b.E1, true
		}
	}
	return beta
}

// Economic is the points of a country-by-sector cell: 270 · β · Z, clamped, with Z = Σ weight · z. Readings stand in
// the order of the model's indicators; what is missing counts 0 and the weights are not rescaled.
func Economic(m *event.Model, country, division string, readings []Reading) int64 {
	var sum int64 // Σ weight % · z in thousandths
	for i := range m.Cells.Indicators {
		if ind := &m.Cells.Indicators[i]; readings[i].Known {
			sum += ind.WeightPct * z(m, ind, country, readings[i].ValueE8)
		}
	}
	points := m.Cells.Factor * BetaOf(m, division) * sum / 1_000_000
	return min(max(points, -m.Cells.Clamp), m.Cells.Clamp)
}

// z is how far a value is from usual, in thousandths of a deviation, + is bad.
func z(m *event.Model, ind *event.MacroIndicator, country string, valueE8 int64) int64 {
	norm := normOf(ind, country)
	if norm == nil || norm.DevE8 <= 0 {
		return 0
	}
	z, ok := MulDiv(valueE8-norm.MeanE8, 1000, norm.DevE8)
	if !ok {
		z = m.Cells.ClampZ
		if valueE8 < norm.MeanE8 {
			z = -z
		}
	}
	z = min(max(z, -m.Cells.ClampZ), m.Cells.ClampZ)
	if ind.GoodIfHigh {
		return -z
	}
	return z
}

// normOf is the norm of a country, else the default one, nil without.
func normOf(ind *event.MacroIndicator, country string) *event.Norm {
	for _, name := range [...]string{country, "*"} {
		i, found := slices.BinarySearchFunc(ind.Norms, name,
			func(n event.Norm, name string) int { return strings.Compare(n.Country, name) })
		if found {
			return &ind.Norms[i]
		}
	}
	return nil
}

// Section is the NACE Rev. 2 section of a division, empty for an unknown one.
func Section(division string) string {
	if len(division) != 2 {
		return ""
	}
	n := int(division[0]-'0')*10 + int(division[1]-'0')
	for _, s := range sections {
		if n >= s.from && n <= s.to {
			return s.name
		}
	}
	return ""
}

// sections are the divisions of NACE Rev. 2 (Regulation (EC) No 1893/2006).
var sections = [...]struct {
	name     string
	from, to int
}{{"A", 1, 3}, {"B", 5, 9}, {"C", 10, 33}, {"D", 35, 35}, {"E", 36, 39}, {"F", 41, 43}, {"G", 45, 47}, {"H", 49, 53},
	{"I", 55, 56},
	{"J", 58, 63}, {"K", 64, 66}, {"L", 68, 68}, {"M", 69, 75}, {"N", 77, 82}, {"O", 84, 84}, {"P", 85, 85}, {"Q", 86, 88},
	{"R", 90, 93},
	{"S", 94, 96}, {"T", 97, 98}, {"U", 99, 99}}

// Dimension puts points on the scale of the four dimensions, 1 (best) to 9; 10 is for insolvency and moratoria alone.
func Dimension(points int64) uint32 {
	for i, most := range [...]int64{-1200, -900, -600, -300, 150, 400, 800, 1300} {
		if points <= most {
			return uint32(i) + 1
		}
	}
	return 9
}
