package notice

import (
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
)

// Change is one decision as its policyholder may see it. Kind decides whether Score or Limit is set.
type Change struct {
	Kind     decision.Kind
	Severity Severity
	Buyer    string
	Texts    event.Source // whose words name the buyer
	AtMs     int64        // log time
	Score    Score
	Limit    Limit
}

// Score is a change of a buyer's grade, 1 (best) to 10.
type Score struct {
	Grade, Previous uint32   // Previous 0: none before
	Reasons         []string // of the public vocabulary
}

// Limit is a decision on a limit of the policyholder, in minor units of Currency.
type Limit struct {
	Policy, Request          string
	RequestKind              event.RequestKind
	Code                     decision.LimitCode
	Requested, Granted, From int64
	Currency                 string
	Reason                   uint32 // RECECO 4509, 0: none
	ReasonText               string // of the public vocabulary, empty: none
	Conditions               []string
	EffectiveOn, ValidUntil  event.Day
	BuyerGrade               uint32
	OnDelivery               bool // effective NoticeDays after its delivery, and EffectiveOn is 0
	NoticeDays               int32
	Position                 event.Position // of such a decision: for the delivery log, and nobody is told
}

// Walk walks the fields in the order of their numbers.
func (c *Change) Walk(w *wire.Wire) {
	wire.Enum(w, 1, &c.Kind)
	wire.Enum(w, 2, &c.Severity)
	w.Str(3, &c.Buyer)
	w.Int(4, &c.AtMs)
	switch c.Kind {
	case decision.ScoreChanged:
		w.Msg(5, &c.Score)
	case decision.LimitDecided:
		w.Msg(6, &c.Limit)
	default:
		w.Fail("change of kind %d", c.Kind)
	}
	decision.WalkTexts(w, &c.Texts)
}

// Walk walks the fields in the order of their numbers.
func (s *Score) Walk(w *wire.Wire) {
	w.Uint32(1, &s.Grade)
	w.Uint32(2, &s.Previous)
	w.Strs(3, &s.Reasons)
}

// Walk walks the fields in the order of their numbers.
func (l *Limit) Walk(w *wire.Wire) {
	w.Str(1, &l.Policy)
	w.Str(2, &l.Request)
	wire.Enum(w, 3, &l.RequestKind)
	wire.Enum(w, 4, &l.Code)
	w.Int(5, &l.Requested)
	w.Int(6, &l.Granted)
	w.Int(7, &l.From)
	w.Str(8, &l.Currency)
	w.Uint32(9, &l.Reason)
	w.Strs(10, &l.Conditions)
	w.Int32(11, (*int32)(&l.EffectiveOn))
	w.Int32(12, (*int32)(&l.ValidUntil))
	w.Uint32(13, &l.BuyerGrade)
	w.Str(14, &l.ReasonText)
	w.Bool(15, &l.OnDelivery)
	w.Int32(16, &l.NoticeDays)
	w.Uint32(17, &l.Position.Generation)
	w.Uint32(18, &l.Position.Partition)
	w.Int(19, &l.Position.Offset)
	w.Uint32(20, &l.Position.Seq)
}

// Told are the kinds of decision that policyholders are told of.
var Told = []decision.Kind{decision.ScoreChanged, decision.LimitDecided}

// From gives what policyholders may know of a decision, and whom to tell; nobody is told of a score that keeps its grade, nor that there is no
// cover again where there is no limit.
// Strings alias those of d.
func From(d *decision.Decision) (Change, []string) {
	c := Change{Kind: d.Kind, AtMs: d.AtMs}
	switch b := d.Body.(type) {
	case *decision.Score:
		if b.Grade == b.PreviousGrade {
			return Change{}, nil
		}
		c.Severity, c.Buyer, c.Texts = severityOfScore(b), b.Buyer, b.Texts
		c.Score = Score{Grade: b.Grade, Previous: b.PreviousGrade, Reasons: publicReasons(b)}
		return c, b.Holders
	case *decision.Limit:
		if b.Holder == "" || b.Code == decision.Discretionary || b.GrantedMinor == 0 && (b.Code == decision.Suspended || b.Code == decision.Resumed) {
			return Change{}, nil
		}
		c.Severity, c.Buyer, c.Texts = severityOfLimit(b), b.Buyer, b.Texts
		c.Limit = Limit{Policy: b.Policy, Request: b.Request, RequestKind: b.RequestKind, Code: b.Code,
			Requested: b.RequestedMinor, Granted: b.GrantedMinor, From: b.PreviousMinor, Currency: b.Currency,
			Reason: b.Reason, ReasonText: publicText(b.ReasonText), Conditions: b.Conditions, EffectiveOn: b.EffectiveOn, ValidUntil: b.ValidUntil,
			BuyerGrade: b.BuyerGrade, OnDelivery: b.OnDelivery, NoticeDays: b.NoticeDays}
		if b.OnDelivery {
			c.Limit.Position = d.Position
		}
		return c, []string{b.Holder}
	default:
		return Change{}, nil
	}
}

// Public reasons of a grade.
const (
	ReasonInsolvency = "insolvency"
	ReasonAccounts   = "financial_statements"
	ReasonEvents     = "company_news"
	ReasonProfile    = "company_age_and_size"
	ReasonEconomic   = "economic_environment"
	ReasonPolitical  = "country_risk"
)

// publicReason maps codes of contributions to the public vocabulary. Payment behaviour is not in it: a reader could tell that
// another supplier reported, and a decision does not say how many did.
var publicReason = map[string]string{
	"equity_ratio": ReasonAccounts, "cash_flow": ReasonAccounts, "quick_ratio": ReasonAccounts, "cash_ratio": ReasonAccounts,
	"revenue_growth": ReasonAccounts, "statement_age": ReasonAccounts,
	"insolvency_reported": ReasonEvents, "restructuring": ReasonEvents, "fraud": ReasonEvents, "judgment": ReasonEvents,
	"litigation": ReasonEvents, "rating_down": ReasonEvents, "rating_up": ReasonEvents, "accounts_late": ReasonEvents,
	"audit": ReasonEvents, "officer_left": ReasonEvents, "leveraged_buyout": ReasonEvents, "acquired": ReasonEvents,
	"capital_raised": ReasonEvents,
	"company_age":    ReasonProfile, "company_size": ReasonProfile,
	"economic_cell": ReasonEconomic, "political_cell": ReasonPolitical,
}

func publicReasons(b *decision.Score) []string {
	var reasons []string
	if b.Grade >= worstGrade && b.Cause == "insolvency" {
		reasons = append(reasons, ReasonInsolvency)
	}
	for _, code := range b.Reasons {
		if r := publicReason[code]; r != "" && !slices.Contains(reasons, r) {
			reasons = append(reasons, r)
		}
	}
	return reasons
}

// limitReasons is the public vocabulary of why a limit was decided so.
var limitReasons = []string{"no_accounts", "new_company", "insolvency_risk_only", "adverse_information", "capacity",
	"lack_of_turnover", "valid_until", "overdue", "underwriter", "superseded", "late_notification"}

func publicText(text string) string {
	if slices.Contains(limitReasons, text) {
		return text
	}
	return ""
}

// Direction is worse, better or first.
func (s *Score) Direction() string {
	switch {
	case s.Previous == 0:
		return "first"
	case s.Grade > s.Previous:
		return "worse"
	default:
		return "better"
	}
}
