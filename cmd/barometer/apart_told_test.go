package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"barometer/alerting/delivery"
	"barometer/alerting/email"
	"barometer/alerting/group"
	"barometer/alerting/notice"
	"barometer/alerting/route"
	"barometer/alerting/webhook"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/processor/runner"
)

// untilItMatters is a script up to where the other holder's messages change a grade, or an amount of the first one's
// limits: until then nothing that the first one is told may change with them.
func untilItMatters(tb testing.TB, messages []message) (cut []message, with, without *world) {
	tb.Helper()
	for {
		with, without = folded(tb, messages, true), folded(tb, messages, false)
		a, b := visible(with.published(0)), visible(without.published(0))
		i := 0
		for i < len(a) && i < len(b) && a[i] == b[i] {
			i++
		}
		if i == len(a) && i == len(b) {
			return messages, with, without
		}
		var first int64 // log time of the first difference
		for _, line := range [][]string{a[i:min(i+1, len(a))], b[i:min(i+1, len(b))]} {
			for _, l := range line {
				var at int64
				_, _ = fmt.Sscan(strings.SplitN(l, " ", 2)[0], &at)
				if first == 0 || at < first {
					first = at
				}
			}
		}
		n := slices.IndexFunc(messages, func(m message) bool { return m.at.UnixMilli() >= first })
		if n < 0 || n >= len(messages) {
			n = len(messages) - 1
		}
		messages = messages[:n]
	}
}

// minted are ids that are made from positions, which others' records move.
var minted = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// toldBy is all that alerting sends a holder, in order: a webhook, and an e-mail in each language, of everything; ids
// masked.
func (w *world) toldBy(holder string) (told []string) {
	w.tb.Helper()
	sender := group.NewFold(group.Config{LogID: "same", Generation: 1})
	w.subscribed(sender, holder)
	w.notified(sender, func(_ *delivery.Letter, n *notice.Notification) { told = append(told, w.rendered(n)) })
	return told
}

// subscribed subscribes a holder to everything: a webhook, and an e-mail in each language.
func (w *world) subscribed(sender *group.Fold, holder string) {
	for i, language := range []string{"", "en", "de", "fr", "nl"} {
		s := notice.Subscription{ID: fmt.Sprint("s", i), Channel: notice.Email, Target: "credit@own.example",
			Kinds: notice.Told, MinimumSeverity: notice.Info, Language: language}
		if language == "" {
			s.Channel, s.Target = notice.Webhook, "https://own.example"
		}
		item := notice.Item{Source: event.Source{Topic: event.TopicSubscriptions, Incarnation: uint32(len(holder)),
			Offset: int64(i)}, What: notice.Subscribed, Holder: holder, Subscription: s}
		if err := sender.Step(0, item.Encode(), nil); err != nil {
			w.tb.Fatal(err)
		}
	}
}

// notified routes all decisions and gives what is sent of them.
func (w *world) notified(sender *group.Fold, each func(l *delivery.Letter, n *notice.Notification)) {
	w.tb.Helper()
	core, err := route.NewCore(route.DefaultConfig(1))
	if err != nil {
		w.tb.Fatal(err)
	}
	offset := int64(0)
	for _, r := range w.decisions {
		if err := core.Feed(kafkalog.TopicPartition{Topic: kafkalog.TopicDecisions}, r); err != nil {
			w.tb.Fatal(err)
		}
		for items := core.Request(0); items != nil; items = core.Request(0) {
			for _, item := range items {
				if err := sender.Step(offset, item.Value, func(o runner.Output) {
					l, n, err := delivery.NewLetter(&o)
					if err != nil {
						w.tb.Fatal(err)
					}
					each(l, n)
				}); err != nil {
					w.tb.Fatal(err)
				}
				offset++
			}
			core.Acked(0)
		}
	}
}

