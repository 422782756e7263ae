package decision

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// Score is a published score of a buyer.
type Score struct {
	Buyer                                      string
	Country, Sector                            string
	Grade, PreviousGrade                       uint32 // 0: none before
	PDPPM                                      int64
	PointsMLO                                  int64 // L
	PreviousMLO                                int64
	Economic, Political, Commercial, Financing uint32 // dimensions, 1 (best) to 10
	Contributions                              []Contribution
	// at most four: insolvency, then codes of the largest contributions above the median
	Reasons []string
	Changes []Contribution
	Model   string
	Cause   string // why now: first, grade, points, override, insolvency
	Cap     string // the best-grade rule in force, empty: none
	// on a grade change: the holders with a limit in force, or a request other than a preliminary one decided within
	// twelve months; at most 1 000
	Holders  []string
	Override bool         // an underwriter's decision was in force
	Texts    event.Source // whose words name the buyer
}

// Contribution is what one component of the scorecard adds. As a change, it is the difference to the last published
// score.
type Contribution struct {
	Code      string
	PointsMLO int64
	Figure    int64 // the figure behind the points, in the unit that Code states
}

// Walk walks the fields of barometer.v1.Contribution.
func (c *Contribution) Walk(w *wire.Wire) {
	w.Str(1, &c.Code)
	w.Int(2, &c.PointsMLO)
	w.Int(3, &c.Figure)
}

// Walk walks the fields of barometer.v1.ScoreChanged.
func (b *Score) Walk(w *wire.Wire) {
	w.Str(1, &b.Buyer)
	w.Str(2, &b.Country)
	w.Str(3, &b.Sector)
	w.Uint32(4, &b.Grade)
	w.Uint32(5, &b.PreviousGrade)
	w.Int(6, &b.PDPPM)
	w.Int(7, &b.PointsMLO)
	w.Int(8, &b.PreviousMLO)
	w.Uint32(9, &b.Economic)
	w.Uint32(10, &b.Political)
	w.Uint32(11, &b.Commercial)
	w.Uint32(12, &b.Financing)
	wire.Msgs(w, 13, &b.Contributions)
	w.Strs(14, &b.Reasons)
	wire.Msgs(w, 15, &b.Changes)
	w.Str(16, &b.Model)
	w.Str(17, &b.Cause)
	w.Str(18, &b.Cap)
	w.Strs(19, &b.Holders)
	w.Bool(20, &b.Override)
	WalkTexts(w, &b.Texts)
}

// WalkTexts walks a source whose words apply, in fields 30 to 33 of a body.
func WalkTexts(w *wire.Wire, s *event.Source) {
	wire.Enum(w, 30, &s.Topic)
	w.Uint32(31, &s.Incarnation)
	w.Uint32(32, &s.Partition)
	w.Int(33, &s.Offset)
}

// Macro is a change of a country-by-sector cell.
type Macro struct {
	Country, Sector   string // Sector: a NACE division, a section or *
	EconomicMLO       int64
	PreviousMLO       int64
	PoliticalMLO      int64
	PreviousPolitical int64
	BestGrade         uint32 // 0: no rule
	OffCover          bool
	Buyers            uint32 // how many of this partition moved their grade
	Inputs            []Contribution
	Model             string
	Capped            bool  // there is a cap on the country's limits
	CapMinor          int64 // euro cents
	UseMinor          int64 // euro cents that limits use of it, as all partitions told it last
}

// Walk walks the fields of barometer.v1.MacroChanged.
func (b *Macro) Walk(w *wire.Wire) {
	w.Str(1, &b.Country)
	w.Str(2, &b.Sector)
	w.Int(3, &b.EconomicMLO)
	w.Int(4, &b.PreviousMLO)
	w.Int(5, &b.PoliticalMLO)
	w.Int(6, &b.PreviousPolitical)
	w.Uint32(7, &b.BestGrade)
	w.Bool(8, &b.OffCover)
	w.Uint32(9, &b.Buyers)
	wire.Msgs(w, 10, &b.Inputs)
	w.Str(11, &b.Model)
	w.Bool(12, &b.Capped)
	w.Int(13, &b.CapMinor)
	w.Int(14, &b.UseMinor)
}
