package subscription

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"barometer/deploy/kafkatest"
	"barometer/ingest/kafkalog"
)

// TestALinkDoesOneThingHere: its token opens for its purpose, unchanged, and with this installation's key only.
func TestALinkDoesOneThingHere(t *testing.T) {
	here, err := NewLinks("https://x.example/", []byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, _ := NewLinks("", []byte("fedcba9876543210"))
	link := here.Link(LinkConfirm, "group/h", "id")
	u, err := url.Parse(link)
	if err != nil || u.Host != "x.example" || u.Path != "/subscriptions/confirm" || link != here.Link(LinkConfirm,
		"group/h", "id") || strings.Contains(link, "group") {
		t.Fatalf("link %s", link)
	}
	token := u.Query().Get("token")
	if holder, id, err := here.open(LinkConfirm, token); err != nil || holder != "group/h" || id != "id" {
		t.Errorf("%q %q %v", holder, id, err)
	}
	for what, open := range map[string]func() error{
		"for another purpose": func() error { _, _, err := here.open(LinkUnsubscribe, token); return err },
		"elsewhere":           func() error { _, _, err := elsewhere.open(LinkConfirm, token); return err },
		"changed":             func() error { _, _, err := here.open(LinkConfirm, "A"+token[1:]); return err },
		"cut":                 func() error { _, _, err := here.open(LinkConfirm, token[:10]); return err },
		"empty":               func() error { _, _, err := here.open(LinkConfirm, ""); return err },
	} {
		if err := open(); !errors.Is(err, ErrToken) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if elsewhere.Link(LinkConfirm, "h", "id") != "" {
		t.Error("a link without a base")
	}
}

// opened is a client of a broker of the test's own.
func opened(t *testing.T) *kafkalog.Client {
	t.Helper()
	client, err := kafkalog.Open(kafkalog.Config{Brokers: []string{kafkatest.Start(t)}, ClientID: "test",
		Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	if err := client.EnsureTopics(t.Context(), kafkalog.Topics(2, true)); err != nil {
		t.Fatal(err)
	}
	return client
}

// TestConfirmingHasItsTimeAndItsBounds: seven days for a link, ten unconfirmed addresses of a policyholder at once.
func TestConfirmingHasItsTimeAndItsBounds(t *testing.T) {
	client := opened(t)
	s := store(t, client, "0123456789abcdef")
	ctx := context.Background()
	var first Subscription
	for n := range mostUnasked {
		sub, secret, err := s.Create(ctx, "h", Draft{Channel: "email", Target: fmt.Sprintf("a%d@example.com", n),
			Otherwise: func(context.Context) string { return "it" }})
		if err != nil || !sub.Unconfirmed() || secret != "" || sub.Language != "en" {
			t.Fatalf("%+v, %v", sub, err)
		}
		if n == 0 {
			first = sub
		}
	}
	var invalid *Invalid
	if _, _, err := s.Create(ctx, "h", Draft{Channel: "email", Target: "b@example.com"}); !errors.As(err, &invalid) ||
		invalid.Field != "target" {
		t.Errorf("an eleventh unconfirmed address: %v", err)
	}
	for _, d := range []Draft{{Channel: "email", Target: "b@example.com", Vouched: true},
		{Channel: "webhook", Target: "https://x.example/"}} {
		if sub, _, err := s.Create(ctx, "h", d); err != nil || sub.Unconfirmed() {
			t.Errorf("%s: %+v, %v", d.Target, sub, err)
		}
	}
	old := time.Now().Add(-confirmWithin - time.Minute)
	first.CreatedAt = &old
	if err := s.write(ctx, first.Key(), &first); err != nil {
		t.Fatal(err)
	}
	token := s.links.token(LinkConfirm, "h", first.ID)
	if err := s.Confirm(ctx, token); !errors.Is(err, ErrToken) {
		t.Errorf("a link of eight days ago: %v", err)
	}
	if err := s.Delete(ctx, "h", first.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Confirm(ctx, token); !errors.Is(err, ErrToken) {
		t.Errorf("a link of a subscription that has ended: %v", err)
	}
	if all := s.List(""); len(all) != mostUnasked+1 {
		t.Errorf("%d subscriptions of all", len(all))
	}
	var p pace
	for n := range 3 {
		if p.allow("h", time.Hour, 2) != (n < 2) {
			t.Errorf("the %d. in an hour", n+1)
		}
	}
}
