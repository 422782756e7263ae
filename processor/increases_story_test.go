package processor

import (
	"barometer/ingest/event"
)

func (s *story) careful() {
	s.says("increases of more than 40 000 wait for a verdict", &event.Event{Kind: event.KindModelActivated, Key: "model",
		Body: &event.ModelActivated{Version: "m2", Content: []byte("careful")}})
}

func init() {
	begins := func(s *story) {
		s.careful()
		s.policy("p1", "holder-1", 30)
		s.policy("p2", "holder-2", 0)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.statement("b1", -278, 200) // it bears 120 000
	}
	stories["a_large_increase_waits"] = func(s *story) {
		begins(s)
		s.asks("p1", "b1", event.RequestNew, 40_000)
		s.asks("p1", "b1", event.RequestPreliminary, 100_000) // it stores nothing
		s.asks("p1", "b1", event.RequestIncrease, 90_000)
		s.asks("p2", "b1", event.RequestNew, 60_000) // it waits behind
		s.asks("p2", "b1", event.RequestNew, 10_000) // small enough
		s.restart()
		s.decides("b1/increase-2", true)
		s.decides("b1/increase-1", true) // p2 asks for the rest then, a part of which is small enough
		s.decides("b1/increase-1", true)
		s.wait(3)
	}
	stories["nobody_approves_what_he_asked_for"] = func(s *story) {
		begins(s)
		ask := func(id, analyst string) {
			s.request(&event.LimitRequested{Request: id, Policy: "p1", Buyer: party("b1"), Kind: event.RequestNew,
				Amount: event.Amount{Minor: 90_000_00, Currency: "EUR"}, Analyst: analyst})
		}
		ask("r1", "ann")
		s.decides("b1/increase-1", true) // ann's own
		s.restart()
		s.decides("b1/increase-1", false) // which she may take back
		ask("r2", "bea")
		s.decides("b1/increase-2", true)
		s.wait(1)
		s.bears("b1", -2, 600) // of grade 5 still
		s.asks("p2", "b1", event.RequestNew, 400_000)
		s.decides("b1/increase-3", true)
		s.overrules("an underwriter thinks less of it", &event.UnderwriterDecided{Buyer: party("b1"), GradeFloor: 8,
			Analyst: "ann", SecondAnalyst: "bea"})
		s.decides("b1/cut-1", true) // it is her decision that leads to the cut
		s.wait(2)
	}
	stories["a_large_increase_is_refused"] = func(s *story) {
		begins(s)
		s.asks("p1", "b1", event.RequestNew, 90_000)
		s.decides("b1/increase-1", false)
		s.asks("p1", "b1", event.RequestNew, 90_000)
		s.wait(2) // without a verdict it is granted
		s.asks("p1", "b1", event.RequestReduction, 30_000)
		s.asks("p1", "b1", event.RequestIncrease, 85_000)
		s.asks("p1", "b1", event.RequestCancellation, 0) // and so is what it asked for
		s.wait(3)
	}
	stories["a_large_increase_is_refused_under_another_model"] = func(s *story) {
		begins(s)
		s.asks("p1", "b1", event.RequestNew, 90_000)
		s.says("no increase waits any more", &event.Event{Kind: event.KindModelActivated, Key: "model",
			Body: &event.ModelActivated{Version: "m3", Content: []byte("one")}})
		s.decides("b1/increase-1", false) // what was asked for under the old one is decided
		s.asks("p1", "b1", event.RequestNew, 91_000)
	}
	stories["a_large_increase_comes_to_nothing"] = func(s *story) {
		begins(s)
		s.asks("p1", "b1", event.RequestNew, 90_000)
		s.news("b1", event.InsolvencyOpened, event.Register)
		s.decides("b1/increase-1", true) // things are as they are
		s.says("it is over", &event.Event{Kind: event.KindNews, Key: "b1", Body: &event.News{Buyer: party("b1"),
			Category: event.InsolvencyClosed, Outlet: event.Register, Outcome: event.OutcomePlan}})
	}
}
