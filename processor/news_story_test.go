package processor

import (
	"fmt"

	"barometer/ingest/event"
)

// classified is news whose category the classifier found.
func (s *story) classified(category event.Category, outlet event.Outlet, p event.Party, key string) {
	s.says(fmt.Sprintf("%s news about %s, by the classifier: %s", outlet, key[:1], category),
		&event.Event{Kind: event.KindNews, Key: key, Text: true, Body: &event.News{Buyer: p, Category: category,
			Outlet: outlet, Classifier: 3, Phrases: []string{"en/x"}}})
}

// closing is an insolvency that ends.
func (s *story) closing(outlet event.Outlet, by event.Outcome) {
	s.says(fmt.Sprintf("%s news about b1: closed, %q", outlet, by), &event.Event{Kind: event.KindNews, Key: "b1",
		Text: true, Body: &event.News{Buyer: party("b1"), Category: event.InsolvencyClosed, Outlet: outlet, Outcome: by}})
}

func init() {
	stories["what_the_classifier_found"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.master("b1", registration("a"), called("c"))
		s.statement("b1", -278, 500)
		s.asks("p1", "b1", event.RequestNew, 50_000)
		s.classified(event.InsolvencyOpened, event.Register, party("b1"), "b1") // a register, and the buyer by its id
		s.asks("p1", "b1", event.RequestIncrease, 60_000)                       // waits for the verdict
		s.classified(event.Restructuring, event.Regulated, party("b1"), "b1")   // joins
		s.decides("b1/match-1", false)
		s.classified(event.FraudConfirmed, event.Register, nameless(registration("a")), registration("a").Key)
		s.restart()
		s.wait(2) // it goes on counting as reported
		s.classified(event.InsolvencyMoratorium, event.Register, party("b1"), "b1")
		s.decides("b1/match-3", true)                                           // now it acts
		s.classified(event.InsolvencyClosed, event.Register, party("b1"), "b1") // nothing meanwhile
		s.wait(1)
		s.restart()
		s.decides("b1/match-4", true) // the limit comes back
		s.classified(event.Judgment, event.Register, party("b1"), "b1")
	}
	stories["closings_of_insolvencies"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		s.statement("b1", -278, 500)
		s.asks("p1", "b1", event.RequestNew, 50_000)
		s.closing(event.Register, event.OutcomeNone) // of nothing
		s.news("b1", event.InsolvencyOpened, event.Register)
		s.closing(event.Register, event.OutcomeNoAssets)
		s.closing(event.Web, event.OutcomeLiquidated)
		s.closing(event.Register, event.OutcomeNone)
		s.restart()
		s.wait(2) // lapsed: it stays insolvent
		s.closing(event.Web, event.OutcomePlan)
		s.decides("b1/match-2", false)
		s.closing(event.Register, event.OutcomeAnnulled)
		s.news("b1", event.InsolvencyOpened, event.Register)
		s.closing(event.Regulated, event.OutcomeNone)
		s.says("the insolvency is withdrawn", &event.Event{Kind: event.KindNewsWithdrawn, Key: "b1",
			Body: &event.NewsWithdrawn{Buyer: party("b1"), Withdraws: "m13"}})
	}
	stories["news_of_nobody_yet"] = func(s *story) {
		s.classified(event.InsolvencyOpened, event.Register, nameless(registration("a")), registration("a").Key)
		s.reported(event.InsolvencyClosed, event.Register, registration("b"))
		s.policy("p1", "holder-1", 30)
		s.wait(400)
		s.master("b1", registration("a"))
		s.statement("b1", 88, 500)
		s.asks("p1", "b1", event.RequestNew, 50_000) // what was found waits for its verdict
		s.decides("b1/match-1", false)
		s.master("b2", registration("b")) // closed, and never open
		s.news("b2", event.InsolvencyOpened, event.Register)
		s.master("b3", registration("b"), called("e")) // of two companies now
		s.reported(event.InsolvencyClosed, event.Register, registration("b"))
		s.decides("b2/match-1", true)
		s.news("b2", event.InsolvencyOpened, event.Register)
		s.reported(event.InsolvencyClosed, event.Register, called("e")) // by name alone, of one that is not insolvent
	}
}
