package dashboard

import (
	"context"
	"slices"
	"strings"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"

	"github.com/danielgtaylor/huma/v2"
)

// LimitUse is what a limit is used for on a day: what was delivered and has not been paid for, as the policy's payments tell it.
type LimitUse struct {
	InForce     string `json:"in_force" doc:"the limit of the day, whether or not cover is stopped"`
	Used        string `json:"used" doc:"outstanding and covered, up to the limits in force on the days of delivery"`
	AtWill      string `json:"discretionary,omitempty" doc:"without a limit: what may be delivered without asking; conditions name the invoices that allow it"`
	Free        string `json:"free" doc:"what further deliveries may come to; nothing while cover is stopped"`
	RunOff      string `json:"run_off" doc:"what is covered beyond the limit of the day, until it is paid"`
	Uncovered   string `json:"uncovered" doc:"outstanding and not covered"`
	InDispute   string `json:"in_dispute" doc:"of what is used: cover is suspended until the dispute is settled"`
	StoppedFrom string `json:"stopped_from,omitempty" doc:"deliveries from this day on are not covered: an invoice is overdue beyond its maximum extension"`
	PolicyEnded string `json:"policy_ended,omitempty" doc:"the last day of the policy's period, which is over: later deliveries are not covered"`
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

// use says what a limit is used for, or what may be delivered without one; e is nil where nothing was ever delivered under it.
func use(l *decision.Limit, atWill int64, e *decision.Exposure) LimitUse {
	if e == nil {
		e = &decision.Exposure{}
	}
	free := max(max(l.GrantedMinor, atWill)-e.CoveredMinor, 0)
	if e.StoppedFrom != 0 {
		free = 0
	}
	said := func(minor int64) string { return amount(minor, l.Currency) }
	discretionary := ""
	if atWill > 0 {
		discretionary = said(atWill)
	}
	return LimitUse{AtWill: discretionary, InForce: said(l.GrantedMinor), Used: said(e.CoveredMinor), Free: said(free), RunOff: said(max(e.CoveredMinor-max(l.GrantedMinor, atWill), 0)),
		Uncovered: said(e.OpenMinor - e.CoveredMinor), InDispute: said(e.SuspendedMinor), StoppedFrom: day(e.StoppedFrom), Currency: l.Currency}
}

func (s *server) listPolicyLimits(ctx context.Context, in *policyLimitsInput) (*answer, error) {
	p := principalOf(ctx)
	if err := s.ownPolicy(ctx, p, in.ID); err != nil {
		return nil, err
	}
	var on event.Day
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
	uses, err := s.uses(ctx, rows, newer, on)
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

// RunsOff tells whether more is covered than the limit of the day.
func (u *LimitUse) RunsOff() bool { return strings.Trim(u.RunOff, "0.") != "" }

// Limited tells whether there is anything that a stop of cover stops.
func (u *LimitUse) Limited() bool { return strings.Trim(u.InForce, "0.") != "" || u.AtWill != "" }

// today is the day of log time.
func (s *server) today() event.Day {
	if ms := s.overlay.logTimeMs(); ms != 0 {
		return event.DayOf(ms)
	}
	return event.DayOf(s.now().UnixMilli())
}

// uses are those of limits in force on a day, or today of those that were decided last (0); newer is what is not stored yet.
func (s *server) uses(ctx context.Context, rows, newer []decision.Decision, on event.Day) ([]LimitUse, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	var policies, buyers []string
	for i := range rows {
		l := rows[i].Body.(*decision.Limit)
		policies, buyers = append(policies, l.Policy), append(buyers, l.Buyer)
	}
	slices.Sort(policies)
	slices.Sort(buyers)
	policies, buyers = slices.Compact(policies), slices.Compact(buyers)
	inForce := slices.Clone(rows)
	if on == 0 {
		on = s.today()
		var err error
		if inForce, err = s.cfg.Store.LimitsNow(ctx, LimitQuery{Policies: policies, Buyers: buyers, On: on, Limit: len(policies) * len(buyers)}); err != nil {
			return nil, err
		}
	}
	limits := map[LimitCursor]*decision.Limit{}
	for _, d := range append(inForce, newer...) { // the newest last
		if b, ok := d.Body.(*decision.Limit); ok && holdsOn(b, on) {
			limits[LimitCursor{b.Policy, b.Buyer}] = b
		}
	}
	of := make([]used, len(rows))
	for i := range rows {
		row := rows[i].Body.(*decision.Limit)
		l := limits[LimitCursor{row.Policy, row.Buyer}]
		if l == nil || l.ValidUntil != 0 && l.ValidUntil < on {
			l = &decision.Limit{Currency: row.Currency}
		}
		of[i] = used{at: LimitCursor{row.Policy, row.Buyer}, limit: l}
		if row.Code == decision.Discretionary {
			of[i].atWill = row.GrantedMinor
		}
	}
	return s.usesOf(ctx, of, newer, on)
}

// used is a limit of a day: its policy and buyer, the decision that made it, and what may be delivered without one.
type used struct {
	at     LimitCursor
	limit  *decision.Limit
	atWill int64
}

// usesOf are the uses of limits of a day; newer is what ClickHouse does not have yet.
func (s *server) usesOf(ctx context.Context, limits []used, newer []decision.Decision, on event.Day) ([]LimitUse, error) {
	if len(limits) == 0 {
		return nil, nil
	}
	var policies, buyers []string
	for i := range limits {
		policies, buyers = append(policies, limits[i].at.Policy), append(buyers, limits[i].at.Buyer)
	}
	slices.Sort(policies)
	slices.Sort(buyers)
	policies, buyers = slices.Compact(policies), slices.Compact(buyers)
	exposures, err := s.cfg.Store.Exposures(ctx, ExposureQuery{Policies: policies, Buyers: buyers, On: on})
	if err != nil {
		return nil, err
	}
	ends, err := s.cfg.Store.PolicyEnds(ctx, policies, on)
	if err != nil {
		return nil, err
	}
	exposed := map[LimitCursor]*decision.Exposure{}
	for _, d := range append(exposures, newer...) { // the newest last
		if b, ok := d.Body.(*decision.Exposure); ok && event.DayOf(d.AtMs) <= on {
			exposed[LimitCursor{b.Policy, b.Buyer}] = b
		}
	}
	out := make([]LimitUse, len(limits))
	for i, of := range limits {
		out[i] = use(of.limit, of.atWill, exposed[of.at])
		if last, over := ends[of.at.Policy]; over {
			out[i].PolicyEnded, out[i].Free = day(last), amount(0, of.limit.Currency)
		}
	}
	return out, nil
}
