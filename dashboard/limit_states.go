package dashboard

import (
	"cmp"
	"context"
	"slices"

	"barometer/dashboard/tail"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/storage/history"
)

// limitStates are limits as they are now: ClickHouse's, and over them what it does not have yet. New limits that only
// the tail has are among them where a buyer is named.
func (s *server) limitStates(ctx context.Context, q history.LimitQuery) ([]history.LimitState, error) {
	newer := map[string][]decision.Decision{}
	if q.Buyer != "" {
		newer[q.Buyer] = s.tail.Find(tail.OfBuyer(q.Buyer))
	}
	states, err := s.cfg.Store.LimitStates(ctx, q)
	if err != nil {
		return nil, err
	}
	for i := range states {
		if b := states[i].Buyer; newer[b] == nil {
			newer[b] = s.tail.Find(tail.OfBuyer(b))
		}
	}
	today := s.tail.Today()
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

// limitRow is a limit on a page.
type limitRow struct {
	Policy, Buyer, Name string
	Made                *decision.Limit // by which decision the limit is what it is; nil where none ever was
	GrantedMinor        int64           // in force
	Currency            string
	Planned             *decision.Limit // what it becomes next, nil: nothing is planned
	// to the last request, where it left the limit as it is; nil: it made the limit, or there is none
	Answer              *decision.Limit
	Beside              *decision.Limit // the newest decision where there never was a limit
	DecidedAt, AnswerAt string
	Position            string
	Use                 LimitUse
}

// limitRows are limits as pages show them, with what they are used for today.
func (s *server) limitRows(ctx context.Context, states []history.LimitState) ([]limitRow, error) {
	on, rows, of := s.tail.Today(), make([]limitRow, len(states)), make([]used, len(states))
	var ids []string
	var newer []decision.Decision
	seen := map[string]bool{}
	for i := range states {
		rows[i] = rowOf(&states[i])
		r := &rows[i]
		of[i] = used{at: history.LimitCursor{Policy: r.Policy, Buyer: r.Buyer},
			limit: &decision.Limit{GrantedMinor: r.GrantedMinor,
				Currency: r.Currency}}
		if r.Beside != nil && r.Beside.Code == decision.Discretionary {
			of[i].atWill = r.Beside.GrantedMinor
		}
		if !seen[r.Buyer] {
			seen[r.Buyer] = true
			ids, newer = append(ids, r.Buyer), append(newer, s.tail.Find(tail.OfBuyer(r.Buyer))...)
		}
	}
	uses, err := s.usesOf(ctx, of, newer, on)
	if err != nil {
		return nil, err
	}
	names, err := s.namesOf(ctx, ids)
	for i := range rows {
		rows[i].Use, rows[i].Name = uses[i], names[rows[i].Buyer]
	}
	return rows, err
}

// namesOf looks up names of buyers; a page without them is better than none.
func (s *server) namesOf(ctx context.Context, ids []string) (map[string]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	names, err := s.cfg.Store.Names(ctx, ids)
	if err != nil {
		s.log.DebugContext(ctx, "names of buyers are missing on a page", "error", err)
	}
	return names, nil
}

func rowOf(s *history.LimitState) limitRow {
	r := limitRow{Policy: s.Policy, Buyer: s.Buyer, GrantedMinor: s.GrantedMinor}
	limit := func(d *decision.Decision) *decision.Limit {
		if d == nil {
			return nil
		}
		r.Currency = cmp.Or(r.Currency, d.Body.(*decision.Limit).Currency)
		return d.Body.(*decision.Limit)
	}
	r.Made, r.Planned, r.Beside = limit(s.InForce), limit(s.Planned), limit(s.Newest)
	for _, d := range []*decision.Decision{s.InForce, s.Newest} {
		if d != nil && r.Position == "" {
			r.DecidedAt, r.Position = when(d.AtMs), d.Position.String()
		}
	}
	if d := s.Answer; d != nil && (s.InForce == nil || d.Position != s.InForce.Position) &&
		(s.Planned == nil || d.Position != s.Planned.Position) {
		if s.Newest == nil || s.Newest.Position != d.Position {
			r.Answer, r.AnswerAt = limit(d), when(d.AtMs)
		}
	}
	return r
}
