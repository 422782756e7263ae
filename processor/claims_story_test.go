package processor

import (
	"fmt"

	"barometer/ingest/event"
)

// insures is a policy at 90 % with the usual terms, changed by edit.
func (s *story) insures(edit func(v *event.PolicyUpserted)) {
	v := &event.PolicyUpserted{Policy: "p1", Holder: "holder-1", Currency: "EUR", InsuredPPM: 900_000,
		MaximumExtensionDays: 60, NotificationDeadlineDays: 90, CollectionDeadlineDays: 90, WaitingPeriodDays: 180,
		ClaimDeadlineDays: 360, IndemnityDays: 30, VATInsured: true, EffectiveOn: event.Day(day0 + s.day)}
	edit(v)
	s.says("policy p1", &event.Event{Kind: event.KindPolicyUpserted, Key: "policy/p1", Body: v})
}

// insured begins a story with a buyer that p1 has a limit on.
func (s *story) insured(limit int64, edit func(v *event.PolicyUpserted)) {
	s.insures(edit)
	s.buyer("b1", "46", event.Date(2001, 1, 1))
	s.statement("b1", -278, 50_000)
	s.asks("p1", "b1", event.RequestNew, limit)
}

func (s *story) handsOver(kind event.CaseKind, invoices ...string) {
	s.says(fmt.Sprintf("p1 reports %v overdue: %s", invoices, kind), &event.Event{Kind: event.KindOverdueReported,
		Key: "b1", Body: &event.OverdueReported{Policy: "p1", Buyer: party("b1"), Invoices: invoices, Kind: kind,
			ReportedOn: event.Day(day0 + s.day)}})
}

func (s *story) duns(invoice string, formal bool) {
	s.says(fmt.Sprintf("p1 duns %s, formally %t", invoice, formal), &event.Event{Kind: event.KindDunningSent, Key: "b1",
		Body: &event.DunningSent{Policy: "p1", Buyer: party("b1"), Invoice: invoice, Formal: formal,
			SentOn: event.Day(day0 + s.day)}})
}

func (s *story) moves(id string, stage event.Stage, outcome event.CaseOutcome) {
	s.says(fmt.Sprintf("ann moves %s to %s %s", id, stage, outcome), &event.Event{Kind: event.KindCollectionMoved,
		Key: "b1", Body: &event.CollectionMoved{Case: id, Stage: stage, Outcome: outcome, Analyst: "ann"}})
}

func (s *story) claims(insolvency bool, invoices ...string) {
	s.says(fmt.Sprintf("p1 claims %v, for insolvency %t", invoices, insolvency), &event.Event{Kind: event.KindClaimFiled,
		Key: "b1", Body: &event.ClaimFiled{Policy: "p1", Buyer: party("b1"), Invoices: invoices, Insolvency: insolvency,
			FiledOn: event.Day(day0 + s.day), Reference: "ref-1"}})
}

func (s *story) examines(id string, verdict event.ClaimVerdict, amount int64, documents ...string) {
	v := &event.ClaimExamined{Claim: id, Verdict: verdict, Documents: documents, Analyst: "ann"}
	if amount != 0 {
		v.HasAmount, v.Amount = true, event.Amount{Minor: amount * 100, Currency: "EUR"}
	}
	s.says(fmt.Sprintf("ann examines %s: %s %d %v", id, verdict, amount, documents),
		&event.Event{Kind: event.KindClaimExamined, Key: "b1", Body: v})
}

func (s *story) indemnifies(id string, amount int64) {
	s.says(fmt.Sprintf("%d is paid of the indemnity of %s", amount, id), &event.Event{Kind: event.KindIndemnityPaid,
		Key: "b1", Body: &event.IndemnityPaid{Claim: id, Amount: event.Amount{Minor: amount * 100, Currency: "EUR"},
			PaidOn: event.Day(day0 + s.day), Analyst: "bea"}})
}

func (s *story) recovers(of, id string, amount, fee int64) {
	v := &event.RecoveryReceived{Recovery: id, Amount: event.Amount{Minor: amount * 100, Currency: "EUR"},
		ReceivedOn: event.Day(day0 + s.day), From: event.FromBuyer, FeeMinor: fee * 100}
	if event.MintedID("b1", "claim", "p1", event.NumberOfMinted(of)) == of {
		v.Claim = of
	} else {
		v.Case = of
	}
	s.says(fmt.Sprintf("%d is recovered for %s, with a fee of %d", amount, of, fee), &event.Event{
		Kind: event.KindRecoveryReceived, Key: "b1", Body: v})
}

