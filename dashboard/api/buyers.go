package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/paging"
	"barometer/dashboard/portfolio"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
)

// BuyerAnswer is a buyer as analysts see it.
type BuyerAnswer struct {
	ID      string     `json:"id"`
	Name    string     `json:"name,omitempty" doc:"absent where it is not known or was erased"`
	Country string     `json:"country,omitempty"`
	Sector  string     `json:"sector,omitempty"`
	At      *time.Time `json:"scored_at,omitempty" doc:"log time of the score"`
	Score   *Score     `json:"score,omitempty"`
	Limits  []Limit    `json:"limits,omitempty"`

	Sentences map[string][]string `json:"sentences,omitempty" doc:"of one buyer: what its score is made of, in en, de, fr and nl, in the order of the score's contributions"`
}

// History is what was decided on a buyer, the newest first.
type History struct {
	Scores []Decision `json:"scores"`
	Limits []Decision `json:"limits"`
	Covers []Decision `json:"covers" doc:"what was covered beside the limits, or in spite of them"`
	// Timelines say what these limits come to.
	Timelines []Timeline `json:"timelines" doc:"what was and will be in force of each policy by these limits, their last days apart"`
}

// Timeline is the limit of a policy over time.
type Timeline struct {
	PolicyID string         `json:"policy_id"`
	Currency string         `json:"currency"`
	Steps    []TimelineStep `json:"steps" doc:"the oldest first"`
}

// TimelineStep is an amount that is in force from an instant on.
type TimelineStep struct {
	From    time.Time `json:"from" doc:"log time"`
	Granted string    `json:"granted"`
}

// timelinesOf are the timelines of decisions on limits, the newest first.
func timelinesOf(limits []decision.Decision) []Timeline {
	var policies []string
	by := map[string][]decision.Decision{}
	for _, d := range slices.Backward(limits) {
		if l, ok := d.Body.(*decision.Limit); ok && l.EffectiveOn != 0 {
			if by[l.Policy] == nil {
				policies = append(policies, l.Policy)
			}
			by[l.Policy] = append(by[l.Policy], d)
		}
	}
	lines := make([]Timeline, len(policies))
	for i, policy := range policies {
		slices.SortStableFunc(by[policy], func(a, b decision.Decision) int { return a.Position.Compare(b.Position) })
		lines[i] = Timeline{PolicyID: policy, Currency: by[policy][0].Body.(*decision.Limit).Currency,
			Steps: []TimelineStep{}}
		for _, step := range limit.Timeline(by[policy]) {
			lines[i].Steps = append(lines[i].Steps, TimelineStep{format.Instant(step.FromMs),
				format.Amount(step.Minor, lines[i].Currency)})
		}
	}
	return lines
}

// HolderHistory is what a policyholder sees of it: changes of the grade, and its own limits.
type HolderHistory struct {
	Grades []HolderDecision `json:"grades"`
	Limits []HolderDecision `json:"limits"`
	Covers []HolderDecision `json:"covers" doc:"what was covered beside the limits, or in spite of them"`
}

type buyersInput struct {
	Paging
	Reading
	Search  string `query:"q" maxLength:"200" doc:"words of the name, in any order and without regard to case and accents, or the beginning of the id"`
	Grade   uint32 `query:"grade" maximum:"10"`
	Country string `query:"country" maxLength:"2"`
}

type buyerInput struct {
	Reading
	ID string `path:"id" maxLength:"128"`
}

type historyInput struct {
	Reading
	ID    string `path:"id" maxLength:"128"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"200" doc:"at most so many scores, and so many limits"`
}

func (s *API) buyerOperations(api huma.API) {
	huma.Register(api, operation(api, "list-buyers", http.MethodGet, "/v1/buyers", "Search buyers, the riskiest first",
		Page[BuyerAnswer]{}, Page[HolderBuyer]{}), s.listBuyers)
	huma.Register(api, operation(api, "get-buyer", http.MethodGet, "/v1/buyers/{id}",
		"A buyer: score, grade, probability of default, four dimensions, reasons, limits", BuyerAnswer{}, HolderBuyer{}),
		s.getBuyer)
	huma.Register(api, operation(api, "get-buyer-history", http.MethodGet, "/v1/buyers/{id}/history",
		"Scores and limits of a buyer over time", History{}, HolderHistory{}), s.getHistory)
}

