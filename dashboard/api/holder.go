package api

import (
	"time"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

// What a policyholder sees: what package public lets it know, as JSON (I8).

// HolderDecision is a decision as its policyholder sees it: a grade, a limit, cover, a case or a claim of its own, or a
// message of its own that was refused.
type HolderDecision struct {
	Position string       `json:"position" doc:"opaque"`
	At       time.Time    `json:"at" doc:"log time"`
	Kind     string       `json:"kind"`
	Grade    *HolderGrade `json:"grade,omitempty"`
	Limit    *HolderLimit `json:"limit,omitempty"`
	Cover    *HolderCover `json:"cover,omitempty"`
	Case     *Case        `json:"case,omitempty"`
	Claim    *Claim       `json:"claim,omitempty"`

	Rejection *HolderRejection `json:"rejection,omitempty"`
}

// HolderRejection is a message about a policy of the policyholder that was not applied.
type HolderRejection struct {
	Type     string `json:"type" doc:"of the message"`
	ID       string `json:"id" doc:"of the message"`
	PolicyID string `json:"policy_id"`
	BuyerID  string `json:"buyer_id,omitempty"`
	Reason   string `json:"reason" doc:"of the published vocabulary"`
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
	Indicative  bool      `json:"indicative,omitempty" doc:"an answer to a preliminary request: granted is what a limit could be, and covers nothing"`
	Trigger     string    `json:"trigger,omitempty" doc:"only where it is an event of the policyholder's own"`
	Position    string    `json:"position" doc:"opaque"`
}

// holderGradeOf shows a grade to its holder.
func holderGradeOf(g *public.Grade) *HolderGrade {
	return &HolderGrade{g.Buyer, g.Grade, public.Scale, g.Direction(), g.Reasons}
}

// holderLimit shows a decision on a limit to its holder; p must be it.
func (s *API) holderLimit(p identity.Principal, d *decision.Decision, b *decision.Limit) HolderLimit {
	return s.holderLimitOf(p, d.AtMs, d.Position, public.LimitOf(d, b))
}

func (s *API) holderLimitOf(p identity.Principal, atMs int64, at event.Position, b public.Limit) HolderLimit {
	l := HolderLimit{PolicyID: b.Policy, BuyerID: b.Buyer, RequestID: b.Request, RequestKind: b.RequestKind.String(),
		Code: b.Code.String(), Granted: format.Amount(b.Granted, b.Currency), Previous: format.Amount(b.Previous, b.Currency),
		Currency: b.Currency, Reason: b.Reason.Text, Conditions: b.Conditions, DecidedAt: format.Instant(atMs),
		EffectiveOn: format.Day(b.EffectiveOn), ValidUntil: format.Day(b.ValidUntil), BuyerGrade: b.BuyerGrade,
		Scale: public.Scale, Trigger: b.Trigger, Indicative: b.Indicative, Position: s.position(p, at)}
	if b.Request != "" {
		l.Requested = format.Amount(b.Requested, b.Currency)
	}
	if b.OnDelivery {
		l.NoticeFrom, l.NoticeDays = "delivered", b.NoticeDays
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

// holderDecision shows a decision to a policyholder, false where it is none of theirs; own tells which policies are.
func (s *API) holderDecision(p identity.Principal, d *decision.Decision,
	own func(policy string) bool) (HolderDecision,
	bool) {
	told, ok := public.For(d, p.Holder, own)
	if !ok {
		return HolderDecision{}, false
	}
	out := HolderDecision{Position: s.position(p, told.Position), At: format.Instant(told.AtMs), Kind: told.Kind.String()}
	switch {
	case told.Grade != nil:
		out.Grade = holderGradeOf(told.Grade)
	case told.Limit != nil:
		l := s.holderLimitOf(p, told.AtMs, told.Position, *told.Limit)
		out.Limit = &l
	case told.Cover != nil:
		out.Cover = holderCoverOf(told.Cover)
	case told.Case != nil:
		c := caseOf(p, d, out.Position)
		out.Case = &c
	case told.Claim != nil:
		c := claimOf(p, d, out.Position)
		out.Claim = &c
	case told.Rejection != nil:
		r := told.Rejection
		out.Rejection = &HolderRejection{r.Type.String(), r.ID, r.Policy, r.Buyer, r.Reason}
	}
	return out, true
}
