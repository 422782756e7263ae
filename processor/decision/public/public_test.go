package public

import (
	"reflect"
	"slices"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"

	"pgregory.net/rapid"
)

// TestOnlyOthersDiffer draws two decisions that differ by what others did, and in neither grade nor amounts: the same
// is told.
func TestOnlyOthersDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		own := []decision.Contribution{{Code: "equity_ratio", PointsMLO: 300, Figure: 1},
			{Code: "company_age", PointsMLO: 20}, {Code: "economic_cell", PointsMLO: 475},
			{Code: "cash_ratio", PointsMLO: -90}, {Code: "litigation", PointsMLO: 60}}
		one := &decision.Score{Buyer: "b", Grade: 7, PreviousGrade: 6, Contributions: own, Reasons: []string{"economic_cell",
			"equity_ratio"}, Holders: []string{"h"}}
		other := *one
		other.PDPPM, other.PointsMLO, other.Commercial = rapid.Int64().Draw(t, "pd"), rapid.Int64().Draw(t, "points"), 9
		other.Contributions = slices.Clone(own)
		for _, code := range []string{"days_beyond_terms", "overdue_share", "worst_status", "payment_trend",
			"suppliers_in_arrears", "payments_bound"} {
			if rapid.Bool().Draw(t, code) {
				at := rapid.IntRange(0, len(other.Contributions)).Draw(t, "at")
				other.Contributions = slices.Insert(other.Contributions, at, decision.Contribution{Code: code,
					PointsMLO: rapid.Int64Range(-900, 900).Draw(t, "adds"), Figure: 3})
			}
		}
		other.Reasons, other.Cap = []string{"suppliers_in_arrears", "worst_status", "days_beyond_terms", "overdue_share"},
			"no_payments"
		other.Holders = []string{"h", "z"}
		told(t, decision.ScoreChanged, one, &other)

		limit := &decision.Limit{Policy: "p", Buyer: "b", Holder: "h", Request: "r", RequestKind: event.RequestNew,
			Code: decision.NotApproved, Currency: "EUR", Reason: 14, ReasonText: "lack_of_turnover", BuyerGrade: 5}
		full := *limit
		full.Reason = rapid.SampledFrom([]uint32{4, 13, 14}).Draw(t, "reason")
		full.ReasonText = map[uint32]string{4: "new_company", 13: "capacity", 14: "lack_of_turnover"}[full.Reason]
		full.CapacityMinor, full.InUseMinor, full.OverhangMinor = rapid.Int64().Draw(t, "capacity"),
			rapid.Int64().Draw(t, "use"), 7
		full.Inputs, full.Model = own, "m"
		told(t, decision.LimitDecided, limit, &full)
	})
}

func told(t *rapid.T, kind decision.Kind, a, b decision.Body) {
	t.Helper()
	mine := decision.Trigger{Kind: event.KindLimitRequested, ID: "own"}
	if kind == decision.ScoreChanged {
		mine = decision.Trigger{}
	}
	one, ok := For(&decision.Decision{Kind: kind, Body: a, Trigger: mine}, "h", nil)
	two, also := For(&decision.Decision{Kind: kind, Body: b, Trigger: mine}, "h", nil)
	if !ok || !also || !reflect.DeepEqual(one, two) {
		t.Fatalf("told %+v, %+v, and where only others differ %+v, %+v", one.Grade, one.Limit, two.Grade, two.Limit)
	}
}

func TestReasons(t *testing.T) {
	for _, c := range []struct {
		b    decision.Limit
		want Reason
	}{
		{decision.Limit{Reason: 12, ReasonText: "adverse_information", BuyerGrade: 9}, Reason{12, Adverse}},
		{decision.Limit{Reason: 12, ReasonText: "adverse_information", BuyerGrade: 9, Override: true},
			Reason{0, Underwriter}},
		{decision.Limit{Reason: 12, ReasonText: "adverse_information", BuyerGrade: 10, Override: true}, Reason{12, Adverse}},
		{decision.Limit{Reason: 1, ReasonText: "no_accounts"}, Reason{1, NoAccounts}},
		{decision.Limit{Reason: 4, ReasonText: "new_company"}, Reason{13, Capacity}},
		{decision.Limit{Reason: 14, ReasonText: "lack_of_turnover"}, Reason{13, Capacity}},
		{decision.Limit{ReasonText: "superseded"}, Reason{0, "superseded"}},
		{decision.Limit{ReasonText: "what the fold will say next"}, Reason{}},
		{decision.Limit{Reason: 99, ReasonText: "what the fold will say next"}, Reason{}},
	} {
		if got := limitReason(&c.b); got != c.want {
			t.Errorf("%+v: %+v, want %+v", c.b, got, c.want)
		}
	}
	override := GradeOf(&decision.Score{Grade: 8, PreviousGrade: 4, Override: true,
		Contributions: []decision.Contribution{{Code: "equity_ratio", PointsMLO: 5}}})
	if !slices.Equal(override.Reasons, []string{Underwriter, Accounts}) {
		t.Errorf("a person's decision: %q", override.Reasons)
	}
	insolvency := GradeOf(&decision.Score{Grade: 10, PreviousGrade: 4})
	if !slices.Equal(insolvency.Reasons, []string{Insolvency}) {
		t.Errorf("insolvency: %q", insolvency.Reasons)
	}
}

