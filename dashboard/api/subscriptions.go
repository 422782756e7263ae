package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"barometer/dashboard/alerts"
	"barometer/dashboard/identity"
	"barometer/dashboard/paging"
	"barometer/dashboard/problem"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// SubscriptionRequest is what is asked for. Policyholders subscribe for themselves.
type SubscriptionRequest struct {
	HolderID        string   `json:"holder_id,omitempty" maxLength:"128" doc:"analysts only: for whom"`
	Channel         string   `json:"channel" enum:"webhook,email"`
	Target          string   `json:"target" minLength:"1" maxLength:"2048" doc:"an http(s) URL, or an e-mail address"`
	Decisions       []string `json:"decisions,omitempty" maxItems:"16" doc:"kinds; none: all that can be told"`
	MinimumSeverity string   `json:"minimum_severity,omitempty" enum:"info,warning,critical"`
	Digest          string   `json:"digest,omitempty" enum:"none,hourly,daily"`
	Language        string   `json:"language,omitempty" maxLength:"35" doc:"nl, fr, de or en, also in a region (nl-BE, nl_BE); none: that of the policyholder's newest policy, else en"`
}

// SubscriptionAnswer is who is told what, and where.
type SubscriptionAnswer struct {
	ID              string     `json:"subscription_id"`
	HolderID        string     `json:"holder_id"`
	Channel         string     `json:"channel"`
	Target          string     `json:"target"`
	Decisions       []string   `json:"decisions"`
	MinimumSeverity string     `json:"minimum_severity"`
	Digest          string     `json:"digest"`
	Language        string     `json:"language"`
	Disabled        bool       `json:"disabled"`
	DisabledReason  string     `json:"disabled_reason,omitempty"`
	Confirmed       bool       `json:"confirmed" doc:"false: an e-mail address that was sent a link to confirm with, and is sent nothing else before"`
	CreatedAt       *time.Time `json:"created_at,omitempty"`
	RefusedAt       *time.Time `json:"refused_at,omitempty" doc:"since when its mail server refuses the address"`
	RefusedAnswer   string     `json:"refused_answer,omitempty" doc:"that server's answer"`
	Secret          string     `json:"secret,omitempty" doc:"signs webhooks; shown this once"`
}

// SecretAnswer is a new signing secret.
type SecretAnswer struct {
	Secret string `json:"secret" doc:"signs webhooks beside the one before it, until the next; shown this once"`
}

type secretOutput struct{ Body SecretAnswer }

type subscriptionInput struct{ Body SubscriptionRequest }

type subscriptionOutput struct{ Body SubscriptionAnswer }

type subscriptionsOutput struct{ Body Page[SubscriptionAnswer] }

type oneSubscription struct {
	ID     string `path:"id" maxLength:"128"`
	Holder string `query:"holder" maxLength:"128" doc:"analysts only: whose it is"`
}

func (s *API) subscriptionOperations(api huma.API) {
	create := operation(api, "create-subscription", http.MethodPost, "/v1/subscriptions",
		"Subscribe; shows the signing secret once")
	create.DefaultStatus = http.StatusCreated
	huma.Register(api, create, s.createSubscription)
	huma.Register(api, operation(api, "list-subscriptions", http.MethodGet, "/v1/subscriptions",
		"Who is told what, and where"), s.listSubscriptions)
	remove := operation(api, "delete-subscription", http.MethodDelete, "/v1/subscriptions/{id}", "End a subscription")
	remove.DefaultStatus = http.StatusNoContent
	delete(remove.Responses, "200")
	huma.Register(api, remove, s.deleteSubscription)
	huma.Register(api, operation(api, "get-subscription", http.MethodGet, "/v1/subscriptions/{id}", "One subscription"),
		s.getSubscription)
	huma.Register(api, operation(api, "rotate-secret", http.MethodPost, "/v1/subscriptions/{id}/secret",
		"Make a new signing secret; the one before stays valid beside it"), s.rotateSecret)
	huma.Register(api, operation(api, "enable-subscription", http.MethodPost, "/v1/subscriptions/{id}/enable",
		"Go on with a subscription that was disabled"), s.enableSubscription)
	test := operation(api, "test-subscription", http.MethodPost, "/v1/subscriptions/{id}/test",
		"Send a message that tells of nothing, once a minute at most")
	test.DefaultStatus = http.StatusAccepted
	delete(test.Responses, "200")
	huma.Register(api, test, s.testSubscription)
}

