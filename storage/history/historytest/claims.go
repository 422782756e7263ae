package historytest

import (
	"context"
	"fmt"

	"barometer/processor/decision"
	"barometer/storage/history"
)

// claimed adds cases and claims to a world, from the end of its last day on. They are numbered from 23.
func claimed(w *World) {
	on := func(trigger string, kind decision.Kind, key string, body decision.Body) {
		at := position(int64(len(w.Decisions) + 1))
		w.Decisions = append(w.Decisions, decision.Decision{Position: at, AtMs: day(today).Ms() + at.Offset*60_000,
			Kind: kind, Key: key, Body: body, Trigger: decision.Trigger{ID: trigger}})
	}
	collect := func(trigger, policy, buyer string, number, opened int, stage string) {
		on(trigger, decision.CaseChanged, buyer, &decision.Case{Case: fmt.Sprintf("%s/case-%s-%d", buyer, policy, number),
			Policy: policy, Buyer: buyer, Holder: w.Holders[policy], Stage: stage, OpenedOn: day(opened), Currency: "EUR",
			OpenMinor: 5_000_00, Debts: []decision.CaseDebt{{Invoice: "i1", DueOn: day(1), OpenMinor: 5_000_00,
				PercentPPM: 900_000, Parts: []decision.CasePart{{On: day(2)}}}, {Invoice: "i2", DeliveredOn: day(1)}}})
	}
	claim := func(trigger, policy, buyer string, number, filed int, state string) {
		on(trigger, decision.ClaimDecided, buyer, &decision.Claim{Claim: fmt.Sprintf("%s/claim-%s-%d", buyer, policy, number),
			Case: fmt.Sprintf("%s/case-%s-%d", buyer, policy, number), Policy: policy, Buyer: buyer, Holder: w.Holders[policy],
			State: state, FiledOn: day(filed), Currency: "EUR"})
	}
	collect("report-1", "P1", "b1", 1, 4, "reported") // 23
	collect("report-2", "P1", "b2", 1, 6, "reported")
	collect("report-3", "P2", "b2", 1, 6, "reported")
	collect("", "P1", "b1", 1, 4, "collection")
	collect("close", "P1", "b2", 1, 6, "closed") // 27
	claim("claim-1", "P1", "b1", 1, 8, "filed")
	claim("claim-2", "P2", "b2", 1, 9, "filed")
	claim("examined", "P1", "b1", 1, 8, "decided")
}

func cases(q history.CaseQuery) func(context.Context, history.Store) (string, error) {
	if q.Limit == 0 {
		q.Limit = 9
	}
	return func(ctx context.Context, s history.Store) (string, error) { return numbers(s.Cases(ctx, q)) }
}

func claims(q history.ClaimQuery) func(context.Context, history.Store) (string, error) {
	if q.Limit == 0 {
		q.Limit = 9
	}
	return func(ctx context.Context, s history.Store) (string, error) { return numbers(s.Claims(ctx, q)) }
}

var claimQuestions = []question{
	{"cases, those opened last first", cases(history.CaseQuery{}), "27 25 26"},
	{"at most so many cases", cases(history.CaseQuery{Limit: 2}), "27 25"},
	{"the next cases", cases(history.CaseQuery{After: &history.FileCursor{On: day(6), ID: "b2/case-P1-1"}}), "25 26"},
	{"cases after a day", cases(history.CaseQuery{After: &history.FileCursor{On: day(6), ID: "b2/case-P2-1"}}), "26"},
	{"a case", cases(history.CaseQuery{ID: "b1/case-P1-1"}), "26"},
	{"cases that are open", cases(history.CaseQuery{State: history.CaseOpen}), "25 26"},
	{"cases that are closed", cases(history.CaseQuery{State: history.CaseClosed}), "27"},
	{"cases of a buyer", cases(history.CaseQuery{Buyer: "b2"}), "27 25"},
	{"cases of a policy and a buyer", cases(history.CaseQuery{Policy: "P1", Buyer: "b2"}), "27"},
	{"cases of a holder", cases(history.CaseQuery{Holder: "H2"}), "25"},
	{"another's case", cases(history.CaseQuery{Holder: "H2", ID: "b1/case-P1-1"}), ""},
	{"the case that a report made", cases(history.CaseQuery{Trigger: "report-1"}), "26"},
	{"no such report", cases(history.CaseQuery{Trigger: "report-9"}), ""},
	{"a case as it was decided", func(ctx context.Context, s history.Store) (string, error) {
		all, err := s.Cases(ctx, history.CaseQuery{ID: "b1/case-P1-1", Limit: 1})
		if err != nil || len(all) == 0 {
			return "", err
		}
		return fmt.Sprintf("%+v", all[0].Body.(*decision.Case).Debts), nil
	}, fmt.Sprintf("%+v", Happened().Decisions[25].Body.(*decision.Case).Debts)},
	{"claims, those filed last first", claims(history.ClaimQuery{}), "29 30"},
	{"the next claims", claims(history.ClaimQuery{After: &history.FileCursor{On: day(9), ID: "b2/claim-P2-1"}}), "30"},
	{"a claim", claims(history.ClaimQuery{ID: "b1/claim-P1-1"}), "30"},
	{"claims of a state", claims(history.ClaimQuery{State: "filed"}), "29"},
	{"claims of a case", claims(history.ClaimQuery{Case: "b1/case-P1-1"}), "30"},
	{"claims of a policy", claims(history.ClaimQuery{Policy: "P2"}), "29"},
	{"claims of a buyer", claims(history.ClaimQuery{Buyer: "b1"}), "30"},
	{"claims of a holder", claims(history.ClaimQuery{Holder: "H1"}), "30"},
	{"another's claim", claims(history.ClaimQuery{Holder: "H1", ID: "b2/claim-P2-1"}), ""},
	{"the claim that a message made", claims(history.ClaimQuery{Trigger: "claim-1"}), "30"},
}