func (s *story) adds(of, id string, kind event.DocumentKind) {
	v := &event.DocumentAdded{Document: id, Kind: kind, Size: 20}
	if event.MintedID("b1", "claim", "p1", event.NumberOfMinted(of)) == of {
		v.Claim = of
	} else {
		v.Case = of
	}
	s.says(fmt.Sprintf("a document of %s: %s", of, kind), &event.Event{Kind: event.KindDocumentAdded, Key: "b1", Body: v})
}

func (s *story) plans(id string, invoices []string, instalments ...int64) {
	v := &event.PaymentPlanAgreed{Policy: "p1", Buyer: party("b1"), Plan: id, Invoices: invoices,
		AgreedOn: event.Day(day0 + s.day), Currency: "EUR"}
	for i := 0; i < len(instalments); i += 2 {
		v.Instalments = append(v.Instalments, event.Instalment{DueOn: event.Day(day0 + instalments[i]),
			Minor: instalments[i+1] * 100})
	}
	s.says(fmt.Sprintf("p1 agrees %s for %v: %v", id, invoices, instalments), &event.Event{
		Kind: event.KindPaymentPlanAgreed, Key: "b1", Body: v})
}

func (s *story) consents(plan string, consent bool) {
	s.says(fmt.Sprintf("ann decides %s: %t", plan, consent), &event.Event{Kind: event.KindPlanDecided, Key: "b1",
		Body: &event.PlanDecided{Plan: plan, Policy: "p1", Buyer: party("b1"), Consent: consent, Analyst: "ann"}})
}

func (s *story) nets(invoice string, amount, net, due int64) {
	s.says(fmt.Sprintf("p1 invoices b1 %s for %d, net %d", invoice, amount, net), &event.Event{
		Kind: event.KindInvoiceIssued, Key: "b1", Body: &event.InvoiceIssued{Ref: ref("b1", "p1", invoice),
			Amount: event.Amount{Minor: amount * 100, Currency: "EUR"}, NetMinor: net * 100,
			DeliveredOn: event.Day(day0 + s.day), DueOn: event.Day(day0 + due)}})
}

func init() {
	// Debt 120k, limit 100k, 12k recovered before the claim: 65 000. 24k after it: insurer 18k, policyholder 6k.
	stories["a_claim_is_paid_and_recovered"] = func(s *story) {
		s.insured(100_000, func(v *event.PolicyUpserted) {
			v.Deductibles = []event.Deductible{{Kind: event.EachAndEvery, Minor: 5_000_00},
				{Kind: event.AggregateFirstLoss, Minor: 6_000_00}}
			v.MaximumLiabilityMinor = 65_000_00
		})
		s.invoice("b1", "p1", "i1", 120_000, 10)
		s.wait(40)
		s.duns("i1", false)
		s.handsOver(event.CaseCollectAndClaim, "i1")
		s.handsOver(event.CaseCollectAndClaim, "i1")      // the same
		s.moves("b1/case-p1-1", event.StageCollection, 0) // before the formal notice
		s.duns("i1", true)
		s.moves("b1/case-p1-1", event.StageCollection, 0)
		s.claims(false, "i1") // before the date of loss
		s.wait(160)
		s.recovers("b1/case-p1-1", "r1", 12_000, 0)
		s.recovers("b1/case-p1-1", "r1", 12_000, 0) // the same
		s.recovers("b1/case-p1-1", "r1", 13_000, 0) // another one of its id
		s.restart()
		s.claims(true, "i1") // it is not insolvent
		s.claims(false, "i1")
		s.claims(false, "i1") // the same
		s.adds("b1/claim-p1-1", "d1", event.DocumentInvoice)
		s.adds("b1/claim-p1-1", "d1", event.DocumentInvoice) // the same
		s.examines("b1/claim-p1-1", event.VerdictAccept, 0, "delivery_note")
		s.adds("b1/claim-p1-1", "d2", event.DocumentDeliveryNote)
		s.examines("b1/claim-p1-1", event.VerdictPartly, 90_001) // more than was lost
		s.indemnifies("b1/claim-p1-1", 1)                        // it is not decided
		s.examines("b1/claim-p1-1", event.VerdictAccept, 0)
		s.restart()
		s.indemnifies("b1/claim-p1-1", 65_001)
		s.indemnifies("b1/claim-p1-1", 65_000)
		s.recovers("b1/claim-p1-1", "r2", 24_000, 1_000)
		s.pays("b1", "p1", "i1", 10_000) // to the policyholder
		s.says("its payment bounces", &event.Event{Kind: event.KindPaymentReversed, Key: "b1", Body: &event.PaymentReversed{
			Ref: ref("b1", "p1", "i1"), Payment: fmt.Sprintf("m%d", s.n)}})
		s.recovers("b1/case-p1-1", "r3", 90_000, 0) // 84 000 are owed
		s.examines("b1/claim-p1-1", event.VerdictPartly, 50_000)
		s.examines("b1/claim-p1-1", event.VerdictRefuse, 0)
		s.examines("b1/claim-p1-2", event.VerdictRefuse, 0) // there is none
	}
}

