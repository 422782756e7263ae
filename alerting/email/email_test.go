package email

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"barometer/alerting/delivery"
	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden files in testdata")

const from = "Barometer <barometer@insurer.example>"

var names = map[string]string{"b1": "Müller & Söhne GmbH", "b2": "Boulangerie\r\nBcc: thief@example.com"}

// sample is an insolvency that cancels a limit, an answer to a request in part, and an improvement.
func sample(language string) *notice.Notification {
	at := event.Date(2026, 3, 14).Ms() + 9*3600_000
	return &notice.Notification{ID: "5f0c9a3e-1111-5222-8333-444455556666", Holder: "h1", Subscription: "s1",
		Channel: notice.Email,
		Target:  "credit@policyholder.example", Language: language, Sequence: 7, AtMs: at, Changes: []notice.Change{
			{Kind: decision.ScoreChanged, Severity: notice.Critical, Buyer: "b1", AtMs: at,
				Score: notice.Score{Grade: 10, Previous: 6, Reasons: []string{public.Insolvency, public.Accounts}}},
			{Kind: decision.LimitDecided, Severity: notice.Critical, Buyer: "b1", AtMs: at,
				Limit: notice.Limit{Policy: "POL-2026-17",
					Code: decision.Cancelled, From: 1_250_000_00, Currency: "EUR", Reason: 12, ReasonText: "adverse_information",
					EffectiveOn: event.Date(2026, 3, 14), BuyerGrade: 10}},
			{Kind: decision.LimitDecided, Severity: notice.Info, Buyer: "b2", AtMs: at,
				Limit: notice.Limit{Policy: "POL-2026-17", Request: "r1",
					RequestKind: event.RequestIncrease, Code: decision.PartlyApproved, From: 20_000_00, Requested: 90_000_00,
					Granted: 45_000_00, Currency: "EUR", Reason: 13, ReasonText: "capacity", ValidUntil: event.Date(2027, 1, 1),
					BuyerGrade: 4, Conditions: []string{"max_terms_days=60"}}},
			{Kind: decision.ScoreChanged, Severity: notice.Info, Buyer: "b3", AtMs: at,
				Score: notice.Score{Grade: 3, Previous: 4}},
			{Kind: decision.LimitDecided, Severity: notice.Warning, Buyer: "b3", AtMs: at,
				Limit: notice.Limit{Policy: "POL-2026-18", Code: decision.Reduced,
					From: 50_000_00, Granted: 20_000_00, Currency: "EUR", Reason: 12, ReasonText: "adverse_information", BuyerGrade: 7,
					OnDelivery: true, NoticeDays: 30}},
			{Kind: decision.CoverChanged, Severity: notice.Warning, Buyer: "b3", AtMs: at,
				Cover: notice.Cover{Policy: "POL-2026-18", Code: decision.Forfeited, Invoice: "2025-118", Was: 12_500_00,
					Limit: 20_000_00, Currency: "EUR", Reason: 15, ReasonText: "late_notification",
					DeliveredOn: event.Date(2025, 10, 2), From: event.Date(2025, 10, 2), To: event.Date(2025, 10, 2)}},
			{Kind: decision.CoverChanged, Severity: notice.Warning, Buyer: "b3", AtMs: at,
				Cover: notice.Cover{Policy: "POL-2026-18", Code: decision.Suspended, Was: 20_000_00, Limit: 20_000_00,
					Currency: "EUR", Reason: 15, ReasonText: "overdue", From: event.Date(2026, 3, 14),
					Evidence: []string{"2025-118", "2025-131"}}},
			{Kind: decision.LimitDecided, Severity: notice.Warning, Buyer: "b4", AtMs: at,
				Limit: notice.Limit{Policy: "POL-2026-18", Code: decision.Reduced,
					From: 50_000_00, Granted: 20_000_00, Currency: "EUR", Reason: 12, ReasonText: "adverse_information", BuyerGrade: 7,
					OnDelivery: true}},
		}}
}

