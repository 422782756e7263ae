package api

import (
	"context"
	"net/http"
	"time"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/paging"
	"barometer/ingest/event"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
)

// OrderAnswer is what one of the insurer's people decided: a message of risk.orders.
type OrderAnswer struct {
	ID             string    `json:"id" doc:"of the message"`
	Type           string    `json:"type" doc:"such as review.decided, underwriter.decided, country_cap.set, notice.served, model.activated"`
	At             time.Time `json:"at" doc:"log time"`
	OccurredAt     time.Time `json:"occurred_at" doc:"when the message says it happened"`
	BuyerID        string    `json:"buyer_id,omitempty"`
	PolicyID       string    `json:"policy_id,omitempty"`
	Country        string    `json:"country,omitempty"`
	ReviewID       string    `json:"review_id,omitempty"`
	OrderID        string    `json:"order_id,omitempty"`
	ClaimID        string    `json:"claim_id,omitempty"`
	CaseID         string    `json:"case_id,omitempty"`
	PlanID         string    `json:"plan_id,omitempty" doc:"a payment plan"`
	Analyst        string    `json:"analyst,omitempty" doc:"who decided; absent: nobody is named"`
	SecondAnalyst  string    `json:"second_analyst,omitempty" doc:"with whom, where the message names both; else the review says who approved"`
	Verdict        string    `json:"verdict,omitempty"`
	Stage          string    `json:"stage,omitempty"`
	Outcome        string    `json:"outcome,omitempty" doc:"of a case that is closed"`
	Reason         string    `json:"reason,omitempty" doc:"why, in the words of who decided"`
	Amount         string    `json:"amount,omitempty"`
	Currency       string    `json:"currency,omitempty"`
	GradeFloor     uint32    `json:"grade_floor,omitempty" doc:"the grade is no better than this"`
	GradeCeiling   uint32    `json:"grade_ceiling,omitempty" doc:"the grade is no worse than this"`
	Block          bool      `json:"block,omitempty" doc:"no limit is granted or prolonged"`
	MaxTermsDays   int32     `json:"max_terms_days,omitempty"`
	Security       string    `json:"security,omitempty"`
	InsolvencyOnly bool      `json:"insolvency_only,omitempty"`
	Until          string    `json:"until,omitempty" doc:"its last day, YYYY-MM-DD; absent: no end"`
	ServedOn       string    `json:"served_on,omitempty"`
	PaidOn         string    `json:"paid_on,omitempty" doc:"of an indemnity"`
	Documents      []string  `json:"documents,omitempty"`
	Version        string    `json:"version,omitempty" doc:"of the model or of the rules"`
	Refused        string    `json:"refused,omitempty" doc:"why the fold refused it; absent: it did not"`
	Position       string    `json:"position"`
}

type ordersInput struct {
	Paging
	Reading
	Type    string `query:"type" maxLength:"64" doc:"of the message, such as underwriter.decided"`
	Analyst string `query:"analyst" maxLength:"128" doc:"who decided, first or second"`
	Buyer   string `query:"buyer" maxLength:"128"`
	Policy  string `query:"policy" maxLength:"128"`
	Country string `query:"country" maxLength:"2"`
	Review  string `query:"review" maxLength:"300"`
}

type ordersOutput struct {
	Position string `header:"Barometer-Position"`
	Body     Page[OrderAnswer]
}

func (s *API) orderOperations(api huma.API) {
	huma.Register(api, operation(api, "list-orders", http.MethodGet, "/v1/orders",
		"What the insurer's people decided, the newest first"), s.listOrders)
}

func (s *API) listOrders(ctx context.Context, in *ordersInput) (*ordersOutput, error) {
	p := identity.Of(ctx)
	if !p.Analyst() {
		return nil, huma.Error403Forbidden("what the insurer's people decided is for analysts")
	}
	q := history.OrderQuery{Policy: in.Policy, Buyer: in.Buyer, Country: in.Country, Review: in.Review, Who: in.Analyst,
		Limit: in.Limit + 1}
	if in.Type != "" {
		if kind, _ := event.ParseKind(in.Type); kind.Topic() != event.TopicOrders {
			return nil, huma.Error422UnprocessableEntity("type: not one of a message of risk.orders")
		}
		q.Types = []string{in.Type}
	}
	var at history.OrderCursor
	if more, err := s.cfg.Cursors.Open(ctx, "orders", in.Cursor, &at); err != nil {
		return nil, err
	} else if more {
		q.Before = &at
	}
	if err := s.after(ctx, in.After, s.cfg.Tail.Stored); err != nil {
		return nil, err
	}
	position := s.positions(p, s.cfg.Tail.Stored())
	orders, err := s.cfg.Store.Orders(ctx, q)
	if err != nil {
		return nil, s.failed(ctx, "listing what people decided", err)
	}
	orders, next := paging.Cut(ctx, s.cfg.Cursors, "orders", orders, in.Limit,
		func(o history.Order) any { return history.OrderCursor{AtMs: o.At.UnixMilli(), Position: o.Position} })
	items := make([]OrderAnswer, len(orders))
	for i := range orders {
		items[i] = orderAnswer(&orders[i])
	}
	return &ordersOutput{position, Page[OrderAnswer]{items, next}}, nil
}

func orderAnswer(o *history.Order) OrderAnswer {
	out := OrderAnswer{ID: o.ID, Type: o.Type, At: o.At.UTC(), OccurredAt: o.OccurredAt.UTC(), BuyerID: o.Buyer,
		PolicyID: o.Policy, Country: o.Country, ReviewID: o.Review, OrderID: o.Order, ClaimID: o.Claim, CaseID: o.Case,
		Analyst: o.Analyst, SecondAnalyst: o.SecondAnalyst, Verdict: o.Verdict, Stage: o.Stage, Reason: o.Reason,
		PlanID: o.Plan, Outcome: o.Outcome, PaidOn: format.Day(o.PaidOn),
		Currency: o.Currency, GradeFloor: o.GradeFloor, GradeCeiling: o.GradeCeiling, Block: o.Block,
		MaxTermsDays: o.MaxTermsDays, Security: o.Security, InsolvencyOnly: o.InsolvencyOnly, Until: format.Day(o.Until),
		ServedOn: format.Day(o.ServedOn), Documents: o.Documents, Version: o.Version, Refused: o.Refused,
		Position: o.Position.String()}
	if o.Amount != nil {
		out.Amount = format.Fixed(*o.Amount, o.Currency)
	}
	return out
}
