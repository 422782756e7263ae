package dashboardtest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"barometer/dashboard/alerts"
	"barometer/storage/history"
)

func (f *Fake) Notifications(_ context.Context, q history.NotificationQuery) ([]history.Notification, error) {
	var out []history.Notification
	for _, n := range f.Notes {
		if (q.Holder == "" || n.Holder == q.Holder) && (q.State == "" || n.State == q.State) &&
			(q.Subscription == "" || n.Subscription == q.Subscription) &&
			(q.Buyer == "" || slices.Contains(n.Buyers, q.Buyer)) &&
			(q.Before == nil || beforeNote(n, *q.Before)) {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b history.Notification) int {
		if beforeNote(a, history.NotificationCursor{At: b.At, Sequence: b.Sequence, Subscription: b.Subscription}) {
			return 1
		}
		return -1
	})
	return out[:min(len(out), q.Limit)], nil
}

// beforeNote tells whether a notification comes behind a cursor.
func beforeNote(n history.Notification, c history.NotificationCursor) bool {
	return cmp.Or(n.At.Compare(c.At), cmp.Compare(n.Sequence, c.Sequence), cmp.Compare(n.Subscription, c.Subscription)) < 0
}

func (f *Fake) Notification(_ context.Context, id string) (*history.Notification, error) {
	for i := range f.Notes {
		if f.Notes[i].ID == id {
			return &f.Notes[i], nil
		}
	}
	return nil, nil
}

// SubscriptionID is what the fake gives to a subscription. A token of its link is its purpose and id.
const SubscriptionID = "2f5e0c33-8a51-4ad2-9f3c-0f6f0ad2c111"

func (f *Fake) Create(ctx context.Context, s alerts.Subscription) (alerts.Subscription, string, error) {
	if strings.HasPrefix(s.Target, "ftp:") {
		return s, "", &alerts.InvalidError{Field: "target", Detail: "is not an http or https URL"}
	}
	s.ID, s.Confirmed = SubscriptionID, s.Channel == "webhook" || s.Vouched
	if s.Language == "" {
		s.Language = s.HolderLanguage(ctx)
	}
	f.Subscribed = append(f.Subscribed, s)
	return s, "whsec_c2VjcmV0", nil
}

func (f *Fake) List(_ context.Context, holder string) (out []alerts.Subscription, _ error) {
	for _, s := range f.Subscribed {
		if holder == "" || s.Holder == holder {
			out = append(out, s)
		}
	}
	return out, nil
}

func (f *Fake) sub(holder, id string) (*alerts.Subscription, error) {
	for i := range f.Subscribed {
		if f.Subscribed[i].Holder == holder && f.Subscribed[i].ID == id {
			return &f.Subscribed[i], nil
		}
	}
	return &alerts.Subscription{}, alerts.ErrNotFound
}

func (f *Fake) Rotate(_ context.Context, holder, id string) (string, error) {
	s, err := f.sub(holder, id)
	if s.Channel == "email" {
		err = &alerts.InvalidError{Field: "channel", Detail: "only webhooks have a signing secret"}
	}
	return "whsec_YW5vdGhlcg==", err
}

func (f *Fake) Enable(_ context.Context, holder, id string) (alerts.Subscription, error) {
	s, err := f.sub(holder, id)
	s.Disabled, s.DisabledReason = false, ""
	return *s, err
}

func (f *Fake) Test(_ context.Context, holder, id string) error {
	s, err := f.sub(holder, id)
	f.Again = append(f.Again, "test "+s.ID)
	return err
}

func (f *Fake) PeekLink(_ context.Context, purpose alerts.LinkPurpose, token string) (alerts.Subscription, error) {
	for i := range f.Subscribed {
		if token == string(purpose)+" "+f.Subscribed[i].ID {
			return f.Subscribed[i], nil
		}
	}
	return alerts.Subscription{}, alerts.ErrNotFound
}

func (f *Fake) FollowLink(ctx context.Context, purpose alerts.LinkPurpose, token string) error {
	found, err := f.PeekLink(ctx, purpose, token)
	if err == nil {
		s, _ := f.sub(found.Holder, found.ID)
		s.Confirmed, s.Disabled = s.Confirmed || purpose == alerts.LinkConfirm, purpose == alerts.LinkUnsubscribe
	}
	return err
}

func (f *Fake) Delete(_ context.Context, holder, id string) error {
	n := len(f.Subscribed)
	f.Subscribed = slices.DeleteFunc(f.Subscribed, func(s alerts.Subscription) bool {
		return s.Holder == holder &&
			s.ID == id
	})
	if len(f.Subscribed) == n {
		return alerts.ErrNotFound
	}
	return nil
}

func (f *Fake) Redeliver(_ context.Context, id string, _ *history.Notification) error {
	if n, _ := f.Notification(context.Background(), id); n == nil {
		return alerts.ErrNotFound
	} else if n.State == "retrying" {
		return alerts.ErrUnderWay
	}
	f.Again = append(f.Again, id)
	return nil
}

func (f *Fake) Mails(context.Context, int) ([]alerts.Mail, error) {
	return []alerts.Mail{testMail}, nil
}

func (f *Fake) Mail(_ context.Context, id string) (*alerts.Mail, error) {
	if id != testMail.ID {
		return nil, alerts.ErrNotFound
	}
	m := testMail
	return &m, nil
}

var testMail = alerts.Mail{ID: "m1", From: "barometer@localhost", To: "credit@example.com",
	Subject: "Van Damme NV: grade 10", At: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC), Text: "Grade 10.",
	HTML: "<p>Grade <b>10</b>.</p><script>alert(1)</script>"}
