package notice

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"

	"pgregory.net/rapid"
)

// TestNothingOfOthersIsTold is invariant I8: two decisions that differ only in what others did give the same change.
func TestNothingOfOthersIsTold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one := &decision.Limit{Policy: "p1", Buyer: "b1", Holder: "h1", Code: decision.PartlyApproved, GrantedMinor: 100,
			Currency: "EUR", Reason: 13, ReasonText: "capacity", BuyerGrade: 4}
		other := *one
		full := rapid.SampledFrom([]decision.Limit{{Reason: 4, ReasonText: "new_company"},
			{Reason: 13, ReasonText: "capacity"}, {Reason: 14, ReasonText: "lack_of_turnover"}}).Draw(t, "full")
		other.Reason, other.ReasonText = full.Reason, full.ReasonText
		other.OverhangMinor = rapid.Int64().Draw(t, "overhang")
		other.CapacityMinor = rapid.Int64().Draw(t, "capacity")
		other.InUseMinor = rapid.Int64().Draw(t, "in use")
		other.Inputs = []decision.Contribution{{Code: rapid.String().Draw(t, "code"), Figure: 7}}
		other.Override, other.Model = rapid.Bool().Draw(t, "override"), "m2"
		same(t, one, &other, decision.LimitDecided)

		score := &decision.Score{Buyer: "b1", Grade: 7, PreviousGrade: 5, Reasons: []string{"equity_ratio"},
			Holders: []string{"h1"}, Contributions: []decision.Contribution{{Code: "equity_ratio", PointsMLO: 300},
				{Code: "economic_cell", PointsMLO: 20}}}
		moved := *score
		moved.PDPPM, moved.PointsMLO = rapid.Int64().Draw(t, "pd"), rapid.Int64().Draw(t, "points")
		moved.Reasons = []string{rapid.SampledFrom([]string{"suppliers_in_arrears", "days_beyond_terms", "overdue_share",
			"worst_status",
			"payment_trend", "payments_bound", "anything new"}).Draw(t, "reason"), "equity_ratio"}
		moved.Contributions = append([]decision.Contribution{{Code: "suppliers_in_arrears", PointsMLO: 900, Figure: 12}},
			score.Contributions...)
		moved.Changes, moved.Holders = moved.Contributions, []string{"h1", "h2"}
		same(t, score, &moved, decision.ScoreChanged)
	})
}

func same(t *rapid.T, a, b decision.Body, kind decision.Kind) {
	one, _ := From(&decision.Decision{Kind: kind, Body: a})
	two, _ := From(&decision.Decision{Kind: kind, Body: b})
	if !reflect.DeepEqual(one, two) {
		t.Fatalf("told %+v, and %+v where only others differ", one, two)
	}
}

