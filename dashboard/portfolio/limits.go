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
			of, ok := LimitOn(&ds[i])
			if !ok || !narrows(&q, &ds[i]) {
				continue
			}
			at, found := slices.BinarySearchFunc(states, of,
				func(s history.LimitState, c history.LimitCursor) int {
					return history.LimitCursor{Policy: s.Policy, Buyer: s.Buyer}.Compare(c)
				})
			switch {
			case !found && buyer != q.Buyer, !found && q.After != nil:
				continue
			case !found:
				states = slices.Insert(states, at, history.LimitState{Policy: of.Policy, Buyer: of.Buyer})
			}
			states[at].Take(&ds[i], today)
		}
	}
	return states, nil
}

// LimitOn is the limit that a decision is on, false where it is on none: a discretionary limit has the place of one.
func LimitOn(d *decision.Decision) (history.LimitCursor, bool) {
	switch b := d.Body.(type) {
	case *decision.Limit:
		return history.LimitCursor{Policy: b.Policy, Buyer: b.Buyer}, true
	case *decision.Cover:
		return history.LimitCursor{Policy: b.Policy, Buyer: b.Buyer}, b.Code == decision.Discretionary
	default:
		return history.LimitCursor{}, false
	}
}

// narrows tells whether a decision is on a limit, or a discretionary one, of the holder and policy that q asks for. An
// indication is on none.
func narrows(q *history.LimitQuery, d *decision.Decision) bool {
	var policy, holder string
	switch b := d.Body.(type) {
	case *decision.Limit:
		policy, holder = b.Policy, b.Holder
		if public.Indicative(b) {
			return false
		}
	case *decision.Cover:
		policy, holder = b.Policy, b.Holder
	}
	return (q.Holder == "" || holder == q.Holder) && (q.Policy == "" || policy == q.Policy)
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
	return l.EffectiveOn != 0 && l.EffectiveOn <= on
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