func subscriptionAnswer(sub *alerts.Subscription) SubscriptionAnswer {
	return SubscriptionAnswer{ID: sub.ID, HolderID: sub.Holder, Channel: sub.Channel, Target: sub.Target,
		Decisions: sub.Decisions, MinimumSeverity: sub.MinimumSeverity, Digest: sub.Digest, Language: sub.Language,
		Disabled: sub.Disabled, DisabledReason: sub.DisabledReason, Confirmed: sub.Confirmed,
		CreatedAt: knownTime(sub.CreatedAt), RefusedAt: knownTime(sub.RefusedAt), RefusedAnswer: sub.RefusedAnswer}
}

func knownTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (s *API) createSubscription(ctx context.Context, in *subscriptionInput) (*subscriptionOutput, error) {
	if err := identity.Require(ctx, "manage", "analyst"); err != nil {
		return nil, err
	}
	if s.cfg.Subscriptions == nil {
		return nil, problem.NotConfigured()
	}
	p, b := identity.Of(ctx), &in.Body
	holder := p.Holder
	switch {
	case p.Analyst():
		if holder = b.HolderID; holder == "" {
			return nil, s.failed(ctx, "subscribing", &alerts.InvalidError{Field: "holder_id", Detail: "says for whom"})
		}
	case b.HolderID != "" && b.HolderID != p.Holder:
		return nil, huma.Error403Forbidden("policyholders subscribe for themselves")
	}
	created, secret, err := s.cfg.Subscriptions.Create(ctx, alerts.Subscription{Holder: holder, Channel: b.Channel,
		Target: b.Target, Decisions: b.Decisions, MinimumSeverity: b.MinimumSeverity, Digest: b.Digest, Language: b.Language,
		HolderLanguage: func(ctx context.Context) string { return s.holderLanguage(ctx, holder) }, Vouched: p.Analyst()})
	if err != nil {
		return nil, s.failed(ctx, "subscribing", err)
	}
	out := &subscriptionOutput{subscriptionAnswer(&created)}
	out.Body.Secret = secret
	return out, nil
}

// subscriptionCursor is the last row of the page before.
type subscriptionCursor struct{ Holder, ID string }

func (s *API) listSubscriptions(ctx context.Context, in *Paging) (*subscriptionsOutput, error) {
	if err := identity.Require(ctx, "view", "analyst"); err != nil {
		return nil, err
	}
	if s.cfg.Subscriptions == nil {
		return nil, problem.NotConfigured()
	}
	p := identity.Of(ctx)
	var at subscriptionCursor
	if _, err := s.cfg.Cursors.Open(ctx, "subscriptions", in.Cursor, &at); err != nil {
		return nil, err
	}
	subs, err := s.cfg.Subscriptions.List(ctx, p.Holder)
	if err != nil {
		return nil, s.failed(ctx, "listing subscriptions", err)
	}
	by := func(a, b subscriptionCursor) int {
		return cmp.Or(cmp.Compare(a.Holder, b.Holder), cmp.Compare(a.ID, b.ID))
	}
	place := func(sub alerts.Subscription) subscriptionCursor { return subscriptionCursor{sub.Holder, sub.ID} }
	slices.SortFunc(subs, func(a, b alerts.Subscription) int { return by(place(a), place(b)) })
	subs = slices.DeleteFunc(subs, func(sub alerts.Subscription) bool {
		return !p.Analyst() && sub.Holder != p.Holder ||
			by(place(sub), at) <= 0
	})
	subs, next := paging.Cut(ctx, s.cfg.Cursors, "subscriptions", subs, in.Limit,
		func(sub alerts.Subscription) any { return place(sub) })
	out := &subscriptionsOutput{Page[SubscriptionAnswer]{[]SubscriptionAnswer{}, next}}
	for i := range subs {
		out.Body.Items = append(out.Body.Items, subscriptionAnswer(&subs[i]))
	}
	return out, nil
}