func init() {
	// 60k at 90 % and 40k without a limit at 60 % are 78 000; 12 100 with 10 000 net, without VAT insured, are 9 000; of
	// 30k 25k insured and 10k recovered before, 16 666.67 are lost.
	stories["claims_of_the_models_page"] = func(s *story) {
		s.insures(func(v *event.PolicyUpserted) {
			v.DiscretionaryMinor, v.DiscretionaryPPM = 40_000_00, 600_000
		})
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.statement("b1", -278, 50_000)
		s.invoice("b1", "p1", "e1", 1_000, 1)
		s.invoice("b1", "p1", "e2", 1_000, 1)
		s.pays("b1", "p1", "e1", 1_000)
		s.pays("b1", "p1", "e2", 1_000)
		s.wait(1)
		s.invoice("b1", "p1", "i2", 40_000, 11)
		s.wait(1)
		s.asks("p1", "b1", event.RequestNew, 100_000)
		s.wait(1)
		s.invoice("b1", "p1", "i1", 60_000, 12)
		s.wait(60)
		s.handsOver(event.CaseClaim, "i1", "i2")
		s.wait(140)
		s.claims(false, "i1", "i2", "e1", "i1")
		s.examines("b1/claim-p1-1", event.VerdictAccept, 0)
	}
	stories["claims_without_vat_and_partly_recovered"] = func(s *story) {
		s.insured(25_000, func(v *event.PolicyUpserted) { v.VATInsured = false })
		s.nets("i1", 12_100, 10_000, 10)
		s.wait(20)
		s.handsOver(event.CaseCollectAndClaim, "i1")
		s.wait(180)
		s.claims(false, "i1")
		s.examines("b1/claim-p1-1", event.VerdictAccept, 0)
		s.recovers("b1/case-p1-1", "most", 12_000, 0)
		s.pays("b1", "p1", "i1", 100) // closes the case
		s.wait(1)
		s.recovers("b1/case-p1-1", "more", 1, 0) // nothing is owed
		s.restart()
		s.says("the last payment bounces", &event.Event{Kind: event.KindPaymentReversed, Key: "b1",
			Body: &event.PaymentReversed{Ref: ref("b1", "p1", "i1"), Payment: fmt.Sprintf("m%d", s.n-1)}})
		s.recovers("b1/case-p1-1", "last", 100, 0)
		s.invoice("b1", "p1", "i2", 10_000, 211)
	}
	stories["a_claim_for_what_was_partly_recovered"] = func(s *story) {
		s.insured(25_000, func(v *event.PolicyUpserted) {})
		s.invoice("b1", "p1", "i1", 31_000, 10)
		s.wait(20)
		s.handsOver(event.CaseCollectAndClaim, "i1")
		s.recovers("b1/case-p1-1", "r0", 1_000, 0) // before the date of loss: of the oldest
		s.pays("b1", "p1", "i1", 1_000)
		s.says("and bounces", &event.Event{Kind: event.KindPaymentReversed, Key: "b1", Body: &event.PaymentReversed{
			Ref: ref("b1", "p1", "i1"), Payment: fmt.Sprintf("m%d", s.n)}})
		s.wait(180)
		s.recovers("b1/case-p1-1", "r1", 10_000, 1_000)
		s.claims(false, "i1")
		s.examines("b1/claim-p1-1", event.VerdictAccept, 0)
	}
	// A report after its deadline forfeits cover, or leaves the late-report percentage where the policy says so.
	stories["a_late_report"] = func(s *story) {
		s.insured(100_000, func(v *event.PolicyUpserted) {})
		s.invoice("b1", "p1", "i1", 40_000, 10)
		s.wait(105)
		s.handsOver(event.CaseCollect, "i1")
		s.wait(100)
		s.claims(false, "i1")
		s.examines("b1/claim-p1-1", event.VerdictAccept, 0)
	}
	stories["a_late_report_at_half"] = func(s *story) {
		s.insured(100_000, func(v *event.PolicyUpserted) { v.LateReportPPM = 500_000 })
		s.invoice("b1", "p1", "i1", 20_000, 10)
		s.wait(105)
		s.handsOver(event.CaseCollect, "i1")
		s.wait(100)
		s.claims(false, "i1")
		s.examines("b1/claim-p1-1", event.VerdictAccept, 0)
	}
	// A plan within the maximum extension is watched; beyond it the insurer refuses, and cover is forfeited.
	stories["payment_plans"] = func(s *story) {
		s.insured(100_000, func(v *event.PolicyUpserted) {})
		s.invoice("b1", "p1", "i1", 40_000, 10)
		s.invoice("b1", "p1", "i2", 20_000, 12)
		s.wait(20)
		s.plans("l1", []string{"i1"}, 40, 30_000, 60, 9_999) // does not add up
		s.plans("l1", []string{"i1"}, 40, 30_000, 60, 10_000)
		s.plans("l1", []string{"i1"}, 40, 30_000, 60, 10_000) // the same
		s.plans("l1", []string{"i1"}, 50, 30_000, 60, 10_000) // another one of its id
		s.restart()
		s.wait(15)
		s.pays("b1", "p1", "i1", 30_000)
		s.wait(30) // the second instalment is broken
		s.plans("l2", []string{"i1", "i2"}, 90, 10_000, 120, 20_000)
		s.consents("l1", true) // not the one that waits
		s.consents("l2", false)
		s.consents("l2", true)
		s.wait(10)
		s.pays("b1", "p1", "i1", 10_000)
		s.pays("b1", "p1", "i2", 20_000)
		s.says("a payment bounces", &event.Event{Kind: event.KindPaymentReversed, Key: "b1", Body: &event.PaymentReversed{
			Ref: ref("b1", "p1", "i2"), Payment: fmt.Sprintf("m%d", s.n)}})
		s.moves("b1/case-p1-1", event.StageClosed, event.CaseCollected) // something is owed
		s.moves("b1/case-p1-1", event.StageClosed, event.CasePartlyCollected)
		s.moves("b1/case-p1-1", event.StageCollection, 0)
	}
	// A dispute suspends cover until it is settled; a disputed invoice cannot be claimed.
	stories["disputes_of_a_case"] = func(s *story) {
		s.insured(100_000, func(v *event.PolicyUpserted) {})
		s.invoice("b1", "p1", "i1", 40_000, 10)
		s.wait(20)
		s.duns("i1", true)
		s.handsOver(event.CaseCollectAndClaim, "i1")
		s.moves("b1/case-p1-1", event.StageCollection, 0)
		s.moves("b1/case-p1-1", event.StageCourtOrder, 0)
		s.disputes("p1", "i1", true)
		s.wait(180)
		s.claims(false, "i1")
		s.disputes("p1", "i1", false)
		s.claims(false, "i1")
		s.wait(400)
		s.examines("b1/claim-p1-1", event.VerdictRefuse, 0)
		s.claims(false, "i1") // after the deadline
	}
	// An insolvency is a date of loss at once, with a shorter deadline; claimed without a case it opens one.
	stories["an_insolvency_is_claimed"] = func(s *story) {
		s.insured(100_000, func(v *event.PolicyUpserted) { v.InsolvencyClaimDays = 90 })
		s.invoice("b1", "p1", "i1", 40_000, 40)
		s.invoice("b1", "p1", "i2", 10_000, 50)
		s.wait(30)
		s.says("pleads for time", &event.Event{Kind: event.KindAdverseReported, Key: "b1", ID: "a1",
			Body: &event.AdverseReported{Policy: "p1", Buyer: party("b1"), KnownOn: event.Day(day0 + s.day),
				What: event.PleaForTime}})
		s.news("b1", event.InsolvencyOpened, event.Register)
		s.claims(false, "i1") // not by default
		s.claims(true, "i1")
		s.wait(1)
		s.examines("b1/claim-p1-1", event.VerdictAccept, 0)
		s.news("b1", event.InsolvencyClosed, event.Register) // what was decided stands
		s.recovers("b1/claim-p1-1", "dividend", 4_000, 100)
		s.wait(90)
		s.claims(true, "i2") // it is not insolvent any more
	}
}
