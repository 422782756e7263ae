package portfolio

import (
	"context"
	"slices"

	"barometer/dashboard/tail"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// mostSteps bounds the changes of a case or a claim that are read, the newest.
const mostSteps = 500

// Cases are the newest decisions on cases, in the order of the list: the Store's, and over it what the Store does not
// have yet. Where a page of limit rows ends is by the Store, whose last row is answered where there is another page.
func (r *Reader) Cases(ctx context.Context, q history.CaseQuery, limit int) (page []decision.Decision,
	last *history.FileCursor, err error) {
	fresh := r.fresh(tail.OfCases)
	q.Limit = limit + 1
	stored, err := r.store.Cases(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	page, last = overlay(stored, fresh, limit, history.CaseCursor, q.Includes)
	return page, last, nil
}

// Claims are the newest decisions on claims, likewise.
func (r *Reader) Claims(ctx context.Context, q history.ClaimQuery, limit int) (page []decision.Decision,
	last *history.FileCursor, err error) {
	fresh := r.fresh(tail.OfClaims)
	q.Limit = limit + 1
	stored, err := r.store.Claims(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	page, last = overlay(stored, fresh, limit, history.ClaimCursor, q.Includes)
	return page, last, nil
}

// fresh is what the tail has under a key of each partition, before the Store is asked, so that what is pruned in
// between is not missed.
func (r *Reader) fresh(key func(partition int) tail.Key) (all []decision.Decision) {
	for p := range r.tail.Partitions() {
		all = append(all, r.tail.Find(key(p))...)
	}
	return all
}

// overlay puts newer decisions over a page of stored ones. A case or claim that the page does not have is put on it
// where its place is: it never moves, so it is on no other page.
func overlay[B any](stored, fresh []decision.Decision, limit int, cursor func(*B) history.FileCursor,
	includes func(*B) bool) (page []decision.Decision, last *history.FileCursor) {
	if len(stored) > limit {
		stored = stored[:limit]
		at := cursor(any(stored[limit-1].Body).(*B))
		last = &at
	}
	rows := map[string]decision.Decision{}
	for i := range stored {
		rows[cursor(any(stored[i].Body).(*B)).ID] = stored[i]
	}
	for i := range fresh {
		b := any(fresh[i].Body).(*B)
		at := cursor(b)
		row, known := rows[at.ID]
		switch {
		case known && !Later(&fresh[i], &row):
		case !includes(b):
			delete(rows, at.ID)
		case known || last == nil || at.Compare(*last) <= 0:
			rows[at.ID] = fresh[i]
		}
	}
	page = make([]decision.Decision, 0, len(rows))
	for _, d := range rows {
		page = append(page, d)
	}
	slices.SortFunc(page, func(a, b decision.Decision) int {
		return cursor(any(a.Body).(*B)).Compare(cursor(any(b.Body).(*B)))
	})
	return page, last
}

// Case is the newest decision on a case, nil for none.
func (r *Reader) Case(ctx context.Context, id string) (*decision.Decision, error) {
	fresh := r.tail.Find(tail.OfCase(id))
	stored, err := r.store.Cases(ctx, history.CaseQuery{ID: id, Limit: 1})
	return newest(stored, fresh), err
}

// Claim is the newest decision on a claim, nil for none.
func (r *Reader) Claim(ctx context.Context, id string) (*decision.Decision, error) {
	fresh := r.tail.Find(tail.OfClaim(id))
	stored, err := r.store.Claims(ctx, history.ClaimQuery{ID: id, Limit: 1})
	return newest(stored, fresh), err
}

func newest(stored, fresh []decision.Decision) (d *decision.Decision) {
	if len(stored) > 0 {
		d = &stored[0]
	}
	if n := len(fresh); n > 0 && (d == nil || Later(&fresh[n-1], d)) {
		d = &fresh[n-1]
	}
	return d
}

// CaseSteps are the decisions on a case, the oldest first, of the newest mostSteps on its policy and buyer.
func (r *Reader) CaseSteps(ctx context.Context, b *decision.Case) ([]decision.Decision, error) {
	return r.steps(ctx, decision.CaseChanged, b.Policy, b.Buyer, tail.OfCase(b.Case), func(d *decision.Decision) bool {
		is, ok := d.Body.(*decision.Case)
		return ok && is.Case == b.Case
	})
}

// ClaimSteps are the decisions on a claim, likewise.
func (r *Reader) ClaimSteps(ctx context.Context, b *decision.Claim) ([]decision.Decision, error) {
	return r.steps(ctx, decision.ClaimDecided, b.Policy, b.Buyer, tail.OfClaim(b.Claim), func(d *decision.Decision) bool {
		is, ok := d.Body.(*decision.Claim)
		return ok && is.Claim == b.Claim
	})
}

func (r *Reader) steps(ctx context.Context, kind decision.Kind, policy, buyer string, key tail.Key,
	of func(*decision.Decision) bool) ([]decision.Decision, error) {
	fresh := r.tail.Find(key)
	stored, err := r.store.Decisions(ctx, history.DecisionQuery{Kinds: []decision.Kind{kind}, Policy: policy, Buyer: buyer,
		Limit: mostSteps})
	if err != nil {
		return nil, err
	}
	slices.Reverse(stored)
	all := slices.DeleteFunc(stored, func(d decision.Decision) bool { return !of(&d) })
	for i := range fresh {
		if n := len(all); n == 0 || Later(&fresh[i], &all[n-1]) {
			all = append(all, fresh[i])
		}
	}
	return all, nil
}
