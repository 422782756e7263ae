package dashboard

import (
	"context"
	"net/http"
	"time"

	"barometer/dashboard/identity"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
)

// GroupAnswer is what all policies use of a group of companies: the accumulation of its companies' limits, in euros.
type GroupAnswer struct {
	ID           string       `json:"id"`
	Buyers       uint64       `json:"buyers"`
	BuyersInUse  uint64       `json:"buyers_in_use" doc:"companies with a limit, or covered deliveries that are not paid"`
	InUse        string       `json:"in_use" doc:"euros, over all policies and companies, as of the newest limit decision on each"`
	Capacity     string       `json:"capacity" doc:"euros: the sum of what the companies can bear, each by itself"`
	WorstGrade   uint32       `json:"worst_grade,omitempty"`
	Scale        string       `json:"scale"`
	LargestBuyer string       `json:"largest_buyer,omitempty"`
	Largest      string       `json:"largest" doc:"euros, of the company of which most is used"`
	Members      []GroupBuyer `json:"members,omitempty" doc:"of one group: those of which most is used, at most 500"`
}

// GroupBuyer is a company of a group.
type GroupBuyer struct {
	BuyerID   string     `json:"buyer_id"`
	Name      string     `json:"name,omitempty"`
	ParentID  string     `json:"parent_id,omitempty"`
	Country   string     `json:"country,omitempty"`
	Grade     uint32     `json:"grade,omitempty"`
	InUse     string     `json:"in_use" doc:"euros"`
	Capacity  string     `json:"capacity" doc:"euros"`
	Policies  uint64     `json:"policies" doc:"that asked for a limit"`
	DecidedAt *time.Time `json:"decided_at,omitempty"`
}

type groupsInput struct {
	Paging
	Reading
}

type groupInput struct {
	Reading
	ID string `path:"id" maxLength:"128"`
}

// How many companies of a group are listed at most, and on a page.
const (
	mostMembers  = 500
	membersShown = 10
)

func (s *server) groupOperations(api huma.API) {
	huma.Register(api, operation(api, "list-groups", http.MethodGet, "/v1/groups",
		"Groups of companies, those of which most is used first; analysts only", Page[GroupAnswer]{}), s.listGroups)
	huma.Register(api, operation(api, "get-group", http.MethodGet, "/v1/groups/{id}",
		"A group of companies and what is used of each; analysts only", GroupAnswer{}), s.getGroup)
}

func (s *server) listGroups(ctx context.Context, in *groupsInput) (*answer, error) {
	if !identity.Of(ctx).Analyst() {
		return nil, huma.Error403Forbidden("groups are for analysts")
	}
	var after *history.GroupCursor
	var at history.GroupCursor
	if more, err := s.cursor(ctx, "groups", in.Cursor, &at); err != nil {
		return nil, err
	} else if more {
		after = &at
	}
	if err := s.after(ctx, in.After, s.tail.Stored); err != nil {
		return nil, err
	}
	position := s.positions(identity.Of(ctx), s.tail.Stored())
	groups, err := s.cfg.Store.Groups(ctx, "", after, in.Limit+1)
	if err != nil {
		return nil, s.failed(ctx, "listing groups", err)
	}
	groups, next := page(s, ctx, "groups", groups, in.Limit,
		func(g history.Group) any { return history.GroupCursor{InUse: g.InUse, ID: g.ID} })
	items := make([]GroupAnswer, len(groups))
	for i := range groups {
		items[i] = groupOf(&groups[i])
	}
	return &answer{Position: position, Body: Page[GroupAnswer]{items, next}}, nil
}

func (s *server) getGroup(ctx context.Context, in *groupInput) (*answer, error) {
	if !identity.Of(ctx).Analyst() {
		return nil, huma.Error403Forbidden("groups are for analysts")
	}
	if err := s.after(ctx, in.After, s.tail.Stored); err != nil {
		return nil, err
	}
	position := s.positions(identity.Of(ctx), s.tail.Stored())
	out, err := s.group(ctx, in.ID, mostMembers)
	if err != nil {
		return nil, s.failed(ctx, "reading a group", err)
	}
	if out == nil {
		return nil, huma.Error404NotFound("no such group")
	}
	return &answer{Position: position, Body: *out}, nil
}

func groupOf(g *history.Group) GroupAnswer {
	return GroupAnswer{ID: g.ID, Buyers: g.Buyers, BuyersInUse: g.BuyersInUse, InUse: g.InUse.StringFixed(2),
		Capacity: g.Capacity.StringFixed(2), WorstGrade: g.WorstGrade, Scale: gradeScale, LargestBuyer: g.LargestBuyer,
		Largest: g.Largest.StringFixed(2)}
}

// groupOfBuyer is the group that a buyer is of, if any.
func (s *server) groupOfBuyer(ctx context.Context, buyer string) (*GroupAnswer, error) {
	id, err := s.cfg.Store.GroupOf(ctx, buyer)
	if err != nil || id == "" {
		return nil, err
	}
	return s.group(ctx, id, membersShown)
}

// group is a group with so many of its companies, nil for none.
func (s *server) group(ctx context.Context, id string, most int) (*GroupAnswer, error) {
	groups, err := s.cfg.Store.Groups(ctx, id, nil, 1)
	if err != nil || len(groups) == 0 {
		return nil, err
	}
	out := groupOf(&groups[0])
	out.Members, err = s.groupBuyers(ctx, id, most)
	return &out, err
}

// groupBuyers are the companies of a group, with their names.
func (s *server) groupBuyers(ctx context.Context, group string, limit int) ([]GroupBuyer, error) {
	members, err := s.cfg.Store.GroupMembers(ctx, group, limit)
	if err != nil || len(members) == 0 {
		return nil, err
	}
	ids := make([]string, len(members))
	for i := range members {
		ids[i] = members[i].Buyer
	}
	names, err := s.cfg.Store.Names(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]GroupBuyer, len(members))
	for i, m := range members {
		out[i] = GroupBuyer{BuyerID: m.Buyer, Name: names[m.Buyer], ParentID: m.Parent, Country: m.Country, Grade: m.Grade,
			InUse: m.InUse.StringFixed(2), Capacity: m.Capacity.StringFixed(2), Policies: m.Policies}
		if m.Policies > 0 {
			at := m.DecidedAt.UTC()
			out[i].DecidedAt = &at
		}
	}
	return out, nil
}
