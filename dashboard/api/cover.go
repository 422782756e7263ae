package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/tail"
	"barometer/ingest/event"
	"barometer/processor/decision"

	"github.com/danielgtaylor/huma/v2"
)

// CoverAnswer is what a delivery is covered up to.
type CoverAnswer struct {
	PolicyID    string    `json:"policy_id"`
	BuyerID     string    `json:"buyer_id"`
	DeliveredOn string    `json:"delivered_on"`
	KnownAt     time.Time `json:"known_at" doc:"log time: what was decided later does not count"`
	UpTo        string    `json:"covered_up_to" doc:"the limit in force on that day, and orders that bind"`
	ByOrders    string    `json:"by_binding_orders,omitempty" doc:"of it"`
	Currency    string    `json:"currency,omitempty"`
	AtWill      bool      `json:"discretionary,omitempty" doc:"covered without a limit: the discretionary limit, which is judged for each delivery when it is told"`
	NotYet      bool      `json:"not_yet,omitempty" doc:"the day is to come: covered_up_to is what a delivery of it would be covered up to by what is decided now, which may change"`
	Percentage  string    `json:"insured_percentage" doc:"of a loss, by the policy's version of that day"`
	Decision    string    `json:"decision,omitempty" doc:"position of the decision that the day falls under"`
	Reason      string    `json:"reason,omitempty" enum:"no_policy,policy_ended,no_limit,refused,expired,cancelled,overdue,dispute,late_notification" doc:"why it is not covered"`
}

type coverInput struct {
	Reading
	ID          string `path:"id" maxLength:"128"`
	Buyer       string `query:"buyer" required:"true" minLength:"1" maxLength:"128"`
	DeliveredOn string `query:"delivered_on" required:"true" format:"date" doc:"YYYY-MM-DD"`
	KnownAt     string `query:"known_at" format:"date-time" doc:"RFC 3339; without it what is known now"`
}

type coverOutput struct {
	Position string `header:"Barometer-Position"`
	Body     CoverAnswer
}

func (s *API) coverOperations(api huma.API) {
	huma.Register(api, operation(api, "get-cover", http.MethodGet, "/v1/policies/{id}/cover",
		"Was a delivery covered, as in force on its day and known at a moment", CoverAnswer{}), s.getCover)
}

func (s *API) getCover(ctx context.Context, in *coverInput) (*coverOutput, error) {
	p := identity.Of(ctx)
	if err := s.ownPolicy(ctx, p, in.ID); err != nil {
		return nil, err
	}
	if err := s.after(ctx, in.After, s.cfg.Tail.Seen); err != nil {
		return nil, err
	}
	on, err := parseDay("delivered_on", in.DeliveredOn)
	if err != nil {
		return nil, err
	}
	known := s.cfg.Tail.Now()
	if !p.Analyst() { // not the moment of the newest decision, which may be about anybody
		known = known.Add(time.Minute - 1).Truncate(time.Minute)
	}
	if in.KnownAt != "" {
		if known, err = parseInstant("known_at", in.KnownAt); err != nil {
			return nil, err
		}
	}
	newer := s.cfg.Tail.Find(tail.OfBuyer(in.Buyer)) // before the Store, so that what is pruned in between is there
	c, err := s.cfg.Store.Cover(ctx, in.ID, in.Buyer, on, known)
	if err != nil {
		return nil, s.failed(ctx, "asking for the cover", err)
	}
	if c.NoPolicy && known.UnixMilli() >= s.cfg.Tail.LogTimeMs() {
		var v tail.Version
		if s.cfg.Written.Await(ctx, func() (ok bool) {
			v, ok = s.cfg.Written.On(in.ID, on)
			return ok
		}) {
			v.Govern(&c)
		}
	}
	if c.NoPolicy && decides(newer, in.ID) {
		return nil, huma.ErrorWithHeaders(huma.Error503ServiceUnavailable(
			"the policy has just come: its terms are not stored yet"), http.Header{"Retry-After": {"6"}})
	}
	newer = slices.DeleteFunc(newer, func(d decision.Decision) bool {
		switch b := d.Body.(type) {
		case *decision.Limit:
			return b.Policy != in.ID
		case *decision.Cover:
			return b.Policy != in.ID
		}
		return true
	})
	c.Cover = c.With(newer, known.UnixMilli())
	o := c.Outcome()
	if !c.NoPolicy {
		o.Currency = cmp.Or(o.Currency, "EUR")
	}
	out := &coverOutput{Position: s.positions(p, s.partitionOf(in.Buyer)()), Body: CoverAnswer{PolicyID: in.ID,
		BuyerID: in.Buyer, DeliveredOn: in.DeliveredOn, KnownAt: known.UTC(),
		UpTo: format.Amount(o.UpToMinor, o.Currency), Currency: o.Currency, Percentage: c.Percentage.String(),
		Reason: string(o.Reason)}}
	out.Body.NotYet = on > s.cfg.Tail.Today()
	out.Body.AtWill = c.Discretionary()
	if o.OrderedMinor > 0 {
		out.Body.ByOrders = format.Amount(o.OrderedMinor, o.Currency)
	}
	if o.Decision != (event.Position{}) {
		out.Body.Decision = s.position(p, o.Decision)
	}
	return out, nil
}

// decides tells whether decisions answer a policy, whose terms their fold therefore knows.
func decides(all []decision.Decision, policy string) bool {
	return slices.ContainsFunc(all, func(d decision.Decision) bool {
		switch b := d.Body.(type) {
		case *decision.Limit:
			return b.Policy == policy && b.Code != decision.StillInvestigating
		case *decision.Cover:
			return b.Policy == policy
		}
		return false
	})
}
