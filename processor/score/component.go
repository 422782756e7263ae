package score

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
)

// Component is a part of the scorecard that adds points. Its codes are published and stable; its values are part of the
// snapshot's format: add at the end, never renumber.
type Component uint8

// Components, each with the unit of the figure behind its points. The ratios and the rows of events stand in the order
// of event.RatioName and event.EventRow.
const (
	ComponentNone          Component = iota
	ComponentEquityRatio             // the ratio, ppm
	ComponentCashFlow                // the ratio, ppm
	ComponentQuickRatio              // the ratio, ppm
	ComponentCashRatio               // the ratio, ppm
	ComponentRevenueGrowth           // the ratio, ppm
	ComponentStatementAge            // full months since the end of its period
	ComponentDBT                     // days beyond terms, tenths of a day
	ComponentOverdue                 // more than 30 days past due / outstanding, ppm
	ComponentWorstStatus             // 30, 60 or 90 days at most, 120: more
	ComponentTrend                   // fast minus slow days beyond terms, tenths of a day
	ComponentSuppliers               // suppliers in arrears
	ComponentPaymentsBound           // what the sum of payments was before its bounds, mlo
	ComponentReported                // of this and all other events: days since the last one of the row
	ComponentRestructuring           //
	ComponentFraud                   //
	ComponentJudgment                //
	ComponentLitigation              //
	ComponentRatingDown              //
	ComponentRatingUp                //
	ComponentAccountsLate            // days that accounts are late
	ComponentAudit                   //
	ComponentOfficer                 //
	ComponentBuyout                  //
	ComponentAcquired                //
	ComponentCapital                 //
	ComponentAge                     // full months since the company was founded
	ComponentSize                    // revenue of a year, euro cents
	ComponentEconomic                // points of the cell, mlo
	ComponentPolitical               // OECD country risk class
	ComponentEnd                     // not a component: the number of components
)

var components = [ComponentEnd]string{"", "equity_ratio", "cash_flow", "quick_ratio", "cash_ratio", "revenue_growth",
	"statement_age",
	"days_beyond_terms", "overdue_share", "worst_status", "payment_trend", "suppliers_in_arrears", "payments_bound",
	"insolvency_reported", "restructuring", "fraud", "judgment", "litigation", "rating_down", "rating_up", "accounts_late",
	"audit",
	"officer_left", "leveraged_buyout", "acquired", "capital_raised",
	"company_age", "company_size", "economic_cell", "political_cell"}

// String is the component's code.
func (c Component) String() string { return components[c] }

// ParseComponent finds a component by its code.
func ParseComponent(code string) (Component, bool) {
	for c := ComponentNone + 1; c < ComponentEnd; c++ {
		if components[c] == code {
			return c, true
		}
	}
	return ComponentNone, false
}

func ofRatio(r event.RatioName) Component { return ComponentEquityRatio + Component(r) }

func ofRow(r event.EventRow) Component { return ComponentReported + Component(r) }

// Part is what a component adds, as it is kept, without its figure: the component above 24 bits of points.
type Part int32

const pointBits = 24

func partOf(c Component, points int64) Part {
	return Part(int32(c)<<pointBits | int32(points)&(1<<pointBits-1))
}

// Component is what adds.
func (p Part) Component() Component { return Component(uint32(p) >> pointBits) }

// Points is what it adds.
func (p Part) Points() int64 { return int64(int32(p) << (32 - pointBits) >> (32 - pointBits)) }

// Walk walks the fields of a part in a snapshot.
func (p *Part) Walk(w *wire.Wire) {
	c, points := p.Component(), int32(p.Points())
	wire.Enum(w, 1, &c)
	w.Int32(2, &points)
	if c >= ComponentEnd {
		w.Fail("component %d", c)
		c = ComponentNone
	}
	*p = partOf(c, int64(points))
}

// contribution makes a contribution of a component.
func contribution(c Component, points, figure int64) decision.Contribution {
	return decision.Contribution{Code: c.String(), PointsMLO: points, Figure: figure}
}

// Sum is the points of contributions.
func Sum(contributions []decision.Contribution) int64 {
	var sum int64
	for i := range contributions {
		sum += contributions[i].PointsMLO
	}
	return sum
}