func TestSeverities(t *testing.T) {
	grade := func(from, to uint32) decision.Body {
		return &decision.Score{Buyer: "b", PreviousGrade: from, Grade: to, Holders: []string{"h"}}
	}
	limit := func(code decision.LimitCode, request string, grade uint32) decision.Body {
		return &decision.Limit{Holder: "h", Code: code, Request: request, BuyerGrade: grade}
	}
	cover := func(code decision.CoverCode, limit int64) decision.Body {
		return &decision.Cover{Holder: "h", Code: code, LimitMinor: limit}
	}
	aCase := func(what, outcome, next string) decision.Body {
		return &decision.Case{Holder: "h", What: what, Outcome: outcome, Next: next}
	}
	claim := func(what, state string, missing ...string) decision.Body {
		return &decision.Claim{Holder: "h", What: what, State: state, MissingDocuments: missing}
	}
	for _, c := range []struct {
		what string
		body decision.Body
		kind decision.Kind
		want Severity
	}{
		{"an overdue that is reported", aCase(decision.CaseReported, "", ""), decision.CaseChanged, Info},
		{"an insolvency within a case", aCase(decision.CaseInsolvent, "", ""), decision.CaseChanged, Critical},
		{"a plan", aCase(decision.CasePlanAgreed, "", "instalment"), decision.CaseChanged, Info},
		{"a plan that needs consent", aCase(decision.CasePlanAgreed, "", "consent"), decision.CaseChanged, Warning},
		{"a plan that forfeits cover", aCase(decision.CasePlanRefused, "", ""), decision.CaseChanged, Critical},
		{"a plan that is broken", aCase(decision.CasePlanBroken, "", ""), decision.CaseChanged, Warning},
		{"a dispute", aCase(decision.CaseDisputed, "", ""), decision.CaseChanged, Warning},
		{"a payment taken back", aCase(decision.CaseReversed, "", ""), decision.CaseChanged, Warning},
		{"a case that is collected", aCase(decision.CaseClosed, "collected", ""), decision.CaseChanged, Info},
		{"one that is partly", aCase(decision.CaseClosed, "partly_collected", ""), decision.CaseChanged, Warning},
		{"one that cannot be", aCase(decision.CaseClosed, "uncollectible", ""), decision.CaseChanged, Warning},
		{"a claim with all documents", claim(decision.ClaimFiled, "filed"), decision.ClaimDecided, Info},
		{"one that lacks some", claim(decision.ClaimFiled, "filed", "order"), decision.ClaimDecided, Warning},
		{"an examination that names some", claim(decision.ClaimExamined, "documents_missing", "order"),
			decision.ClaimDecided, Warning},
		{"the last document", claim(decision.ClaimDocument, "filed"), decision.ClaimDecided, Info},
		{"a refusal", claim(decision.ClaimExamined, "refused"), decision.ClaimDecided, Critical},
		{"a recovery after it", claim(decision.ClaimRecovered, "refused"), decision.ClaimDecided, Info},
		{"an indemnity", &decision.Claim{Holder: "h", What: decision.ClaimRuled, IndemnityMinor: 1}, decision.ClaimDecided,
			Info},
		{"none", claim(decision.ClaimRuled, "decided"), decision.ClaimDecided, Warning},
		{"one that is less than what was paid", &decision.Claim{Holder: "h", What: decision.ClaimCorrected,
			IndemnityMinor: 1, PaidMinor: 2}, decision.ClaimDecided, Warning},
		{"a first grade", grade(0, 9), decision.ScoreChanged, Info},
		{"an improvement", grade(9, 8), decision.ScoreChanged, Info},
		{"a worsening", grade(4, 5), decision.ScoreChanged, Warning},
		{"an insolvency", grade(4, 10), decision.ScoreChanged, Critical},
		{"a grant", limit(decision.Approved, "r", 4), decision.LimitDecided, Info},
		{"a refusal", limit(decision.NotApproved, "r", 8), decision.LimitDecided, Warning},
		{"a cut", limit(decision.Reduced, "", 6), decision.LimitDecided, Warning},
		{"one's own reduction", limit(decision.Reduced, "r", 6), decision.LimitDecided, Info},
		{"a withdrawal", limit(decision.Cancelled, "", 9), decision.LimitDecided, Critical},
		{"the end of validity", limit(decision.Cancelled, "", 4), decision.LimitDecided, Warning},
		{"a reinstatement", limit(decision.Reinstated, "", 4), decision.LimitDecided, Info},
		{"a suspension", cover(decision.Suspended, 5), decision.CoverChanged, Warning},
		{"its end", cover(decision.Resumed, 5), decision.CoverChanged, Info},
		{"a delivery's cover forfeited", cover(decision.Forfeited, 0), decision.CoverChanged, Warning},
		{"it restored", cover(decision.Restored, 0), decision.CoverChanged, Info},
		{"an order that binds", cover(decision.BindingOrder, 0), decision.CoverChanged, Info},
	} {
		change, holders := From(&decision.Decision{Kind: c.kind, Body: c.body})
		if change.Severity != c.want || len(holders) != 1 {
			t.Errorf("%s: %s to %v, want %s", c.what, change.Severity, holders, c.want)
		}
	}
	for what, body := range map[string]decision.Body{"a score that keeps its grade": grade(5, 5),
		"a discretionary limit": cover(decision.Discretionary, 0), "a suspension of nothing": cover(decision.Suspended, 0),
		"its end": cover(decision.Resumed, 0), "a document of a case": aCase(decision.CaseDocument, "", ""),
		"a case that a claim is filed for": aCase(decision.CaseClaimed, "", ""),
		"a document of several":            claim(decision.ClaimDocument, "filed", "order"),
		"an examination that is decided at once": &decision.Claim{Holder: "h", What: decision.ClaimExamined,
			Next: "decide"}, "a case of nobody": &decision.Case{}, "a claim of nobody": &decision.Claim{}} {
		if _, holders := From(&decision.Decision{Body: body}); holders != nil {
			t.Errorf("%s is told", what)
		}
	}
}

