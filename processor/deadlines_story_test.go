package processor

import (
	"fmt"

	"barometer/ingest/event"
)

// clockPolicy is a version of p1's terms with every date of the policy clock, changed by edit.
func (s *story) clockPolicy(text string, edit func(*event.PolicyUpserted)) {
	v := &event.PolicyUpserted{Policy: "p1", Holder: "holder-1", Currency: "EUR", InsuredPPM: 900_000,
		MaximumExtensionDays: 30, CollectionDeadlineDays: 40, NotificationDeadlineDays: 50, WaitingPeriodDays: 60,
		ClaimDeadlineDays: 90, WarnDays: []int32{14, 7, 1}, EffectiveOn: event.Day(day0 + s.day)}
	if edit != nil {
		edit(v)
	}
	s.says(text, &event.Event{Kind: event.KindPolicyUpserted, Key: "policy/p1", Body: v})
}

// limited begins a story of b1 with a limit of p1.
func (s *story) limited(edit func(*event.PolicyUpserted)) {
	s.clockPolicy("policy p1: stop after 30 days, hand over by 40, report by 50, default after 60, claim by 90", edit)
	s.buyer("b1", "46", event.Date(2001, 1, 1))
	s.statement("b1", -278, 500)
	s.asks("p1", "b1", event.RequestNew, 100_000)
}

// reportsFor says that invoices were reported overdue today, for the insurer to do something.
func (s *story) reportsFor(kind event.CaseKind, invoices ...string) {
	s.says(fmt.Sprintf("p1 reports %v overdue: %s", invoices, kind), &event.Event{Kind: event.KindOverdueReported,
		Key: "b1", Body: &event.OverdueReported{Policy: "p1", Buyer: party("b1"), Invoices: invoices,
			ReportedOn: event.Day(day0 + s.day), Kind: kind}})
}

// each lets days pass one by one.
func (s *story) each(days int) {
	for range days {
		s.wait(1)
	}
}

func init() {
	stories["dates_of_the_policy_clock"] = func(s *story) {
		s.limited(nil)
		s.invoice("b1", "p1", "i1", 40_000, 10)
		s.invoice("b1", "p1", "i2", 20_000, 10)
		s.invoice("b1", "p1", "i3", 70_000, 20) // half of it is beyond the limit
		s.each(25)                              // i1 and i2 stop cover on day 40: 14 days before is day 26
		s.each(2)
		s.pays("b1", "p1", "i2", 60_000) // settles the oldest: i1 and i2
		s.restart()
		s.each(10)
		s.disputes("p1", "i3", true) // told dates are settled, and come again when it ends
		s.each(2)
		s.disputes("p1", "i3", false)
		s.each(5)
		s.reportsFor(event.CaseMonitor, "i3") // reported, but not handed over
		s.each(2)
		s.reportsFor(event.CaseCollect, "i3")
		s.each(60)
		s.wait(30)
	}
	stories["dates_that_come_late"] = func(s *story) {
		s.limited(nil)
		s.invoice("b1", "p1", "late", 10_000, -45) // told at the next midnight: five days are left to report
		s.wait(1)
		s.wait(1)
		s.wait(9)                                  // more than one midnight at once: each tells its own day
		s.invoice("b1", "p1", "gone", 10_000, -90) // its last date is today: nobody is told
		s.wait(1)
		s.says("p1 takes back what was paid of nothing", &event.Event{Kind: event.KindPaymentReversed, Key: "b1",
			Body: &event.PaymentReversed{Ref: ref("b1", "p1", "late"), Payment: "none"}})
		s.invoice("b1", "p1", "paid", 10_000, -20)
		s.wait(1)
		s.pays("b1", "p1", "paid", 30_000)
		last := fmt.Sprintf("m%d", s.n)
		s.wait(1)
		s.says("that payment bounces", &event.Event{Kind: event.KindPaymentReversed, Key: "b1",
			Body: &event.PaymentReversed{Ref: ref("b1", "p1", "paid"), Payment: last}})
		s.wait(1)
	}
	stories["dates_of_an_insolvency"] = func(s *story) {
		s.limited(func(v *event.PolicyUpserted) { v.InsolvencyClaimDays, v.ClaimDeadlineDays = 20, 360 })
		s.invoice("b1", "p1", "i1", 40_000, 10)
		s.each(26)
		s.news("b1", event.InsolvencyOpened, event.Register) // nothing is left to stop; a claim by day 46
		s.each(6)
		s.each(14)
		s.wait(10)
	}
	stories["dates_of_history"] = func(s *story) {
		s.limited(nil)
		for i, due := range []int64{-35, -25} {
			e := &event.Event{Kind: event.KindInvoiceIssued, Key: "b1", History: true, Body: &event.InvoiceIssued{
				Ref: ref("b1", "p1", fmt.Sprintf("h%d", i)), Amount: event.Amount{Minor: 5_000_00, Currency: "EUR"},
				DeliveredOn: event.Day(day0 + due - 20), DueOn: event.Day(day0 + due)}}
			s.says(fmt.Sprintf("history: h%d was due %d days ago", i, -due), e)
		}
		s.wait(2)
		s.says("history of p1 is closed", &event.Event{Kind: event.KindHistoryClosed, Key: "policy/p1",
			Body: &event.HistoryClosed{Policy: "p1"}})
		s.each(4)
	}
	stories["dates_by_a_report"] = func(s *story) {
		s.limited(func(v *event.PolicyUpserted) {
			v.WaitingFromReport, v.LateReportPPM, v.CollectionDeadlineDays, v.WarnDays = true, 600_000, 0, nil
		})
		s.invoice("b1", "p1", "i1", 40_000, 10)
		s.wait(60) // told on the day alone; the day after, cover is not forfeited
		s.wait(5)
		s.reportsFor(event.CaseCollect, "i1") // late: 60 per cent are insured; default 60 days from now
		s.wait(60)
		s.clockPolicy("p1: claim by 130", func(v *event.PolicyUpserted) {
			v.ClaimDeadlineDays, v.EffectiveOn, v.WarnDays = 130, day0, []int32{14}
		})
		s.wait(1)
	}
}
