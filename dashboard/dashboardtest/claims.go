package dashboardtest

import (
	"context"
	"slices"

	"barometer/processor/decision"
	"barometer/storage/history"
)

func (f *Fake) Cases(_ context.Context, q history.CaseQuery) ([]decision.Decision, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	newest, caused := map[string]decision.Decision{}, map[string]bool{}
	for _, d := range f.stored {
		if b, ok := d.Body.(*decision.Case); ok {
			newest[b.Case] = d
			caused[b.Case] = caused[b.Case] || d.Trigger.ID == q.Trigger
		}
	}
	var out []decision.Decision
	for id, d := range newest {
		if q.Includes(d.Body.(*decision.Case)) && (q.Trigger == "" || caused[id]) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b decision.Decision) int {
		return history.CaseCursor(a.Body.(*decision.Case)).Compare(history.CaseCursor(b.Body.(*decision.Case)))
	})
	return out[:min(len(out), q.Limit)], f.Down
}

func (f *Fake) Claims(_ context.Context, q history.ClaimQuery) ([]decision.Decision, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	newest, caused := map[string]decision.Decision{}, map[string]bool{}
	for _, d := range f.stored {
		if b, ok := d.Body.(*decision.Claim); ok {
			newest[b.Claim] = d
			caused[b.Claim] = caused[b.Claim] || d.Trigger.ID == q.Trigger
		}
	}
	var out []decision.Decision
	for id, d := range newest {
		if q.Includes(d.Body.(*decision.Claim)) && (q.Trigger == "" || caused[id]) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b decision.Decision) int {
		return history.ClaimCursor(a.Body.(*decision.Claim)).Compare(history.ClaimCursor(b.Body.(*decision.Claim)))
	})
	return out[:min(len(out), q.Limit)], f.Down
}
