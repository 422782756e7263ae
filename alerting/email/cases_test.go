package email

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"barometer/alerting/notice"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

// aCase is a case as it stands in the samples.
func aCase(what string, c notice.Case) notice.Change {
	c.ID, c.Policy, c.What, c.Currency = "b1/case-POL-2026-17-1", "POL-2026-17", what, "EUR"
	c.Kind, c.Reference, c.Stage = "collect", "our 4711", "collection"
	return notice.Change{Kind: decision.CaseChanged, Severity: notice.Info, Buyer: "b1", Case: c}
}

func aClaim(what string, c notice.Claim) notice.Change {
	c.ID, c.Case, c.Policy, c.What = "b1/claim-POL-2026-17-1", "b1/case-POL-2026-17-1", "POL-2026-17", what
	c.Currency, c.LossOn = "EUR", event.Date(2026, 2, 27)
	return notice.Change{Kind: decision.ClaimDecided, Severity: notice.Info, Buyer: "b1", Claim: c}
}

// worked is the waterfall of a debt of 120 000, insured up to 100 000.
var worked = []decision.WaterfallLine{{Step: "debt", Minor: 120_000_00, TakenMinor: 120_000_00},
	{Step: "not_insured", Minor: 100_000_00, TakenMinor: 20_000_00},
	{Step: "recovered", Minor: 90_000_00, TakenMinor: 10_000_00, TermMinor: 12_000_00},
	{Step: "insured_percentage", Minor: 81_000_00, TakenMinor: 9_000_00, PercentPPM: 900_000},
	{Step: "each_and_every", Minor: 76_000_00, TakenMinor: 5_000_00, TermMinor: 5_000_00},
	{Step: "aggregate_first_loss", Minor: 70_000_00, TakenMinor: 6_000_00, TermMinor: 6_000_00},
	{Step: "minimum_retention", Minor: 70_000_00, TermMinor: 1_000_00},
	{Step: "maximum_liability", Minor: 65_000_00, TakenMinor: 5_000_00, TermMinor: 65_000_00},
	{Step: "indemnity", Minor: 65_000_00, TakenMinor: 65_000_00}}

// TestCasesAndClaims holds the whole life of a case, with its claim, to a golden file in each language.
func TestCasesAndClaims(t *testing.T) {
	until := event.Date(2026, 4, 13)
	n := func(language string) *notice.Notification {
		return several(language,
			aCase(decision.CaseInsolvent, notice.Case{Open: 120_000_00, Insured: 100_000_00, Insolvent: true,
				Invoices: []string{"2025-118", "2025-131"}, Next: notice.Next{Step: "proof_of_debt", By: "policyholder"}}),
			aCase(decision.CaseReported, notice.Case{Open: 120_000_00, Insured: 100_000_00,
				Next: notice.Next{Step: "reminder_sent", By: "policyholder", Until: until}}),
			aCase(decision.CaseMoved, notice.Case{Open: 108_000_00, Insured: 90_000_00, Recovered: 12_000_00,
				Disputed: 3_000_00, Next: notice.Next{Step: "court_order", By: "lawyer", Until: until}}),
			aCase(decision.CaseAdverse, notice.Case{Open: 5_000_00, Warning: "cheque_returned",
				Next: notice.Next{Step: "report", By: "policyholder"}}),
			aCase(decision.CaseClosed, notice.Case{Open: 108_000_00, Insured: 90_000_00, Outcome: "uncollectible"}),
			aClaim(decision.ClaimFiled, notice.Claim{Loss: 90_000_00, State: "filed", Missing: []string{"delivery_note",
				"proof_of_debt"}, Next: notice.Next{Step: "documents", By: "policyholder"}}),
			aClaim(decision.ClaimRuled, notice.Claim{Loss: 90_000_00, Indemnity: 65_000_00, State: "decided",
				Waterfall: worked, PayableOn: until, Assignee: "BANK-1",
				Next: notice.Next{Step: "pay", By: "analyst", Until: until}}),
			aClaim(decision.ClaimRecovered, notice.Claim{Loss: 90_000_00, Indemnity: 65_000_00, Paid: 65_000_00, State: "paid",
				Receipt: decision.Shares{Minor: 24_000_00, InsuredMinor: 20_000_00, InsurerMinor: 18_000_00,
					PolicyholderMinor: 6_000_00, FeeMinor: 100_00, FeeInsurerMinor: 75_00, FeePolicyholderMinor: 25_00}}),
			aClaim(decision.ClaimExamined, notice.Claim{Loss: 90_000_00, State: public.ClaimRefused,
				Reason: public.ClaimRefused}))
	}
	for name := range languages {
		subject, text := written(t, n(name), names)
		golden(t, name+"_cases.txt", fmt.Sprintf("Subject: %s\n\n%s", subject, strings.ReplaceAll(text, "\r\n", "\n")))
	}
}

func several(language string, changes ...notice.Change) *notice.Notification {
	n := one(language, changes[0])
	for i := range changes {
		changes[i].AtMs = n.AtMs
	}
	n.Changes = changes
	return n
}

