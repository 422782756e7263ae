package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"barometer/alerting"
	"barometer/alerting/delivery"
	"barometer/alerting/email"
	"barometer/alerting/notice"
	"barometer/alerting/subscription"
	"barometer/dashboard/alerts"
	"barometer/storage/history"
)

// subscriptionsOf, redeliverer and mailbox show alerting to the dashboard in the dashboard's own words.
type subscriptionsOf struct {
	*alerting.Subscriptions
	linked bool // messages have links, by which addresses confirm
}

func told(s subscription.Subscription) alerts.Subscription {
	return alerts.Subscription{ID: s.ID, Holder: s.Holder, Channel: s.Channel, Target: s.Target, Decisions: s.Decisions,
		MinimumSeverity: s.MinimumSeverity, Digest: s.Digest, Language: s.Language, Disabled: s.Disabled,
		DisabledReason: s.DisabledReason, Confirmed: !s.Unconfirmed(), CreatedAt: timeOf(s.CreatedAt),
		RefusedAt: timeOf(s.RefusedAt), RefusedAnswer: s.RefusedAnswer}
}

func timeOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func (a subscriptionsOf) Create(ctx context.Context, s alerts.Subscription) (alerts.Subscription, string, error) {
	if s.Channel == notice.Email.String() && !s.Vouched && !a.linked {
		return s, "", &alerts.InvalidError{Field: "target", Detail: "addresses confirm by a link, and this installation " +
			"has no http.public_url; an analyst can subscribe it"}
	}
	made, secret, err := a.Subscriptions.Create(ctx, s.Holder, subscription.Draft{Channel: s.Channel, Target: s.Target,
		Decisions: s.Decisions, MinimumSeverity: s.MinimumSeverity, Digest: s.Digest, Language: s.Language,
		Otherwise: s.HolderLanguage, Vouched: s.Vouched})
	return told(made), secret, refusal(err)
}

// refusal shows what a subscription cannot be in the dashboard's words.
func refusal(err error) error {
	var invalid *subscription.Invalid
	switch {
	case errors.As(err, &invalid):
		return &alerts.InvalidError{Field: invalid.Field, Detail: invalid.Detail}
	case errors.Is(err, subscription.ErrToken):
		return alerts.ErrNotFound
	}
	return notFound(err)
}

func (a subscriptionsOf) List(ctx context.Context, holder string) ([]alerts.Subscription, error) {
	if err := a.Subscriptions.Ready(ctx); err != nil {
		return nil, err
	}
	var all []alerts.Subscription
	for _, s := range a.Subscriptions.List(holder) {
		all = append(all, told(s))
	}
	return all, nil
}

func (a subscriptionsOf) Delete(ctx context.Context, holder, id string) error {
	return notFound(a.Subscriptions.Delete(ctx, holder, id))
}

func (a subscriptionsOf) Rotate(ctx context.Context, holder, id string) (string, error) {
	secret, err := a.Subscriptions.Rotate(ctx, holder, id)
	return secret, refusal(err)
}

func (a subscriptionsOf) Enable(ctx context.Context, holder, id string) (alerts.Subscription, error) {
	s, err := a.Subscriptions.Enable(ctx, holder, id)
	return told(s), refusal(err)
}

func (a subscriptionsOf) Test(ctx context.Context, holder, id string) error {
	return refusal(a.Subscriptions.Test(ctx, holder, id))
}

func (a subscriptionsOf) PeekLink(ctx context.Context, p alerts.LinkPurpose, token string) (alerts.Subscription,
	error) {
	s, err := a.Subscriptions.Peek(ctx, token, subscription.LinkPurpose(p))
	return told(s), refusal(err)
}

func (a subscriptionsOf) FollowLink(ctx context.Context, p alerts.LinkPurpose, token string) error {
	if p == alerts.LinkUnsubscribe {
		return refusal(a.Subscriptions.Unsubscribe(ctx, token))
	}
	return refusal(a.Subscriptions.Confirm(ctx, token))
}

type redeliverer struct{ *alerting.Notifications }

func (a redeliverer) Redeliver(ctx context.Context, id string, n *history.Notification) error {
	var older *delivery.Place
	if n != nil {
		older = &delivery.Place{Holder: n.Holder, Partition: n.Partition, Offset: n.Offset,
			State: delivery.State{ID: id, Holder: n.Holder, Status: delivery.Status(n.State), Reason: n.Reason}}
		for _, t := range n.Attempts {
			older.State.Attempts = append(older.State.Attempts, delivery.Attempt{At: t.At, Status: t.Status, TookMs: t.TookMs,
				Error: t.Answer})
		}
	}
	return notFound(a.Notifications.Redeliver(ctx, "", id, older))
}

func notFound(err error) error {
	if errors.Is(err, subscription.ErrNotFound) || errors.Is(err, delivery.ErrNotFound) {
		return alerts.ErrNotFound
	}
	if errors.Is(err, delivery.ErrPending) {
		return fmt.Errorf("%w: %w", alerts.ErrUnderWay, err)
	}
	return err
}

type mailbox struct{ dir string }

func mailOf(e email.Entry) alerts.Mail {
	return alerts.Mail{ID: e.ID, To: e.To, Subject: e.Subject, At: e.WrittenAt}
}

func (m mailbox) Mails(_ context.Context, limit int) ([]alerts.Mail, error) {
	entries, err := email.List(m.dir, limit)
	var all []alerts.Mail
	for _, e := range entries {
		all = append(all, mailOf(e))
	}
	return all, err
}

func (m mailbox) Mail(_ context.Context, id string) (*alerts.Mail, error) {
	read, err := email.Read(m.dir, id)
	if err != nil {
		return nil, alerts.ErrNotFound
	}
	mail := mailOf(read.Entry)
	mail.Text, mail.HTML = read.Text, read.HTML
	return &mail, nil
}
