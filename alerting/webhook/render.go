package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"

	"github.com/shopspring/decimal"
)

// Body is the body of a webhook.
type Body struct {
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"` // log time of the decisions
	Data      Data   `json:"data"`
}

// Data is what a webhook tells.
type Data struct {
	NotificationID string   `json:"notification_id"`
	SubscriptionID string   `json:"subscription_id"`
	HolderID       string   `json:"holder_id"`
	Sequence       uint64   `json:"sequence"` // rises per subscription
	Severity       string   `json:"severity"`
	Changes        []Change `json:"changes"`
}

// Change is one change. Fields that do not apply to its type are absent.
type Change struct {
	Type      string `json:"type"`
	Severity  string `json:"severity"`
	At        string `json:"at"`
	BuyerID   string `json:"buyer_id"`
	BuyerName string `json:"buyer_name,omitempty"`
	Scale     string `json:"scale,omitempty"` // of all grades in this change

	Grade         uint32   `json:"grade,omitempty"`
	PreviousGrade uint32   `json:"previous_grade,omitempty"`
	Direction     string   `json:"direction,omitempty"` // new, worse or better
	Reasons       []string `json:"reasons,omitempty"`

	PolicyID    string   `json:"policy_id,omitempty"`
	RequestID   string   `json:"request_id,omitempty"`
	RequestKind string   `json:"request_kind,omitempty"`
	Code        string   `json:"code,omitempty"`
	Requested   string   `json:"requested,omitempty"`
	Granted     string   `json:"granted,omitempty"`
	Previous    string   `json:"previous,omitempty"`
	Currency    string   `json:"currency,omitempty"`
	Reason      *Reason  `json:"reason,omitempty"`
	Conditions  []string `json:"conditions,omitempty"`
	DecidedAt   string   `json:"decided_at,omitempty"`
	EffectiveOn string   `json:"effective_on,omitempty"`
	NoticeFrom  string   `json:"notice_from,omitempty"` // delivered: effective notice_days after this message was taken
	NoticeDays  int32    `json:"notice_days,omitempty"`
	ValidUntil  string   `json:"valid_until,omitempty"`
	BuyerGrade  uint32   `json:"buyer_grade,omitempty"`
	Indicative  bool     `json:"indicative,omitempty"` // granted is what a limit could be: nothing is in effect

	InvoiceID    string   `json:"invoice_id,omitempty"`
	OrderID      string   `json:"order_id,omitempty"`
	DeliveredOn  string   `json:"delivered_on,omitempty"`
	Was          string   `json:"was,omitempty"` // covered before: of new deliveries, of the order or of the one delivery
	Now          string   `json:"now,omitempty"`
	LimitInForce string   `json:"limit_in_force,omitempty"`
	FromOn       string   `json:"from_on,omitempty"`  // deliveries of these days are concerned
	ToOn         string   `json:"to_on,omitempty"`    // absent: no end
	Evidence     []string `json:"evidence,omitempty"` // invoices

	State   string `json:"state,omitempty"`    // of dates: near or settled
	AtStake string `json:"at_stake,omitempty"` // what cover may be lost of all invoices
	Dates   []Date `json:"dates,omitempty"`    // by invoice, then in the order in which they come

	Case  *Case  `json:"case,omitempty"`  // of case.changed
	Claim *Claim `json:"claim,omitempty"` // of claim.decided
}

// Date is a date of the policy's clock.
type Date struct {
	Kind      string `json:"kind"`
	InvoiceID string `json:"invoice_id,omitempty"`
	DueOn     string `json:"due_on"`
	On        string `json:"on"` // the last day
	Open      string `json:"open"`
	AtStake   string `json:"at_stake,omitempty"`
	Action    string `json:"action,omitempty"` // what to do now
	Why       string `json:"why,omitempty"`    // it needs nothing any more
}

// Reason is why a limit was decided so: the code of UN/EDIFACT data element 4509, and its word.
type Reason struct {
	Code uint32 `json:"code,omitempty"`
	Text string `json:"text"`
}

