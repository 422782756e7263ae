package public

import (
	"slices"
	"strings"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// Codes of UN/EDIFACT RECECO 4509 that are told.
const (
	codeNoAccounts    = 1
	codeNewCompany    = 4
	codeInsolvency    = 8
	codeAdverse       = 12
	codeLimitFull     = 13
	codeLackOfRevenue = 14
)

// Reasons of a limit decision that have a code.
const (
	NoAccounts     = "no_financial_statements"
	InsolvencyOnly = "insolvency_risk_only"
	Adverse        = "adverse_information"
	Capacity       = "capacity"
)

// limitCodes are the reasons by their code. Whether a refusal is for want of turnover, for a young company or because
// others use the capacity changes with what others ask for: all three are one word and one code.
var limitCodes = map[uint32]Reason{
	codeNoAccounts: {codeNoAccounts, NoAccounts}, codeInsolvency: {codeInsolvency, InsolvencyOnly},
	codeAdverse: {codeAdverse, Adverse}, codeLimitFull: {codeLimitFull, Capacity},
	codeNewCompany: {codeLimitFull, Capacity}, codeLackOfRevenue: {codeLimitFull, Capacity},
}

// limitTexts are reasons without a code: of what the policyholder has agreed or asked for, and a person's decision.
var limitTexts = []string{Underwriter, "superseded", "valid_until", "policy_ended"}

// LimitReasons are all reasons of a limit that policyholders are notified of, and so all that a channel needs words
// for.
var LimitReasons = append([]string{NoAccounts, InsolvencyOnly, Adverse, Capacity}, limitTexts...)

// conditions are the codes of conditions, before their =.
var conditions = []string{"max_terms_days", "security", "insolvency_only"}

// Reason is why a limit was decided so: a code of RECECO 4509, 0 for none, and its word, empty for no reason.
type Reason struct {
	Code uint32
	Text string
}

// Limit is a decision on a limit of the policyholder; amounts are in minor units of Currency.
type Limit struct {
	Policy, Buyer           string
	Request                 string // the request that it answers, empty: none
	RequestKind             event.RequestKind
	Code                    decision.LimitCode
	Requested               int64 // 0 where it answers no request
	Granted, Previous       int64
	Currency                string
	Reason                  Reason
	Conditions              []string
	EffectiveOn, ValidUntil event.Day // 0: none
	OnDelivery              bool      // effective NoticeDays after its delivery
	NoticeDays              int32
	BuyerGrade              uint32 // 0: not told, or none
	Trigger                 string // the id of the request's message, where the decision answers it in the same step
	// Indicative: an answer to a preliminary request. Granted is what a limit could be; nothing is in effect.
	Indicative bool
}

// LimitOf is what the policyholder of a limit is told of a decision on it.
func LimitOf(d *decision.Decision, b *decision.Limit) Limit {
	l := Limit{Policy: b.Policy, Buyer: b.Buyer, Request: b.Request, RequestKind: b.RequestKind, Code: b.Code,
		Granted: b.GrantedMinor, Previous: b.PreviousMinor, Currency: b.Currency, Reason: limitReason(b),
		Conditions: limitConditions(b.Conditions)}
	if b.Request != "" {
		l.Requested = b.RequestedMinor
		if d.Trigger.Kind == event.KindLimitRequested {
			l.Trigger = d.Trigger.ID // a request is answered in the step of its own message
		}
	}
	if Indicative(b) {
		l.Indicative = true
		return l
	}
	l.EffectiveOn, l.ValidUntil, l.BuyerGrade = b.EffectiveOn, b.ValidUntil, b.BuyerGrade
	if b.OnDelivery {
		l.OnDelivery, l.NoticeDays = true, b.NoticeDays
	}
	return l
}

// Indicative tells whether a decision answers a preliminary request.
func Indicative(b *decision.Limit) bool {
	return b.RequestKind == event.RequestPreliminary || b.Code == decision.Preliminary
}

// limitReason is the reason of a decision. A person's decision is not said to be information about the buyer.
func limitReason(b *decision.Limit) Reason {
	if r, known := limitCodes[b.Reason]; known {
		if b.Reason == codeAdverse && b.Override && b.BuyerGrade < insolvent {
			return Reason{0, Underwriter}
		}
		return r
	}
	if slices.Contains(limitTexts, b.ReasonText) {
		return Reason{0, b.ReasonText}
	}
	return Reason{}
}

// limitConditions are those that may be told.
func limitConditions(all []string) []string {
	var told []string
	for _, c := range all {
		if code, _, _ := strings.Cut(c, "="); slices.Contains(conditions, code) {
			told = append(told, c)
		}
	}
	return told
}
