package subscription

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"barometer/deploy/kafkatest"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

func store(t *testing.T, client *kafkalog.Client, secret string) *Store {
	t.Helper()
	s, err := NewStore(client, []byte(secret), false, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	ready, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	if err := s.Ready(ready); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestLifeOfASubscription creates, rotates, disables and deletes one, and reads it in another process.
func TestLifeOfASubscription(t *testing.T) {
	client, err := kafkalog.Open(kafkalog.Config{Brokers: []string{kafkatest.Start(t)}, ClientID: "test",
		Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	if err := client.EnsureTopics(t.Context(), kafkalog.Topics(2, true)); err != nil {
		t.Fatal(err)
	}
	const key = "0123456789abcdef"
	s := store(t, client, key)
	sub, first, err := s.Create(t.Context(), "group/holder",
		Draft{Channel: "webhook", Target: "https://hooks.example.com/x"})
	if err != nil || !strings.HasPrefix(first, "whsec_") {
		t.Fatalf("secret %q, %v", first, err)
	}
	if got := s.List("group/holder"); len(got) != 1 || got[0].ID != sub.ID || len(s.List("other")) != 0 {
		t.Fatalf("listed %+v", got)
	}
	second, err := s.Rotate(t.Context(), "group/holder", sub.ID)
	if err != nil {
		t.Fatal(err)
	}
	sub, _ = s.Get("group/holder", sub.ID)
	if keys, err := s.Keys(&sub); err != nil || len(keys) != 2 || keys[0] != second || keys[1] != first {
		t.Errorf("keys %v, %v; want the new one and the old one", keys, err)
	}
	if strings.Contains(strings.Join(sub.Sealed, ""), strings.TrimPrefix(first, "whsec_")) {
		t.Error("the secret is not sealed")
	}
	moved := sub
	moved.Holder = "thief"
	if _, err := s.Keys(&moved); err == nil {
		t.Error("a sealed secret opens for another holder")
	}
	if _, err := store(t, client, "another key of 16").Keys(&sub); err == nil {
		t.Error("a sealed secret opens with another installation's key")
	}
	if err := s.Disable(t.Context(), "group/holder", sub.ID, "receiver_gone"); err != nil {
		t.Fatal(err)
	}
	if got, err := store(t, client, key).Get("group/holder", sub.ID); err != nil || !got.Disabled ||
		got.DisabledReason != "receiver_gone" {
		t.Errorf("another process sees %+v, %v", got, err)
	}
	if _, err := s.Get("group", "holder/"+sub.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("holder group reaches a subscription of group/holder: %v", err)
	}
	if err := s.Delete(t.Context(), "group", "holder/"+sub.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("holder group deletes a subscription of group/holder: %v", err)
	}
	if err := s.Delete(t.Context(), "other", sub.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("another holder deletes it: %v", err)
	}
	if err := s.Delete(t.Context(), "group/holder", sub.ID); err != nil || len(s.List("group/holder")) != 0 {
		t.Errorf("after deletion %+v, %v", s.List("group/holder"), err)
	}
}

// TestWhoWantsLimitsIsToldOfCover: a subscription that names decisions on limits alone covers what suspends them too.
func TestWhoWantsLimitsIsToldOfCover(t *testing.T) {
	for _, c := range []struct {
		named []string
		want  []decision.Kind
	}{
		{[]string{"limit.decided"}, []decision.Kind{decision.LimitDecided, decision.CoverChanged}},
		{[]string{"cover.changed", "limit.decided"}, []decision.Kind{decision.CoverChanged, decision.LimitDecided}},
		{[]string{"cover.changed"}, []decision.Kind{decision.CoverChanged}},
		{[]string{"score.changed"}, []decision.Kind{decision.ScoreChanged}},
	} {
		s := Subscription{Decisions: c.named}
		if got := s.Notice().Kinds; !slices.Equal(got, c.want) {
			t.Errorf("%q: %v", c.named, got)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	for field, d := range map[string]Draft{
		"channel":          {Channel: "sms", Target: "x"},
		"decisions":        {Channel: "email", Target: "a@example.com", Decisions: []string{"progress"}},
		"minimum_severity": {Channel: "email", Target: "a@example.com", MinimumSeverity: "fatal"},
		"digest":           {Channel: "email", Target: "a@example.com", Digest: "hourly"},
		"language":         {Channel: "email", Target: "a@example.com", Language: "it"},
	} {
		var invalid *Invalid
		if err := d.check(false); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, target := range []string{"ftp://x.example", "https://", "/path", "https://u:p@x.example", "http://localhost:1/",
		"http://LOCALHOST/",
		"http://localhost./", "http://a.localhost/", "http://intranet/", "http://127.0.0.1/", "http://[::1]/",
		"http://192.168.1.1/",
		"http://127.1/", "http://0x7f.1/", "http://2130706433/", "http://0177.0.0.1/", "http://1.2.3.4.5/",
		"https://x.example/#f",
		"https://x.example:0/", "https://x.example:65536/", "https://x.example:/", "https://x.example:443x/",
		"https://x..example/",
		"https://.example/", "https://-x.example/", "https://x-.example/", "https://" + strings.Repeat("a", 64) + ".example/",
		"https://a b.example/",
		"https://x.example/ ", " https://x.example/", "https://x.example/\n", "https://x.example%20foo/",
		"https://xn--a.example/",
		"https://x.example/" + strings.Repeat("a", 3000)} {
		var invalid *Invalid
		if err := (&Draft{Channel: "webhook", Target: target}).check(false); !errors.As(err, &invalid) ||
			invalid.Field != "target" {
			t.Errorf("webhook to %q: %v", target, err)
		}
	}
	for _, target := range []string{"nobody", "A <a@example.com>", "a@example.com\nBcc: b@example.com", "@example.com",
		"a@", "a@localhost", "a@LocalHost",
		"a@[127.0.0.1]", "a@[IPv6:::1]", "a@127.0.0.1", "a@mail", "a@example..com", "a@.com", "a@example.com.", "a@-x.com",
		"a@1.2", "a b@example.com",
		"jürgen@example.com", strings.Repeat("a", 65) + "@example.com", "a@" + strings.Repeat("a.", 130) + "com",
		"a@xn--a.com", "a@example.com "} {
		var invalid *Invalid
		if err := (&Draft{Channel: "email", Target: target}).check(true); !errors.As(err, &invalid) ||
			invalid.Field != "target" {
			t.Errorf("e-mail to %q: %v", target, err)
		}
	}
	for _, d := range []Draft{{Channel: "webhook", Target: "http://127.0.0.1:8080/"},
		{Channel: "webhook", Target: "http://hooks:65535/x"}, {Channel: "webhook", Target: "http://[::1]:1/"}} {
		if err := d.check(true); err != nil {
			t.Errorf("%s where private targets are allowed: %v", d.Target, err)
		}
	}
}

// TestWhatIsWrittenIsPutIntoTheFormOfTheNetwork: hosts in ASCII, languages without their region.
func TestWhatIsWrittenIsPutIntoTheFormOfTheNetwork(t *testing.T) {
	for _, c := range []struct{ channel, target, stored string }{
		{"email", "credit@bücher.example", "credit@xn--bcher-kva.example"}, {"email", "a.b+c@Example.COM",
			"a.b+c@example.com"},
		{"email", "o'neil@straße.example", "o'neil@xn--strae-oqa.example"}, {"email", "A@xn--bcher-kva.example",
			"A@xn--bcher-kva.example"},
		{"webhook", "https://Bücher.example:8443/Pfad?x=Ü", "https://xn--bcher-kva.example:8443/Pfad?x=Ü"},
		{"webhook", "https://x.example:8443/a?b=c", "https://x.example:8443/a?b=c"}, {"webhook", "https://例え.テスト/",
			"https://xn--r8jz45g.xn--zckzah/"},
		{"webhook", "https://93.184.215.14/", "https://93.184.215.14/"},
	} {
		d := Draft{Channel: c.channel, Target: c.target}
		if err := d.check(false); err != nil || d.Target != c.stored {
			t.Errorf("%s is stored as %s, %v", c.target, d.Target, err)
		}
	}
	for said, want := range map[string]string{"": "en", "nl": "nl", "nl-BE": "nl", "nl_BE": "nl", "nl_be": "nl",
		"NL": "nl", "de-CH-1996": "de", "fr-CA": "fr", "en-GB": "en", "it": "", "x": "", "nl-": "", "und": ""} {
		d := Draft{Channel: "email", Target: "a@example.com", Language: said}
		err := d.check(false)
		if err == nil {
			err = d.speak(t.Context())
		}
		if (err == nil) != (want != "") || err == nil && d.Language != want {
			t.Errorf("language %q is %q, %v", said, d.Language, err)
		}
	}
}

// TestAPolicyholdersLanguageIsAskedLast and only where it counts: it may take a while.
func TestAPolicyholdersLanguageIsAskedLast(t *testing.T) {
	s := store(t, opened(t), "0123456789abcdef")
	asked := 0
	otherwise := func(says string) func(context.Context) string {
		return func(context.Context) string { asked++; return says }
	}
	for _, c := range []struct {
		d     Draft
		want  string // empty: refused
		asked int
	}{
		{Draft{Channel: "webhook", Target: "https://x.example/"}, "nl", 1},
		{Draft{Channel: "webhook", Target: "https://x.example/", Language: "fr"}, "fr", 0},
		{Draft{Channel: "webhook", Target: "ftp://x.example/"}, "", 0}, {Draft{Channel: "email", Target: "no address"}, "",
			0},
	} {
		asked = 0
		c.d.Otherwise = otherwise("nl_BE")
		made, _, err := s.Create(t.Context(), "h", c.d)
		if (err == nil) != (c.want != "") || made.Language != c.want || asked != c.asked {
			t.Errorf("%+v: %q, %v, asked %d times", c.d, made.Language, err, asked)
		}
	}
	ctx, leave := context.WithCancel(t.Context())
	d := Draft{Channel: "webhook", Target: "https://x.example/",
		Otherwise: func(context.Context) string { leave(); return "" }}
	if _, _, err := s.Create(ctx, "gone", d); !errors.Is(err, context.Canceled) || len(s.List("gone")) > 0 {
		t.Errorf("made for a client that went: %v", err)
	}
}
