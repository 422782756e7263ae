package main

import (
	"context"
	"errors"
	"fmt"

	"barometer/alerting"
	"barometer/alerting/delivery"
	"barometer/alerting/email"
	"barometer/alerting/subscription"
	"barometer/dashboard"
)

// subscriptionsOf, redeliverer and mailbox show alerting to the dashboard in the dashboard's own words.
type subscriptionsOf struct{ *alerting.Subscriptions }

func told(s subscription.Subscription) dashboard.Subscription {
	return dashboard.Subscription{ID: s.ID, Holder: s.Holder, Channel: s.Channel, Target: s.Target, Decisions: s.Decisions,
		MinimumSeverity: s.MinimumSeverity, Digest: s.Digest, Language: s.Language, Disabled: s.Disabled, DisabledReason: s.DisabledReason}
}

func (a subscriptionsOf) Create(ctx context.Context, s dashboard.Subscription) (dashboard.Subscription, string, error) {
	made, secret, err := a.Subscriptions.Create(ctx, s.Holder, subscription.Draft{Channel: s.Channel, Target: s.Target, Decisions: s.Decisions,
		MinimumSeverity: s.MinimumSeverity, Digest: s.Digest, Language: s.Language})
	var invalid *subscription.Invalid
	if errors.As(err, &invalid) {
		err = &dashboard.InvalidError{Field: invalid.Field, Detail: invalid.Detail}
	}
	return told(made), secret, err
}

func (a subscriptionsOf) List(ctx context.Context, holder string) ([]dashboard.Subscription, error) {
	if err := a.Subscriptions.Ready(ctx); err != nil {
		return nil, err
	}
	var all []dashboard.Subscription
	for _, s := range a.Subscriptions.List(holder) {
		all = append(all, told(s))
	}
	return all, nil
}

func (a subscriptionsOf) Delete(ctx context.Context, holder, id string) error {
	return notFound(a.Subscriptions.Delete(ctx, holder, id))
}

type redeliverer struct{ *alerting.Notifications }

func (a redeliverer) Redeliver(ctx context.Context, id string) error {
	return notFound(a.Notifications.Redeliver(ctx, "", id))
}

func notFound(err error) error {
	if errors.Is(err, subscription.ErrNotFound) || errors.Is(err, delivery.ErrNotFound) {
		return dashboard.ErrNotFound
	}
	if errors.Is(err, delivery.ErrPending) {
		return fmt.Errorf("%w: %w", dashboard.ErrUnderWay, err)
	}
	return err
}

type mailbox struct{ dir string }

func mailOf(e email.Entry) dashboard.Mail {
	return dashboard.Mail{ID: e.ID, To: e.To, Subject: e.Subject, At: e.WrittenAt}
}

func (m mailbox) Mails(_ context.Context, limit int) ([]dashboard.Mail, error) {
	entries, err := email.List(m.dir, limit)
	var all []dashboard.Mail
	for _, e := range entries {
		all = append(all, mailOf(e))
	}
	return all, err
}

func (m mailbox) Mail(_ context.Context, id string) (*dashboard.Mail, error) {
	read, err := email.Read(m.dir, id)
	if err != nil {
		return nil, dashboard.ErrNotFound
	}
	mail := mailOf(read.Entry)
	mail.Text, mail.HTML = read.Text, read.HTML
	return &mail, nil
}
