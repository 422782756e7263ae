package api

import (
	"context"
	"slices"
	"strings"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/paging"
	"barometer/dashboard/portfolio"
	"barometer/dashboard/tail"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
)

// HolderBuyer is a buyer whose grade the policyholder may know, or on whom it had limits.
type HolderBuyer struct {
	ID      string        `json:"id"`
	Name    string        `json:"name,omitempty"`
	Country string        `json:"country,omitempty"`
	Sector  string        `json:"sector,omitempty"`
	Grade   *HolderGrade  `json:"grade,omitempty"`
	Limits  []HolderLimit `json:"limits,omitempty"`
}

// knownMonths is how long a decided request makes a policyholder know the grade of its buyer.
const knownMonths = 12

// knows asks for the buyers whose grade a policyholder may know now.
func (s *API) knows(p identity.Principal) history.HolderBuyerQuery {
	now := s.cfg.Tail.Now()
	return history.HolderBuyerQuery{Holder: p.Holder, On: event.DayOf(now.UnixMilli()), Since: now.AddDate(0, -knownMonths,
		0)}
}

func (s *API) listHolderBuyers(ctx context.Context, p identity.Principal, in *buyersInput) (*answer, error) {
	q := s.knows(p)
	q.Search, q.Grade, q.Country, q.Limit = strings.TrimSpace(in.Search), in.Grade, strings.ToUpper(in.Country), in.Limit+1
	var at history.HolderBuyerCursor
	if more, err := s.cfg.Cursors.Open(ctx, "buyers", in.Cursor, &at); err != nil {
		return nil, err
	} else if more {
		q.After = &at
	}
	if err := s.after(ctx, in.After, s.cfg.Tail.Stored); err != nil {
		return nil, err
	}
	out := &answer{Position: s.positions(p, s.cfg.Tail.Stored())}
	rows, err := s.cfg.Store.HolderBuyers(ctx, q)
	if err != nil {
		return nil, s.failed(ctx, "listing buyers", err)
	}
	rows, next := paging.Cut(ctx, s.cfg.Cursors, "buyers", rows, in.Limit,
		func(b history.Buyer) any { return history.HolderBuyerCursor{Grade: portfolio.GradeOf(&b), ID: b.ID} })
	items := make([]HolderBuyer, len(rows))
	for i := range rows {
		items[i] = holderBuyerOf(&rows[i])
	}
	out.Body = Page[HolderBuyer]{items, next}
	return out, nil
}

// holderBuyerOf shows a buyer with the newest change of its grade.
func holderBuyerOf(b *history.Buyer) HolderBuyer {
	out := HolderBuyer{ID: b.ID, Name: b.Name, Country: b.Country, Sector: b.Sector}
	if sc := portfolio.ScoreOf(b.Score); sc != nil {
		g := public.GradeOf(sc)
		out.Grade = holderGradeOf(&g)
	}
	return out
}

// knownBuyer is a buyer with the newest change of its grade, nil where the policyholder may not know it.
func (s *API) knownBuyer(ctx context.Context, p identity.Principal, id string) (*history.Buyer, error) {
	newer := s.cfg.Tail.Find(tail.OfBuyer(id))
	q := s.knows(p)
	q.ID, q.Limit = id, 1
	rows, err := s.cfg.Store.HolderBuyers(ctx, q)
	if err != nil {
		return nil, err
	}
	var b *history.Buyer
	switch {
	case len(rows) > 0:
		b = &rows[0]
	case slices.ContainsFunc(newer, func(d decision.Decision) bool { return makesKnown(&d, p.Holder) }):
		if b, err = s.changed(ctx, id); err != nil {
			return nil, err
		}
	default:
		return nil, nil
	}
	for i := range newer {
		if sc := portfolio.ScoreOf(&newer[i]); sc != nil && public.Moves(sc) &&
			(b.Score == nil || portfolio.Later(&newer[i], b.Score)) {
			b.Score = &newer[i]
		}
	}
	return b, nil
}

