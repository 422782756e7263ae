package processor

import (
	"fmt"

	"barometer/ingest/event"
)

// bears says accounts of a company that at its grade, 5, bears so many thousand euros by its equity.
func (s *story) bears(id string, endDay, thousands int64) {
	e := accounts(id, event.Day(day0+endDay), 5000)
	v := e.Body.(*event.StatementFiled)
	v.Equity = 5 * thousands * 1000_00 // 20 % of it
	v.TotalAssets, v.TotalLiabilities = 3*v.Equity, 2*v.Equity
	v.CurrentLiabilities, v.CurrentAssets, v.Inventories, v.Cash = v.Equity, v.Equity, v.Equity/4, v.Equity/8
	v.TradePayables, v.Revenue = v.Equity, 4*v.Equity
	v.NetIncome, v.Depreciation = v.Equity/10, v.Equity/10
	s.says(fmt.Sprintf("%s files accounts to day %d: it bears %d 000", id, endDay, thousands), e)
}

// shared is a buyer that bears 800 000 with limits of three policies and what was delivered, as the model's worked
// number has it.
func (s *story) shared(outstanding ...int64) {
	for i, id := range []string{"p1", "p2", "p3"} {
		s.policy(id, fmt.Sprint("holder-", i+1), []int32{30, 0, 60}[i])
	}
	s.buyer("b1", "46", event.Date(1990, 5, 1))
	s.bears("b1", -278, 800)
	for i, amount := range []int64{400_000, 300_000, 100_000} {
		policy := fmt.Sprint("p", i+1)
		s.asks(policy, "b1", event.RequestNew, amount)
		if outstanding[i] > 0 {
			s.invoice("b1", policy, fmt.Sprint("i", i+1), outstanding[i], 60)
		}
	}
}

func init() {
	stories["a_capacity_is_shared"] = func(s *story) {
		s.shared(150_000, 250_000, 20_000)
		s.bears("b1", -3, 790) // within the tolerance: nothing is cut, and nothing granted
		s.asks("p3", "b1", event.RequestIncrease, 110_000)
		s.bears("b1", -2, 500) // 177 000, 277 000, 46 000
		s.restart()
		s.wait(10)
		s.bears("b1", 5, 300) // below what was delivered: 107 000, 179 000, 14 000
		s.wait(20)            // the first cuts of p1 are in force
		s.asks("p1", "b1", event.RequestReduction, 50_000)
		s.wait(50)
	}
	stories["a_large_cut_waits"] = func(s *story) {
		s.shared(0, 0, 0)
		s.bears("b1", -2, 300) // p1 loses more than 250 000
		s.asks("p2", "b1", event.RequestIncrease, 250_000)
		s.restart()
		s.decides("b1/cut-1", false) // it is held
		s.wait(5)
		s.bears("b1", 2, 290)
		s.bears("b1", 3, 200) // much less than it was rejected at: asked again
		s.wait(1)
		s.bears("b1", 4, 150) // supersedes, and keeps the deadline
		s.wait(1)             // and that is a verdict
		s.decides("b1/cut-2", true)
		s.wait(40)
	}
	stories["a_proposal_changes"] = func(s *story) {
		s.shared(0, 0, 0)
		s.bears("b1", -2, 300)
		s.bears("b1", -1, 400) // it bears more than when the cut was shown
		s.decides("b1/cut-1", true)
		s.decides("b1/cut-1", true)
		s.bears("b1", 0, 200)
		s.asks("p1", "b1", event.RequestReduction, 10_000)
		s.asks("p1", "b1", event.RequestCancellation, 10_000)
		s.shared(0, 0, 0)
		s.bears("b1", 0, 100)
		s.news("b1", event.InsolvencyOpened, event.Register) // that does not wait
	}
	stories["a_large_cut_waits_at_grade_9"] = func(s *story) {
		s.shared(0, 0, 0)
		s.news("b1", event.FraudConfirmed, event.Register) // grade 8: it bears 80 000, and the cut of p1 waits
		// grade 9: it waits still, with its deadline; the others are cancelled
		s.news("b1", event.Restructuring, event.Register)
		s.asks("p2", "b1", event.RequestNew, 10_000)
		s.restart()
		s.wait(1)
		s.decides("b1/cut-1", false) // nothing is less than 0: it is held
		s.news("b1", event.Judgment, event.Register)
		s.restart()
		s.wait(30)
		s.wait(1) // and asked about again
		s.wait(2)
		s.buyer("b2", "46", event.Date(1990, 5, 1))
		s.bears("b2", -278, 800)
		s.asks("p1", "b2", event.RequestNew, 400_000)
		s.news("b2", event.FraudConfirmed, event.Register)
		s.news("b2", event.Restructuring, event.Register)
		s.news("b2", event.InsolvencyOpened, event.Register) // grade 10 does not wait
	}
	stories["another_limit_goes_while_a_cut_waits"] = func(s *story) {
		s.shared(0, 0, 0)
		s.bears("b1", -2, 300) // p1 from 400 000 to 100 000, p2 to 100 000 at once
		s.asks("p2", "b1", event.RequestCancellation, 0)
		s.wait(2) // the capacity is what it was, but 200 000 of it are free: shown again
		s.restart()
		s.asks("p3", "b1", event.RequestReduction, 95_000) // 5 000 more are no reason to show it again
		s.wait(2)
		s.wait(30)
	}
	stories["what_a_verdict_applies_is_what_is_left"] = func(s *story) {
		s.shared(0, 0, 0)
		s.buyer("b2", "46", event.Date(1990, 5, 1))
		s.bears("b2", -278, 1_000)
		s.asks("p1", "b2", event.RequestNew, 450_000)
		s.asks("p2", "b2", event.RequestNew, 400_000)
		s.asks("p3", "b2", event.RequestNew, 150_000)
		s.bears("b2", -2, 300) // two wait
		s.asks("p3", "b2", event.RequestCancellation, 0)
		s.asks("p1", "b2", event.RequestReduction, 60_000) // what is left of p1 needs no cut
		s.decides("b2/cut-1", true)                        // p2 may have 240 000 now
		s.decides("b2/cut-1", true)
		s.wait(3)
	}
	stories["a_large_cut_meets_a_reduction"] = func(s *story) {
		s.shared(0, 0, 0)
		s.bears("b1", -3, 100) // the cut of p1 waits
		s.asks("p1", "b1", event.RequestReduction, 390_000)
		s.asks("p1", "b1", event.RequestReduction, 200_000) // what is left to cut is small enough
		s.wait(3)
	}
	stories["late_accounts_are_filed"] = func(s *story) {
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		s.statement("b1", -278, 500) // 2023
		late := func(days int32) {
			s.says(fmt.Sprintf("the register says that the accounts of b1 are %d days late", days),
				&event.Event{Kind: event.KindNews, Key: "b1", Text: true, Body: &event.News{Buyer: party("b1"),
					Category: event.AccountsLate, Outlet: event.Register, Days: days}})
		}
		s.wait(280) // those of 2024 were due half a year after its end
		late(95)
		s.restart()
		s.statement("b1", -278, 490) // those of 2023 once more: it is still late
		s.statement("b1", 88, 500)   // 2024, whose period ended before they were due
		s.wait(30)
		late(125) // told after they were filed
		s.news("b1", event.AccountsFiled, event.Register)
	}
	stories["a_country_goes_off_cover"] = func(s *story) {
		s.shared(0, 100_000, 0)
		s.indicator("BE", "*", indicatorMoratorium, 2024, 100)
		s.wait(3)
		s.indicator("BE", "*", indicatorMoratorium, 2024, 0)
		s.wait(60)
	}
}
