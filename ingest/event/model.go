package event

// Model is a risk model as the fold uses it: a model file, checked and compiled to integers. It is shared and never
// changed.
//
// Units: points are mlo, cuts of ratios parts per million, days are days, money is euro cents. Cuts ascend; a scale has
// one more entry of points than cuts.
type Model struct {
	Version  string
	BaseMLO  int64 // the score of a buyer that nothing is known of
	Grades   [8]int64
	GradePD  [8]int64 // ppm, of grades 1 to 8
	Ratios   [RatioEnd]Ratio
	Payments PaymentScales
	Events   EventTable
	Size     SizePoints
	Cells    CellWeights
	Oecd     [8]OecdClass
	Capacity CapacityTable
	// Collections say how debts are collected, by country, each once; empty: the model does not say.
	Collections  []CollectionTable
	LateInterest LateInterest
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

// PaymentScales turn payment behaviour into points. Days beyond terms and the trend are in tenths of a day, shares in
// ppm, the worst status in days: 30, 60, 90, or 120 for more. A bin "up to 7 days" therefore has the cut 71, "up to 30
// days" of the worst status 31.
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

// EventRow names a row of the table of events: what adds up in one sum.
type EventRow uint8

// Rows, in the order of the model's page.
const (
	EventReported      EventRow = iota // an insolvency or moratorium that is reported but does not act by itself
	EventRestructuring                 // out-of-court restructuring
	EventFraud                         // confirmed, or alleged as its lesser class
	EventJudgment                      // judgment, dishonoured bill
	EventLitigation
	EventRatingDown   // per notch
	EventRatingUp     // per notch
	EventAccountsLate // by more than VeryLateDays, or more than LateDays as its lesser class; while late
	EventAudit        // going concern, or qualified as its lesser class; the larger, to the next accounts
	EventOfficer      // the CFO leaves, or the CEO as its lesser class
	EventBuyout       // leveraged buyout
	EventAcquired     // by a stronger firm
	EventCapital      // capital raised
	EventEnd          // not a row: the number of rows
)

var eventRows = [EventEnd]string{"insolvency_reported", "restructuring", "fraud", "judgment", "litigation",
	"rating_down", "rating_up",
	"accounts_late", "audit", "officer_left", "leveraged_buyout", "acquired", "capital_raised"}

func (r EventRow) String() string { return eventRows[r] }

// EventTable turns news into points.
type EventTable struct {
	Rows [EventEnd]EventPoints
	// OutletPct is what of the points an outlet's word is worth, by Outlet, in percent; caps are not weighed.
	OutletPct [Web + 1]int64
	// WindowDays is how long after an event that was added others of its row do not add up.
	WindowDays int32
	// LateDays and VeryLateDays are the days that accounts must be late by more than.
	LateDays, VeryLateDays int32
	// LitigationPPM is the share of equity that a litigation must be about more than.
	LitigationPPM int64
}

// EventPoints are the points of a row. Points and Lesser are mlo before the outlet's weight; Cap has their sign and is
// never 0: a row without one in the model file has its largest severity. Insolvency, restructuring and confirmed fraud
// that do not act by themselves count Points of EventReported, whatever the outlet.
type EventPoints struct {
	Points, Lesser   int64 // of the row's class, and of its lesser one (0: there is none)
	HalfLife         int32 // days, 0: does not decay
	Cap              int64
	Financing        bool  // belongs to the financing dimension, else to the commercial one
	Best, BestMonths int64 // its class allows no better grade than Best for so many months, 0: no rule
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
	LargeCut     int64 // a larger cut of one limit waits for a verdict, euro cents
	Authority    int64 // an underwriter decides alone up to this, euro cents
	// LargeIncrease: a request that raises a limit by more waits for a verdict, euro cents; 0: none does.
	LargeIncrease int64
}

// ComponentMedian is the median of a component's points.
type ComponentMedian struct {
	Code   string
	Points int64
}
