package dashboard

import (
	"cmp"
	"context"
	"slices"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"

	"github.com/danielgtaylor/huma/v2"
)

// LimitUse is what a limit is used for on a day: what was delivered and has not been paid for, as the policy's payments tell it.
type LimitUse struct {
	InForce     string `json:"in_force" doc:"the limit of the day, whether or not cover is stopped"`
	Used        string `json:"used" doc:"outstanding and covered, up to the limits in force on the days of delivery"`
	Free        string `json:"free" doc:"what further deliveries may come to; nothing while cover is stopped"`
	RunOff      string `json:"run_off" doc:"what is covered beyond the limit of the day, until it is paid"`
	Uncovered   string `json:"uncovered" doc:"outstanding and not covered"`
	InDispute   string `json:"in_dispute" doc:"of what is used: cover is suspended until the dispute is settled"`
	StoppedFrom string `json:"stopped_from,omitempty" doc:"deliveries from this day on are not covered: an invoice is overdue beyond its maximum extension"`
	Currency    string `json:"currency"`
}

// UsedLimit is a limit and what it is used for.
type UsedLimit struct {
	Limit
	Use LimitUse `json:"use"`
}

// HolderUsedLimit is the same of a policyholder's own.
type HolderUsedLimit struct {
	HolderLimit
	Use LimitUse `json:"use"`
}

type policyLimitsInput struct {
	Paging
	Reading
	ID    string `path:"id" maxLength:"128"`
	Buyer string `query:"buyer" maxLength:"128"`
	On    string `query:"on" format:"date" doc:"YYYY-MM-DD: the limits in force on that day, instead of the newest decisions"`
}

// use says what a limit is used for; either may be nil.
func use(l *decision.Limit, e *decision.Exposure) LimitUse {
	var inForce int64
	u, currency := LimitUse{}, ""
	if l != nil {
		inForce, currency = l.GrantedMinor, l.Currency
	}
	if e == nil {
		e = &decision.Exposure{Currency: currency}
	}
	if u.Currency = currency; currency == "" {
		u.Currency = e.Currency
	}
	free := max(inForce-e.CoveredMinor, 0)
	if e.StoppedFrom != 0 {
		free = 0
	}
	u.InForce, u.Used, u.Free = amount(inForce, u.Currency), amount(e.CoveredMinor, u.Currency), amount(free, u.Currency)
	u.RunOff, u.Uncovered = amount(max(e.CoveredMinor-inForce, 0), u.Currency), amount(e.OpenMinor-e.CoveredMinor, u.Currency)
	u.InDispute, u.StoppedFrom = amount(e.SuspendedMinor, u.Currency), day(e.StoppedFrom)
	return u
}

func (s *server) listPolicyLimits(ctx context.Context, in *policyLimitsInput) (*answer, error) {
	p := principalOf(ctx)
	if err := s.ownPolicy(ctx, p, in.ID); err != nil {
		return nil, err
	}
	on, today := event.Day(0), event.DayOf(s.now().UnixMilli())
	if ms := s.overlay.logTimeMs(); ms != 0 {
		today = event.DayOf(ms)
	}
	if in.On != "" {
		day, err := time.Parse(time.DateOnly, in.On)
		if err != nil {
			return nil, huma.Error422UnprocessableEntity("on: want YYYY-MM-DD")
		}
		on = event.DayOf(day.UnixMilli())
	}
	have, reach := s.overlay.storedPositions, s.overlay.storedPositions
	if in.Buyer != "" {
		have, reach = s.partitionOf(in.Buyer), s.overlay.seen
	}
	if err := s.after(ctx, in.After, reach); err != nil {
		return nil, err
	}
	q := LimitQuery{Policy: in.ID, Buyer: in.Buyer, Holder: p.holder, On: on, Limit: in.Limit + 1}
	var at LimitCursor
	if more, err := s.cursor(ctx, "limits", in.Cursor, &at); err != nil {
		return nil, err
	} else if more {
		q.After = &at
	}
	out := &answer{Position: s.positions(p, have())}
	var newer []decision.Decision
	if in.Buyer != "" {
		newer = s.overlay.find(buyerKey(in.Buyer))
	}
	rows, err := s.cfg.Store.LimitsNow(ctx, q)
	if err != nil {
		return nil, s.failed(ctx, "listing limits", err)
	}
	for i := range newer {
		if l, ok := newer[i].Body.(*decision.Limit); ok && l.Policy == in.ID && holdsOn(l, on) && (p.analyst() || l.Holder == p.holder) {
			rows = overlayLimit(rows, &newer[i])
		}
	}
	if on != 0 {
		rows = slices.DeleteFunc(rows, func(d decision.Decision) bool {
			l := d.Body.(*decision.Limit)
			return l.GrantedMinor == 0 || l.ValidUntil != 0 && l.ValidUntil < on
		})
	}
	rows, next := page(s, ctx, "limits", rows, in.Limit, func(d decision.Decision) any {
		l := d.Body.(*decision.Limit)
		return LimitCursor{l.Policy, l.Buyer}
	})
	uses, err := s.uses(ctx, in.ID, rows, newer, cmp.Or(on, today))
	if err != nil {
		return nil, s.failed(ctx, "asking what limits are used for", err)
	}
	if p.analyst() {
		items := make([]UsedLimit, len(rows))
		for i := range rows {
			items[i] = UsedLimit{*limitOf(&rows[i], rows[i].Body.(*decision.Limit)), uses[i]}
		}
		out.Body = Page[UsedLimit]{items, next}
		return out, nil
	}
	items := make([]HolderUsedLimit, len(rows))
	for i := range rows {
		items[i] = HolderUsedLimit{s.holderLimit(p, &rows[i], rows[i].Body.(*decision.Limit)), uses[i]}
	}
	out.Body = Page[HolderUsedLimit]{items, next}
	return out, nil
}

// uses are those of limits of a policy on a day; newer is what is not stored yet.
func (s *server) uses(ctx context.Context, policy string, rows, newer []decision.Decision, on event.Day) ([]LimitUse, error) {
	buyers := make([]string, len(rows))
	for i := range rows {
		buyers[i] = rows[i].Body.(*decision.Limit).Buyer
	}
	if len(buyers) == 0 {
		return nil, nil
	}
	inForce, err := s.cfg.Store.LimitsNow(ctx, LimitQuery{Policy: policy, Buyers: buyers, On: on, Limit: len(buyers)})
	if err != nil {
		return nil, err
	}
	exposures, err := s.cfg.Store.Exposures(ctx, ExposureQuery{Policy: policy, Buyers: buyers, On: on})
	if err != nil {
		return nil, err
	}
	limits, exposed := map[string]*decision.Limit{}, map[string]*decision.Exposure{}
	for _, d := range append(append(inForce, exposures...), newer...) { // the newest last
		switch b := d.Body.(type) {
		case *decision.Limit:
			if b.Policy == policy && holdsOn(b, on) {
				limits[b.Buyer] = b
			}
		case *decision.Exposure:
			if b.Policy == policy && event.DayOf(d.AtMs) <= on {
				exposed[b.Buyer] = b
			}
		}
	}
	out := make([]LimitUse, len(buyers))
	for i, buyer := range buyers {
		l := limits[buyer]
		if l != nil && l.ValidUntil != 0 && l.ValidUntil < on {
			l = nil
		}
		if out[i] = use(l, exposed[buyer]); out[i].Currency == "" {
			out[i] = use(&decision.Limit{Currency: rows[i].Body.(*decision.Limit).Currency}, nil)
		}
	}
	return out, nil
}
