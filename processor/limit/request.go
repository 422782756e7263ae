package limit

import "barometer/processor/decision"

// Reasons of a limit decision (UN/EDIFACT RECECO, data element 4509).
const (
	ReasonNone           uint32 = 0
	ReasonNoStatements   uint32 = 1
	ReasonNewCompany     uint32 = 4
	ReasonAdverse        uint32 = 12
	ReasonLimitFull      uint32 = 13
	ReasonLackOfTurnover uint32 = 14
	ReasonOther          uint32 = 15
)

// Rules of the answer.
const (
	weakGrade      = 8        // from this grade on no increase, and the reason is the grade
	minimumCents   = 5_000_00 // the least that is granted in part
	minimumPercent = 25       // of the total wanted, likewise
	roundingCents  = 1_000_00 // a part is a multiple of this
	youngMonths    = 24       // a company younger than this is new
)

// Request is a request for a limit, as it is judged; all money is in euro cents.
type Request struct {
	Total     int64 // the total that is wanted
	Current   int64 // the limit that this policy has
	Available int64 // capacity less what all other policies use, with a country's cap applied; may be below 0
	Grade     int64
	Increase  bool // as opposed to a new or preliminary request
}

// Answer is what is granted: the whole new limit, not the difference. On NotApproved the limit stays as it is.
type Answer struct {
	Code    decision.LimitCode
	Granted int64
}

// Judge answers a request.
func Judge(r Request) Answer {
	refused := Answer{decision.NotApproved, r.Current}
	if r.Grade > weakGrade || r.Increase && (r.Grade >= weakGrade || r.Total <= r.Current) {
		return refused
	}
	if r.Available >= r.Total {
		return Answer{decision.Approved, r.Total}
	}
	if r.Available < minimumCents || r.Available < r.Total/100*minimumPercent+r.Total%100*minimumPercent/100 {
		return refused
	}
	granted := r.Available - r.Available%roundingCents
	if r.Increase && granted <= r.Current {
		return refused
	}
	return Answer{decision.PartlyApproved, granted}
}

// Facts are what the reason of a refusal, a partial approval or a cut is found from.
type Facts struct {
	Grade       int64
	Cut         bool // the insurer takes cover away
	Accounts    bool // a counting statement with usable figures
	OthersUse   bool // other policies use some of the capacity
	AgeMonths   int32
	AgeKnown    bool
	FullGranted bool // what was asked for was granted: no reason
}

// Reason is the reason to give.
func Reason(f Facts) uint32 {
	switch {
	case f.FullGranted:
		return ReasonNone
	case f.Cut || f.Grade >= weakGrade:
		return ReasonAdverse
	case !f.Accounts:
		return ReasonNoStatements
	case f.OthersUse:
		return ReasonLimitFull
	case f.AgeKnown && f.AgeMonths < youngMonths:
		return ReasonNewCompany
	default:
		return ReasonLackOfTurnover
	}
}

// ReasonText is a reason's code in the public vocabulary, empty for none. That others use the capacity is told as
// capacity alone.
func ReasonText(reason uint32) string {
	switch reason {
	case ReasonNoStatements:
		return "no_accounts"
	case ReasonNewCompany:
		return "new_company"
	case ReasonAdverse:
		return "adverse_information"
	case ReasonLimitFull:
		return "capacity"
	case ReasonLackOfTurnover:
		return "lack_of_turnover"
	default:
		return ""
	}
}
