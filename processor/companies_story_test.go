package processor

import (
	"fmt"
	"strings"

	"barometer/ingest/event"
)

// matchKey is a match key that can be told from others at a glance.
func matchKey(letter string) string { return strings.Repeat(letter, 32) }

func registration(letter string) event.Match {
	return event.Match{Kind: event.MatchRegistration, Key: matchKey(letter)}
}

func called(letter string) event.Match {
	return event.Match{Kind: event.MatchName, Key: matchKey(letter)}
}

func (s *story) master(id string, keys ...event.Match) {
	p := party(id)
	p.Matches = keys
	s.says("master data of "+id+listedKeys(keys), &event.Event{Kind: event.KindBuyerUpserted, Key: id, Text: true,
		Body: &event.BuyerUpserted{Buyer: p, Sector: "46", FoundedOn: event.Date(1990, 5, 1)}})
}

func listedKeys(keys []event.Match) string {
	var b strings.Builder
	for _, k := range keys {
		fmt.Fprintf(&b, " %d:%.1s", k.Kind, k.Key)
	}
	return b.String()
}

// nameless is a company without an id.
func nameless(keys ...event.Match) event.Party { return event.Party{Country: "BE", Matches: keys} }

func (s *story) reported(category event.Category, outlet event.Outlet, keys ...event.Match) {
	s.says(fmt.Sprintf("%s news about%s: %s", outlet, listedKeys(keys), category), &event.Event{Kind: event.KindNews,
		Key: keys[0].Key, Text: true, Body: &event.News{Buyer: nameless(keys...), Category: category, Outlet: outlet}})
}

func (s *story) withdraws(id string, keys ...event.Match) {
	s.says("news "+id+" is withdrawn", &event.Event{Kind: event.KindNewsWithdrawn, Key: keys[0].Key,
		Body: &event.NewsWithdrawn{Buyer: nameless(keys...), Withdraws: id}})
}

func (s *story) decides(review string, approve bool) {
	s.says(fmt.Sprintf("an analyst decides on %s: %v", review, approve), &event.Event{Kind: event.KindReviewDecided,
		Key: review[:strings.LastIndex(review, "/")], Body: &event.ReviewDecided{Review: review, Approve: approve,
			Analyst: "ann"}})
}

func init() {
	stories["companies_without_an_id"] = func(s *story) {
		s.reported(event.InsolvencyOpened, event.Register, registration("a"), registration("b"), called("c"))
		s.reported(event.Judgment, event.Register, registration("f"), called("9"))
		s.reported(event.Judgment, event.Register, called("d"))
		s.withdraws("m3", called("d"))
		s.says("an invoice to nobody who is known", &event.Event{Kind: event.KindInvoiceIssued, Key: matchKey("f"),
			Body: &event.InvoiceIssued{
				Ref:    event.InvoiceRef{Buyer: nameless(registration("f")), Policy: "p1", Invoice: "i1"},
				Amount: event.Amount{Minor: 1000_00, Currency: "EUR"}, DeliveredOn: day0, DueOn: day0 + 30}})
		s.says("a request about nobody who is known", &event.Event{Kind: event.KindLimitRequested, Key: matchKey("e"),
			Body: &event.LimitRequested{
				Buyer: nameless(called("e")), Policy: "p1", Request: "r-company", Kind: event.RequestNew,
				Amount: event.Amount{Minor: 5000_00, Currency: "EUR"}}})
		s.policy("p1", "holder-1", 30)
		s.restart()
		s.master("b1", registration("b"), called("c")) // it has one of the numbers
		s.asks("p1", "b1", event.RequestNew, 10_000)
		s.master("b2", registration("1"), called("e"))
		s.wait(8)
		s.master("b3", registration("f")) // the invoice has waited in vain, the judgment has not
		s.master("b3", registration("2")) // renumbered: no longer found by the old one
		s.reported(event.OtherNews, event.Register, registration("f"))
		s.reported(event.CapitalRaised, event.Register, registration("2"))
		s.reported(event.CapitalRaised, event.Web, called("e"))
	}
	stories["reviews"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.policy("p2", "holder-2", 0)
		s.master("b1", registration("1"), called("a"))
		s.statement("b1", -278, 500)
		s.asks("p1", "b1", event.RequestNew, 50_000)
		s.reported(event.InsolvencyOpened, event.Register, called("a")) // by name alone: it asks
		s.asks("p2", "b1", event.RequestNew, 20_000)                    // investigated meanwhile
		s.news("b1", event.FraudConfirmed, event.Web)                   // joins
		s.restart()
		s.wait(1)
		s.decides("b1/match-1", false)
		s.decides("b1/match-1", true)
		s.decides("b1/match-7", true)
		s.decides("b9/match-1", true)
		s.news("b1", event.Restructuring, event.Web)
		s.wait(1)
		s.wait(1) // it lapses: what is reported goes on counting
		s.news("b1", event.InsolvencyMoratorium, event.Web)
		s.asks("p2", "b1", event.RequestIncrease, 30_000)
		s.decides("b1/match-3", true)
		s.news("b1", event.InsolvencyClosed, event.Register)
		s.news("b1", event.InsolvencyOpened, event.Web)
		s.says("which is withdrawn", &event.Event{Kind: event.KindNewsWithdrawn, Key: "b1",
			Body: &event.NewsWithdrawn{Buyer: party("b1"), Withdraws: fmt.Sprintf("m%d", s.n)}})
	}
	stories["several_of_that_name"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.master("b1", registration("1"), called("a"))
		s.master("b2", registration("2"), called("a"))
		s.reported(event.InsolvencyOpened, event.Register, called("a"))
		s.says("an invoice to one of them", &event.Event{Kind: event.KindInvoiceIssued, Key: matchKey("a"),
			Body: &event.InvoiceIssued{
				Ref:    event.InvoiceRef{Buyer: nameless(called("a")), Policy: "p1", Invoice: "i1"},
				Amount: event.Amount{Minor: 1000_00, Currency: "EUR"}, DeliveredOn: day0, DueOn: day0 + 30}})
		s.decides("b2/match-1", true)
		s.restart()
		s.wait(2) // nobody says that it is about b1
		s.says("it is paid", &event.Event{Kind: event.KindInvoicePaid, Key: matchKey("2"), Body: &event.InvoicePaid{
			Ref:    event.InvoiceRef{Buyer: nameless(registration("2"), called("a")), Policy: "p1", Invoice: "i1"},
			Amount: event.Amount{Minor: 1000_00, Currency: "EUR"}, PaidOn: day0 + 2}})
		// by name once more, as nobody has the number
		s.reported(event.Judgment, event.Register, registration("9"), called("a"))
		s.decides("b1/match-2", false)
		s.wait(2)
	}
}
