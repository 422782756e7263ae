package dashboard

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// SubscriptionAnswer is who is told what, and where.
type SubscriptionAnswer struct {
	ID              string   `json:"subscription_id"`
	HolderID        string   `json:"holder_id"`
	Channel         string   `json:"channel"`
	Target          string   `json:"target"`
	Decisions       []string `json:"decisions"`
	MinimumSeverity string   `json:"minimum_severity"`
	Digest          string   `json:"digest"`
	Language        string   `json:"language"`
	Disabled        bool     `json:"disabled"`
	DisabledReason  string   `json:"disabled_reason,omitempty"`
	Secret          string   `json:"secret,omitempty" doc:"signs webhooks; shown this once"`
}

// SubscriptionRequest is what is asked for. Policyholders subscribe for themselves.
type SubscriptionRequest struct {
	HolderID        string   `json:"holder_id,omitempty" maxLength:"128" doc:"analysts only: for whom"`
	Channel         string   `json:"channel" enum:"webhook,email"`
	Target          string   `json:"target" minLength:"1" maxLength:"2048" doc:"an http(s) URL, or an e-mail address"`
	Decisions       []string `json:"decisions,omitempty" maxItems:"16" doc:"kinds; none: all that can be told"`
	MinimumSeverity string   `json:"minimum_severity,omitempty" enum:"info,warning,critical"`
	Digest          string   `json:"digest,omitempty" enum:"none,hourly,daily"`
	Language        string   `json:"language,omitempty" enum:"nl,fr,de,en"`
}

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

type subscriptionInput struct{ Body SubscriptionRequest }

type subscriptionOutput struct{ Body SubscriptionAnswer }

type subscriptionsOutput struct{ Body Page[SubscriptionAnswer] }

