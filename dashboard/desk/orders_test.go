package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"barometer/dashboard/api"
	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/format"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"

	"github.com/shopspring/decimal"
)

func ordered(offset int64, kind event.Kind, buyer, analyst, reason string, edit ...func(*history.Order)) history.Order {
	o := history.Order{Position: event.Position{Generation: 1, Offset: offset},
		At: format.Instant(1_772_600_000_000 + offset*60_000),
		ID: fmt.Sprint("o-", offset), Type: kind.String(), Buyer: buyer, Analyst: analyst, Reason: reason}
	for _, e := range edit {
		e(&o)
	}
	return o
}

// TestDecisionsOfPeopleCanBeReadAgain: who, with whom, what, why and until when, by kind, analyst and buyer, page by
// page.
func TestDecisionsOfPeopleCanBeReadAgain(t *testing.T) {
	million := decimal.NewFromInt(1_000_000)
	f := dashboardtest.New()
	f.BuyerNames["b1"] = "Van <Damme>"
	f.Ordered = []history.Order{ordered(1, event.KindReviewDecided, "b1", "ann", "read in court", func(o *history.Order) {
		o.Review, o.Verdict = "b1/match-1", "approve"
	}),
		ordered(2, event.KindUnderwriterDecided, "b1", "bob", "a bank stands behind it", func(o *history.Order) {
			o.Policy, o.Amount, o.Currency, o.SecondAnalyst, o.Until, o.MaxTermsDays = "P1", &million, "EUR", "ann",
				event.Date(2026, 12, 31), 60
		}),
		ordered(3, event.KindCountryCapSet, "", "", "", func(o *history.Order) {
			o.Country, o.Amount, o.Currency = "BE", &million, "EUR"
		}), ordered(4, event.KindNoticeServed, "b2", "eve", "", func(o *history.Order) {
			o.Policy, o.ServedOn, o.Refused = "P2", event.Date(2026, 3, 1), "no_cut: none waits"
		}), ordered(5, event.KindModelActivated, "", "eve", "", func(o *history.Order) { o.Version = "2026-2" })}
	c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("ann")
	for query, want := range map[string][]string{
		"": {"verdict b1/match-1 approve ann read in court", "underwriter's decision Van <Damme> P1 1 000 000 EUR; terms " +
			"of at most 60 days bob with ann a bank stands behind it 2026-12-31",
			"country's cap BE 1 000 000 EUR nobody is named", "notice served b2 P2 notice on 2026-03-01 eve refused no_cut: " +
				"none waits", "model activated version 2026-2 eve"},
		"?kind=country_cap.set": {"country's cap BE"}, "?analyst=eve": {"notice served b2", "model activated"},
		"?buyer=b1": {"verdict b1/match-1", "underwriter's decision"}} {
		_, raw, _ := c.Do("GET", "/orders"+query, "")
		body := dashboardtest.Plain(cells(raw[strings.Index(raw, `id="rows"`):]))
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%s: no %q in %s", query, w, body)
			}
		}
		if n := strings.Count(raw, "<tr><td class=\"time\">"); n != len(want) {
			t.Errorf("%s: %d rows, want %d", query, n, len(want))
		}
	}
	if p := dashboardtest.Get[api.Page[api.OrderAnswer]](c,
		"/v1/orders?buyer=b1&type=underwriter.decided"); len(p.Items) != 1 || p.Items[0].Amount != "1000000.00" ||
		p.Items[0].SecondAnalyst != "ann" ||
		p.Items[0].Until != "2026-12-31" || p.Items[0].Reason != "a bank stands behind it" {
		t.Errorf("the API: %+v", p.Items)
	}
	if p := dashboardtest.Get[api.Page[api.OrderAnswer]](c, "/v1/orders?analyst=eve&limit=1"); len(p.Items) != 1 ||
		p.Next == "" ||
		p.Items[0].Version != "2026-2" ||
		dashboardtest.Get[api.Page[api.OrderAnswer]](c, "/v1/orders?analyst=eve&limit=1&cursor="+p.Next).
			Items[0].Refused != "no_cut: none waits" {
		t.Errorf("the API, page by page: %+v", p)
	}
	for path, want := range map[string]int{"/v1/orders?type=invoice.paid": 422, "/v1/orders?kind=x": 400,
		"/v1/orders?cursor=x": 400} {
		if status, body, _ := c.Do("GET", path, ""); status != want {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if status, body, _ := c.As("acme").Do("GET", "/v1/orders", ""); status != 403 {
		t.Errorf("a policyholder reads what people decided: %d %s", status, body)
	}
	f.Ordered = nil
	for i := range int64(53) {
		f.Ordered = append(f.Ordered, ordered(i, event.KindReviewDecided, "b1", "ann", fmt.Sprintf("reason %d.", i)))
	}
	body := c.Page("/orders?analyst=ann")
	at := strings.Index(body, `href="/orders?analyst=ann&cursor=`)
	if at < 0 || strings.Contains(body, "reason 2.") {
		t.Fatalf("no next page in %s", body)
	}
	next, _, _ := strings.Cut(body[at+len(`href="`):], `"`)
	if body := c.Page(next); !strings.Contains(body, "reason 2.") || !strings.Contains(body, "reason 0.") ||
		strings.Contains(body, "reason 3.") {
		t.Errorf("the next page: %s", body)
	}
}

// TestABuyersPageNamesTheUnderwriter: who decided what is in force, with whom, why and until when; and what became of
// the others.
func TestABuyersPageNamesTheUnderwriter(t *testing.T) {
	bound := func(grade uint32, more ...func(*history.Order)) func(*history.Order) {
		return func(o *history.Order) {
			o.GradeFloor = grade
			for _, m := range more {
				m(o)
			}
		}
	}
	until := func(d event.Day) func(*history.Order) { return func(o *history.Order) { o.Until = d } }
	review := func(offset int64, order, state, analyst string) decision.Decision {
		return decision.Decision{Position: event.Position{Generation: 1, Partition: 1, Offset: offset},
			AtMs: 1_772_600_210_000, Kind: decision.ReviewRequested, Key: "b1",
			Body: &decision.Review{Review: "b1/override-" + order, Kind: decision.ReviewOverride, Buyer: "b1", State: state,
				Analyst: analyst, Asked: "bob", Items: []decision.ReviewItem{{Kind: event.KindUnderwriterDecided, ID: order}}}}
	}
	today := event.DayOf(1_772_600_000_000)
	f := dashboardtest.New()
	f.BuyerNames["b1"] = "Van Damme"
	f.Store(dashboardtest.Score(1, 1, "b1", 8, 4), review(2, "o-3", decision.ReviewApproved, "ann"),
		review(3, "o-4", decision.ReviewOpened, ""), review(4, "o-5", decision.ReviewRejected, "ann"))
	f.Ordered = []history.Order{ordered(1, event.KindUnderwriterDecided, "b1", "eve", "the first", bound(7)),
		ordered(2, event.KindUnderwriterDecided, "b1", "eve", "short", bound(6, until(today-1))),
		ordered(3, event.KindUnderwriterDecided, "b1", "bob", "the owner is in court", bound(8, until(today+30))),
		ordered(4, event.KindUnderwriterDecided, "b1", "bob", "worse", bound(9)), ordered(5, event.KindUnderwriterDecided,
			"b1", "bob", "better", bound(2)), ordered(6, event.KindUnderwriterDecided, "b1", "bob", "odd",
			bound(1, func(o *history.Order) { o.Refused = "out_of_range" }))}
	body := cells(dashboardtest.Start(t, f, dashboardtest.WithPeople).As("ann").Page("/buyers/b1"))
	for _, want := range []string{"An underwriter's decision is in force: grade 8 at best; by bob with ann, " +
		format.Instant(1_772_600_180_000).Format("2 Jan 2006") + ", until " + (today + 30).String() +
		". the owner is in court",
		"bob with ann the owner is in court " + (today + 30).String() + " in force", "bob worse waits for another analyst",
		"bob better rejected", "bob odd refused out_of_range",
		"eve the first replaced", "eve short " + (today - 1).String() + " replaced"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %s", want, body)
		}
	}
	f.Ordered = append(f.Ordered, ordered(7, event.KindUnderwriterDecided, "b1", "ann", "settled"))
	if body := cells(dashboardtest.Start(t, f, dashboardtest.WithPeople).As("ann").Page("/buyers/b1")); strings.Contains(
		body, "is in force:") ||
		!strings.Contains(body, "an earlier decision ends ann settled") {
		t.Errorf("after it was ended: %s", body)
	}
}