// Render gives the body of a notification, the same for the same input.
func (c *Channel) Render(n *notice.Notification, names map[string]string) ([]byte, string, error) {
	body := Body{Type: n.Type(), Timestamp: rfc3339(n.AtMs), Data: Data{NotificationID: n.ID,
		SubscriptionID: n.Subscription, HolderID: n.Holder, Sequence: n.Sequence, Severity: n.Severity().String(),
		Changes: []Change{}}}
	for i := range n.Changes {
		body.Data.Changes = append(body.Data.Changes, change(&n.Changes[i], names))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(&body); err != nil {
		return nil, "", fmt.Errorf("encode webhook %s: %w", n.ID, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), summary(&body), nil
}

func summary(b *Body) string {
	if len(b.Data.Changes) == 0 {
		return b.Type
	}
	first := &b.Data.Changes[0]
	name := first.BuyerName
	if name == "" {
		name = first.BuyerID
	}
	if n := len(b.Data.Changes); n > 1 {
		return fmt.Sprintf("%s: %s and %d more", b.Type, name, n-1)
	}
	return b.Type + ": " + name
}

func change(c *notice.Change, names map[string]string) Change {
	out := Change{Type: c.Kind.String(), Severity: c.Severity.String(), At: rfc3339(c.AtMs), BuyerID: c.Buyer,
		BuyerName: names[c.Buyer]}
	switch c.Kind {
	case decision.ScoreChanged:
		out.Scale, out.Grade, out.PreviousGrade, out.Reasons = public.Scale, c.Score.Grade, c.Score.Previous, c.Score.Reasons
		out.Direction = c.Score.Direction()
	case decision.LimitDecided:
		limit(&out, &c.Limit)
		out.DecidedAt = out.At
	case decision.CoverChanged:
		cover(&out, &c.Cover)
		out.DecidedAt = out.At
	case decision.DeadlineNear:
		deadline(&out, &c.Deadline)
		out.DecidedAt = out.At
	case decision.CaseChanged:
		out.PolicyID, out.Currency, out.DecidedAt, out.Case = c.Case.Policy, c.Case.Currency, out.At, caseOf(&c.Case)
	case decision.ClaimDecided:
		out.PolicyID, out.Currency, out.DecidedAt, out.Claim = c.Claim.Policy, c.Claim.Currency, out.At, claimOf(&c.Claim)
	}
	return out
}

func cover(out *Change, c *notice.Cover) {
	out.PolicyID, out.Code, out.Currency = c.Policy, c.Code.String(), c.Currency
	out.InvoiceID, out.OrderID, out.Evidence = c.Invoice, c.Order, c.Evidence
	out.Was, out.Now, out.LimitInForce = money(c.Was, c.Currency), money(c.Now, c.Currency), money(c.Limit, c.Currency)
	out.DeliveredOn, out.FromOn, out.ToOn = day(c.DeliveredOn), day(c.From), day(c.To)
	if c.ReasonText != "" {
		out.Reason = &Reason{c.Reason, c.ReasonText}
	}
}

func deadline(out *Change, d *notice.Deadline) {
	out.PolicyID, out.Currency, out.State, out.AtStake = d.Policy, d.Currency, "near", money(d.AtStake, d.Currency)
	if d.Settled {
		out.State = "settled"
	}
	if d.Limit > 0 {
		out.LimitInForce = money(d.Limit, d.Currency)
	}
	for i := range d.Lines {
		l := &d.Lines[i]
		date := Date{Kind: l.Kind.String(), InvoiceID: l.Invoice, DueOn: day(l.DueOn), On: day(l.On),
			Open: money(l.Open, d.Currency), Action: l.Action, Why: l.Why}
		if l.AtStake > 0 {
			date.AtStake = money(l.AtStake, d.Currency)
		}
		out.Dates = append(out.Dates, date)
	}
}

func limit(out *Change, l *notice.Limit) {
	out.PolicyID, out.RequestID, out.Code, out.Currency, out.Conditions = l.Policy, l.Request, l.Code.String(), l.Currency,
		l.Conditions
	out.Granted, out.Previous = money(l.Granted, l.Currency), money(l.From, l.Currency)
	if l.Request != "" {
		out.RequestKind, out.Requested = l.RequestKind.String(), money(l.Requested, l.Currency)
	}
	if l.ReasonText != "" {
		out.Reason = &Reason{l.Reason, l.ReasonText}
	}
	out.Indicative = l.Indicative()
	out.EffectiveOn, out.ValidUntil = day(l.EffectiveOn), day(l.ValidUntil)
	if l.OnDelivery {
		out.NoticeFrom, out.NoticeDays = "delivered", l.NoticeDays
	}
	if l.BuyerGrade > 0 {
		out.BuyerGrade, out.Scale = l.BuyerGrade, public.Scale
	}
}

// money prints minor units as a decimal of the currency.
func money(minor int64, currency string) string {
	places := int32(event.Decimals(currency))
	return decimal.New(minor, -places).StringFixed(places)
}

func day(d event.Day) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func rfc3339(ms int64) string {
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z07:00")
}
