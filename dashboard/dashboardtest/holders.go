package dashboardtest

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"barometer/dashboard/portfolio"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/storage/history"
)

// HolderBuyers knows limits in force by the newest decision that settles one.
func (f *Fake) HolderBuyers(_ context.Context, q history.HolderBuyerQuery) ([]history.Buyer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	known, inForce := map[string]bool{}, map[history.LimitCursor]*decision.Limit{}
	for _, d := range f.stored {
		l, ok := d.Body.(*decision.Limit)
		if !ok || l.Holder != q.Holder || q.ID != "" && l.Buyer != q.ID {
			continue
		}
		if l.Request != "" && l.RequestKind != event.RequestPreliminary && l.Code != decision.StillInvestigating &&
			d.AtMs >= q.Since.UnixMilli() {
			known[l.Buyer] = true
		}
		if portfolio.HoldsOn(l, q.On) {
			inForce[history.LimitCursor{Policy: l.Policy, Buyer: l.Buyer}] = l
		}
	}
	for _, l := range inForce {
		if l.GrantedMinor > 0 && (l.ValidUntil == 0 || l.ValidUntil >= q.On) {
			known[l.Buyer] = true
		}
	}
	var out []history.Buyer
	for id := range known {
		b := f.buyer(id)
		b.Score = nil
		for i := range f.stored {
			if sc := portfolio.ScoreOf(&f.stored[i]); sc != nil && sc.Buyer == id && public.Moves(sc) {
				b.Score = &f.stored[i]
			}
		}
		switch {
		case q.Search != "" && !strings.Contains(strings.ToLower(b.Name), strings.ToLower(q.Search)) &&
			!strings.HasPrefix(id, q.Search), q.Grade != 0 && portfolio.GradeOf(&b) != q.Grade, q.Country != "" &&
			b.Country != q.Country, q.After != nil && compareHolderBuyers(history.HolderBuyerCursor{Grade: portfolio.GradeOf(&b),
			ID: id}, *q.After) <= 0:
		default:
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b history.Buyer) int {
		return compareHolderBuyers(history.HolderBuyerCursor{Grade: portfolio.GradeOf(&a), ID: a.ID},
			history.HolderBuyerCursor{Grade: portfolio.GradeOf(&b), ID: b.ID})
	})
	return out[:min(len(out), q.Limit)], f.Down
}

func compareHolderBuyers(a, b history.HolderBuyerCursor) int {
	return cmp.Or(cmp.Compare(b.Grade, a.Grade), cmp.Compare(a.ID, b.ID))
}

// concerns is what the Store asks for a holder.
func (f *Fake) concerns(d *decision.Decision, holder string) bool {
	_, ok := public.For(d, holder, func(policy string) bool {
		return slices.ContainsFunc(f.Policies, func(p Policy) bool { return p.ID == policy && p.Holder == holder })
	})
	return ok
}

// first tells whether a score changes the grade, and is the first part of that.
func (f *Fake) first(d *decision.Decision) bool {
	b := portfolio.ScoreOf(d)
	return b == nil || public.Moves(b) && public.First(d, f.stored)
}
