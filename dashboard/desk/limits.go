package desk

import (
	"cmp"
	"context"

	"barometer/dashboard/format"
	"barometer/dashboard/portfolio"
	"barometer/dashboard/tail"
	"barometer/processor/decision"
	"barometer/storage/history"
)

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
	AtWill              *decision.Cover // the discretionary limit, where nothing else was decided since
	DecidedAt, AnswerAt string
	Position            string
	Use                 portfolio.LimitUse
}

// limitRows are limits as pages show them, with what they are used for today.
func (s *Desk) limitRows(ctx context.Context, states []history.LimitState) ([]limitRow, error) {
	on, rows, of := s.cfg.Tail.Today(), make([]limitRow, len(states)), make([]portfolio.Used, len(states))
	var ids []string
	var newer []decision.Decision
	seen := map[string]bool{}
	for i := range states {
		rows[i] = rowOf(&states[i])
		r := &rows[i]
		of[i] = portfolio.Used{At: history.LimitCursor{Policy: r.Policy, Buyer: r.Buyer}, GrantedMinor: r.GrantedMinor,
			Currency: r.Currency, AtWill: r.AtWill}
		if !seen[r.Buyer] {
			seen[r.Buyer] = true
			ids, newer = append(ids, r.Buyer), append(newer, s.cfg.Tail.Find(tail.OfBuyer(r.Buyer))...)
		}
	}
	uses, err := s.cfg.Portfolio.Uses(ctx, of, newer, on)
	if err != nil {
		return nil, err
	}
	names := s.cfg.Portfolio.Names(ctx, ids)
	for i := range rows {
		rows[i].Use, rows[i].Name = uses[i], names[rows[i].Buyer]
	}
	return rows, nil
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
	r.Made, r.Planned = limit(s.InForce), limit(s.Planned)
	if r.AtWill = s.Discretionary(); r.AtWill != nil {
		r.Currency = cmp.Or(r.Currency, r.AtWill.Currency)
	} else {
		r.Beside = limit(s.Newest)
	}
	for _, d := range []*decision.Decision{s.InForce, s.Newest} {
		if d != nil && r.Position == "" {
			r.DecidedAt, r.Position = format.When(d.AtMs), d.Position.String()
		}
	}
	if d := s.Answer; d != nil && (s.InForce == nil || d.Position != s.InForce.Position) &&
		(s.Planned == nil || d.Position != s.Planned.Position) {
		if s.Newest == nil || s.Newest.Position != d.Position {
			r.Answer, r.AnswerAt = limit(d), format.When(d.AtMs)
		}
	}
	return r
}