type deleteInput struct {
	ID     string `path:"id" maxLength:"128"`
	Holder string `query:"holder" maxLength:"128" doc:"analysts only: whose it is"`
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

func (s *server) subscriptionOperations(api huma.API) {
	create := operation(api, "create-subscription", http.MethodPost, "/v1/subscriptions", "Subscribe; shows the signing secret once")
	create.DefaultStatus = http.StatusCreated
	huma.Register(api, create, s.createSubscription)
	huma.Register(api, operation(api, "list-subscriptions", http.MethodGet, "/v1/subscriptions", "Who is told what, and where"), s.listSubscriptions)
	remove := operation(api, "delete-subscription", http.MethodDelete, "/v1/subscriptions/{id}", "End a subscription")
	remove.DefaultStatus = http.StatusNoContent
	delete(remove.Responses, "200")
	huma.Register(api, remove, s.deleteSubscription)
}

func (s *server) notificationOperations(api huma.API) {
	huma.Register(api, operation(api, "list-notifications", http.MethodGet, "/v1/notifications", "What was sent, each attempt, its answer"), s.listNotifications)
	again := operation(api, "redeliver-notification", http.MethodPost, "/v1/notifications/{id}/redeliver", "Send a notification again, with its id")
	again.DefaultStatus = http.StatusAccepted
	delete(again.Responses, "200")
	again.Errors = append(again.Errors, http.StatusConflict)
	huma.Register(api, again, s.redeliver)
}

func subscriptionAnswer(sub *Subscription) SubscriptionAnswer {
	return SubscriptionAnswer{ID: sub.ID, HolderID: sub.Holder, Channel: sub.Channel, Target: sub.Target, Decisions: sub.Decisions,
		MinimumSeverity: sub.MinimumSeverity, Digest: sub.Digest, Language: sub.Language, Disabled: sub.Disabled,
		DisabledReason: sub.DisabledReason}
}

func (s *server) createSubscription(ctx context.Context, in *subscriptionInput) (*subscriptionOutput, error) {
	if err := mayOf(ctx, "manage"); err != nil {
		return nil, err
	}
	if s.cfg.Subscriptions == nil {
		return nil, errNotConfigured
	}
	p, b := principalOf(ctx), &in.Body
	holder := p.holder
	switch {
	case p.analyst():
		if holder = b.HolderID; holder == "" {
			return nil, s.failed(ctx, "subscribing", &InvalidError{"holder_id", "says for whom"})
		}
	case b.HolderID != "" && b.HolderID != p.holder:
		return nil, huma.Error403Forbidden("policyholders subscribe for themselves")
	}
	created, secret, err := s.cfg.Subscriptions.Create(ctx, Subscription{Holder: holder, Channel: b.Channel, Target: b.Target,
		Decisions: b.Decisions, MinimumSeverity: b.MinimumSeverity, Digest: b.Digest, Language: b.Language})
	if err != nil {
		return nil, s.failed(ctx, "subscribing", err)
	}
	out := &subscriptionOutput{subscriptionAnswer(&created)}
	out.Body.Secret = secret
	return out, nil
}

// subscriptionCursor is the last row of the page before.
type subscriptionCursor struct{ Holder, ID string }

func (s *server) listSubscriptions(ctx context.Context, in *Paging) (*subscriptionsOutput, error) {
	if s.cfg.Subscriptions == nil {
		return nil, errNotConfigured
	}
	p := principalOf(ctx)
	var at subscriptionCursor
	if _, err := s.cursor(ctx, "subscriptions", in.Cursor, &at); err != nil {
		return nil, err
	}
	subs, err := s.cfg.Subscriptions.List(ctx, p.holder)
	if err != nil {
		return nil, s.failed(ctx, "listing subscriptions", err)
	}
	by := func(a, b subscriptionCursor) int {
		return cmp.Or(cmp.Compare(a.Holder, b.Holder), cmp.Compare(a.ID, b.ID))
	}
	place := func(sub Subscription) subscriptionCursor { return subscriptionCursor{sub.Holder, sub.ID} }
	slices.SortFunc(subs, func(a, b Subscription) int { return by(place(a), place(b)) })
	subs = slices.DeleteFunc(subs, func(sub Subscription) bool { return !p.analyst() && sub.Holder != p.holder || by(place(sub), at) <= 0 })
	subs, next := page(s, ctx, "subscriptions", subs, in.Limit, func(sub Subscription) any { return place(sub) })
	out := &subscriptionsOutput{Page[SubscriptionAnswer]{[]SubscriptionAnswer{}, next}}
	for i := range subs {
		out.Body.Items = append(out.Body.Items, subscriptionAnswer(&subs[i]))
	}
	return out, nil
}

func (s *server) deleteSubscription(ctx context.Context, in *deleteInput) (*struct{}, error) {
	if err := mayOf(ctx, "manage"); err != nil {
		return nil, err
	}
	if s.cfg.Subscriptions == nil {
		return nil, errNotConfigured
	}
	if id, err := uuid.Parse(in.ID); err != nil || id.String() != in.ID {
		return nil, huma.Error404NotFound("no such subscription") // nothing that reaches into another holder's
	}
	p := principalOf(ctx)
	holder := p.holder
	if p.analyst() {
		if holder = in.Holder; holder == "" {
			subs, err := s.cfg.Subscriptions.List(ctx, "")
			if err != nil {
				return nil, s.failed(ctx, "ending a subscription", err)
			}
			for _, sub := range subs {
				if sub.ID == in.ID {
					holder = sub.Holder
				}
			}
		}
	}
	if holder == "" {
		return nil, huma.Error404NotFound("no such subscription")
	}
	if err := s.cfg.Subscriptions.Delete(ctx, holder, in.ID); err != nil {
		return nil, s.failed(ctx, "ending a subscription", err)
	}
	return nil, nil
}

func notificationAnswer(n *Notification) NotificationAnswer {
	out := NotificationAnswer{ID: n.ID, HolderID: n.Holder, SubscriptionID: n.Subscription, Channel: n.Channel, Target: n.Target,
		Type: n.Type, Buyers: append([]string{}, n.Buyers...), Sequence: n.Sequence, At: n.At.UTC(), State: n.State, Reason: n.Reason,
		Attempts: []AttemptAnswer{}}
	for _, a := range n.Attempts {
		out.Attempts = append(out.Attempts, AttemptAnswer{a.At.UTC(), a.Status, a.Answer, a.TookMs})
	}
	return out
}

func (s *server) listNotifications(ctx context.Context, in *notificationsInput) (*notificationsOutput, error) {
	p := principalOf(ctx)
	q := NotificationQuery{Holder: p.holder, State: in.State, Buyer: in.Buyer, Limit: in.Limit + 1}
	var at NotificationCursor
	if more, err := s.cursor(ctx, "notifications", in.Cursor, &at); err != nil {
		return nil, err
	} else if more {
		q.Before = &at
	}
	rows, err := s.cfg.Store.Notifications(ctx, q)
	if err != nil {
		return nil, s.failed(ctx, "listing notifications", err)
	}
	rows, next := page(s, ctx, "notifications", rows, in.Limit, func(n Notification) any { return NotificationCursor{n.At, n.ID} })
	out := &notificationsOutput{Page[NotificationAnswer]{[]NotificationAnswer{}, next}}
	for i := range rows {
		if p.analyst() || rows[i].Holder == p.holder {
			out.Body.Items = append(out.Body.Items, notificationAnswer(&rows[i]))
		}
	}
	return out, nil
}

func (s *server) redeliver(ctx context.Context, in *redeliverInput) (*struct{}, error) {
	if err := mayOf(ctx, "manage"); err != nil {
		return nil, err
	}
	if s.cfg.Redeliverer == nil {
		return nil, errNotConfigured
	}
	if p := principalOf(ctx); !p.analyst() {
		n, err := s.cfg.Store.Notification(ctx, in.ID)
		if err != nil {
			return nil, s.failed(ctx, "reading a notification", err)
		}
		if n == nil || n.Holder != p.holder {
			return nil, huma.Error404NotFound("no such notification")
		}
	}
	if err := s.cfg.Redeliverer.Redeliver(ctx, in.ID); err != nil {
		return nil, s.failed(ctx, "sending a notification again", err)
	}
	return nil, nil
}
