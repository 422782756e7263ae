package processor

import (
	"fmt"

	"barometer/ingest/event"
)

// corrects says one of the messages that correct an invoice.
func (s *story) corrects(text string, kind event.Kind, body event.Body) {
	s.says(text, &event.Event{Kind: kind, Key: "b1", Body: body})
}

func init() {
	stories["corrections_of_invoices"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		s.statement("b1", -278, 500)
		for i, due := range []int64{10, 10, 10, 10} {
			s.invoice("b1", "p1", fmt.Sprintf("i%d", i+1), 10_000, due)
		}
		s.wait(12) // all four are late
		s.corrects("i1 is disputed", event.KindInvoiceDisputed, &event.InvoiceDisputed{Ref: ref("b1", "p1", "i1"),
			Disputed: true})
		s.corrects("i2 is cancelled", event.KindInvoiceCancelled, &event.InvoiceCancelled{Ref: ref("b1", "p1", "i2")})
		s.corrects("i3 is extended to day 60", event.KindInvoiceExtended, &event.InvoiceExtended{Ref: ref("b1", "p1", "i3"),
			DueOn: day0 + 60})
		s.corrects("i2 is cancelled, said again", event.KindInvoiceCancelled,
			&event.InvoiceCancelled{Ref: ref("b1", "p1", "i2")})
		s.corrects("i9, which is not known, is extended", event.KindInvoiceExtended,
			&event.InvoiceExtended{Ref: ref("b1", "p1", "i9"), DueOn: day0 + 60})
		s.restart()
		s.wait(40) // i4 is 42 days late; i1 would be
		s.pays("b1", "p1", "i4", 10_000)
		payment := fmt.Sprintf("m%d", s.n)
		s.corrects("the payment bounces", event.KindPaymentReversed, &event.PaymentReversed{Ref: ref("b1", "p1", "i4"),
			Payment: payment})
		s.corrects("the dispute of i1 ends", event.KindInvoiceDisputed, &event.InvoiceDisputed{Ref: ref("b1", "p1", "i1")})
		s.pays("b1", "p1", "i3", 4_000) // in time, as it was extended
		s.pays("b1", "p1", "i4", 12_000)
		s.wait(30)
	}
	stories["history"] = func(s *story) {
		s.policy("p1", "holder-1", 30)
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		for i := range 3 {
			e := &event.Event{Kind: event.KindInvoiceIssued, Key: "b1", History: true,
				Body: &event.InvoiceIssued{Ref: ref("b1", "p1", fmt.Sprintf("h%d", i)), Amount: event.Amount{Minor: 5_000_00,
					Currency: "EUR"}, DeliveredOn: day0 - 200, DueOn: day0 - 170}}
			s.says(fmt.Sprintf("history: h%d was due 170 days ago", i), e)
		}
		s.says("history: h0 was paid 150 days ago", &event.Event{Kind: event.KindInvoicePaid, Key: "b1", History: true,
			Body: &event.InvoicePaid{
				Ref: ref("b1", "p1", "h0"), Amount: event.Amount{Minor: 5_000_00, Currency: "EUR"}, PaidOn: day0 - 150}})
		s.wait(1)
		s.says("history of p1 is closed", &event.Event{Kind: event.KindHistoryClosed, Key: "policy/p1",
			Body: &event.HistoryClosed{Policy: "p1"}})
		s.wait(1)
		s.says("h1 is paid", &event.Event{Kind: event.KindInvoicePaid, Key: "b1", Body: &event.InvoicePaid{
			Ref: ref("b1", "p1", "h1"), Amount: event.Amount{Minor: 5_000_00, Currency: "EUR"}, PaidOn: day0 + 2}})
	}
	stories["what_has_no_meaning_yet"] = func(s *story) {
		s.buyer("b1", "46", event.Date(1990, 5, 1))
		p, euros := party("b1"), event.Amount{Minor: 1000_00, Currency: "EUR"}
		for _, e := range []*event.Event{
			{Kind: event.KindOverdueReported, Key: "b1", Body: &event.OverdueReported{Policy: "p1", Buyer: p,
				Invoices: []string{"i1"}, ReportedOn: day0}},
			{Kind: event.KindDunningSent, Key: "b1", Body: &event.DunningSent{Policy: "p1", Buyer: p, Invoice: "i1",
				SentOn: day0}},
			{Kind: event.KindClaimFiled, Key: "b1", Body: &event.ClaimFiled{Policy: "p1", Buyer: p, Invoices: []string{"i1"},
				FiledOn: day0}},
			{Kind: event.KindRecoveryReceived, Key: "b1", Body: &event.RecoveryReceived{Claim: "b1/claim-1", Amount: euros,
				ReceivedOn: day0}},
			{Kind: event.KindBindingOrderAccepted, Key: "b1", Body: &event.BindingOrderAccepted{Policy: "p1", Buyer: p,
				Order: "o1", Amount: euros}},
			{Kind: event.KindCountryCapSet, Key: "country/BE", Body: &event.CountryCapSet{Country: "BE", Amount: euros}},
			{Kind: event.KindClaimExamined, Key: "b1", Body: &event.ClaimExamined{Claim: "b1/claim-1",
				Verdict: event.VerdictAccept, Analyst: "ann"}},
			{Kind: event.KindCollectionMoved, Key: "b1", Body: &event.CollectionMoved{Case: "b1/case-1",
				Stage: event.StageCollection, Analyst: "ann"}},
			{Kind: event.KindAdverseReported, Key: "b1", Body: &event.AdverseReported{Policy: "p1", Buyer: p, KnownOn: day0,
				What: event.PleaForTime}},
			{Kind: event.KindPaymentPlanAgreed, Key: "b1", Body: &event.PaymentPlanAgreed{Policy: "p1", Buyer: p, Plan: "l1",
				Invoices: []string{"i1"}, AgreedOn: day0, Currency: "EUR",
				Instalments: []event.Instalment{{DueOn: day0 + 30, Minor: 1000_00}}}},
			{Kind: event.KindPlanDecided, Key: "b1", Body: &event.PlanDecided{Policy: "p1", Buyer: p, Plan: "l1", Consent: true,
				Analyst: "ann"}},
			{Kind: event.KindDocumentAdded, Key: "b1", Body: &event.DocumentAdded{Claim: "b1/claim-1", Document: "d1",
				Kind: event.DocumentInvoice, Size: 20}},
			{Kind: event.KindIndemnityPaid, Key: "b1", Body: &event.IndemnityPaid{Claim: "b1/claim-1", Amount: euros,
				PaidOn: day0, Analyst: "ann"}},
			{Kind: event.KindNoticeDelivered, Key: "policy/p1", Body: &event.NoticeDelivered{Notification: "n",
				Notices: []event.Notice{{Buyer: "b7", Policy: "p1"}}}},
			{Kind: event.KindNoticeServed, Key: "b1", Body: &event.NoticeServed{Policy: "p1", Buyer: p, Analyst: "ann"}},
			{Kind: event.KindQuarantined, Key: "b1", Body: &event.Quarantined{Offset: 7, Analyst: "ann"}},
			{Kind: event.KindMarks, Key: "b1", Body: &event.Marks{}},
			{Kind: event.KindState, Key: "b1", Body: &event.State{Entity: "b1"}},
		} {
			s.says(e.Kind.String(), e)
		}
	}
}
