package notice

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

// Change is one decision as its policyholder may see it. Kind decides which of the last six is set.
type Change struct {
	Kind     decision.Kind
	Severity Severity
	Buyer    string
	Texts    event.Source // whose words name the buyer
	AtMs     int64        // log time
	Score    Score
	Limit    Limit
	Cover    Cover
	Deadline Deadline
	Case     Case
	Claim    Claim
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

// Cover is a change of what is covered beside a limit of the policyholder, or in spite of it, in minor units of
// Currency.
type Cover struct {
	Policy          string
	Code            decision.CoverCode
	Invoice, Order  string // empty: none, or not known
	DeliveredOn     event.Day
	Was, Now, Limit int64
	Currency        string
	From, To        event.Day // deliveries of these days are concerned; To 0: no end
	Reason          uint32    // RECECO 4509, 0: none
	ReasonText      string    // of the public vocabulary, empty: none
	Evidence        []string  // invoices
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
	case decision.CoverChanged:
		w.Msg(7, &c.Cover)
	case decision.DeadlineNear:
		w.Msg(8, &c.Deadline)
	case decision.CaseChanged:
		w.Msg(9, &c.Case)
	case decision.ClaimDecided:
		w.Msg(10, &c.Claim)
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

// Walk walks the fields in the order of their numbers.
func (c *Cover) Walk(w *wire.Wire) {
	w.Str(1, &c.Policy)
	wire.Enum(w, 2, &c.Code)
	w.Str(3, &c.Invoice)
	w.Str(4, &c.Order)
	w.Int32(5, (*int32)(&c.DeliveredOn))
	w.Int(6, &c.Was)
	w.Int(7, &c.Now)
	w.Int(8, &c.Limit)
	w.Str(9, &c.Currency)
	w.Int32(10, (*int32)(&c.From))
	w.Int32(11, (*int32)(&c.To))
	w.Uint32(12, &c.Reason)
	w.Str(13, &c.ReasonText)
	w.Strs(14, &c.Evidence)
}

// Told are the kinds of decision that policyholders are notified of.
var Told = []decision.Kind{decision.ScoreChanged, decision.LimitDecided, decision.CoverChanged,
	decision.DeadlineNear, decision.CaseChanged, decision.ClaimDecided}

// From gives what policyholders are notified of a decision, in the words of package public, and whom; nobody is
// notified of a score that keeps its grade, of a discretionary limit, nor of a suspension where there is no limit.
// Strings alias those of d.
func From(d *decision.Decision) (Change, []string) {
	c := Change{Kind: d.Kind, AtMs: d.AtMs}
	switch b := d.Body.(type) {
	case *decision.Score:
		if !public.Moves(b) {
			return Change{}, nil
		}
		g := public.GradeOf(b)
		c.Severity, c.Buyer, c.Texts = severityOfGrade(&g), g.Buyer, b.Texts
		c.Score = Score{Grade: g.Grade, Previous: g.Previous, Reasons: g.Reasons}
		return c, b.Holders
	case *decision.Limit:
		if b.Holder == "" {
			return Change{}, nil
		}
		l := public.LimitOf(d, b)
		c.Severity, c.Buyer, c.Limit = severityOfLimit(&l), l.Buyer, limitOf(&l)
		if !l.Indicative {
			c.Texts = b.Texts // who only asks what could be is not told a name
		}
		if l.OnDelivery {
			c.Limit.Position = d.Position
		}
		return c, []string{b.Holder}
	case *decision.Cover:
		if b.Holder == "" || b.Code == decision.Discretionary || b.LimitMinor == 0 && (b.Code == decision.Suspended ||
			b.Code == decision.Resumed) {
			return Change{}, nil
		}
		p := public.CoverOf(b)
		c.Severity, c.Buyer, c.Texts, c.Cover = severityOfCover(&p), p.Buyer, b.Texts, coverOf(&p)
		return c, []string{b.Holder}
	case *decision.Deadline:
		if b.Holder == "" || len(b.Lines) == 0 {
			return Change{}, nil
		}
		p := public.DeadlineOf(b)
		c.Severity, c.Buyer, c.Texts, c.Deadline = severityOfDeadline(&p), p.Buyer, b.Texts, deadlineOf(&p)
		return c, []string{b.Holder}
	case *decision.Case:
		if !tellsOfCase(b) {
			return Change{}, nil
		}
		p := public.CaseOf(d, b)
		c.Severity, c.Buyer, c.Texts, c.Case = severityOfCase(&p), p.Buyer, b.Texts, caseOf(&p)
		return c, []string{b.Holder}
	case *decision.Claim:
		if !tellsOfClaim(b) {
			return Change{}, nil
		}
		p := public.ClaimOf(d, b)
		c.Severity, c.Buyer, c.Texts, c.Claim = severityOfClaim(&p), p.Buyer, b.Texts, claimOf(&p)
		return c, []string{b.Holder}
	default:
		return Change{}, nil
	}
}

func limitOf(l *public.Limit) Limit {
	return Limit{Policy: l.Policy, Request: l.Request, RequestKind: l.RequestKind, Code: l.Code, Requested: l.Requested,
		Granted: l.Granted, From: l.Previous, Currency: l.Currency, Reason: l.Reason.Code, ReasonText: l.Reason.Text,
		Conditions: l.Conditions, EffectiveOn: l.EffectiveOn, ValidUntil: l.ValidUntil, BuyerGrade: l.BuyerGrade,
		OnDelivery: l.OnDelivery, NoticeDays: l.NoticeDays}
}

func coverOf(c *public.Cover) Cover {
	return Cover{Policy: c.Policy, Code: c.Code, Invoice: c.Invoice, Order: c.Order, DeliveredOn: c.DeliveredOn,
		Was: c.Was, Now: c.Now, Limit: c.Limit, Currency: c.Currency, From: c.From, To: c.To, Reason: c.Reason.Code,
		ReasonText: c.Reason.Text, Evidence: c.Evidence}
}

// Indicative tells whether it answers a preliminary request: nothing is in effect.
func (l *Limit) Indicative() bool {
	return l.RequestKind == event.RequestPreliminary || l.Code == decision.Preliminary
}

// Direction is one of package public.
func (s *Score) Direction() string { return public.Direction(s.Previous, s.Grade) }