func (w *world) rendered(n *notice.Notification) string {
	names := map[string]string{}
	for i := range n.Changes {
		if c := &n.Changes[i]; c.Texts != (event.Source{}) { // by whose words alerting names a buyer
			names[c.Buyer] = "The buyer " + c.Buyer
		}
	}
	var body []byte
	var summary string
	var err error
	if n.Channel == notice.Webhook {
		body, summary, err = webhook.New(true, "").Render(n, names)
	} else {
		body, summary, err = email.Renderer{From: "Barometer <barometer@insurer.example>"}.Render(n, names)
		if m, wrong := email.Parse(body); wrong == nil {
			// lines are broken in ids too
			body = fmt.Append(nil, string(body[:bytes.Index(body, []byte("--barometer-"))]), m.Text, m.HTML)
		}
	}
	if err != nil {
		w.tb.Fatal(err)
	}
	return minted.ReplaceAllString(fmt.Sprint(n.Channel, " ", summary, "\n", string(body)), "…")
}

// decisionsFor is what package public tells a holder of each decision.
func (w *world) decisionsFor(holder, policy string) (told []string) {
	w.tb.Helper()
	all := w.published(0)
	for i := range all {
		d, ok := public.For(&all[i], holder, func(p string) bool { return p == policy })
		if !ok {
			continue
		}
		d.Position = event.Position{} // what the API seals
		line, err := json.Marshal(d)
		if err != nil {
			w.tb.Fatal(err)
		}
		told = append(told, string(line))
	}
	return told
}

// newestScores are the newest scores of each buyer, by buyer, the newest first.
func newestScores(all []decision.Decision) map[string][]*decision.Score {
	of := map[string][]*decision.Score{}
	for _, d := range slices.Backward(all) {
		if b, ok := d.Body.(*decision.Score); ok {
			of[b.Buyer] = append(of[b.Buyer], b)
		}
	}
	return of
}

// plants are ways of telling that tell of others. Each must be found in some world, or the worlds are too tame to
// show that ours do not.
var plants = map[string]func(all []decision.Decision) string{
	"a full limit, a lack of turnover and a young company told apart": func(all []decision.Decision) (told string) {
		for _, d := range all {
			if b, ok := d.Body.(*decision.Limit); ok && b.Holder == ownHolder {
				told += fmt.Sprint(b.Reason, b.ReasonText, " ")
			}
		}
		return told
	},
	"reasons of a grade from those of the decision": func(all []decision.Decision) (told string) {
		for _, d := range all {
			if b, ok := d.Body.(*decision.Score); ok && public.Moves(b) {
				told += fmt.Sprint(slices.DeleteFunc(slices.Clone(b.Reasons), func(r string) bool {
					return r != "economic_cell" && r != "equity_ratio" && r != "cash_flow" && r != "company_age"
				}))
			}
		}
		return told
	},
	"buyers ordered by probability": func(all []decision.Decision) string {
		of := newestScores(all)
		var order []string
		for b := range of {
			order = append(order, b)
		}
		slices.SortFunc(order, func(a, b string) int {
			x, y := of[a][0], of[b][0]
			return cmp.Or(cmp.Compare(y.Grade, x.Grade), cmp.Compare(y.PDPPM, x.PDPPM), cmp.Compare(a, b))
		})
		return fmt.Sprint(order)
	},
	"a history limited before it is filtered": func(all []decision.Decision) (told string) {
		of := newestScores(all)
		for i := range worldBuyers {
			for _, b := range of[buyerName(i)][:min(4, len(of[buyerName(i)]))] {
				if public.Moves(b) {
					told += fmt.Sprint(b.Buyer, b.Grade, " ")
				}
			}
		}
		return told
	},
	"a grade found among the newest scores alone": func(all []decision.Decision) (told string) {
		of := newestScores(all)
		for i := range worldBuyers {
			newest := of[buyerName(i)][:min(10, len(of[buyerName(i)]))]
			told += fmt.Sprint(slices.ContainsFunc(newest, public.Moves))
		}
		return told
	},
	"scores that keep the grade": func(all []decision.Decision) (told string) {
		for _, d := range all {
			if b, ok := d.Body.(*decision.Score); ok {
				told += fmt.Sprint(d.AtMs, b.Buyer)
			}
		}
		return told
	},
	"the model's four dimensions": func(all []decision.Decision) (told string) {
		for _, d := range all {
			if b, ok := d.Body.(*decision.Score); ok && public.Moves(b) {
				told += fmt.Sprint(b.Commercial)
			}
		}
		return told
	},
	"the best-grade rule in force": func(all []decision.Decision) (told string) {
		for _, d := range all {
			if b, ok := d.Body.(*decision.Score); ok && public.Moves(b) {
				told += b.Cap + " "
			}
		}
		return told
	},
	"positions": func(all []decision.Decision) (told string) {
		for _, d := range all {
			if b, ok := d.Body.(*decision.Limit); ok && b.Holder == ownHolder {
				told += d.Position.String()
			}
		}
		return told
	},
	"capacity and its use": func(all []decision.Decision) (told string) {
		for _, d := range all {
			if b, ok := d.Body.(*decision.Limit); ok && b.Holder == ownHolder {
				told += fmt.Sprint(b.InUseMinor, b.OverhangMinor, " ")
			}
		}
		return told
	},
}

