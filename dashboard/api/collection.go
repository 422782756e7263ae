package api

import (
	"context"
	"net/http"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
)

type casesInput struct {
	Paging
	Reading
	Policy string `query:"policy" maxLength:"128"`
	Buyer  string `query:"buyer" maxLength:"128"`
	State  string `query:"state" enum:"open,closed" doc:"absent: both"`
}

type claimsInput struct {
	Paging
	Reading
	Policy string `query:"policy" maxLength:"128"`
	Buyer  string `query:"buyer" maxLength:"128"`
	Case   string `query:"case" maxLength:"700"`
	State  string `query:"state" enum:"filed,documents_missing,assessed,decided,refused,paid"`
}

type caseInput struct {
	Reading
	ID   string `path:"id" maxLength:"700" doc:"case_id, its / written %2F"`
	AsOf string `query:"as_of" format:"date" maxLength:"10" doc:"of the statement of account, YYYY-MM-DD; absent: today"`
}

type claimInput struct {
	Reading
	ID string `path:"id" maxLength:"700" doc:"claim_id, its / written %2F"`
}

// collectionOperations are reading and reporting of cases and claims.
func (s *API) collectionOperations(api huma.API) {
	huma.Register(api, operation(api, "list-cases", http.MethodGet, "/v1/cases",
		"Collection cases, those opened last first", Page[Case]{}), s.listCases)
	huma.Register(api, operation(api, "get-case", http.MethodGet, "/v1/cases/{id}",
		"A case: stages, next step, statement of account, receipts", CaseDetail{}), s.getCase)
	huma.Register(api, operation(api, "list-claims", http.MethodGet, "/v1/claims", "Claims, those filed last first",
		Page[Claim]{}), s.listClaims)
	draft := operation(api, "draft-claim", http.MethodGet, "/v1/claims/draft",
		"What a claim for a buyer's overdue debt would be made of now", ClaimDraft{})
	draft.Errors = append(draft.Errors, http.StatusNotFound)
	huma.Register(api, draft, s.draftClaim)
	huma.Register(api, operation(api, "get-claim", http.MethodGet, "/v1/claims/{id}",
		"A claim: its computation line by line, invoices, missing documents, recourse", ClaimDetail{}), s.getClaim)
	s.reportOperations(api)
}

func (s *API) listCases(ctx context.Context, in *casesInput) (*answer, error) {
	p := identity.Of(ctx)
	q := history.CaseQuery{Policy: in.Policy, Buyer: in.Buyer, State: in.State, Holder: p.Holder}
	return filesPage(ctx, s, "cases", &in.Paging, &in.Reading, func(at *history.FileCursor) ([]Case, *history.FileCursor,
		error) {
		q.After = at
		rows, last, err := s.cfg.Portfolio.Cases(ctx, q, in.Limit)
		items := make([]Case, len(rows))
		for i := range rows {
			items[i] = caseOf(p, &rows[i], s.position(p, rows[i].Position))
		}
		return items, last, err
	}, func(c *Case) (string, *string) { return c.BuyerID, &c.BuyerName })
}

func (s *API) listClaims(ctx context.Context, in *claimsInput) (*answer, error) {
	p := identity.Of(ctx)
	q := history.ClaimQuery{Policy: in.Policy, Buyer: in.Buyer, Case: in.Case, State: in.State, Holder: p.Holder}
	return filesPage(ctx, s, "claims", &in.Paging, &in.Reading, func(at *history.FileCursor) ([]Claim, *history.FileCursor,
		error) {
		q.After = at
		rows, last, err := s.cfg.Portfolio.Claims(ctx, q, in.Limit)
		items := make([]Claim, len(rows))
		for i := range rows {
			items[i] = claimOf(p, &rows[i], s.position(p, rows[i].Position))
		}
		return items, last, err
	}, func(c *Claim) (string, *string) { return c.BuyerID, &c.BuyerName })
}

// filesPage answers a page of cases or claims. read gives the items from a cursor on, nil for the first page, and where
// the page ends if there is another; buyer gives an item's buyer, and where its name goes.
func filesPage[T any](ctx context.Context, s *API, name string, page *Paging, reading *Reading,
	read func(at *history.FileCursor) ([]T, *history.FileCursor, error), buyer func(*T) (string, *string)) (*answer,
	error) {
	var from *history.FileCursor
	var at history.FileCursor
	if more, err := s.cfg.Cursors.Open(ctx, name, page.Cursor, &at); err != nil {
		return nil, err
	} else if more {
		from = &at
	}
	if err := s.after(ctx, reading.After, s.cfg.Tail.Seen); err != nil {
		return nil, err
	}
	out := &answer{Position: s.positions(identity.Of(ctx), s.cfg.Tail.Seen())}
	items, last, err := read(from)
	if err != nil {
		return nil, s.failed(ctx, "listing "+name, err)
	}
	ids := make([]string, len(items))
	for i := range items {
		ids[i], _ = buyer(&items[i])
	}
	names, err := s.cfg.Store.Names(ctx, ids)
	if err != nil {
		return nil, s.failed(ctx, "reading the names of buyers", err)
	}
	for i := range items {
		_, to := buyer(&items[i])
		*to = names[ids[i]]
	}
	body := Page[T]{Items: items}
	if last != nil {
		body.Next = s.cfg.Cursors.Seal(ctx, name, *last)
	}
	out.Body = body
	return out, nil
}