func (s *API) listBuyers(ctx context.Context, in *buyersInput) (*answer, error) {
	p := identity.Of(ctx)
	if !p.Analyst() {
		return s.listHolderBuyers(ctx, p, in)
	}
	q := history.BuyerQuery{Search: strings.TrimSpace(in.Search), Grade: in.Grade, Country: strings.ToUpper(in.Country),
		Limit: in.Limit + 1}
	var at history.BuyerCursor
	if more, err := s.cfg.Cursors.Open(ctx, "buyers", in.Cursor, &at); err != nil {
		return nil, err
	} else if more {
		q.After = &at
	}
	if err := s.after(ctx, in.After, s.cfg.Tail.Stored); err != nil {
		return nil, err
	}
	out := &answer{Position: s.positions(p, s.cfg.Tail.Stored())}
	rows, err := s.cfg.Store.Buyers(ctx, q)
	if err != nil {
		return nil, s.failed(ctx, "listing buyers", err)
	}
	rows, next := paging.Cut(ctx, s.cfg.Cursors, "buyers", rows, in.Limit, func(b history.Buyer) any { return b.Cursor() })
	items := make([]BuyerAnswer, len(rows))
	for i := range rows {
		items[i] = buyerAnswer(&rows[i])
	}
	out.Body = Page[BuyerAnswer]{items, next}
	return out, nil
}

func buyerAnswer(b *history.Buyer) BuyerAnswer {
	out := BuyerAnswer{ID: b.ID, Name: b.Name, Country: b.Country, Sector: b.Sector}
	if sc := portfolio.ScoreOf(b.Score); sc != nil {
		at := format.Instant(b.Score.AtMs)
		out.At, out.Score = &at, scoreOf(sc)
		out.Country, out.Sector = cmp.Or(out.Country, sc.Country), cmp.Or(out.Sector, sc.Sector)
	}
	return out
}

// partitionOf is where the tail stands for a buyer.
func (s *API) partitionOf(buyer string) func() []event.Position {
	return func() []event.Position {
		n := uint32(kafkalog.PartitionOf(buyer, s.cfg.Tail.Partitions()))
		return slices.DeleteFunc(s.cfg.Tail.Seen(), func(p event.Position) bool { return p.Partition != n })
	}
}

func (s *API) getBuyer(ctx context.Context, in *buyerInput) (*answer, error) {
	p := identity.Of(ctx)
	if err := s.after(ctx, in.After, s.cfg.Tail.Seen); err != nil {
		return nil, err
	}
	out := &answer{Position: s.positions(p, s.partitionOf(in.ID)())}
	if !p.Analyst() {
		body, err := s.holderBuyer(ctx, p, in.ID)
		if err != nil {
			return nil, err
		}
		out.Body = *body
		return out, nil
	}
	b, limits, err := s.cfg.Portfolio.Buyer(ctx, in.ID)
	if err != nil {
		return nil, s.failed(ctx, "reading a buyer", err)
	}
	if b == nil {
		return nil, huma.Error404NotFound("no such buyer")
	}
	body := buyerAnswer(b)
	if sc := portfolio.ScoreOf(b.Score); sc != nil {
		body.Sentences = sentences(sc.Contributions)
	}
	for i := range limits {
		body.Limits = append(body.Limits, madeLimit(&limits[i]))
	}
	out.Body = body
	return out, nil
}

func (s *API) getHistory(ctx context.Context, in *historyInput) (*answer, error) {
	p := identity.Of(ctx)
	if err := s.after(ctx, in.After, s.cfg.Tail.Seen); err != nil {
		return nil, err
	}
	out := &answer{Position: s.positions(p, s.partitionOf(in.ID)())}
	if !p.Analyst() {
		body, err := s.holderHistory(ctx, p, in)
		if err != nil {
			return nil, err
		}
		out.Body = *body
		return out, nil
	}
	scores, limits, covers, err := s.cfg.Portfolio.History(ctx, in.ID, "", in.Limit)
	if err != nil {
		return nil, s.failed(ctx, "reading the history of a buyer", err)
	}
	if len(scores)+len(limits)+len(covers) == 0 {
		return nil, huma.Error404NotFound("nothing was decided on such a buyer")
	}
	out.Body = History{decisionsOf(scores), decisionsOf(limits), decisionsOf(covers), timelinesOf(limits)}
	return out, nil
}
