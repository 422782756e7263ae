package dashboard

import (
	"cmp"
	"slices"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// What a policyholder sees. Each type is written out field by field: whatever is not here is not told (I8).

// HolderDecision is a decision as its policyholder sees it: a grade, or a limit of its own.
type HolderDecision struct {
	Position string       `json:"position" doc:"opaque"`
	At       time.Time    `json:"at" doc:"log time"`
	Kind     string       `json:"kind"`
	Grade    *HolderGrade `json:"grade,omitempty"`
	Limit    *HolderLimit `json:"limit,omitempty"`
}

// HolderGrade is the grade of a buyer.
type HolderGrade struct {
	BuyerID   string   `json:"buyer_id"`
	Grade     uint32   `json:"grade"`
	Scale     string   `json:"scale"`
	Direction string   `json:"direction,omitempty" enum:"new,better,worse,same"`
	Reasons   []string `json:"reasons" doc:"of the public vocabulary"`
}

// HolderLimit is a decision on a limit of the policyholder.
type HolderLimit struct {
	PolicyID    string    `json:"policy_id"`
	BuyerID     string    `json:"buyer_id"`
	RequestID   string    `json:"request_id,omitempty"`
	RequestKind string    `json:"request_kind,omitempty"`
	Code        string    `json:"code"`
	Requested   string    `json:"requested,omitempty"`
	Granted     string    `json:"granted"`
	Previous    string    `json:"previous"`
	Currency    string    `json:"currency"`
	Reason      string    `json:"reason,omitempty" doc:"of the public vocabulary"`
	Conditions  []string  `json:"conditions,omitempty"`
	DecidedAt   time.Time `json:"decided_at"`
	EffectiveOn string    `json:"effective_on,omitempty"`
	NoticeFrom  string    `json:"notice_from,omitempty" enum:"delivered" doc:"effective notice_days after its policyholder has had notice; another decision then says from when on"`
	NoticeDays  int32     `json:"notice_days,omitempty"`
	ValidUntil  string    `json:"valid_until,omitempty"`
	BuyerGrade  uint32    `json:"buyer_grade,omitempty"`
	Scale       string    `json:"scale"`
	Trigger     string    `json:"trigger,omitempty" doc:"only where it is an event of the policyholder's own"`
	Position    string    `json:"position" doc:"opaque"`
}

// HolderBuyer is a buyer on whom the policyholder has, or asked for, a limit.
type HolderBuyer struct {
	ID      string        `json:"id"`
	Name    string        `json:"name,omitempty"`
	Country string        `json:"country,omitempty"`
	Sector  string        `json:"sector,omitempty"`
	Grade   *HolderGrade  `json:"grade,omitempty"`
	Limits  []HolderLimit `json:"limits,omitempty"`
}

// holderReasons is the public vocabulary of RECECO 4509. Whether a refusal is for want of turnover, for a young company or
// because others use the capacity changes with what others ask for, so all three are the one word.
var holderReasons = map[uint32]string{1: "no_financial_statements", 4: "capacity", 8: "insolvency_risk_only",
	12: "adverse_information", 13: "capacity", 14: "capacity"}

// holderTexts are reasons beside it: of what the policyholder has agreed, delivered or been paid, and of the buyer's grade and country.
var holderTexts = []string{"underwriter", "superseded", "valid_until", "overdue", "not_agreed", "decided", "weak_buyer", "off_cover", "policy_ended", "late_notification", "paid_late", "open_late", "no_experience"}

func holderReason(b *decision.Limit) string {
	if slices.Contains(holderTexts, b.ReasonText) {
		return b.ReasonText
	}
	return holderReasons[b.Reason]
}

const mostReasons = 4

// publicReasons are found from the contributions that are public, not from the reasons of the decision, whose choice and
// order change with payment behaviour.
func publicReasons(b *decision.Score) []string {
	reasons := []string{}
	if b.Grade >= 10 {
		reasons = append(reasons, publicInsolvency)
	}
	sorted := slices.Clone(b.Contributions)
	slices.SortFunc(sorted, func(a, c decision.Contribution) int {
		return cmp.Or(cmp.Compare(c.PointsMLO, a.PointsMLO), cmp.Compare(a.Code, c.Code))
	})
	for _, c := range sorted {
		public := publicOf[c.Code]
		if public != "" && c.PointsMLO > 0 && !slices.Contains(reasons, public) && len(reasons) < mostReasons {
			reasons = append(reasons, public)
		}
	}
	return reasons
}

func direction(b *decision.Score) string {
	switch {
	case b.PreviousGrade == 0:
		return "new"
	case b.Grade < b.PreviousGrade:
		return "better"
	case b.Grade > b.PreviousGrade:
		return "worse"
	default:
		return "same"
	}
}

func holderGradeOf(b *decision.Score) *HolderGrade {
	return &HolderGrade{b.Buyer, b.Grade, gradeScale, direction(b), publicReasons(b)}
}

// holderLimit gives a limit to its holder; p must be it.
func (s *server) holderLimit(p principal, d *decision.Decision, b *decision.Limit) HolderLimit {
	l := HolderLimit{PolicyID: b.Policy, BuyerID: b.Buyer, RequestID: b.Request, RequestKind: b.RequestKind.String(),
		Code: b.Code.String(), Granted: amount(b.GrantedMinor, b.Currency), Previous: amount(b.PreviousMinor, b.Currency),
		Currency: b.Currency, Reason: holderReason(b), Conditions: b.Conditions, DecidedAt: instant(d.AtMs),
		EffectiveOn: day(b.EffectiveOn), ValidUntil: day(b.ValidUntil), BuyerGrade: b.BuyerGrade, Scale: gradeScale,
		Position: s.position(p, d.Position)}
	l.NoticeFrom, l.NoticeDays = noticeOf(b)
	if b.Request != "" {
		l.Requested = amount(b.RequestedMinor, b.Currency)
		if d.Trigger.Kind == event.KindLimitRequested {
			l.Trigger = d.Trigger.ID // a request is answered in the step of its own message
		}
	}
	return l
}

// noticeOf is from what the notice of a cut counts, where its day is not known yet.
func noticeOf(b *decision.Limit) (from string, days int32) {
	if b.OnDelivery {
		return "delivered", b.NoticeDays
	}
	return "", 0
}

// holderDecision gives a decision to a policyholder, false where it is none of theirs. related tells whether a buyer is one
// whose grade they may see. Scores that keep their grade are not told: their times are those of others' inputs.
func (s *server) holderDecision(p principal, d *decision.Decision, related func(buyer string) bool) (HolderDecision, bool) {
	out := HolderDecision{Position: s.position(p, d.Position), At: instant(d.AtMs), Kind: d.Kind.String()}
	switch b := d.Body.(type) {
	case *decision.Score:
		if b.Grade == b.PreviousGrade || !related(b.Buyer) {
			return HolderDecision{}, false
		}
		out.Grade = holderGradeOf(b)
		return out, true
	case *decision.Limit:
		if b.Holder != p.holder {
			return HolderDecision{}, false
		}
		l := s.holderLimit(p, d, b)
		out.Limit = &l
		return out, true
	default:
		return HolderDecision{}, false
	}
}
