package subscription

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Bounds of confirming.
const (
	confirmWithin  = 7 * 24 * time.Hour // of the subscription's making
	mostUnasked    = 10                 // unconfirmed addresses of a policyholder at once
	confirmsPerDay = 20                 // messages to unconfirmed addresses that a policyholder may cause in a day
	testEvery      = time.Minute
	mostPaced      = 10_000 // keys that a pace remembers
)

// ErrToken is a token that was not made here for this purpose, or whose time is over.
var ErrToken = errors.New("the link is not valid, or not any more")

// ReasonUnsubscribed is why a subscription is disabled whose receiver wanted no more messages.
const ReasonUnsubscribed = "unsubscribed"

// mayConfirm bounds the messages that a policyholder causes at addresses which did not ask for any.
func (s *Store) mayConfirm(holder string) error {
	waiting := 0
	for _, sub := range s.List(holder) {
		if sub.Unconfirmed() {
			waiting++
		}
	}
	if waiting >= mostUnasked {
		return &Invalid{"target", fmt.Sprintf("%d addresses have not confirmed yet; end a subscription, or wait for them",
			waiting)}
	}
	if !s.pace.allow(holder, 24*time.Hour, confirmsPerDay) {
		return &Invalid{"target", fmt.Sprintf("%d addresses were asked to confirm within a day; go on tomorrow",
			confirmsPerDay)}
	}
	return nil
}

// Peek gives the subscription that a token for confirming is about. ErrToken.
func (s *Store) Peek(ctx context.Context, token string, p LinkPurpose) (Subscription, error) {
	if err := s.Ready(ctx); err != nil {
		return Subscription{}, err
	}
	holder, id, err := s.links.open(p, token)
	if err != nil {
		return Subscription{}, err
	}
	sub, err := s.Get(holder, id)
	if err != nil {
		return sub, ErrToken
	}
	if p == LinkConfirm && sub.Unconfirmed() && (sub.CreatedAt == nil || time.Since(*sub.CreatedAt) > confirmWithin) {
		return sub, ErrToken
	}
	return sub, nil
}

// Confirm says with a token out of a message that its address wants to be told. Twice does nothing more. ErrToken.
func (s *Store) Confirm(ctx context.Context, token string) error {
	sub, err := s.Peek(ctx, token, LinkConfirm)
	if err != nil || !sub.Unconfirmed() {
		return err
	}
	yes := true
	sub.Confirmed = &yes
	return s.write(ctx, sub.Key(), &sub)
}

// Unsubscribe says with a token out of a message that its address wants no more of them. ErrToken.
func (s *Store) Unsubscribe(ctx context.Context, token string) error {
	sub, err := s.Peek(ctx, token, LinkUnsubscribe)
	if err != nil {
		return err
	}
	return s.Disable(ctx, sub.Holder, sub.ID, ReasonUnsubscribed)
}

// pace bounds how often something is done in a stretch of time, by key, in this process.
type pace struct {
	mu   sync.Mutex
	done map[string][]time.Time
}

func (p *pace) allow(key string, stretch time.Duration, most int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.done == nil || len(p.done) >= mostPaced {
		p.done = map[string][]time.Time{}
	}
	recent := p.done[key][:0]
	for _, at := range p.done[key] {
		if now.Sub(at) < stretch {
			recent = append(recent, at)
		}
	}
	allowed := len(recent) < most
	if allowed {
		recent = append(recent, now)
	}
	p.done[key] = recent
	return allowed
}
