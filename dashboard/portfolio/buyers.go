package portfolio

import (
	"cmp"
	"context"
	"slices"

	"barometer/dashboard/tail"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/storage/history"
)

// ScoreOf returns the score that a decision is, nil for none.
func ScoreOf(d *decision.Decision) *decision.Score {
	if d == nil {
		return nil
	}
	sc, _ := d.Body.(*decision.Score)
	return sc
}

// mostLimits is how many limits of a buyer are read at most.
const mostLimits = 500

// Buyer is a buyer of now with its limits: the Store's, and over it what the Store does not have yet. nil for none.
func (r *Reader) Buyer(ctx context.Context, id string) (*history.Buyer, []history.LimitState, error) {
	newer := r.tail.Find(tail.OfBuyer(id))
	b, err := r.store.Buyer(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	for i := range newer {
		if body, ok := newer[i].Body.(*decision.Score); ok {
			if b == nil {
				b = &history.Buyer{ID: id, Country: body.Country, Sector: body.Sector}
			}
			if b.Score == nil || Later(&newer[i], b.Score) {
				b.Score = &newer[i]
			}
		}
	}
	limits, err := r.LimitsMade(ctx, history.LimitQuery{Buyer: id, Limit: mostLimits})
	return b, limits, err
}

// LimitsMade are the limits of now that a decision made what they are.
func (r *Reader) LimitsMade(ctx context.Context, q history.LimitQuery) ([]history.LimitState, error) {
	states, err := r.LimitStates(ctx, q)
	return slices.DeleteFunc(states, func(st history.LimitState) bool { return st.Made() == nil }), err
}

func Later(a, b *decision.Decision) bool { return a.Position.Compare(b.Position) > 0 }

// Overlay puts a newer decision on a limit in the place of the one on the same policy and buyer.
func Overlay(limits []decision.Decision, d *decision.Decision) []decision.Decision {
	l := d.Body.(*decision.Limit)
	if public.Indicative(l) {
		return limits
	}
	i, found := slices.BinarySearchFunc(limits, l, func(have decision.Decision, want *decision.Limit) int {
		h := have.Body.(*decision.Limit)
		return cmp.Or(cmp.Compare(h.Policy, want.Policy), cmp.Compare(h.Buyer, want.Buyer))
	})
	switch {
	case !found:
		return slices.Insert(limits, i, *d)
	case Later(d, &limits[i]):
		limits[i] = *d
	}
	return limits
}

// History is what was decided on a buyer, the newest first, at most limit of each kind; for a holder the changes of the
// grade, and decisions on its own limits and cover.
func (r *Reader) History(ctx context.Context, id, holder string, limit int) (scores, limits, covers []decision.Decision,
	err error) {
	newer := r.tail.Find(tail.OfBuyer(id))
	slices.Reverse(newer)
	read := func(q history.DecisionQuery, wanted func(*decision.Decision) bool) ([]decision.Decision, error) {
		q.Buyer, q.Limit = id, limit
		stored, err := r.store.Decisions(ctx, q)
		if err != nil {
			return nil, err
		}
		var all []decision.Decision
		for i := range newer {
			if newer[i].Kind == q.Kinds[0] && (len(stored) == 0 || Later(&newer[i], &stored[0])) && wanted(&newer[i]) {
				all = append(all, newer[i])
			}
		}
		all = append(all, stored...)
		return all[:min(len(all), limit)], nil
	}
	scores, err = read(history.DecisionQuery{Kinds: []decision.Kind{decision.ScoreChanged}, Moved: holder != ""},
		func(d *decision.Decision) bool {
			b, ok := d.Body.(*decision.Score)
			return ok && (holder == "" || public.Moves(b) && public.First(d, newer))
		})
	if err != nil {
		return nil, nil, nil, err
	}
	limits, err = read(history.DecisionQuery{Kinds: []decision.Kind{decision.LimitDecided}, Holder: holder},
		func(d *decision.Decision) bool {
			b, ok := d.Body.(*decision.Limit)
			return ok && (holder == "" || b.Holder == holder)
		})
	if err != nil {
		return nil, nil, nil, err
	}
	covers, err = read(history.DecisionQuery{Kinds: []decision.Kind{decision.CoverChanged}, Holder: holder},
		func(d *decision.Decision) bool {
			b, ok := d.Body.(*decision.Cover)
			return ok && (holder == "" || b.Holder == holder)
		})
	return scores, limits, covers, err
}

// BuyerOf returns whom a decision is about, empty where that is no one buyer.
func BuyerOf(d *decision.Decision) string {
	switch b := d.Body.(type) {
	case *decision.Score:
		return b.Buyer
	case *decision.Limit:
		return b.Buyer
	case *decision.Cover:
		return b.Buyer
	case *decision.Rejection:
		return b.Buyer
	case *decision.Case:
		return b.Buyer
	case *decision.Claim:
		return b.Buyer
	case *decision.Review:
		return b.Buyer
	}
	return ""
}

// GradeOf returns the grade of a buyer, 0 for none.
func GradeOf(b *history.Buyer) uint32 {
	if sc := ScoreOf(b.Score); sc != nil {
		return sc.Grade
	}
	return 0
}
