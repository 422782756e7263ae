package api

import (
	"context"
	"net/http"

	"barometer/dashboard/identity"
	"barometer/dashboard/problem"
	"barometer/dashboard/reviews"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
)

// PendingVerdict is a verdict that is stored and has no effect yet.
type PendingVerdict struct {
	Status   string            `json:"status" enum:"pending"`
	Warnings []problem.Warning `json:"warnings,omitempty"`
}

type reviewsInput struct {
	Paging
	Reading
	State string `query:"state" enum:"open,closed" default:"open" doc:"those that wait, the most urgent first, or those that are over, the newest first"`
	Buyer string `query:"buyer" maxLength:"128"`
}

type reviewsOutput struct {
	Position string `header:"Barometer-Position"`
	Body     Page[reviews.ReviewAnswer]
}

type verdictInput struct {
	ID   string `path:"id" maxLength:"300" doc:"review_id, its / written %2F"`
	Body struct {
		Verdict string `json:"verdict" enum:"approve,reject"`
		Analyst string `json:"analyst,omitempty" maxLength:"128" doc:"who decides; left out, but where there are no tokens: it is the token's name"`
		Reason  string `json:"reason" minLength:"1" maxLength:"1000"`
	}
}

type verdictOutput struct {
	Status int
	Body   any
}

func (s *API) reviewOperations(api huma.API) {
	huma.Register(api, operation(api, "list-reviews", http.MethodGet, "/v1/reviews", "The four-eyes queue"), s.listReviews)
	decide := operation(api, "decide-review", http.MethodPost, "/v1/reviews/{id}", "Decide on a review",
		reviews.ReviewAnswer{})
	decide.Responses["202"] = &huma.Response{Description: "Stored, not decided yet"}
	decide.Errors = append(decide.Errors, http.StatusConflict)
	huma.Register(api, decide, s.decideReview)
}

func (s *API) listReviews(ctx context.Context, in *reviewsInput) (*reviewsOutput, error) {
	if !identity.Of(ctx).Analyst() {
		return nil, reviews.ErrAnalysts
	}
	q := history.ReviewQuery{Buyer: in.Buyer, Open: in.State != "closed", Limit: in.Limit + 1}
	var at history.ReviewCursor
	if more, err := s.cfg.Cursors.Open(ctx, "reviews", in.Cursor, &at); err != nil {
		return nil, err
	} else if more {
		q.After = &at
	}
	if err := s.after(ctx, in.After, s.cfg.Tail.Stored); err != nil {
		return nil, err
	}
	position := s.positions(identity.Of(ctx), s.cfg.Tail.Stored())
	answers, next, err := s.cfg.Reviews.List(ctx, q, in.Limit)
	if err != nil {
		return nil, s.failed(ctx, "listing reviews", err)
	}
	return &reviewsOutput{position, Page[reviews.ReviewAnswer]{answers, next}}, nil
}

func (s *API) decideReview(ctx context.Context, in *verdictInput) (*verdictOutput, error) {
	out, err := s.cfg.Reviews.Decide(ctx, reviews.Verdict{Review: in.ID, Approve: in.Body.Verdict == "approve",
		Analyst: in.Body.Analyst, Reason: in.Body.Reason})
	switch {
	case err != nil:
		return nil, err
	case out != nil:
		return &verdictOutput{http.StatusOK, *out}, nil
	}
	pending := PendingVerdict{Status: "pending"}
	if identity.Of(ctx).Open {
		pending.Warnings = []problem.Warning{problem.EyesOff()}
	}
	return &verdictOutput{http.StatusAccepted, pending}, nil
}
