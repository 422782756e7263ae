package api

import (
	"time"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/phrase"
	"barometer/dashboard/reviews"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/processor/explain"
	"barometer/storage/history"

	"github.com/shopspring/decimal"
)

// Decision is a decision as analysts see it. One of Score, Limit, Cover, Exposure, Rejection, Macro, Case, Claim and
// Review is set, by Kind.
type Decision struct {
	Position  string     `json:"position" doc:"generation-partition-offset-seq"`
	At        time.Time  `json:"at" doc:"log time"`
	AsOf      string     `json:"as_of" doc:"the timer's day, else the day of at"`
	Kind      string     `json:"kind"`
	Key       string     `json:"key"`
	Trigger   *Trigger   `json:"trigger,omitempty"`
	Score     *Score     `json:"score,omitempty"`
	Limit     *Limit     `json:"limit,omitempty"`
	Cover     *Cover     `json:"cover,omitempty"`
	Exposure  *Exposure  `json:"exposure,omitempty"`
	Rejection *Rejection `json:"rejection,omitempty"`
	Macro     *Macro     `json:"macro,omitempty"`
	Case      *Case      `json:"case,omitempty"`
	Claim     *Claim     `json:"claim,omitempty"`

	Review *reviews.ReviewAnswer `json:"review,omitempty"`
}

// Trigger is what made the fold decide: a message, or a timer.
type Trigger struct {
	Kind   string `json:"kind,omitempty"`
	ID     string `json:"id,omitempty" doc:"id of the message"`
	Source string `json:"source,omitempty" doc:"topic/incarnation/partition/offset"`
	Timer  string `json:"timer,omitempty"`
}

// Contribution is what a component of the scorecard adds.
type Contribution struct {
	Code   string `json:"code"`
	Words  string `json:"words" doc:"the code in English"`
	Points int64  `json:"points" doc:"thousandths of a unit of log-odds; positive is riskier"`
	Figure int64  `json:"figure" doc:"the figure behind the points, in the unit that figure_words has"`
	Said   string `json:"figure_words,omitempty"`
}

// Score is a published score.
type Score struct {
	BuyerID       string         `json:"buyer_id"`
	Country       string         `json:"country,omitempty"`
	Sector        string         `json:"sector,omitempty"`
	Grade         uint32         `json:"grade"`
	Scale         string         `json:"scale"`
	PreviousGrade uint32         `json:"previous_grade,omitempty" doc:"absent: none before"`
	PD            string         `json:"pd" doc:"probability of default within a year, 0 to 1"`
	Points        int64          `json:"points" doc:"thousandths of a unit of log-odds; positive is riskier"`
	Previous      int64          `json:"previous_points"`
	Dimensions    Dimensions     `json:"dimensions"`
	Contributions []Contribution `json:"contributions"`
	Reasons       []string       `json:"reasons"`
	Changes       []Contribution `json:"changes" doc:"largest differences to the score published before"`
	Model         string         `json:"model"`
	Cause         string         `json:"cause,omitempty"`
	Cap           string         `json:"best_grade_rule,omitempty"`
	Override      bool           `json:"override,omitempty"`
}

// Dimensions are the four sides of a score, each 1 (best) to 10.
type Dimensions struct {
	Economic   uint32 `json:"economic"`
	Political  uint32 `json:"political"`
	Commercial uint32 `json:"commercial"`
	Financing  uint32 `json:"financing"`
}

// Reason is why a limit is not what was asked for.
type Reason struct {
	Code uint32 `json:"code" doc:"UN/EDIFACT RECECO, data element 4509"`
	Text string `json:"text"`
}

