package processor

import (
	"fmt"

	"barometer/ingest/event"
)

// agrees is a policy with a discretionary limit.
func (s *story) agrees(id string, amount int64) {
	s.says(fmt.Sprintf("policy %s with a discretionary limit of %d", id, amount),
		&event.Event{Kind: event.KindPolicyUpserted, Key: "policy/" + id, Body: &event.PolicyUpserted{
			Policy: id, Holder: "holder-" + id, Currency: "EUR", InsuredPPM: 900_000, NoticeDays: 30, MaximumExtensionDays: 60,
			DiscretionaryMinor: amount * 100, EffectiveOn: event.Day(day0 + s.day)}})
}

func init() {
	begins := func(s *story) {
		s.agrees("p1", 20_000)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.statement("b1", -278, 500)
		s.invoice("b1", "p1", "i1", 5_000, 10)
		s.wait(30)
		s.pays("b1", "p1", "i1", 5_000) // 20 days late
		s.invoice("b1", "p1", "i2", 6_000, 40)
		s.wait(10)
		s.pays("b1", "p1", "i2", 2_000)
		s.pays("b1", "p1", "i2", 4_000)
	}
	stories["a_discretionary_limit"] = func(s *story) {
		begins(s)
		s.invoice("b1", "p1", "i3", 15_000, 70)
		s.invoice("b1", "p1", "i4", 15_000, 80) // 10 000 of it are not covered
		s.says("the payment of i2 is reversed", &event.Event{Kind: event.KindPaymentReversed, Key: "b1",
			Body: &event.PaymentReversed{Ref: ref("b1", "p1", "i2"), Payment: "m8"}})
		s.invoice("b1", "p1", "i5", 1_000, 80) // one is too few
		s.restart()
		s.pays("b1", "p1", "i2", 4_000)
		s.wait(91) // i3 is open more than 60 days
		s.invoice("b1", "p1", "i6", 1_000, 150)
		s.pays("b1", "p1", "i3", 15_000) // more than 60 days late
		s.wait(400)                      // everything is long ago
	}
	stories["a_discretionary_limit_ends_with_a_decision"] = func(s *story) {
		begins(s)
		s.invoice("b1", "p1", "i3", 15_000, 70)
		s.asks("p1", "b1", event.RequestNew, 300_000) // what is delivered at will uses nothing
		s.invoice("b1", "p1", "i4", 300_000, 80)
		s.asks("p1", "b1", event.RequestCancellation, 0)
		s.invoice("b1", "p1", "i5", 1_000, 80)
	}
	stories["a_discretionary_limit_ends_with_a_refusal"] = func(s *story) {
		begins(s)
		s.asks("p1", "b1", event.RequestPreliminary, 9_000_000) // it stores nothing
		s.asks("p1", "b1", event.RequestNew, 9_000_000)
		s.invoice("b1", "p1", "i3", 15_000, 70)
		s.wait(1)
	}
	stories["a_discretionary_limit_ends_with_the_grade"] = func(s *story) {
		begins(s)
		s.news("b1", event.InsolvencyOpened, event.Register)
		s.invoice("b1", "p1", "i3", 15_000, 70)
		s.news("b1", event.InsolvencyClosed, event.Register)
		s.invoice("b1", "p1", "i4", 15_000, 70)
	}
}
