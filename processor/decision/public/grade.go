package public

import (
	"cmp"
	"slices"

	"barometer/processor/decision"
)

// Scale says how to read a grade; no grade is told without it.
const Scale = "1 (best) to 10 (insolvent)"

// Directions of a grade.
const (
	New    = "new" // there was none before
	Better = "better"
	Worse  = "worse"
	Same   = "same"
)

// Reasons of a grade.
const (
	Insolvency  = "insolvency"
	Underwriter = "underwriter" // a person's decision is in force; also a reason of limits
	Accounts    = "financial_statements"
	News        = "company_news"
	Profile     = "company_age_and_size"
	Economic    = "economic_environment"
	Political   = "country_risk"
)

// GradeReasons are all of them, and so all that a channel needs words for.
var GradeReasons = []string{Insolvency, Underwriter, Accounts, News, Profile, Economic, Political}

// insolvent is the grade of the insolvent.
const insolvent = 10

// mostReasons is how many reasons from contributions are told of a grade.
const mostReasons = 4

// componentReason is the reason by the code of a contribution; a contribution that is not here is not told.
var componentReason = map[string]string{
	"equity_ratio": Accounts, "cash_flow": Accounts, "quick_ratio": Accounts, "cash_ratio": Accounts,
	"revenue_growth": Accounts, "statement_age": Accounts,
	"insolvency_reported": News, "restructuring": News, "fraud": News, "judgment": News, "litigation": News,
	"rating_down": News, "rating_up": News, "accounts_late": News, "audit": News, "officer_left": News,
	"leveraged_buyout": News, "acquired": News, "capital_raised": News,
	"company_age": Profile, "company_size": Profile,
	"economic_cell": Economic, "political_cell": Political,
}

// Grade is a change of a buyer's grade, 1 (best) to 10.
type Grade struct {
	Buyer           string
	Grade, Previous uint32 // Previous 0: none before
	Reasons         []string
}

// Moves tells whether a score changes its buyer's grade. No other score is told.
func Moves(b *decision.Score) bool { return b.Grade != b.PreviousGrade }

// First tells whether a change of a grade is the first of its parts: one that concerns many holders is published in
// several. all holds its neighbours, in any order.
func First(d *decision.Decision, all []decision.Decision) bool {
	b := d.Body.(*decision.Score)
	for i := range all {
		other, ok := all[i].Body.(*decision.Score)
		p, q := all[i].Position, d.Position
		if ok && p.Generation == q.Generation && p.Partition == q.Partition && p.Offset == q.Offset && p.Seq < q.Seq &&
			all[i].AsOf == d.AsOf &&
			other.Buyer == b.Buyer && other.Grade == b.Grade && other.PreviousGrade == b.PreviousGrade {
			return false
		}
	}
	return true
}

// GradeOf is what is told of a score that moves.
func GradeOf(b *decision.Score) Grade {
	return Grade{Buyer: b.Buyer, Grade: b.Grade, Previous: b.PreviousGrade, Reasons: gradeReasons(b)}
}

// Direction is one of New, Better, Worse and Same.
func (g *Grade) Direction() string { return Direction(g.Previous, g.Grade) }

// Direction is the direction from one grade, 0 for none, to another.
func Direction(from, to uint32) string {
	switch {
	case from == 0:
		return New
	case to < from:
		return Better
	case to > from:
		return Worse
	default:
		return Same
	}
}

// gradeReasons are those of the public contributions that add risk, the largest first; before them insolvency and a
// person's decision.
func gradeReasons(b *decision.Score) []string {
	reasons := []string{}
	if b.Grade >= insolvent {
		reasons = append(reasons, Insolvency)
	}
	if b.Override {
		reasons = append(reasons, Underwriter)
	}
	public := make([]decision.Contribution, 0, len(b.Contributions))
	for _, c := range b.Contributions {
		if c.PointsMLO > 0 && componentReason[c.Code] != "" {
			public = append(public, c)
		}
	}
	slices.SortFunc(public, func(a, b decision.Contribution) int {
		return cmp.Or(cmp.Compare(b.PointsMLO, a.PointsMLO), cmp.Compare(a.Code, b.Code))
	})
	for _, c := range public {
		if r := componentReason[c.Code]; !slices.Contains(reasons, r) && len(reasons) < mostReasons {
			reasons = append(reasons, r)
		}
	}
	return reasons
}