// TestNothingThatIsToldChangesWithAnother is I8 on random logs: each is folded with another holder's messages and
// without, which neither move a grade nor an amount, and everything that the first holder is told by package public,
// by webhook and by e-mail is the same.
func TestNothingThatIsToldChangesWithAnother(t *testing.T) {
	found, told, records := map[string]int{}, 0, 0
	for seed := range uint64(24) {
		messages, with, without := untilItMatters(t, randomScript(seed, 60, 0, seed%3 != 0))
		records += len(with.log) - len(without.log)
		for what, pair := range map[string][2][]string{
			"decisions":     {with.decisionsFor(ownHolder, ownPolicy), without.decisionsFor(ownHolder, ownPolicy)},
			"notifications": {with.toldBy(ownHolder), without.toldBy(ownHolder)},
		} {
			told += len(pair[0])
			for i := range max(len(pair[0]), len(pair[1])) {
				if i >= len(pair[0]) || i >= len(pair[1]) || pair[0][i] != pair[1][i] {
					t.Fatalf("seed %d, %d messages: %s differ from %d on (of %d with another, %d without):\n%s\n%s", seed,
						len(messages), what, i, len(pair[0]), len(pair[1]), pair[0][min(i, len(pair[0])-1)],
						pair[1][min(i, len(pair[1])-1)])
				}
			}
		}
		a, b := with.published(0), without.published(0)
		for leak, tell := range plants {
			if tell(a) != tell(b) {
				found[leak]++
			}
		}
	}
	for leak := range plants {
		if found[leak] == 0 {
			t.Errorf("no world shows the leak: %s", leak)
		}
	}
	t.Logf("%d things told, beside %d records of another; leaks shown by so many worlds: %v", told, records, found)
}

// answered is when the requests of a holder were answered, by decision or rejection, and what else was said of its
// messages: all that does not follow from a grade or an amount.
func (w *world) answered(holder, policy string) (told []string) {
	w.tb.Helper()
	all := w.published(0)
	for i := range all {
		d, ok := public.For(&all[i], holder, func(p string) bool { return p == policy })
		switch {
		case !ok:
		case d.Limit != nil && d.Limit.Request != "":
			l := d.Limit
			told = append(told, fmt.Sprint(d.AtMs, " request of ", l.Buyer, l.Policy, " ", l.Trigger, l.Indicative))
		case d.Rejection != nil && d.Rejection.Type == event.KindLimitRequested:
			told = append(told, fmt.Sprint(d.AtMs, " request of ", d.Rejection.Buyer, d.Rejection.Policy, " ", d.Rejection.ID,
				false))
		case d.Rejection != nil:
			told = append(told, fmt.Sprint(d.AtMs, *d.Rejection))
		}
	}
	return told
}

// TestOnlyGradesAndAmountsFollowFromAnother: in worlds where the other holder does change grades and amounts, the
// first one's requests are answered at the same times as without it, and its messages are refused for the same
// reasons.
func TestOnlyGradesAndAmountsFollowFromAnother(t *testing.T) {
	differ := 0
	for seed := range uint64(40) {
		messages := randomScript(seed, 60, 0, false)
		with, without := folded(t, messages, true), folded(t, messages, false)
		if !sameVisible(with, without) {
			differ++
		}
		a, b := with.answered(ownHolder, ownPolicy), without.answered(ownHolder, ownPolicy)
		if len(a) < 30 || !slices.Equal(a, b) {
			t.Errorf("seed %d: answered\n%s\nand without another\n%s", seed, strings.Join(a, "\n"), strings.Join(b, "\n"))
		}
	}
	if differ < 10 {
		t.Errorf("grades or amounts differ in %d worlds: too few to show anything", differ)
	}
}