// TestEncodings draws items and notifications and finds them again.
func TestEncodings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var changes []Change
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			c := Change{Kind: rapid.SampledFrom(Told).Draw(t, "kind"),
				Severity: Severity(rapid.IntRange(1, 3).Draw(t, "severity")), Buyer: rapid.String().Draw(t, "buyer"),
				AtMs: rapid.Int64().Draw(t, "at"), Texts: event.Source{Topic: event.TopicPortfolio, Incarnation: 1,
					Offset: rapid.Int64().Draw(t, "offset")}}
			switch c.Kind {
			case decision.ScoreChanged:
				c.Score = Score{Grade: rapid.Uint32().Draw(t, "grade"), Previous: rapid.Uint32().Draw(t, "previous"),
					Reasons: []string{"insolvency"}}
			case decision.CoverChanged:
				c.Cover = Cover{Policy: "p", Code: decision.Forfeited, Invoice: rapid.String().Draw(t, "invoice"), Order: "o",
					DeliveredOn: 7, Was: rapid.Int64().Draw(t, "was"), Now: rapid.Int64().Draw(t, "now"), Limit: 3, Currency: "EUR",
					From: 4, To: 5, Reason: 15, ReasonText: "overdue", Evidence: []string{rapid.String().Draw(t, "evidence")}}
			case decision.DeadlineNear:
				c.Deadline = Deadline{Policy: "p", Currency: "EUR", Settled: rapid.Bool().Draw(t, "settled"), AtStake: 3,
					Limit: rapid.Int64().Draw(t, "limit"), Lines: []DeadlineLine{{Kind: decision.HandOver, On: 4, DueOn: 5,
						Invoice: rapid.String().Draw(t, "invoice"), Open: rapid.Int64().Draw(t, "open"), AtStake: 6,
						Action: "hand_over", Why: "paid"}}}
			case decision.CaseChanged:
				c.Case = Case{ID: rapid.String().Draw(t, "case"), Policy: "p", What: "moved", Kind: "collect", Reference: "r",
					Stage: "judgment", PreviousStage: "court_order", Outcome: "o", Warning: "w", Plan: "l", PlanState: "agreed",
					Invoices: []string{"i1", "i2"}, Open: rapid.Int64().Draw(t, "open"), Insured: 2, Disputed: 3, Recovered: 4,
					Amount: 5, Currency: "EUR", Insolvent: true, Next: Next{"enforcement", "bailiff", 9}}
			case decision.ClaimDecided:
				c.Claim = Claim{ID: rapid.String().Draw(t, "claim"), Case: "c", Policy: "p", What: "decided", State: "decided",
					Cause: "insolvency", Reference: "r", Reason: "debt", Loss: rapid.Int64().Draw(t, "loss"), Indemnity: 2, Paid: 3,
					PayBack: 1, Currency: "EUR", LossOn: 4, PayableOn: 5, Assignee: "a", Missing: []string{"order"},
					Waterfall: []decision.WaterfallLine{{Step: "debt", Minor: 9, TakenMinor: 9}},
					Receipt:   decision.Shares{Minor: 7, InsurerMinor: 6}, Received: decision.Shares{Minor: 8},
					Next: Next{"pay", "analyst", 9}}
			default:
				c.Limit = Limit{Policy: "p", Granted: rapid.Int64().Draw(t, "granted"), Currency: "EUR", ReasonText: "capacity",
					Conditions: []string{rapid.String().Draw(t, "condition")}, EffectiveOn: event.Day(rapid.Int32().Draw(t, "day"))}
			}
			changes = append(changes, c)
		}
		item := &Item{What: Changes, Holder: rapid.String().Draw(t, "holder"), Changes: changes,
			Source: event.Source{Topic: event.TopicDecisions, Seq: rapid.Uint32().Draw(t, "seq")}}
		if got, err := DecodeItem(item.Encode()); err != nil || !reflect.DeepEqual(got, item) {
			t.Fatalf("%+v, want %+v (%v)", got, item, err)
		}
		n := &Notification{ID: "n", Holder: "h", Subscription: "s", Channel: Email, Target: "x", Language: "de", Sequence: 1,
			Changes: changes}
		if got, err := DecodeNotification(n.Encode()); err != nil || !reflect.DeepEqual(got, n) {
			t.Fatalf("%+v, want %+v (%v)", got, n, err)
		}
	})
	if _, err := DecodeItem([]byte{1, 2, 3}); err == nil {
		t.Error("garbage is an item")
	}
	if _, err := DecodeNotification(bytes.TrimSpace([]byte(strings.Repeat(" ", 3)))); err == nil {
		t.Error("a notification without changes")
	}
}

// TestDatesThatCostCoverAreCritical: others warn, and what is settled pages nobody. Without a policyholder nobody is
// notified.
func TestDatesThatCostCoverAreCritical(t *testing.T) {
	for kind, want := range map[decision.DateKind]Severity{decision.StopShipment: Critical, decision.HandOver: Critical,
		decision.ReportOverdue: Critical, decision.FileClaim: Critical, decision.ProtractedDefault: Warning} {
		d := &decision.Decision{Kind: decision.DeadlineNear, Body: &decision.Deadline{Holder: "h", Policy: "p", Buyer: "b",
			State: decision.DatesNear, Lines: []decision.DeadlineLine{{Kind: kind, Invoice: "i", On: 20_000, Why: "paid"}}}}
		c, holders := From(d)
		if c.Severity != want || len(holders) != 1 || c.Deadline.Lines[0].Action == "" || c.Deadline.Lines[0].Why != "" {
			t.Errorf("%s: %+v for %v", kind, c, holders)
		}
		d.Body.(*decision.Deadline).State = decision.DatesSettled
		if c, _ = From(d); c.Severity != Info || c.Deadline.Lines[0].Action != "" || c.Deadline.Lines[0].Why != "paid" {
			t.Errorf("settled %s: %+v", kind, c)
		}
		d.Body.(*decision.Deadline).Holder = ""
		if _, holders = From(d); holders != nil {
			t.Errorf("%v are notified", holders)
		}
	}
}
