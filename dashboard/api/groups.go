package api

import (
	"context"
	"net/http"

	"barometer/dashboard/identity"
	"barometer/dashboard/paging"
	"barometer/dashboard/portfolio"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
)

type groupsInput struct {
	Paging
	Reading
}

type groupInput struct {
	Reading
	ID string `path:"id" maxLength:"128"`
}

// mostMembers is how many companies of a group are listed at most.
const mostMembers = 500

func (s *API) groupOperations(api huma.API) {
	huma.Register(api, operation(api, "list-groups", http.MethodGet, "/v1/groups",
		"Groups of companies, those of which most is used first; analysts only", Page[portfolio.GroupAnswer]{}), s.listGroups)
	huma.Register(api, operation(api, "get-group", http.MethodGet, "/v1/groups/{id}",
		"A group of companies and what is used of each; analysts only", portfolio.GroupAnswer{}), s.getGroup)
}

func (s *API) listGroups(ctx context.Context, in *groupsInput) (*answer, error) {
	if !identity.Of(ctx).Analyst() {
		return nil, huma.Error403Forbidden("groups are for analysts")
	}
	var after *history.GroupCursor
	var at history.GroupCursor
	if more, err := s.cfg.Cursors.Open(ctx, "groups", in.Cursor, &at); err != nil {
		return nil, err
	} else if more {
		after = &at
	}
	if err := s.after(ctx, in.After, s.cfg.Tail.Stored); err != nil {
		return nil, err
	}
	position := s.positions(identity.Of(ctx), s.cfg.Tail.Stored())
	groups, err := s.cfg.Store.Groups(ctx, "", after, in.Limit+1)
	if err != nil {
		return nil, s.failed(ctx, "listing groups", err)
	}
	groups, next := paging.Cut(ctx, s.cfg.Cursors, "groups", groups, in.Limit,
		func(g history.Group) any { return history.GroupCursor{InUse: g.InUse, ID: g.ID} })
	items := make([]portfolio.GroupAnswer, len(groups))
	for i := range groups {
		items[i] = portfolio.GroupOf(&groups[i])
	}
	return &answer{Position: position, Body: Page[portfolio.GroupAnswer]{items, next}}, nil
}

func (s *API) getGroup(ctx context.Context, in *groupInput) (*answer, error) {
	if !identity.Of(ctx).Analyst() {
		return nil, huma.Error403Forbidden("groups are for analysts")
	}
	if err := s.after(ctx, in.After, s.cfg.Tail.Stored); err != nil {
		return nil, err
	}
	position := s.positions(identity.Of(ctx), s.cfg.Tail.Stored())
	out, err := s.cfg.Portfolio.Group(ctx, in.ID, mostMembers)
	if err != nil {
		return nil, s.failed(ctx, "reading a group", err)
	}
	if out == nil {
		return nil, huma.Error404NotFound("no such group")
	}
	return &answer{Position: position, Body: *out}, nil
}
