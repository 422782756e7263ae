package dashboardtest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/storage/history"

	"github.com/shopspring/decimal"
)

func (f *Fake) Exposures(_ context.Context, q history.ExposureQuery) ([]decision.Decision, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	newest := map[history.LimitCursor]decision.Decision{}
	for _, d := range f.stored {
		if e, ok := d.Body.(*decision.Exposure); ok && slices.Contains(q.Policies, e.Policy) &&
			slices.Contains(q.Buyers, e.Buyer) && event.DayOf(d.AtMs) <= q.On {
			newest[history.LimitCursor{Policy: e.Policy, Buyer: e.Buyer}] = d
		}
	}
	return slices.Collect(maps.Values(newest)), f.Down
}

// LimitSums are those of buyers whose newest score says the country.
func (f *Fake) LimitSums(ctx context.Context, q history.LimitSumQuery, on event.Day) ([]history.LimitSum, error) {
	limits, err := f.LimitsOn(ctx, history.LimitQuery{Policy: q.Policy, Buyer: q.Buyer, On: on, Limit: len(f.stored)})
	f.mu.Lock()
	defer f.mu.Unlock()
	sums := map[string]history.LimitSum{}
	for _, d := range limits {
		l := d.Body.(*decision.Limit)
		if b := f.buyer(l.Buyer); (q.Country == "" || b.Country == q.Country) && l.GrantedMinor > 0 {
			s := sums[l.Currency]
			sums[l.Currency] = history.LimitSum{Currency: l.Currency, Limits: s.Limits + 1,
				Granted: s.Granted.Add(decimal.New(l.GrantedMinor, -int32(event.Decimals(l.Currency))))}
		}
	}
	return slices.SortedFunc(maps.Values(sums), func(a, b history.LimitSum) int {
		return strings.Compare(a.Currency,
			b.Currency)
	}), err
}

func (f *Fake) PolicyEnds(_ context.Context, policies []string, on event.Day) (map[string]event.Day, error) {
	ends := maps.Clone(f.Ended)
	maps.DeleteFunc(ends, func(policy string, last event.Day) bool {
		return !slices.Contains(policies, policy) || last >= on
	})
	return ends, f.Down
}

func (f *Fake) Groups(_ context.Context, id string, after *history.GroupCursor, limit int) ([]history.Group, error) {
	all := slices.DeleteFunc(slices.Clone(f.Grouped), func(g history.Group) bool {
		return id != "" && g.ID != id || after != nil && cmp.Or(after.InUse.Cmp(g.InUse), cmp.Compare(g.ID, after.ID)) <= 0
	})
	slices.SortFunc(all, func(a, b history.Group) int { return cmp.Or(b.InUse.Cmp(a.InUse), cmp.Compare(a.ID, b.ID)) })
	return all[:min(limit, len(all))], f.Down
}

func (f *Fake) GroupOf(_ context.Context, buyer string) (string, error) {
	for _, m := range f.Members {
		if m.Buyer == buyer {
			return m.Group, f.Down
		}
	}
	return "", f.Down
}

func (f *Fake) GroupMembers(_ context.Context, group string, _ int) ([]history.GroupMember, error) {
	return slices.DeleteFunc(slices.Clone(f.Members), func(m history.GroupMember) bool { return m.Group != group }), f.Down
}

// Cover knows the policies, and of limits what f.stored says by the rule of package limit.
func (f *Fake) Cover(_ context.Context, policy, buyer string, on event.Day, known time.Time) (history.Cover, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := history.Cover{Cover: limit.Cover{On: on, NoPolicy: true}}
	for _, p := range f.Policies {
		if p.ID == policy {
			c.NoPolicy, c.Percentage = false, decimal.NewFromInt(90)
		}
	}
	var of []decision.Decision
	for _, d := range f.stored {
		l, ok := d.Body.(*decision.Limit)
		c, also := d.Body.(*decision.Cover)
		if ok && l.Buyer == buyer && l.Policy == policy || also && c.Buyer == buyer && c.Policy == policy {
			of = append(of, d)
		}
	}
	c.Cover = c.With(of, known.UnixMilli())
	return c, f.Down
}