// Limit is a decision on a limit.
type Limit struct {
	PolicyID    string         `json:"policy_id"`
	BuyerID     string         `json:"buyer_id"`
	HolderID    string         `json:"holder_id"`
	RequestID   string         `json:"request_id,omitempty"`
	RequestKind string         `json:"request_kind,omitempty"`
	Code        string         `json:"code"`
	Settles     bool           `json:"settles" doc:"granted is the limit from effective_on on; other decisions leave it as it is"`
	Requested   string         `json:"requested,omitempty"`
	Granted     string         `json:"granted"`
	Previous    string         `json:"previous"`
	Currency    string         `json:"currency"`
	Reason      *Reason        `json:"reason,omitempty"`
	Conditions  []string       `json:"conditions,omitempty"`
	DecidedAt   time.Time      `json:"decided_at"`
	EffectiveOn string         `json:"effective_on,omitempty"`
	NoticeFrom  string         `json:"notice_from,omitempty" enum:"delivered" doc:"effective notice_days after its policyholder has had notice; another decision then says from when on"`
	NoticeDays  int32          `json:"notice_days,omitempty"`
	ValidUntil  string         `json:"valid_until,omitempty"`
	BuyerGrade  uint32         `json:"buyer_grade,omitempty"`
	Scale       string         `json:"scale"`
	Overhang    string         `json:"overhang" doc:"euros by which the limits in use exceed the capacity"`
	Capacity    string         `json:"capacity" doc:"euros"`
	InUse       string         `json:"in_use" doc:"euros, of all policies"`
	Inputs      []Contribution `json:"inputs,omitempty"`
	Override    bool           `json:"override,omitempty"`
	Model       string         `json:"model,omitempty"`
	Trigger     string         `json:"trigger,omitempty" doc:"id of the message"`
	Position    string         `json:"position"`
}

// Exposure is what a policy has delivered to a buyer and has not been paid for, as it changes.
type Exposure struct {
	PolicyID    string `json:"policy_id"`
	BuyerID     string `json:"buyer_id"`
	HolderID    string `json:"holder_id"`
	Currency    string `json:"currency"`
	Outstanding string `json:"outstanding" doc:"delivered and not paid"`
	Covered     string `json:"covered" doc:"of it: within the limits in force on the days of delivery, or an order that binds"`
	InDispute   string `json:"in_dispute" doc:"of what is covered: in dispute, its cover suspended"`
	StoppedFrom string `json:"stopped_from,omitempty" doc:"deliveries from this day on are not covered, as an invoice is overdue beyond its maximum extension"`
}

// Rejection is an input that the fold could not apply.
type Rejection struct {
	Reason   string `json:"reason"`
	Detail   string `json:"detail,omitempty"`
	BuyerID  string `json:"buyer_id,omitempty"`
	PolicyID string `json:"policy_id,omitempty"`
	ID       string `json:"id,omitempty"`
	Kind     string `json:"kind,omitempty"`
	Source   string `json:"source,omitempty"`
}

// Macro is a change of a country-by-sector cell.
type Macro struct {
	Country   string `json:"country"`
	Sector    string `json:"sector"`
	Economic  int64  `json:"economic_points"`
	Political int64  `json:"political_points"`
	BestGrade uint32 `json:"best_grade,omitempty"`
	OffCover  bool   `json:"off_cover,omitempty"`
}

func decisionOf(d *decision.Decision) Decision {
	out := Decision{Position: d.Position.String(), At: format.Instant(d.AtMs), AsOf: format.Day(d.AsOf),
		Kind:    d.Kind.String(),
		Key:     d.Key,
		Trigger: triggerOf(&d.Trigger)}
	switch b := d.Body.(type) {
	case *decision.Score:
		out.Score = scoreOf(b)
	case *decision.Limit:
		out.Limit = limitOf(d, b)
	case *decision.Cover:
		out.Cover = coverOf(b)
	case *decision.Exposure:
		said := func(minor int64) string { return format.Amount(minor, b.Currency) }
		out.Exposure = &Exposure{PolicyID: b.Policy, BuyerID: b.Buyer, HolderID: b.Holder, Currency: b.Currency,
			Outstanding: said(b.OpenMinor), Covered: said(b.CoveredMinor), InDispute: said(b.SuspendedMinor),
			StoppedFrom: format.Day(b.StoppedFrom)}
	case *decision.Rejection:
		out.Rejection = &Rejection{Reason: b.Reason, Detail: b.Detail, BuyerID: b.Buyer, PolicyID: b.Policy, ID: b.ID,
			Kind: b.Kind.String(), Source: format.Source(b.Source)}
	case *decision.Review:
		review := reviews.Of(&history.Review{Decision: *d, OpenedAt: format.Instant(d.AtMs)})
		out.Review = &review
	case *decision.Case:
		c := caseOf(identity.Principal{}, d, d.Position.String())
		out.Case = &c
	case *decision.Claim:
		c := claimOf(identity.Principal{}, d, d.Position.String())
		out.Claim = &c
	case *decision.Macro:
		out.Macro = &Macro{b.Country, b.Sector, b.EconomicMLO, b.PoliticalMLO, b.BestGrade, b.OffCover}
	}
	return out
}

