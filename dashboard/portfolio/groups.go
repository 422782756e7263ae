package portfolio

import (
	"context"
	"time"

	"barometer/processor/decision/public"
	"barometer/storage/history"
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

// membersShown is how many companies of a group are shown with one of them.
const membersShown = 10

// GroupOf answers a group without its companies.
func GroupOf(g *history.Group) GroupAnswer {
	return GroupAnswer{ID: g.ID, Buyers: g.Buyers, BuyersInUse: g.BuyersInUse, InUse: g.InUse.StringFixed(2),
		Capacity: g.Capacity.StringFixed(2), WorstGrade: g.WorstGrade, Scale: public.Scale, LargestBuyer: g.LargestBuyer,
		Largest: g.Largest.StringFixed(2)}
}

// GroupOfBuyer is the group that a buyer is of, if any.
func (r *Reader) GroupOfBuyer(ctx context.Context, buyer string) (*GroupAnswer, error) {
	id, err := r.store.GroupOf(ctx, buyer)
	if err != nil || id == "" {
		return nil, err
	}
	return r.Group(ctx, id, membersShown)
}

// Group is a group with so many of its companies, nil for none.
func (r *Reader) Group(ctx context.Context, id string, most int) (*GroupAnswer, error) {
	groups, err := r.store.Groups(ctx, id, nil, 1)
	if err != nil || len(groups) == 0 {
		return nil, err
	}
	out := GroupOf(&groups[0])
	out.Members, err = r.groupBuyers(ctx, id, most)
	return &out, err
}

// groupBuyers are the companies of a group, with their names.
func (r *Reader) groupBuyers(ctx context.Context, group string, limit int) ([]GroupBuyer, error) {
	members, err := r.store.GroupMembers(ctx, group, limit)
	if err != nil || len(members) == 0 {
		return nil, err
	}
	ids := make([]string, len(members))
	for i := range members {
		ids[i] = members[i].Buyer
	}
	names, err := r.store.Names(ctx, ids)
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