// TestWhatIsToldOfCover: all of a change of cover is its policyholder's own, but a reason may be only one that is
// known.
func TestWhatIsToldOfCover(t *testing.T) {
	b := decision.Cover{Policy: "p", Buyer: "b", Holder: "h", Code: decision.Forfeited, Invoice: "i", Order: "o",
		DeliveredOn: 7, WasMinor: 1, NowMinor: 2, LimitMinor: 3, Currency: "EUR", From: 4, To: 5, Reason: 15,
		ReasonText: "late_notification", Evidence: []string{"j"}}
	d := decision.Decision{Kind: decision.CoverChanged, Body: &b, Trigger: decision.Trigger{ID: "m"}}
	want := Cover{Policy: "p", Buyer: "b", Code: decision.Forfeited, Invoice: "i", Order: "o", DeliveredOn: 7, Was: 1,
		Now: 2, Limit: 3, Currency: "EUR", From: 4, To: 5, Reason: Reason{15, "late_notification"}, Evidence: []string{"j"}}
	if got, ok := For(&d, "h", nil); !ok || !reflect.DeepEqual(got.Cover, &want) {
		t.Errorf("told %+v, want %+v", got.Cover, want)
	}
	if _, ok := For(&d, "z", nil); ok {
		t.Error("another policyholder is told")
	}
	b.ReasonText = "what the fold will say next"
	if got := CoverOf(&b); got.Reason != (Reason{}) {
		t.Errorf("told %+v", got.Reason)
	}
}

func TestConditionsThatMayBeTold(t *testing.T) {
	got := LimitOf(&decision.Decision{}, &decision.Limit{Conditions: []string{"security=bank", "capacity_of=h-2",
		"max_terms_days=60", "insolvency_only", "used"}})
	if want := []string{"security=bank", "max_terms_days=60", "insolvency_only"}; !slices.Equal(got.Conditions, want) {
		t.Errorf("conditions %q, want %q", got.Conditions, want)
	}
}

// TestAnIndicationHasNeitherDayNorGrade: an answer to a preliminary request, granted or refused.
func TestAnIndicationHasNeitherDayNorGrade(t *testing.T) {
	for _, code := range []decision.LimitCode{decision.Preliminary, decision.NotApproved} {
		l := LimitOf(&decision.Decision{}, &decision.Limit{Request: "r", RequestKind: event.RequestPreliminary, Code: code,
			GrantedMinor: 9, BuyerGrade: 4, EffectiveOn: 20_000, ValidUntil: 20_400, OnDelivery: true, NoticeDays: 10})
		if !l.Indicative || l.Granted != 9 || l.BuyerGrade != 0 || l.EffectiveOn != 0 || l.ValidUntil != 0 || l.OnDelivery ||
			l.NoticeDays != 0 {
			t.Errorf("%s: %+v", code, l)
		}
	}
}

func TestATriggerIsOnlyItsOwn(t *testing.T) {
	for _, c := range []struct {
		request string
		kind    event.Kind
		want    string
	}{{"r", event.KindLimitRequested, "m"}, {"r", event.KindReviewDecided, ""}, {"", event.KindInvoicePaid, ""},
		{"", event.KindLimitRequested, ""}} {
		d := decision.Decision{Trigger: decision.Trigger{Kind: c.kind, ID: "m"}}
		if got := LimitOf(&d, &decision.Limit{Request: c.request}).Trigger; got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestWhomADecisionConcerns(t *testing.T) {
	own := func(policy string) bool { return policy == "p" }
	for what, c := range map[string]struct {
		body decision.Body
		want bool
	}{
		"a grade that it may know":       {&decision.Score{Grade: 4, PreviousGrade: 5, Holders: []string{"g", "h"}}, true},
		"one that it may not":            {&decision.Score{Grade: 4, PreviousGrade: 5, Holders: []string{"g"}}, false},
		"a score that keeps its grade":   {&decision.Score{Grade: 4, PreviousGrade: 4, Holders: []string{"h"}}, false},
		"its limit":                      {&decision.Limit{Holder: "h"}, true},
		"another's":                      {&decision.Limit{Holder: "g"}, false},
		"its message":                    {&decision.Rejection{Policy: "p", Kind: event.KindInvoicePaid}, true},
		"another's message":              {&decision.Rejection{Policy: "q", Kind: event.KindInvoicePaid}, false},
		"the insurer's about its policy": {&decision.Rejection{Policy: "p", Kind: event.KindUnderwriterDecided}, false},
		"a review":                       {&decision.Review{Buyer: "b"}, false},
		"a cell":                         {&decision.Macro{}, false},
		"an exposure":                    {&decision.Exposure{Holder: "h"}, false},
	} {
		if _, got := For(&decision.Decision{Body: c.body}, "h", own); got != c.want {
			t.Errorf("%s: %t", what, got)
		}
	}
}
