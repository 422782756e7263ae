package storage

import (
	"encoding/hex"
	"strconv"

	"barometer/ingest/event"
)

// order is a message of risk.orders as a row of order_messages: what its kind does not say is empty.
type order struct {
	buyer                                      event.Party
	policy, country, review, order, claim      string
	collection, verdict, stage, analyst, other string
	amount                                     *event.Amount
	floor, ceiling                             uint32
	block, insolvencyOnly                      bool
	maxTerms                                   int32
	security                                   string
	until, served, paid                        event.Day
	plan, outcome                              string
	documents                                  []string
	version, sum                               string
}

func orderOf(e *event.Event) (o order) {
	o.buyer, o.policy = partyOf(e), e.Body.PolicyID()
	switch b := e.Body.(type) {
	case *event.ReviewDecided:
		o.review, o.analyst, o.verdict = b.Review, b.Analyst, "reject"
		if b.Approve {
			o.verdict = "approve"
		}
	case *event.UnderwriterDecided:
		o.analyst, o.other, o.until = b.Analyst, b.SecondAnalyst, b.ValidUntil
		o.floor, o.ceiling, o.block = b.GradeFloor, b.GradeCeiling, b.Block
		o.maxTerms, o.security, o.insolvencyOnly = b.MaxTermsDays, b.Security, b.InsolvencyOnly
		if b.HasAmount {
			o.amount = &b.Amount
		}
	case *event.BindingOrderAccepted:
		o.order, o.amount, o.until, o.analyst = b.Order, &b.Amount, b.DeliverBy, b.Analyst
	case *event.NoticeServed:
		o.analyst, o.served = b.Analyst, b.ServedOn
	case *event.CountryCapSet:
		o.country, o.amount, o.analyst, o.other = b.Country, &b.Amount, b.Analyst, b.SecondAnalyst
	case *event.ClaimExamined:
		o.claim, o.verdict, o.documents, o.analyst = b.Claim, b.Verdict.String(), b.Documents, b.Analyst
		if b.HasAmount {
			o.amount = &b.Amount
		}
	case *event.CollectionMoved:
		o.collection, o.stage, o.outcome, o.analyst = b.Case, b.Stage.String(), b.Outcome.String(), b.Analyst
	case *event.IndemnityPaid:
		o.claim, o.amount, o.paid, o.analyst = b.Claim, &b.Amount, b.PaidOn, b.Analyst
	case *event.PlanDecided:
		o.plan, o.analyst, o.verdict = b.Plan, b.Analyst, "refuse"
		if b.Consent {
			o.verdict = "consent"
		}
	case *event.ModelActivated:
		o.version, o.sum, o.analyst, o.other = b.Version, hex.EncodeToString(b.SHA256), b.Analyst, b.SecondAnalyst
	case *event.FoldActivated:
		o.version, o.analyst, o.other = strconv.FormatUint(uint64(b.Version), 10), b.Analyst, b.SecondAnalyst
	}
	return o
}

func orders() []column {
	str := func(name string, get func(*order) string) column {
		return text(name, func(e *entry) string { return get(&e.order) })
	}
	return input(
		text("type", func(e *entry) string { return e.event.Kind.String() }),
		str("policy_id", func(o *order) string { return o.policy }),
		str("buyer_id", func(o *order) string { return o.buyer.ID }),
		str("company_country", func(o *order) string { return o.buyer.Country }),
		str("country", func(o *order) string { return o.country }),
		str("review_id", func(o *order) string { return o.review }),
		str("order_id", func(o *order) string { return o.order }),
		str("claim_id", func(o *order) string { return o.claim }),
		str("case_id", func(o *order) string { return o.collection }),
		str("plan_id", func(o *order) string { return o.plan }),
		str("verdict", func(o *order) string { return o.verdict }),
		str("stage", func(o *order) string { return o.stage }),
		str("outcome", func(o *order) string { return o.outcome }),
		str("analyst", func(o *order) string { return o.analyst }),
		str("second_analyst", func(o *order) string { return o.other }),
		optionalMoney("amount", func(e *entry) (event.Amount, bool) {
			if e.order.amount == nil {
				return event.Amount{}, false
			}
			return *e.order.amount, true
		}),
		text("currency", func(e *entry) string {
			if e.order.amount == nil {
				return ""
			}
			return e.order.amount.Currency
		}),
		small("grade_floor", func(e *entry) uint32 { return e.order.floor }),
		small("grade_ceiling", func(e *entry) uint32 { return e.order.ceiling }),
		flag("block", func(e *entry) bool { return e.order.block }),
		int32s("max_terms_days", func(e *entry) int32 { return e.order.maxTerms }),
		str("security", func(o *order) string { return o.security }),
		flag("insolvency_only", func(e *entry) bool { return e.order.insolvencyOnly }),
		optionalDate("until", func(e *entry) event.Day { return e.order.until }),
		optionalDate("served_on", func(e *entry) event.Day { return e.order.served }),
		optionalDate("paid_on", func(e *entry) event.Day { return e.order.paid }),
		texts("documents", func(e *entry) []string { return e.order.documents }),
		str("version", func(o *order) string { return o.version }),
		str("sha256", func(o *order) string { return o.sum }),
	)
}
