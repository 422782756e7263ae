package processor

import (
	"fmt"

	"barometer/ingest/event"
)

// reports says that invoices were reported overdue on a day.
func (s *story) reports(on int64, invoices ...string) {
	s.says(fmt.Sprintf("p1 reports %v overdue, on day %d", invoices, on), &event.Event{Kind: event.KindOverdueReported,
		Key: "b1", Body: &event.OverdueReported{Policy: "p1", Buyer: party("b1"), Invoices: invoices,
			ReportedOn: event.Day(day0 + on)}})
}

func init() {
	stories["late_notification"] = func(s *story) {
		s.reports(0, "i1") // waits for the policy, then for the invoice
		s.says("policy p1, to report by due + 90", &event.Event{Kind: event.KindPolicyUpserted, Key: "policy/p1",
			Body: &event.PolicyUpserted{Policy: "p1", Holder: "holder-1", Currency: "EUR", InsuredPPM: 900_000,
				MaximumExtensionDays: 60, NotificationDeadlineDays: 90, EffectiveOn: event.Day(day0 + s.day)}})
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.statement("b1", -278, 500)
		s.invoice("b1", "p1", "before", 1_000, 10)
		s.asks("p1", "b1", event.RequestNew, 100_000)
		s.invoice("b1", "p1", "i1", 40_000, 10) // the report of it is refused: it was not overdue
		s.invoice("b1", "p1", "i2", 20_000, 10)
		s.invoice("b1", "p1", "i3", 30_000, 10)
		s.invoice("b1", "p1", "i4", 5_000, 10)
		s.disputes("p1", "i4", true)
		s.wait(50)
		s.reports(50, "i1")
		s.reports(50, "i1") // nothing more to keep
		s.reports(53, "i2") // ahead
		s.restart()
		s.wait(50) // due + 90
		s.wait(1)  // i2 and i3 are lost, and the one from before the limit had no cover
		s.asks("p1", "b1", event.RequestIncrease, 120_000)
		s.reports(100, "i2") // told late, of a day in time
		s.reports(101, "i3") // a day late
		s.reports(101, "i1", "i3")
		s.disputes("p1", "i4", false) // its deadline is over
		s.pays("b1", "p1", "i3", 30_000)
		s.wait(30)
	}
}
