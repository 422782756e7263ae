package limit

import (
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"

	"pgregory.net/rapid"
)

const thousand = 1_000_00 // euro cents

func card() *event.Model {
	return &event.Model{GradePD: [8]int64{300, 800, 1900, 4600, 10_200, 21_000, 49_000, 120_000},
		Capacity: event.CapacityTable{EquityPPM: [8]int64{400_000, 350_000, 300_000, 250_000, 200_000, 120_000, 60_000,
			20_000}, RevenuePPM: [8]int64{100_000, 90_000, 80_000, 60_000, 50_000, 30_000, 15_000, 5000},
			PayablesPPM: 400_000, NoAccounts: [8]int64{-1, -1, -1, 25 * thousand, 15 * thousand, 10 * thousand, 5 * thousand, 0},
			RiskBudget: 10 * thousand, LossGivenPct: 75}}
}

func TestCapacityCheck(t *testing.T) {
	all := uint32(1<<12 - 1)
	for _, c := range []struct {
		name     string
		grade    int64
		accounts *Accounts
		want     int64
		basis    Basis
	}{
		{"the worked number", 5, &Accounts{8_000 * thousand, 60_000 * thousand, 4_000 * thousand, all}, 1_300 * thousand,
			ByLoss},
		{"equity below 0", 5, &Accounts{-1, 60_000 * thousand, 4_000 * thousand, all}, 0, ByEquity},
		{"payables alone", 5, &Accounts{Payables: 1_234 * thousand, Given: event.GivenTradePayables}, 490 * thousand,
			ByPayables},
		{"no accounts", 6, nil, 10 * thousand, ByGrade},
		{"accounts without a usable figure", 6, &Accounts{Given: event.GivenCash}, 10 * thousand, ByGrade},
		{"no accounts at 8", 8, nil, 0, ByGrade},
		{"grade 9", 9, &Accounts{8_000 * thousand, 60_000 * thousand, 4_000 * thousand, all}, 0, ByNothing},
		{"insolvent", 10, nil, 0, ByNothing},
	} {
		if got := Of(card(), c.grade, c.accounts); got.Cents != c.want || got.Tightest != c.basis {
			t.Errorf("%s: %d by %s, want %d by %s", c.name, got.Cents, got.Tightest, c.want, c.basis)
		}
	}
}

func TestCapacityFallsWithTheGradeAndRoundsDown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := &Accounts{rapid.Int64().Draw(t, "equity"), rapid.Int64Min(0).Draw(t, "revenue"),
			rapid.Int64Min(0).Draw(t, "payables"), rapid.Uint32Range(0, 1<<12-1).Draw(t, "given")}
		if a.Given&usable == 0 {
			a.Given |= event.GivenEquity
		}
		for grade := int64(1); grade < 10; grade++ {
			better, worse := Of(card(), grade, a), Of(card(), grade+1, a)
			if worse.Cents > better.Cents {
				t.Fatalf("grade %d bears %d, grade %d %d", grade, better.Cents, grade+1, worse.Cents)
			}
			for _, p := range better.Parts {
				if better.Cents > p.Cents {
					t.Fatalf("%d is above its part %s of %d", better.Cents, p.Basis, p.Cents)
				}
			}
		}
	})
}

func TestRequests(t *testing.T) {
	for _, c := range []struct {
		name string
		r    Request
		want Answer
	}{
		{"all of it", Request{Total: 100 * thousand, Available: 100 * thousand, Grade: 5},
			Answer{decision.Approved, 100 * thousand}},
		{"a part, rounded down", Request{Total: 100 * thousand, Available: 25*thousand + 999_99, Grade: 5},
			Answer{decision.PartlyApproved, 25 * thousand}},
		{"less than a quarter", Request{Total: 100 * thousand, Available: 25*thousand - 1, Grade: 5},
			Answer{decision.NotApproved, 0}},
		{"less than 5 000", Request{Total: 8 * thousand, Available: 5*thousand - 1, Grade: 5},
			Answer{decision.NotApproved, 0}},
		{"exactly 5 000", Request{Total: 8 * thousand, Available: 5 * thousand, Grade: 5}, Answer{decision.PartlyApproved,
			5 * thousand}},
		{"overhang", Request{Total: 8 * thousand, Available: -5, Grade: 5}, Answer{decision.NotApproved, 0}},
		{"increase", Request{Total: 80 * thousand, Current: 50 * thousand, Available: 90 * thousand, Grade: 7,
			Increase: true}, Answer{decision.Approved, 80 * thousand}},
		{"increase to what is there", Request{Total: 50 * thousand, Current: 50 * thousand, Available: 90 * thousand,
			Grade: 5, Increase: true}, Answer{decision.NotApproved, 50 * thousand}},
		{"increase that would end below", Request{Total: 80 * thousand, Current: 50 * thousand, Available: 40 * thousand,
			Grade: 5, Increase: true}, Answer{decision.NotApproved, 50 * thousand}},
		{"increase at 8", Request{Total: 80 * thousand, Current: 50 * thousand, Available: 90 * thousand, Grade: 8,
			Increase: true}, Answer{decision.NotApproved, 50 * thousand}},
		{"new at 9", Request{Total: 8 * thousand, Available: 90 * thousand, Grade: 9}, Answer{decision.NotApproved, 0}},
	} {
		if got := Judge(c.r); got != c.want {
			t.Errorf("%s: %s %d, want %s %d", c.name, got.Code, got.Granted, c.want.Code, c.want.Granted)
		}
	}
}

func TestAnswersKeepWithinWhatIsAvailable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Request{Total: rapid.Int64Range(1, 1<<50).Draw(t, "total"), Current: rapid.Int64Range(0, 1<<50).Draw(t,
			"current"), Available: rapid.Int64Range(-1<<50, 1<<50).Draw(t, "available"), Grade: rapid.Int64Range(1, 10).Draw(t,
			"grade"), Increase: rapid.Bool().Draw(t, "increase")}
		a := Judge(r)
		if a.Code == decision.NotApproved {
			if a.Granted != r.Current {
				t.Fatalf("a refusal moves the limit from %d to %d", r.Current, a.Granted)
			}
			return
		}
		if a.Granted > r.Available || a.Granted > r.Total || r.Increase && a.Granted <= r.Current {
			t.Fatalf("%+v granted %d", r, a.Granted)
		}
	})
}

func TestReasons(t *testing.T) {
	for _, c := range []struct {
		f    Facts
		want uint32
	}{
		{Facts{FullGranted: true, Grade: 9}, ReasonNone},
		{Facts{Grade: 8}, ReasonAdverse},
		{Facts{Grade: 4, Cut: true, Accounts: true}, ReasonAdverse},
		{Facts{Grade: 4}, ReasonNoStatements},
		{Facts{Grade: 4, Accounts: true, OthersUse: true, AgeKnown: true}, ReasonLimitFull},
		{Facts{Grade: 4, Accounts: true, AgeKnown: true, AgeMonths: 23}, ReasonNewCompany},
		{Facts{Grade: 4, Accounts: true, AgeKnown: true, AgeMonths: 24}, ReasonLackOfTurnover},
		{Facts{Grade: 4, Accounts: true}, ReasonLackOfTurnover},
	} {
		if got := Reason(c.f); got != c.want {
			t.Errorf("%+v: reason %d, want %d", c.f, got, c.want)
		}
	}
}
