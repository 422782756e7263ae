package processor

import (
	"fmt"

	"barometer/ingest/event"
)

func (s *story) disputes(policy, invoice string, begins bool) {
	s.says(fmt.Sprintf("%s is in dispute: %v", invoice, begins), &event.Event{Kind: event.KindInvoiceDisputed, Key: "b1",
		Body: &event.InvoiceDisputed{Ref: ref("b1", policy, invoice), Disputed: begins}})
}

func (s *story) orders(policy, id string, amount, by int64) {
	s.says(fmt.Sprintf("order %s of %d to be delivered by day %d binds", id, amount, by),
		&event.Event{Kind: event.KindBindingOrderAccepted, Key: "b1", Body: &event.BindingOrderAccepted{Policy: policy,
			Buyer: party("b1"), Order: id, Amount: event.Amount{Minor: amount * 100, Currency: "EUR"},
			DeliverBy: event.Day(day0 + by)}})
}

func init() {
	begins := func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.statement("b1", -278, 500)
	}
	stories["a_policy_ends"] = func(s *story) {
		period := func(from, to event.Day) {
			s.says(fmt.Sprintf("p1 is insured from day %d to %d", from-day0, to-day0),
				&event.Event{Kind: event.KindPolicyUpserted, Key: "policy/p1", Body: &event.PolicyUpserted{Policy: "p1",
					Holder: "holder-1", Currency: "EUR", InsuredPPM: 900_000, NoticeDays: 30, MaximumExtensionDays: 60,
					EffectiveOn: from, PeriodFrom: from, PeriodTo: to}})
		}
		period(day0, day0+10)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.statement("b1", -278, 500)
		s.asks("p1", "b1", event.RequestNew, 100_000)
		s.orders("p1", "o1", 30_000, 40)
		s.wait(10)
		s.invoice("b1", "p1", "last", 20_000, 40) // the period's last day
		s.wait(1)
		s.invoice("b1", "p1", "after", 50_000, 50)
		s.asks("p1", "b1", event.RequestIncrease, 120_000)
		s.asks("p1", "b1", event.RequestProlongation, 0)
		s.overrules("an underwriter grants more", &event.UnderwriterDecided{Policy: "p1", Buyer: party("b1"), HasAmount: true,
			Amount: event.Amount{Minor: 110_000_00, Currency: "EUR"}, Analyst: "ann"})
		s.asks("p1", "b1", event.RequestReduction, 90_000) // less is still possible
		s.restart()
		s.wait(4)
		period(day0+11, day0+376) // told late: what was delivered since is covered
		s.invoice("b1", "p1", "again", 30_000, 60)
		s.asks("p1", "b1", event.RequestIncrease, 120_000)
	}
	stories["a_limit_runs_off"] = func(s *story) {
		begins(s)
		s.invoice("b1", "p1", "before", 15_000, 20) // it was never covered
		s.asks("p1", "b1", event.RequestNew, 100_000)
		s.wait(1)
		s.invoice("b1", "p1", "i1", 80_000, 31)
		s.asks("p1", "b1", event.RequestCancellation, 0)
		s.invoice("b1", "p1", "i2", 20_000, 40)
		s.restart()
		s.pays("b1", "p1", "i2", 20_000) // 15 000 of it for the one that is due first
		s.says("the payment is reversed", &event.Event{Kind: event.KindPaymentReversed, Key: "b1",
			Body: &event.PaymentReversed{Ref: ref("b1", "p1", "i2"), Payment: fmt.Sprintf("m%d", s.n)}})
		s.pays("b1", "p1", "i1", 45_000)
		s.says("the rest of i1 is credited", &event.Event{Kind: event.KindInvoiceCancelled, Key: "b1",
			Body: &event.InvoiceCancelled{Ref: ref("b1", "p1", "i1")}})
		s.wait(70) // what is forgotten changes nothing
	}
	stories["an_invoice_goes_beyond_its_extension"] = func(s *story) {
		begins(s)
		s.asks("p1", "b1", event.RequestNew, 100_000)
		s.invoice("b1", "p1", "i1", 40_000, 10)
		s.invoice("b1", "p1", "i2", 30_000, 30)
		s.says("i1 is extended to day 60, which moves nothing", &event.Event{Kind: event.KindInvoiceExtended, Key: "b1",
			Body: &event.InvoiceExtended{Ref: ref("b1", "p1", "i1"), DueOn: day0 + 60}})
		s.wait(70) // the last day of the extension
		s.wait(1)
		s.invoice("b1", "p1", "i3", 20_000, 100) // not covered
		s.disputes("p1", "i1", true)
		s.invoice("b1", "p1", "i4", 5_000, 100)
		s.disputes("p1", "i1", false)
		s.restart()
		s.asks("p1", "b1", event.RequestIncrease, 150_000) // granted, and stopped as before
		s.pays("b1", "p1", "i4", 5_000)                    // of what was due first
		s.pays("b1", "p1", "i1", 40_000)
		s.asks("p1", "b1", event.RequestCancellation, 0)
		s.wait(20) // i2 is beyond its extension, but there is no limit to stop
		s.asks("p1", "b1", event.RequestNew, 20_000)
		s.pays("b1", "p1", "i2", 30_000)
		s.pays("b1", "p1", "i3", 20_000)
	}
	stories["orders_that_bind"] = func(s *story) {
		s.orders("p1", "o1", 10_000, 40) // before its policy
		begins(s)
		s.asks("p1", "b1", event.RequestNew, 50_000)
		s.invoice("b1", "p1", "i1", 45_000, 60)
		s.wait(1)
		s.asks("p1", "b1", event.RequestCancellation, 0)
		s.orders("p1", "o2", 30_000, 30)
		s.orders("p1", "o2", 30_000, 30)
		s.orders("p1", "o2", 31_000, 30)
		s.orders("p1", "o3", 1, 0)
		s.invoice("b1", "p1", "i2", 25_000, 60) // of o1, and then of o2
		s.restart()
		s.wait(10)
		s.invoice("b1", "p1", "i3", 25_000, 60) // 15 000 are left
		s.pays("b1", "p1", "i1", 45_000)
		s.asks("p1", "b1", event.RequestNew, 300_000) // orders cover what they cover beside it
		s.pays("b1", "p1", "i2", 50_000)
		s.wait(40)
		s.orders("p1", "o2", 30_000, 30) // again, though its day is over
		s.wait(100)
	}
	stories["history_runs_off"] = func(s *story) {
		begins(s)
		s.asks("p1", "b1", event.RequestNew, 100_000)
		for i, due := range []int64{-90, -20} {
			e := &event.Event{Kind: event.KindInvoiceIssued, Key: "b1", History: true,
				Body: &event.InvoiceIssued{Ref: ref("b1", "p1", fmt.Sprint("old", i)), Amount: event.Amount{Minor: 10_000_00,
					Currency: "EUR"}, DeliveredOn: event.Day(day0 + due - 30), DueOn: event.Day(day0 + due)}}
			s.says(fmt.Sprintf("history: an invoice due on day %d", due), e)
		}
		s.wait(10)
		s.says("the history is told", &event.Event{Kind: event.KindHistoryClosed, Key: "history.closed",
			Body: &event.HistoryClosed{Policy: "p1"}})
		s.wait(30)
		s.wait(1) // the later one goes beyond its extension, the earlier one did before
		s.pays("b1", "p1", "old1", 20_000)
	}
}
