package portfolio

import (
	"context"
	"log/slog"
	"slices"

	"barometer/dashboard/tail"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/storage/history"
)

// Reader reads buyers, their limits and their groups as they are now.
type Reader struct {
	store history.Store
	tail  *tail.Tail
	log   *slog.Logger
}

// NewReader makes a Reader.
func NewReader(store history.Store, tail *tail.Tail, log *slog.Logger) *Reader {
	return &Reader{store, tail, log}
}

// LimitStates are limits as they are now: ClickHouse's, and over them what it does not have yet. New limits that only
// the tail has are among them where a buyer is named.
func (r *Reader) LimitStates(ctx context.Context, q history.LimitQuery) ([]history.LimitState, error) {
	newer := map[string][]decision.Decision{}
	if q.Buyer != "" {
		newer[q.Buyer] = r.tail.Find(tail.OfBuyer(q.Buyer))
	}
	states, err := r.store.LimitStates(ctx, q)
	if err != nil {
		return nil, err
	}
	for i := range states {
		if b := states[i].Buyer; newer[b] == nil {
			newer[b] = r.tail.Find(tail.OfBuyer(b))
		}
	}
	today := r.tail.Today()
	for i := range states {
		states[i].Turn(today)
	}
	for buyer, ds := range newer {
		for i := range ds {
			l, ok := ds[i].Body.(*decision.Limit)
			if !ok || l.Code.Beside() || public.Indicative(l) || q.Holder != "" && l.Holder != q.Holder || q.Policy != "" &&
				l.Policy != q.Policy {
				continue
			}
			at, found := slices.BinarySearchFunc(states, history.LimitCursor{Policy: l.Policy, Buyer: l.Buyer},
				func(s history.LimitState, c history.LimitCursor) int {
					return history.LimitCursor{Policy: s.Policy, Buyer: s.Buyer}.Compare(c)
				})
			switch {
			case !found && buyer != q.Buyer, !found && q.After != nil:
				continue
			case !found:
				states = slices.Insert(states, at, history.LimitState{Policy: l.Policy, Buyer: l.Buyer})
			}
			states[at].Take(&ds[i], l, today)
		}
	}
	return states, nil
}

// InForce are the limits on a buyer today, by policy, with what ClickHouse does not have yet.
func (r *Reader) InForce(ctx context.Context, buyer string) ([]decision.Decision, error) {
	on, newer := r.tail.Today(), r.tail.Find(tail.OfBuyer(buyer))
	rows, err := r.store.LimitsOn(ctx, history.LimitQuery{Buyer: buyer, On: on, Limit: mostOnBuyer})
	if err != nil {
		return nil, err
	}
	for i := range newer {
		if l, ok := newer[i].Body.(*decision.Limit); ok && HoldsOn(l, on) {
			rows = Overlay(rows, &newer[i])
		}
	}
	return slices.DeleteFunc(rows, func(d decision.Decision) bool {
		l := d.Body.(*decision.Limit)
		return l.GrantedMinor == 0 || l.ValidUntil != 0 && l.ValidUntil < on
	}), nil
}

// mostOnBuyer is how many policies have a limit on one buyer, at most.
const mostOnBuyer = 100_000

// HoldsOn tells whether a decision says what is in force on a day.
func HoldsOn(l *decision.Limit, on event.Day) bool {
	return l.Settles() && l.EffectiveOn <= on
}

// Names looks up names of buyers; a page without them is better than none.
func (r *Reader) Names(ctx context.Context, ids []string) map[string]string {
	if len(ids) == 0 {
		return nil
	}
	names, err := r.store.Names(ctx, ids)
	if err != nil {
		r.log.DebugContext(ctx, "names of buyers are missing on a page", "error", err)
	}
	return names
}