// TestACaseHasAnAnswerToEverything: whatever has happened, and whatever is next, a card says in each language what
// happened, what comes, whose turn it is and what to do.
func TestACaseHasAnAnswerToEverything(t *testing.T) {
	outcomes := []string{"collected", "partly_collected", "uncollectible", "withdrawn"}
	for name, l := range languages {
		says := func(c notice.Change) {
			t.Helper()
			subject, text := written(t, one(name, c), names)
			for _, want := range []string{l.cases.happened + ": ", l.todo + ": "} {
				if !strings.Contains(text, want) || strings.Contains(subject+text, "%!") || strings.HasPrefix(subject, ":") {
					t.Errorf("%s: %s, lacks %q:\n%s", name, subject, want, text)
				}
			}
			if next := c.Case.Next.Step + c.Claim.Next.Step; next != "" {
				for _, want := range []string{l.cases.next + ": ", l.cases.turn + ": "} {
					if !strings.Contains(text, want) {
						t.Errorf("%s: next is %s, lacks %q:\n%s", name, next, want, text)
					}
				}
			}
		}
		for _, what := range []string{decision.CaseReported, decision.CaseAdverse, decision.CaseReminderSent,
			decision.CaseFormalNotice, decision.CaseMoved, decision.CasePlanAgreed, decision.CasePlanConsented,
			decision.CasePlanRefused, decision.CasePlanBroken, decision.CaseDisputed, decision.CaseDisputeSettled,
			decision.CaseReceived, decision.CaseReversed, decision.CaseChangedCover, decision.CaseInsolvent,
			decision.CaseSolvent, decision.CaseReopened} {
			says(aCase(what, notice.Case{Open: 1}))
		}
		for _, step := range public.CaseSteps {
			for by := event.ActorPolicyholder; by <= event.ActorBuyer; by++ {
				if expected(step, by) {
					says(aCase(decision.CaseReported, notice.Case{Next: notice.Next{Step: step, By: by.String()}}))
				}
			}
		}
		for _, outcome := range outcomes {
			says(aCase(decision.CaseClosed, notice.Case{Outcome: outcome}))
			says(aCase(decision.CaseClosed, notice.Case{Outcome: outcome, Open: 2, Insured: 1}))
		}
		for _, what := range []string{decision.ClaimFiled, decision.ClaimDocument, decision.ClaimExamined,
			decision.ClaimRuled, decision.ClaimCorrected, decision.ClaimPaid, decision.ClaimRecovered,
			decision.ClaimReversed} {
			says(aClaim(what, notice.Claim{}))
			says(aClaim(what, notice.Claim{State: public.ClaimRefused}))
			says(aClaim(what, notice.Claim{Missing: []string{"order"}}))
			says(aClaim(what, notice.Claim{Paid: 2, PayBack: 1}))
			for _, step := range public.ClaimSteps {
				says(aClaim(what, notice.Claim{Next: notice.Next{Step: step, By: "analyst"}}))
			}
		}
	}
}

// expected tells whether a step can be an actor's.
func expected(step string, by event.CaseActor) bool {
	switch step {
	case "consent":
		return by == event.ActorAnalyst
	case "instalment":
		return by == event.ActorBuyer
	case "settle_dispute", "report", "file_claim", "reminder_sent", "formal_notice_sent":
		return by == event.ActorPolicyholder
	case "proof_of_debt":
		return true
	default:
		return by != event.ActorPolicyholder
	}
}

// TestEveryLanguageHasTheSameCodes: what English says, every language does, and everything that is decided has words.
func TestEveryLanguageHasTheSameCodes(t *testing.T) {
	all := func(c *caseTranslations) []map[string]string {
		return []map[string]string{c.cases, c.outcomes, c.claims, c.stages, c.steps, c.actors, c.documents, c.adversities,
			c.waterfall, c.caseTasks, c.claimTasks}
	}
	for name, l := range languages {
		for i, said := range all(&l.cases) {
			english := all(&englishCases)[i]
			if !slices.Equal(slices.Sorted(maps.Keys(said)), slices.Sorted(maps.Keys(english))) {
				t.Errorf("%s has other codes than English: %q", name, slices.Sorted(maps.Keys(said)))
			}
			for code, text := range said {
				if text == "" || strings.Count(text, "%s") != strings.Count(english[code], "%s") {
					t.Errorf("%s: %s is %q", name, code, text)
				}
			}
		}
		for _, step := range slices.Concat(public.CaseSteps, public.ClaimSteps) {
			if l.cases.steps[step] == "" {
				t.Errorf("%s: step %s", name, step)
			}
		}
		for _, step := range public.WaterfallSteps {
			if l.cases.waterfall[step] == "" {
				t.Errorf("%s: line %s", name, step)
			}
		}
		for kind := event.DocumentInvoice; kind <= event.DocumentOther; kind++ {
			if l.cases.documents[kind.String()] == "" {
				t.Errorf("%s: document %s", name, kind)
			}
		}
		for stage := event.StageReported; stage < event.StageEnd; stage++ {
			if l.cases.stages[stage.String()] == "" {
				t.Errorf("%s: stage %s", name, stage)
			}
		}
		for by := event.ActorPolicyholder; by <= event.ActorBuyer; by++ {
			if l.cases.actors[by.String()] == "" {
				t.Errorf("%s: actor %s", name, by)
			}
		}
		for v := event.PaymentRefused; v <= event.OtherAdversity; v++ {
			if l.cases.adversities[v.String()] == "" {
				t.Errorf("%s: adverse information %s", name, v)
			}
		}
	}
}