func (s *API) getCase(ctx context.Context, in *caseInput) (*answer, error) {
	p := identity.Of(ctx)
	asOf := s.cfg.Sender.Today()
	if in.AsOf != "" {
		day, err := parseDay("as_of", in.AsOf)
		if err != nil {
			return nil, err
		}
		asOf = day
	}
	if err := s.after(ctx, in.After, s.cfg.Tail.Seen); err != nil {
		return nil, err
	}
	out := &answer{Position: s.positions(p, s.cfg.Tail.Seen())}
	d, err := s.cfg.Portfolio.Case(ctx, in.ID)
	if err != nil {
		return nil, s.failed(ctx, "reading a case", err)
	}
	if d == nil || !p.Analyst() && d.Body.(*decision.Case).Holder != p.Holder {
		return nil, huma.Error404NotFound("no such case")
	}
	body, err := s.caseDetail(ctx, p, d, asOf)
	if err != nil {
		return nil, err
	}
	out.Body = *body
	return out, nil
}

// caseDetail shows a case with what it is made of, what has happened to it, and its account as of a day.
func (s *API) caseDetail(ctx context.Context, p identity.Principal, d *decision.Decision,
	asOf event.Day) (*CaseDetail, error) {
	b := d.Body.(*decision.Case)
	steps, err := s.cfg.Portfolio.CaseSteps(ctx, b)
	if err != nil {
		return nil, s.failed(ctx, "reading what has happened to a case", err)
	}
	names, err := s.cfg.Store.Names(ctx, []string{b.Buyer})
	if err != nil {
		return nil, s.failed(ctx, "reading the name of a buyer", err)
	}
	told := public.CaseOf(d, b)
	out := &CaseDetail{Case: caseOf(p, d, s.position(p, d.Position)), Debts: debtsOf(&told),
		DebtsLeftOut: told.DebtsLeftOut,
		Receipts:     receiptsOf(&told), Account: accountOf(&told, event.DayOf(d.AtMs), asOf), Steps: s.caseSteps(p, steps)}
	out.BuyerName = names[b.Buyer]
	return out, nil
}

func (s *API) getClaim(ctx context.Context, in *claimInput) (*answer, error) {
	p := identity.Of(ctx)
	if err := s.after(ctx, in.After, s.cfg.Tail.Seen); err != nil {
		return nil, err
	}
	out := &answer{Position: s.positions(p, s.cfg.Tail.Seen())}
	d, err := s.cfg.Portfolio.Claim(ctx, in.ID)
	if err != nil {
		return nil, s.failed(ctx, "reading a claim", err)
	}
	if d == nil || !p.Analyst() && d.Body.(*decision.Claim).Holder != p.Holder {
		return nil, huma.Error404NotFound("no such claim")
	}
	body, err := s.claimDetail(ctx, p, d)
	if err != nil {
		return nil, err
	}
	out.Body = *body
	return out, nil
}

// claimDetail shows a claim with what it is made of, and what has happened to it.
func (s *API) claimDetail(ctx context.Context, p identity.Principal, d *decision.Decision) (*ClaimDetail, error) {
	b := d.Body.(*decision.Claim)
	steps, err := s.cfg.Portfolio.ClaimSteps(ctx, b)
	if err != nil {
		return nil, s.failed(ctx, "reading what has happened to a claim", err)
	}
	names, err := s.cfg.Store.Names(ctx, []string{b.Buyer})
	if err != nil {
		return nil, s.failed(ctx, "reading the name of a buyer", err)
	}
	told := public.ClaimOf(d, b)
	out := &ClaimDetail{Claim: claimOf(p, d, s.position(p, d.Position)), Waterfall: waterfallOf(&told),
		Invoices:  claimInvoicesOf(&told),
		FirstLoss: format.Amount(told.FirstLoss, told.Currency), PeriodFrom: format.Day(told.PeriodFrom),
		PeriodTo: format.Day(told.PeriodTo), Recourse: sharesOf(&told.Received, told.Currency),
		Steps: make([]ClaimStep, len(steps))}
	for i := range steps {
		out.Steps[i] = s.claimStep(p, &steps[i])
	}
	out.BuyerName = names[b.Buyer]
	return out, nil
}