// makesKnown tells whether a decision lets a holder know the grade of its buyer: it sets a limit, or answers a
// request that is no preliminary one.
func makesKnown(d *decision.Decision, holder string) bool {
	l, ok := d.Body.(*decision.Limit)
	return ok && l.Holder == holder && !public.Indicative(l) && l.Code != decision.StillInvestigating &&
		(l.Request != "" || l.EffectiveOn != 0 && l.GrantedMinor > 0)
}

// changed is a buyer with the newest change of its grade, whoever may know it.
func (s *API) changed(ctx context.Context, id string) (*history.Buyer, error) {
	b, err := s.cfg.Store.Buyer(ctx, id)
	if err != nil {
		return nil, err
	}
	if b == nil {
		b = &history.Buyer{ID: id}
	}
	changes, err := s.cfg.Store.Decisions(ctx, history.DecisionQuery{Kinds: []decision.Kind{decision.ScoreChanged},
		Buyer: id,
		Moved: true, Limit: 1})
	b.Score = first(changes)
	return b, err
}

// holderBuyer is a buyer as a policyholder sees it: its grade where it may know it, and its own limits.
func (s *API) holderBuyer(ctx context.Context, p identity.Principal, id string) (*HolderBuyer, error) {
	known, err := s.knownBuyer(ctx, p, id)
	if err != nil {
		return nil, s.failed(ctx, "reading a buyer", err)
	}
	limits, err := s.cfg.Portfolio.LimitsMade(ctx, history.LimitQuery{Buyer: id, Holder: p.Holder, Limit: maxPage})
	if err != nil {
		return nil, s.failed(ctx, "reading a buyer", err)
	}
	if known == nil && len(limits) == 0 {
		return nil, huma.Error404NotFound("no such buyer")
	}
	if known == nil { // it had limits: their buyer has a name, and no grade
		if known, err = s.cfg.Store.Buyer(ctx, id); err != nil {
			return nil, s.failed(ctx, "reading a buyer", err)
		}
		if known == nil {
			known = &history.Buyer{ID: id}
		}
		known.Score = nil
	}
	body := holderBuyerOf(known)
	for i := range limits {
		body.Limits = append(body.Limits, s.madeHolderLimit(p, &limits[i]))
	}
	return &body, nil
}

// holderHistory is what a policyholder sees of a buyer over time: changes of its grade where it may know it, and its
// own limits.
func (s *API) holderHistory(ctx context.Context, p identity.Principal, in *historyInput) (*HolderHistory, error) {
	known, err := s.knownBuyer(ctx, p, in.ID)
	if err != nil {
		return nil, s.failed(ctx, "reading the history of a buyer", err)
	}
	had, err := s.cfg.Portfolio.LimitsMade(ctx, history.LimitQuery{Buyer: in.ID, Holder: p.Holder, Limit: maxPage})
	if err != nil {
		return nil, s.failed(ctx, "reading the history of a buyer", err)
	}
	if known == nil && len(had) == 0 {
		return nil, huma.Error404NotFound("no such buyer")
	}
	scores, limits, covers, err := s.cfg.Portfolio.History(ctx, in.ID, p.Holder, in.Limit)
	if err != nil {
		return nil, s.failed(ctx, "reading the history of a buyer", err)
	}
	body := &HolderHistory{Grades: []HolderDecision{}, Limits: []HolderDecision{}, Covers: []HolderDecision{}}
	for i := range scores {
		if known != nil {
			g := public.GradeOf(scores[i].Body.(*decision.Score))
			body.Grades = append(body.Grades, HolderDecision{Position: s.position(p, scores[i].Position),
				At: format.Instant(scores[i].AtMs), Kind: scores[i].Kind.String(), Grade: holderGradeOf(&g)})
		}
	}
	for i := range limits {
		if h, ok := s.holderDecision(p, &limits[i], nil); ok {
			body.Limits = append(body.Limits, h)
		}
	}
	for i := range covers {
		if h, ok := s.holderDecision(p, &covers[i], nil); ok {
			body.Covers = append(body.Covers, h)
		}
	}
	return body, nil
}
