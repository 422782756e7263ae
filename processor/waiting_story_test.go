package processor

import (
	"fmt"

	"barometer/ingest/event"
)

// early says a payment of an invoice that has not come yet.
func (s *story) early(buyer event.Party, key, policy, invoice string) {
	s.says(fmt.Sprintf("%s is paid %s, which has not come", policy, invoice), &event.Event{Kind: event.KindInvoicePaid,
		Key: key, Body: &event.InvoicePaid{
			Ref:    event.InvoiceRef{Buyer: buyer, Policy: policy, Invoice: invoice},
			Amount: event.Amount{Minor: 100, Currency: "EUR"}, PaidOn: event.Day(day0 + s.day)}})
}

func init() {
	stories["a_flood_waits"] = func(s *story) {
		s.policies(2)
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		for i := range maxWaiting {
			s.early(party("b1"), "b1", "p1", fmt.Sprint("i", i))
		}
		s.early(party("b1"), "b1", "p1", "one-more")
		s.early(party("b1"), "b1", "p2", "j1") // the newest of p1 gives way
		s.restart()
		s.early(party("b1"), "b1", "p2", "j2")
		s.early(party("b1"), "b1", "p1", "another")
		s.asks("p3", "b1", event.RequestNew, 10_000) // its policy is not known yet
		s.invoice("b1", "p2", "j1", 10, 30)          // what waits of p2 is booked
		s.policy("p3", "holder-3", 30)
		s.wait(waitingDays)
	}
	stories["a_flood_waits_for_a_company"] = func(s *story) {
		s.policies(2)
		who := nameless(registration("a"), called("c"))
		for i := range maxWaiting {
			s.early(who, who.Matches[0].Key, "p1", fmt.Sprint("i", i))
		}
		s.early(who, who.Matches[0].Key, "p2", "j1")
		s.restart()
		s.early(who, who.Matches[0].Key, "p1", "one-more")
		s.reported(event.InsolvencyOpened, event.Register, registration("a"), called("c"))
		s.master("b1", registration("a"))
		s.invoice("b1", "p2", "j1", 10, 30)
	}
}