// TestMessages holds subject and both bodies in each language to a golden file, and the bytes to being the same twice.
func TestMessages(t *testing.T) {
	for name := range languages {
		t.Run(name, func(t *testing.T) {
			raw, subject, err := Renderer{From: from}.Render(sample(name), names)
			if err != nil {
				t.Fatal(err)
			}
			again, _, _ := Renderer{From: from}.Render(sample(name), names)
			if !bytes.Equal(raw, again) {
				t.Error("rendered twice, it differs")
			}
			m, err := Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			if m.Subject != subject {
				t.Errorf("subject in the header %q, told %q", m.Subject, subject)
			}
			golden(t, name+".txt", fmt.Sprintf("Subject: %s\n\n%s", m.Subject, strings.ReplaceAll(m.Text, "\r\n", "\n")))
			golden(t, name+".html", strings.ReplaceAll(m.HTML, "\r\n", "\n"))
			if bytes.Contains(bytes.ToLower(raw), []byte("\nbcc:")) {
				t.Error("a name made a header field")
			}
			if !bytes.Contains(raw, []byte("Message-ID: <5f0c9a3e-1111-5222-8333-444455556666@insurer.example>")) {
				t.Error("the Message-ID is not the notification's id")
			}
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != got {
		t.Errorf("%s differs (%v); it is now:\n%s", path, err, got)
	}
}

// TestEveryLanguageSaysEverything finds words that a language lacks.
func TestEveryLanguageSaysEverything(t *testing.T) {
	for name, l := range languages {
		for code := decision.Approved; code <= decision.Reinstated; code++ {
			if c := l.codes[code]; c.word == "" || c.subject == "" || strings.Count(c.subject, "%s") > 1 {
				t.Errorf("%s: limit code %s", name, code)
			}
		}
		for code := decision.Suspended; code <= decision.Restored; code++ {
			if code == decision.Discretionary {
				continue // nobody is notified
			}
			if c := l.covers[code]; c.word == "" || strings.Count(c.subject, "%s") != 1 || c.advice == "" {
				t.Errorf("%s: cover code %s", name, code)
			}
		}
		for _, reason := range slices.Concat(public.GradeReasons, public.LimitReasons, public.CoverReasons) {
			if l.reasons[reason] == "" {
				t.Errorf("%s: reason %s", name, reason)
			}
		}
		if len(l.reasons) != len(english.reasons) {
			t.Errorf("%s: %d reasons, English has %d", name, len(l.reasons), len(english.reasons))
		}
		for _, text := range []string{l.advice.insolvent, l.advice.worse, l.advice.better, l.advice.first, l.advice.withdrawn,
			l.advice.less, l.advice.refused, l.advice.partly, l.advice.granted, l.advice.wait, l.advice.restored, l.scale,
			l.footer, l.todo, l.unstated, l.advice.stands, l.advice.indication, l.short, l.named, l.now, l.planned, l.stands,
			l.indication, l.indicated, l.unlikely, l.unlikelySubject, l.falls, l.ends, l.fallsWithNotice, l.endsWithNotice,
			l.standing, l.covered, l.delivered, l.coveredOrder, l.invoice, l.order, l.overdue, l.mails.confirm,
			l.mails.confirmText,
			l.mails.confirmLink, l.mails.test, l.mails.testText, l.mails.unsubscribe} {
			if text == "" {
				t.Errorf("%s lacks a text", name)
			}
		}
	}
}

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		language string
		minor    int64
		currency string
		want     string
	}{
		{"en", 123456789, "EUR", "EUR\u00a01,234,567.89"}, {"de", 123456789, "EUR", "EUR\u00a01.234.567,89"},
		{"fr", 100000, "EUR", "EUR\u00a01\u202f000,00"}, {"nl", -5, "EUR", "EUR\u00a0−0,05"},
		{"en", 1234, "JPY", "JPY\u00a01,234"},
		{"en", 1234, "KWD", "KWD\u00a01.234"}, {"en", -1 << 63, "EUR", "EUR\u00a0−92,233,720,368,547,758.08"},
	} {
		if got := speak(c.language).money(c.minor, c.currency); got != c.want {
			t.Errorf("%s: %d %s is %q, want %q", c.language, c.minor, c.currency, got, c.want)
		}
	}
}

func TestFolderKeepsOneFilePerID(t *testing.T) {
	f, err := NewFolder(filepath.Join(t.TempDir(), "mail"), from)
	if err != nil {
		t.Fatal(err)
	}
	raw, subject, err := f.Render(sample("de"), names)
	if err != nil {
		t.Fatal(err)
	}
	id := sample("de").ID
	for range 2 {
		if r := f.Send(t.Context(), delivery.Envelope{ID: id, Body: raw}); !r.OK {
			t.Fatal(r)
		}
	}
	list, err := List(f.Dir, 10)
	if err != nil || len(list) != 1 || list[0].Subject != subject || list[0].Language != "de" {
		t.Errorf("%+v, %v", list, err)
	}
	for _, bad := range []string{"../" + id, "", "a/b", id + "x/.."} {
		if _, err := Read(f.Dir, bad); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("read %q: %v", bad, err)
		}
	}
}
