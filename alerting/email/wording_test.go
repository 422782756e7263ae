package email

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

// one is a notification of a single change.
func one(language string, c notice.Change) *notice.Notification {
	n := sample(language)
	c.Severity, c.AtMs = notice.Warning, n.AtMs
	n.Changes = []notice.Change{c}
	return n
}

func limitChange(l notice.Limit) notice.Change {
	l.Policy, l.Currency = "POL-1", "EUR"
	return notice.Change{Kind: decision.LimitDecided, Buyer: "b1", Limit: l}
}

// written renders a notification and gives its subject and text.
func written(t *testing.T, n *notice.Notification, names map[string]string) (subject, text string) {
	t.Helper()
	raw, subject, err := Renderer{From: from}.Render(n, names)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return subject, strings.ReplaceAll(m.Text, "\r\n", "\n")
}

// TestTheSubjectFirstSaysWhatHappened, however long the buyer's name is, and in whatever script.
func TestTheSubjectFirstSaysWhatHappened(t *testing.T) {
	long := strings.Repeat("Ångström & Søn – Κρήτη 株式会社 ", 30)
	combining := strings.Repeat("é̂", 100)
	for name, l := range languages {
		for _, buyer := range []string{long, combining, strings.Repeat("株", 500)} {
			subject, _ := written(t, one(name, notice.Change{Kind: decision.ScoreChanged, Buyer: "b1",
				Score: notice.Score{Grade: 10, Previous: 4, Reasons: []string{public.Insolvency}}}), map[string]string{"b1": buyer})
			if want := fmt.Sprintf(l.insolvent, 10) + " " + l.short; !strings.HasPrefix(subject, want) ||
				utf8.RuneCountInString(want) > 60 {
				t.Errorf("%s: %q does not begin with %q", name, subject, want)
			}
			if n := utf8.RuneCountInString(subject); n > 125 || !strings.HasSuffix(subject, "…") {
				t.Errorf("%s: a subject of %d characters: %q", name, n, subject)
			}
		}
	}
	if got := cut("abcdee\u0301fg", 7); got != "abcde…" {
		t.Errorf("a mark is cut from its letter: %q", got)
	}
}

// TestLinesAndEncodedWordsKeepTheirBounds: RFC 5322 has 998 bytes a line, RFC 2047 has 75 an encoded word.
func TestLinesAndEncodedWordsKeepTheirBounds(t *testing.T) {
	raw, subject, err := Renderer{From: "Кредитное страхование <kredit@insurer.example>"}.Render(sample("de"),
		map[string]string{"b1": strings.Repeat("Überseehandel Κρήτη 株式会社", 40), "b2": strings.Repeat("x", 5000)})
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(raw) {
		if len(line) > 998 {
			t.Errorf("a line of %d bytes", len(line))
		}
		for _, word := range bytes.Fields(line) {
			if bytes.HasPrefix(word, []byte("=?")) && len(word) > 75 {
				t.Errorf("an encoded word of %d bytes: %s", len(word), word)
			}
		}
	}
	if m, err := Parse(raw); err != nil || m.Subject != subject {
		t.Errorf("the subject comes back as %q, %v", m.Subject, err)
	}
}

// TestAnIndicationPromisesNothing: a preliminary answer says in no language that anything is in effect, and shows no
// grade.
func TestAnIndicationPromisesNothing(t *testing.T) {
	for name, l := range languages {
		for code, granted := range map[decision.LimitCode]int64{decision.Preliminary: 270_000_00, decision.NotApproved: 0} {
			subject, text := written(t,
				one(name, limitChange(notice.Limit{Request: "r", RequestKind: event.RequestPreliminary, Code: code,
					Requested: 900_000_00, Granted: granted, From: 50_000_00, EffectiveOn: event.Date(2026, 3, 14),
					ValidUntil: event.Date(2027, 3, 14), BuyerGrade: 4, ReasonText: "capacity"})), names)
			for _, never := range []string{l.fromWhen, "→", l.until, l.scale, l.limit + ":", "14 "} {
				if strings.Contains(subject+text, never) {
					t.Errorf("%s: an indication says %q:\n%s", name, never, text)
				}
			}
			if !strings.Contains(text, l.advice.indication) || granted > 0 != strings.Contains(text, l.money(granted, "EUR")) {
				t.Errorf("%s:\n%s", name, text)
			}
		}
	}
}

