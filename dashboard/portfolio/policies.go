package portfolio

import (
	"context"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// PolicyLimits returns the Store's limits of now with what was decided since.
func (r *Reader) PolicyLimits(ctx context.Context, q history.LimitQuery,
	newer []decision.Decision) ([]history.LimitState, error) {
	states, err := r.store.LimitStates(ctx, q)
	if err != nil {
		return nil, err
	}
	states = slices.DeleteFunc(states, func(st history.LimitState) bool { return st.Made() == nil })
	return withNewer(states, newer, r.tail.Today()), nil
}

// PolicyLimitsOn returns the limits in force on a day, each by the decision that made it so.
func (r *Reader) PolicyLimitsOn(ctx context.Context, q history.LimitQuery,
	newer []decision.Decision) ([]history.LimitState, error) {
	rows, err := r.store.LimitsOn(ctx, q)
	if err != nil {
		return nil, err
	}
	for i := range newer {
		if l, ok := newer[i].Body.(*decision.Limit); ok && HoldsOn(l, q.On) {
			rows = Overlay(rows, &newer[i])
		}
	}
	states := make([]history.LimitState, len(rows))
	for i := range rows {
		l := rows[i].Body.(*decision.Limit)
		states[i] = history.LimitState{Policy: l.Policy, Buyer: l.Buyer, InForce: &rows[i], GrantedMinor: l.GrantedMinor}
		states[i].Expire(q.On)
	}
	return states, nil
}

// withNewer adds decisions, the oldest first, to limits in the order of policies and buyers.
func withNewer(states []history.LimitState, newer []decision.Decision, today event.Day) []history.LimitState {
	newer = slices.Clone(newer)
	slices.SortStableFunc(newer, func(a, b decision.Decision) int { return a.Position.Compare(b.Position) })
	for i := range newer {
		of, ok := LimitOn(&newer[i])
		if !ok {
			continue
		}
		at, found := slices.BinarySearchFunc(states, of,
			func(st history.LimitState, want history.LimitCursor) int {
				return history.LimitCursor{Policy: st.Policy, Buyer: st.Buyer}.Compare(want)
			})
		if !found {
			states = slices.Insert(states, at, history.LimitState{Policy: of.Policy, Buyer: of.Buyer})
		}
		states[at].Take(&newer[i], today)
	}
	for i := range states {
		states[i].Turn(today)
	}
	return states
}
