package api

import (
	"context"
	"net/http"
	"time"

	"barometer/dashboard/identity"
	"barometer/dashboard/paging"
	"barometer/dashboard/problem"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
)

// NotificationAnswer is what was sent, or is to be sent.
type NotificationAnswer struct {
	ID             string          `json:"id" doc:"the webhook-id, the same on every attempt"`
	HolderID       string          `json:"holder_id"`
	SubscriptionID string          `json:"subscription_id"`
	Channel        string          `json:"channel"`
	Target         string          `json:"target"`
	Type           string          `json:"type"`
	Buyers         []string        `json:"buyers"`
	Sequence       uint64          `json:"sequence"`
	At             time.Time       `json:"at"`
	State          string          `json:"state"`
	Reason         string          `json:"reason,omitempty" doc:"why it was given up"`
	Attempts       []AttemptAnswer `json:"attempts"`
}

// AttemptAnswer is one try to deliver.
type AttemptAnswer struct {
	At     time.Time `json:"at"`
	Status int       `json:"status,omitempty"`
	Answer string    `json:"answer,omitempty"`
	TookMs int64     `json:"took_ms"`
}

type notificationsInput struct {
	Paging
	State string `query:"state" maxLength:"32"`
	Buyer string `query:"buyer" maxLength:"128"`
}

type notificationsOutput struct{ Body Page[NotificationAnswer] }

type redeliverInput struct {
	ID string `path:"id" maxLength:"128"`
}

func (s *API) notificationOperations(api huma.API) {
	huma.Register(api, operation(api, "list-notifications", http.MethodGet, "/v1/notifications",
		"What was sent, each attempt, its answer"), s.listNotifications)
	again := operation(api, "redeliver-notification", http.MethodPost, "/v1/notifications/{id}/redeliver",
		"Send a notification again, with its id")
	again.DefaultStatus = http.StatusAccepted
	delete(again.Responses, "200")
	again.Errors = append(again.Errors, http.StatusConflict)
	huma.Register(api, again, s.redeliver)
}

func notificationAnswer(n *history.Notification) NotificationAnswer {
	out := NotificationAnswer{ID: n.ID, HolderID: n.Holder, SubscriptionID: n.Subscription, Channel: n.Channel,
		Target: n.Target, Type: n.Type, Buyers: append([]string{}, n.Buyers...), Sequence: n.Sequence, At: n.At.UTC(),
		State: n.State, Reason: n.Reason,
		Attempts: []AttemptAnswer{}}
	for _, a := range n.Attempts {
		out.Attempts = append(out.Attempts, AttemptAnswer{a.At.UTC(), a.Status, a.Answer, a.TookMs})
	}
	return out
}

func (s *API) listNotifications(ctx context.Context, in *notificationsInput) (*notificationsOutput, error) {
	p := identity.Of(ctx)
	q := history.NotificationQuery{Holder: p.Holder, State: in.State, Buyer: in.Buyer, Limit: in.Limit + 1}
	var at history.NotificationCursor
	if more, err := s.cfg.Cursors.Open(ctx, "notifications", in.Cursor, &at); err != nil {
		return nil, err
	} else if more {
		q.Before = &at
	}
	rows, err := s.cfg.Store.Notifications(ctx, q)
	if err != nil {
		return nil, s.failed(ctx, "listing notifications", err)
	}
	rows, next := paging.Cut(ctx, s.cfg.Cursors, "notifications", rows, in.Limit,
		func(n history.Notification) any {
			return history.NotificationCursor{At: n.At, Sequence: n.Sequence, Subscription: n.Subscription}
		})
	out := &notificationsOutput{Page[NotificationAnswer]{[]NotificationAnswer{}, next}}
	for i := range rows {
		if p.Analyst() || rows[i].Holder == p.Holder {
			out.Body.Items = append(out.Body.Items, notificationAnswer(&rows[i]))
		}
	}
	return out, nil
}

func (s *API) redeliver(ctx context.Context, in *redeliverInput) (*struct{}, error) {
	if err := identity.Require(ctx, "manage", "analyst"); err != nil {
		return nil, err
	}
	if s.cfg.Redeliverer == nil {
		return nil, problem.NotConfigured()
	}
	n, err := s.cfg.Store.Notification(ctx, in.ID)
	if err != nil {
		return nil, s.failed(ctx, "reading a notification", err)
	}
	if p := identity.Of(ctx); !p.Analyst() && (n == nil || n.Holder != p.Holder) {
		return nil, huma.Error404NotFound("no such notification")
	}
	if err := s.cfg.Redeliverer.Redeliver(ctx, in.ID, n); err != nil {
		return nil, s.failed(ctx, "sending a notification again", err)
	}
	return nil, nil
}