func decisionsOf(ds []decision.Decision) []Decision {
	out := make([]Decision, len(ds))
	for i := range ds {
		out[i] = decisionOf(&ds[i])
	}
	return out
}

func triggerOf(t *decision.Trigger) *Trigger {
	if t.Kind == event.KindNone && t.Timer == "" {
		return nil
	}
	return &Trigger{Kind: t.Kind.String(), ID: t.ID, Source: format.Source(t.Source), Timer: t.Timer}
}

func scoreOf(b *decision.Score) *Score {
	changes := contributionsOf(b.Changes)
	for i := range changes {
		if phrase.Gone(b, changes[i].Code) {
			changes[i].Said = explain.Gone(explain.English, changes[i].Code)
		}
	}
	return &Score{BuyerID: b.Buyer, Country: b.Country, Sector: b.Sector, Grade: b.Grade, Scale: public.Scale,
		PreviousGrade: b.PreviousGrade, PD: decimal.New(b.PDPPM, -6).String(), Points: b.PointsMLO, Previous: b.PreviousMLO,
		Dimensions:    Dimensions{b.Economic, b.Political, b.Commercial, b.Financing},
		Contributions: contributionsOf(b.Contributions), Reasons: append([]string{}, b.Reasons...),
		Changes: changes, Model: b.Model, Cause: b.Cause, Cap: b.Cap, Override: b.Override}
}

func contributionsOf(cs []decision.Contribution) []Contribution {
	out := make([]Contribution, len(cs))
	for i, c := range cs {
		out[i] = Contribution{c.Code, phrase.Of(c.Code), c.PointsMLO, c.Figure, phrase.Figure(c.Code, c.Figure)}
	}
	return out
}

func limitOf(d *decision.Decision, b *decision.Limit) *Limit {
	l := &Limit{PolicyID: b.Policy, BuyerID: b.Buyer, HolderID: b.Holder, RequestID: b.Request,
		RequestKind: b.RequestKind.String(), Code: b.Code.String(), Settles: b.EffectiveOn != 0,
		Granted: format.Amount(b.GrantedMinor, b.Currency), Previous: format.Amount(b.PreviousMinor, b.Currency),
		Currency: b.Currency, Conditions: b.Conditions, DecidedAt: format.Instant(d.AtMs),
		EffectiveOn: format.Day(b.EffectiveOn), ValidUntil: format.Day(b.ValidUntil), BuyerGrade: b.BuyerGrade,
		Scale: public.Scale, Overhang: format.Amount(b.OverhangMinor, "EUR"), Capacity: format.Amount(b.CapacityMinor, "EUR"),
		InUse: format.Amount(b.InUseMinor, "EUR"), Inputs: contributionsOf(b.Inputs), Override: b.Override, Model: b.Model,
		Trigger: d.Trigger.ID, Position: d.Position.String()}
	l.NoticeFrom, l.NoticeDays = noticeOf(b)
	if b.Request != "" {
		l.Requested = format.Amount(b.RequestedMinor, b.Currency)
	}
	if b.Reason != 0 || b.ReasonText != "" {
		l.Reason = &Reason{b.Reason, phrase.Reason(b)}
	}
	return l
}

// sentences says contributions in all languages, in their order.
func sentences(all []decision.Contribution) map[string][]string {
	said := map[string][]string{}
	for _, l := range explain.Languages {
		for _, c := range all {
			said[string(l)] = append(said[string(l)], explain.Sentence(l, c))
		}
	}
	return said
}
