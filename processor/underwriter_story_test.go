package processor

import (
	"fmt"

	"barometer/ingest/event"
)

func (s *story) overrules(text string, v *event.UnderwriterDecided) {
	if v.Buyer.ID == "" {
		v.Buyer = party("b1")
	}
	v.Analyst = "ann"
	s.says("ann decides: "+text, &event.Event{Kind: event.KindUnderwriterDecided, Key: v.Buyer.ID, Body: v})
}

// sets is an underwriter's amount for one limit.
func (s *story) sets(policy string, amount int64, v event.UnderwriterDecided) {
	v.Policy, v.HasAmount, v.Amount = policy, true, event.Amount{Minor: amount * 100, Currency: "EUR"}
	s.overrules(fmt.Sprintf("%s has %d", policy, amount), &v)
}

func init() {
	stories["an_underwriter_overrules_the_grade"] = func(s *story) {
		s.shared(0, 0, 0)
		s.overrules("no better than 7", &event.UnderwriterDecided{GradeFloor: 7}) // above the authority for one
		s.overrules("no better than 7", &event.UnderwriterDecided{GradeFloor: 7, SecondAnalyst: "ann"})
		s.overrules("no better than 7 to day 9", &event.UnderwriterDecided{GradeFloor: 7, ValidUntil: day0 + 9,
			SecondAnalyst: "bea"})
		s.asks("p1", "b1", event.RequestIncrease, 450_000)
		s.restart()
		s.indicator("BE", "*", "gdp_growth", 2024, -900) // the score moves, the grade is held
		s.wait(10)                                       // it is over, and the grade follows the score at once
		s.overrules("no worse than 3", &event.UnderwriterDecided{GradeCeiling: 3, SecondAnalyst: "bea"})
		s.news("b1", event.Judgment, event.Register)
		s.news("b1", event.InsolvencyOpened, event.Register) // that beats all
		s.news("b1", event.InsolvencyClosed, event.Register)
		s.overrules("nothing any more", &event.UnderwriterDecided{})
		s.overrules("nothing any more", &event.UnderwriterDecided{})
		s.overrules("something that is over", &event.UnderwriterDecided{GradeFloor: 7, ValidUntil: day0 - 1})
	}
	stories["an_underwriter_blocks"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		s.bears("b1", -278, 800)
		s.asks("p1", "b1", event.RequestNew, 100_000)
		s.overrules("nothing is granted to day 1", &event.UnderwriterDecided{Block: true, ValidUntil: day0 + 1})
		s.asks("p1", "b1", event.RequestIncrease, 150_000)
		s.asks("p1", "b1", event.RequestProlongation, 0)
		s.asks("p1", "b1", event.RequestReduction, 90_000)
		s.wait(1)
		s.asks("p1", "b1", event.RequestIncrease, 150_000)
		s.restart()
		s.wait(1)
		s.asks("p1", "b1", event.RequestIncrease, 150_000)
	}
	stories["an_underwriter_sets_a_limit"] = func(s *story) {
		s.sets("p1", 50_000, event.UnderwriterDecided{}) // before anything is known: it waits
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "46", event.Date(1990, 5, 1)) // nobody knows what it bears: more than its capacity
		s.bears("b1", -278, 800)
		s.sets("p1", 0, event.UnderwriterDecided{})
		s.sets("p1", 100_000, event.UnderwriterDecided{MaxTermsDays: 60, Security: "bank_guarantee", InsolvencyOnly: true})
		s.asks("p1", "b1", event.RequestIncrease, 200_000) // the conditions stay
		s.sets("p1", 300_000, event.UnderwriterDecided{})
		s.sets("p1", 900_000, event.UnderwriterDecided{SecondAnalyst: "bea"})
		s.sets("p1", 300_000, event.UnderwriterDecided{SecondAnalyst: "bea"})
		s.sets("p1", 80_000, event.UnderwriterDecided{}) // after notice
		s.wait(10)
		s.restart()
		s.sets("p1", 90_000, event.UnderwriterDecided{ValidUntil: day0 + 60}) // on the day that was announced
		s.wait(20)
		s.sets("p1", 0, event.UnderwriterDecided{})
		s.wait(31)
		s.asks("p1", "b1", event.RequestNew, 10_000)
	}
}