// TestALimitInNoticeSaysWhatIsInForceNow, and what comes, and from when.
func TestALimitInNoticeSaysWhatIsInForceNow(t *testing.T) {
	later := event.Date(2026, 4, 13)
	for name, l := range languages {
		for _, c := range []struct {
			limit   notice.Limit
			subject string
			when    string
		}{
			{notice.Limit{Code: decision.Reduced, From: 50_000_00, Granted: 20_000_00, EffectiveOn: later},
				fmt.Sprintf(l.falls, l.money(20_000_00, "EUR"), l.day(later)), l.day(later)},
			{notice.Limit{Code: decision.Cancelled, From: 50_000_00, EffectiveOn: later}, fmt.Sprintf(l.ends, l.day(later)),
				l.day(later)},
			{notice.Limit{Code: decision.Reduced, From: 50_000_00, Granted: 20_000_00, OnDelivery: true, NoticeDays: 30},
				fmt.Sprintf(l.fallsWithNotice, l.money(20_000_00, "EUR")), fmt.Sprintf(l.after, 30)},
			{notice.Limit{Code: decision.Cancelled, From: 50_000_00, OnDelivery: true}, l.endsWithNotice, l.once},
		} {
			subject, text := written(t, one(name, limitChange(c.limit)), names)
			if !strings.HasPrefix(subject, c.subject) {
				t.Errorf("%s: %q does not begin with %q", name, subject, c.subject)
			}
			for _, want := range []string{l.now + ": " + l.money(50_000_00, "EUR"), l.planned + ": " + l.money(c.limit.Granted,
				"EUR"), l.fromWhen + ": " + c.when} {
				if !strings.Contains(text, want) {
					t.Errorf("%s: it lacks %q:\n%s", name, want, text)
				}
			}
		}
		subject, text := written(t,
			one(name, limitChange(notice.Limit{Code: decision.Reduced, From: 50_000_00, Granted: 20_000_00,
				EffectiveOn: event.Date(2026, 3, 14)})), names)
		if strings.Contains(text, l.planned) || !strings.Contains(text, "→") {
			t.Errorf("%s: a cut of today reads as one in notice: %s\n%s", name, subject, text)
		}
	}
}

// TestAChangeOfCoverSaysWhatIsCoveredNow: of the order or the limit that it is about, and of which invoices.
func TestAChangeOfCoverSaysWhatIsCoveredNow(t *testing.T) {
	from, to := event.Date(2026, 3, 14), event.Date(2026, 4, 30)
	for name, l := range languages {
		for _, c := range []struct {
			cover  notice.Cover
			amount int64
			says   []string
		}{
			{notice.Cover{Code: decision.Suspended, Was: 70_000_00, Limit: 70_000_00, From: from, ReasonText: "overdue",
				Evidence: []string{"i1", "i2"}}, 70_000_00, []string{l.fromWhen + ": " + l.day(from), l.overdue + ": i1, i2",
				l.why + ": " + l.reasons["overdue"]}},
			{notice.Cover{Code: decision.Resumed, Now: 70_000_00, Limit: 70_000_00, From: from}, 70_000_00,
				[]string{l.fromWhen + ": " + l.day(from)}},
			{notice.Cover{Code: decision.BindingOrder, Order: "o1", Now: 30_000_00, Limit: 1_00, From: from, To: to}, 30_000_00,
				[]string{l.order + ": o1", l.until + ": " + l.day(to), l.limit + ": " + l.money(1_00, "EUR")}},
			{notice.Cover{Code: decision.Restored, Invoice: "i1", Now: 30_000_00, DeliveredOn: from, From: from, To: from},
				30_000_00, []string{l.invoice + ": i1", l.delivered + ": " + l.day(from)}},
		} {
			c.cover.Policy, c.cover.Currency = "POL-1", "EUR"
			subject, text := written(t, one(name, notice.Change{Kind: decision.CoverChanged, Buyer: "b1", Cover: c.cover}),
				names)
			said := l.covers[c.cover.Code]
			if want := fmt.Sprintf(said.subject, l.money(c.amount, "EUR")); !strings.HasPrefix(subject, want) {
				t.Errorf("%s: %q does not begin with %q", name, subject, want)
			}
			for _, want := range append(c.says, said.word, l.money(c.amount, "EUR")) {
				if !strings.Contains(text, want) {
					t.Errorf("%s: it lacks %q:\n%s", name, want, text)
				}
			}
		}
	}
}

// TestARefusedIncreaseDoesNotReadAsARefusedLimit: the limit stands, and nothing takes effect.
func TestARefusedIncreaseDoesNotReadAsARefusedLimit(t *testing.T) {
	for name, l := range languages {
		refused := notice.Limit{Request: "r", RequestKind: event.RequestIncrease, Code: decision.NotApproved,
			Requested: 90_000_00, Granted: 45_000_00, From: 45_000_00}
		subject, text := written(t, one(name, limitChange(refused)), names)
		amount := l.money(45_000_00, "EUR")
		if !strings.HasPrefix(subject, fmt.Sprintf(l.standing, amount)) ||
			!strings.Contains(text, fmt.Sprintf(l.stands, amount, "")[:len(amount)]) ||
			!strings.Contains(text, l.advice.stands) || strings.Contains(text, l.fromWhen) {
			t.Errorf("%s: %s\n%s", name, subject, text)
		}
		refused.Granted, refused.From, refused.RequestKind = 0, 0, event.RequestNew
		if _, text := written(t, one(name, limitChange(refused)), names); strings.Contains(text, l.advice.stands) ||
			!strings.Contains(text, l.advice.refused) {
			t.Errorf("%s: a refused new limit stands:\n%s", name, text)
		}
	}
}
