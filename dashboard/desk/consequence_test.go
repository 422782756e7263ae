package desk_test

import (
	"strings"
	"testing"

	"barometer/dashboard/dashboardtest"
	"barometer/dashboard/format"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/explain"
)

// TestWhatFollowsFromAVerdict: what a page says before a verdict is decided, for every kind of review and both
// verdicts.
func TestWhatFollowsFromAVerdict(t *testing.T) {
	news := func(c event.Category) []decision.ReviewItem {
		return []decision.ReviewItem{{Kind: event.KindNews, Category: c}}
	}
	two := []decision.Proposal{{Policy: "P1", FromMinor: 50_000_000, ToMinor: 20_000_000, Currency: "EUR"},
		{Policy: "P2", FromMinor: 7_000_000, ToMinor: 0, Currency: "SEK"}}
	one := []decision.Proposal{{Policy: "P1", FromMinor: 10_000_000, ToMinor: 90_000_000, Currency: "EUR"}}
	const held = "2 limits, 300 000 EUR and 1 200.50 SEK"
	for _, x := range []struct {
		review          decision.Review
		approve, reject string // each begins so
	}{
		{decision.Review{Kind: decision.ReviewMatch, Items: news(event.InsolvencyOpened)},
			"Puts the buyer at grade 10, which cancels " + held + " at once.", "The reports count for nothing any more"},
		{decision.Review{Kind: decision.ReviewMatch, Items: news(event.FraudConfirmed)},
			"Holds the buyer at grade 8 or worse for two years, and counts in full. In force on it: " + held,
			"The reports count for nothing any more"},
		{decision.Review{Kind: decision.ReviewMatch, Items: news(event.InsolvencyClosed)}, "Ends the insolvency",
			"The reports count for nothing any more"},
		{decision.Review{Kind: decision.ReviewMatch, Items: []decision.ReviewItem{{Kind: event.KindStatementFiled}}},
			"What was reported counts as about this buyer, which is graded again. In force on it: " + held, "The reports count"},
		{decision.Review{Kind: decision.ReviewCut, Proposals: two}, "Cuts 2 limits by 300 000 EUR and 70 000 SEK.",
			"Leaves 2 limits, 500 000 EUR and 70 000 SEK as they are for 30 days."},
		{decision.Review{Kind: decision.ReviewIncrease, Proposals: one}, "Raises 1 limit by 800 000 EUR, at once.",
			"Refuses the request: 1 limit, 100 000 EUR stays as it is."},
		{decision.Review{Kind: decision.ReviewCountry, Country: "BE"},
			"Is the first of two approvals: nothing happens until another analyst approves too. BE is then off cover, which " +
				"cancels " + held, "BE stays on cover"},
		{decision.Review{Kind: decision.ReviewCountry, Country: "BE", State: decision.ReviewSeconding, First: "bob"},
			"Takes BE off cover: cancels " + held, "BE stays on cover"},
		{decision.Review{Kind: decision.ReviewCountry, Country: "NL", Asked: "eve"},
			"Is the first of two approvals: nothing happens until another analyst approves too. NL is then off cover, which " +
				"cancels no limit.", "NL stays on cover"},
		{decision.Review{Kind: decision.ReviewCountry, Country: "NL", Asked: "eve", First: "bob"},
			"Takes NL off cover: cancels no limit.", "NL stays on cover"},
		{decision.Review{Kind: decision.ReviewCap, Country: "BE",
			Proposals: []decision.Proposal{{ToMinor: 90_000_000, Currency: "EUR"}}, Terms: []string{"before=none"}},
			"Caps the limits of all buyers in BE at 900 000 EUR. In force there: " + held, "What was decided does not act."},
		{decision.Review{Kind: decision.ReviewCap, Country: "BE",
			Proposals: []decision.Proposal{{FromMinor: 100, ToMinor: 90_000_000, Currency: "EUR"}}},
			"Caps the limits of all buyers in BE at 900 000 EUR, instead of 1 EUR.", "What was decided does not act."},
		{decision.Review{Kind: decision.ReviewActivation, Terms: []string{"model=2026-2", "sha256=ab12"}},
			"Activates model 2026-2, file with SHA-256 ab12 from then on.", "What was decided does not act."},
		{decision.Review{Kind: decision.ReviewOverride, Asked: "eve", Proposals: one, Terms: []string{"max_terms_days=60",
			"valid_until=2026-12-31"}},
			"Makes eve's decision act: terms of at most 60 days, until 2026-12-31. Raises 1 limit, at once, to 900 000 EUR.",
			"What was decided does not act."},
		{decision.Review{Kind: decision.ReviewOverride, Proposals: two[:1]},
			"Makes the underwriter's decision act. Cuts 1 limit, after its policy's notice, to 200 000 EUR.",
			"What was decided"},
		{decision.Review{Kind: decision.ReviewOverride, Asked: "eve", Terms: []string{"grade_floor=9", "block"}},
			"Makes eve's decision act: grade 9 at best, no limit is granted or prolonged. In force on the buyer: " + held,
			"What was decided"},
		{decision.Review{Kind: decision.ReviewPayments, Terms: []string{"policy=P7"}},
			"What is reported under policy P7 counts in full: the grade falls to 9 or worse, which cancels " + held + ".",
			"What is reported under policy P7 is left out of this buyer's grade for 90 days. In force on the buyer: " + held},
	} {
		f := dashboardtest.New()
		f.BuyerNames["b1"] = "Van Damme"
		later := dashboardtest.Limited(1, 4, "P3", "ZETA", "b1", 900_000)
		later.Body.(*decision.Limit).EffectiveOn += 10
		sek := dashboardtest.Limited(1, 2, "P2", "ZETA", "b1", 120_050)
		sek.Body.(*decision.Limit).Currency = "SEK"
		f.Store(dashboardtest.Score(1, 1, "b1", 6, 0), dashboardtest.Limited(1, 1, "P1", "ACME", "b1", 30_000_000), sek,
			later)
		r := x.review
		r.Review, r.Buyer = "b1/review-1", "b1"
		if r.State == "" {
			r.State = decision.ReviewOpened
		}
		f.Store(decision.Decision{Position: event.Position{Generation: 1, Partition: 1, Offset: 9}, AtMs: later.AtMs,
			Kind: decision.ReviewRequested, Key: "b1", Body: &r})
		c := dashboardtest.Start(t, f, dashboardtest.WithPeople).As("ann")
		for verdict, want := range map[string]string{"approve": x.approve, "reject": x.reject} {
			_, body := c.Form("/reviews", true, "review", r.Review, "verdict", verdict, "reason", "x")
			said := strings.Join(strings.Fields(dashboardtest.Tags.ReplaceAllString(body, " ")), " ")
			if !strings.Contains(said, want) {
				t.Errorf("%s of %s: no %q in\n%s", verdict, r.Kind, want, said)
			}
			for _, p := range r.Proposals {
				to := dashboardtest.Plain(explain.English.Number(strings.TrimSuffix(format.Amount(p.ToMinor, p.Currency), ".00"))) +
					" " +
					p.Currency
				if !strings.Contains(body, to) {
					t.Errorf("%s of %s does not show the limit of %s", verdict, r.Kind, to)
				}
			}
		}
		if f.SentTo("risk.orders") != 0 {
			t.Errorf("%s: asking decided something", r.Kind)
		}
	}
}
