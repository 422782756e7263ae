package event

// Model is a risk model as the fold uses it: a model file, checked and compiled to integers. It is shared and never changed.
//
// Units: points are mlo, cuts of ratios parts per million, days are days, money is euro cents. Cuts ascend; a scale has one
// more entry of points than cuts.
type Model struct {
	Version  string
	BaseMLO  int64 // the score of a buyer that nothing is known of
	Grades   [8]int64
	GradePD  [8]int64 // ppm, of grades 1 to 8
	Ratios   [RatioEnd]Ratio
	Payments PaymentScales
	Size     SizePoints
	Cells    CellWeights
	Oecd     [8]OecdClass
	Capacity CapacityTable
	// Medians are what each component usually adds: a reason is what exceeds its median.
	Medians []ComponentMedian
}

// Scale turns a figure into points: the points of the first cut that the figure is below, else the last.
type Scale struct {
	Cuts   []int64
	Points []int64
}

// Of is the points of figure x.
func (s Scale) Of(x int64) int64 {
	for i, cut := range s.Cuts {
		if x < cut {
			return s.Points[i]
		}
	}
	return s.Points[len(s.Cuts)]
}

// RatioName names a ratio of a statement.
type RatioName uint8

// Ratios, in the order of the scorecard.
const (
	RatioEquity   RatioName = iota // equity / total assets
	RatioCashFlow                  // (net income + depreciation) / total liabilities
	RatioQuick                     // (current assets − inventories) / current liabilities
	RatioCash                      // cash / current liabilities
	RatioGrowth                    // revenue / revenue of the year before
	RatioEnd
)

func (r RatioName) String() string {
	return [...]string{"equity_ratio", "cash_flow", "quick_ratio", "cash_ratio", "revenue_growth"}[r]
}

// Ratio is the scale of a ratio, in ppm, and its points where the denominator is 0 or less.
type Ratio struct {
	Scale
	NoDenominator int64
}

// PaymentScales turn payment behaviour into points. Days beyond terms are in tenths of a day, shares in ppm.
type PaymentScales struct {
	DBT           Scale
	Overdue       Scale // share of the outstanding that is more than 30 days past due
	NothingPast   int64 // points where nothing is past due by more than 30 days
	Worst         Scale // days of the worst status of twelve months
	Trend         Scale
	TwoSuppliers  int64 // points where two suppliers are in arrears
	ManySuppliers int64 // points where at least three are, and ManyShare of those that report
	ManyShare     int64 // ppm
	Low, High     int64 // the sum is clamped to these
}

// SizePoints are for age and size. Revenues are euro cents a year.
type SizePoints struct {
	Young, YoungMonths   int64
	Newish, NewishMonths int64
	Small, SmallRevenue  int64
	Large, LargeRevenue  int64
}

// CellWeights are for the economic cells.
type CellWeights struct {
	Factor     int64 // points per unit of β · Z
	Clamp      int64 // of the points of a cell
	ClampZ     int64 // of one indicator's z, in thousandths
	Indicators []MacroIndicator
	Betas      []Beta
	BetaE1     int64 // β of every other sector, times 10
}

// MacroIndicator is an indicator of the cells.
type MacroIndicator struct {
	Name       string
	WeightPct  int64
	GoodIfHigh bool
	Norms      []Norm // ascending by country; "*" is the default
}

// Norm is the usual value of an indicator in a country, with eight decimals.
type Norm struct {
	Country       string
	MeanE8, DevE8 int64
}

// Beta is how strongly a sector follows the economy, times 10. Sector is a NACE division or a section.
type Beta struct {
	Sector string
	E1     int64
}

// OecdClass is what a country risk class means. Best is the best grade that it allows, 0 for any.
type OecdClass struct{ Points, Best int64 }

// CapacityTable is for the capacity of a buyer, by grade 1 to 8; at 9 and 10 it is 0.
type CapacityTable struct {
	EquityPPM    [8]int64
	RevenuePPM   [8]int64
	PayablesPPM  int64
	NoAccounts   [8]int64 // euro cents; −1: this grade is not reached without accounts
	RiskBudget   int64    // R: yearly expected loss that one buyer may cost, euro cents
	LossGivenPct int64
}

// ComponentMedian is the median of a component's points.
type ComponentMedian struct {
	Code   string
	Points int64
}