func (s *API) deleteSubscription(ctx context.Context, in *oneSubscription) (*struct{}, error) {
	sub, err := s.managed(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := s.cfg.Subscriptions.Delete(ctx, sub.Holder, sub.ID); err != nil {
		return nil, s.failed(ctx, "ending a subscription", err)
	}
	return nil, nil
}

func (s *API) getSubscription(ctx context.Context, in *oneSubscription) (*subscriptionOutput, error) {
	if err := identity.Require(ctx, "view", "analyst"); err != nil {
		return nil, err
	}
	sub, err := s.subscription(ctx, in)
	if err != nil {
		return nil, err
	}
	return &subscriptionOutput{subscriptionAnswer(sub)}, nil
}

func (s *API) rotateSecret(ctx context.Context, in *oneSubscription) (*secretOutput, error) {
	if p := identity.Of(ctx); p.Analyst() && !p.Open {
		return nil, huma.Error403Forbidden("a signing secret is made anew by the policyholder whose it is")
	}
	sub, err := s.managed(ctx, in)
	if err != nil {
		return nil, err
	}
	secret, err := s.cfg.Subscriptions.Rotate(ctx, sub.Holder, sub.ID)
	if err != nil {
		return nil, s.failed(ctx, "making a new secret", err)
	}
	return &secretOutput{SecretAnswer{secret}}, nil
}

func (s *API) enableSubscription(ctx context.Context, in *oneSubscription) (*subscriptionOutput, error) {
	sub, err := s.managed(ctx, in)
	if err != nil {
		return nil, err
	}
	enabled, err := s.cfg.Subscriptions.Enable(ctx, sub.Holder, sub.ID)
	if err != nil {
		return nil, s.failed(ctx, "enabling a subscription", err)
	}
	return &subscriptionOutput{subscriptionAnswer(&enabled)}, nil
}

func (s *API) testSubscription(ctx context.Context, in *oneSubscription) (*struct{}, error) {
	sub, err := s.managed(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := s.cfg.Subscriptions.Test(ctx, sub.Holder, sub.ID); err != nil {
		return nil, s.failed(ctx, "asking for a test message", err)
	}
	return nil, nil
}

// managed is a subscription that whoever asks may change.
func (s *API) managed(ctx context.Context, in *oneSubscription) (*alerts.Subscription, error) {
	if err := identity.Require(ctx, "manage", "analyst"); err != nil {
		return nil, err
	}
	return s.subscription(ctx, in)
}

// subscription finds a policyholder's own subscription, and for one of the insurer's people anybody's.
func (s *API) subscription(ctx context.Context, in *oneSubscription) (*alerts.Subscription, error) {
	if s.cfg.Subscriptions == nil {
		return nil, problem.NotConfigured()
	}
	if id, err := uuid.Parse(in.ID); err != nil || id.String() != in.ID {
		return nil, huma.Error404NotFound("no such subscription") // nothing that reaches into another holder's
	}
	holder := identity.Of(ctx).Holder
	if holder == "" {
		holder = in.Holder
	}
	subs, err := s.cfg.Subscriptions.List(ctx, holder)
	if err != nil {
		return nil, s.failed(ctx, "reading subscriptions", err)
	}
	for i := range subs {
		if subs[i].ID == in.ID && (holder == "" || subs[i].Holder == holder) {
			return &subs[i], nil
		}
	}
	return nil, huma.Error404NotFound("no such subscription")
}

// holderLanguage is the language of a policyholder's newest policy, for a subscription that says none; empty where
// there is none.
func (s *API) holderLanguage(ctx context.Context, holder string) string {
	tag, err := s.cfg.Store.HolderLanguage(ctx, holder)
	if ctx.Err() != nil {
		return ""
	}
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "a policyholder's language is not known", "error", err)
		return ""
	}
	s.cfg.Written.Await(ctx, func() bool {
		language := s.cfg.Written.Language(holder)
		tag = cmp.Or(language, tag)
		return language != ""
	})
	return tag
}
