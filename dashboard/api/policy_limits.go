package api

import (
	"cmp"
	"context"
	"slices"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/paging"
	"barometer/dashboard/portfolio"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// Standing is what a limit is, apart from the decision that made it so.
type Standing struct {
	InForce     string `json:"in_force" doc:"now, or on the day; 0: there is no limit, or it is over"`
	Planned     string `json:"planned,omitempty" doc:"what it becomes next, by a decision whose notice has begun; absent: nothing is planned"`
	PlannedFrom string `json:"planned_from,omitempty" doc:"from this day on"`
	PlannedDays int32  `json:"planned_notice_days,omitempty" doc:"in the place of planned_from: so many days after its policyholder has had notice"`
}

// UsedLimit is a limit: the decision that made what is in force (where there never was a limit, the newest one), what
// it is used for, and the answer to the last request, which may have left it as it was.
type UsedLimit struct {
	Limit
	Standing
	Last *Limit             `json:"last_answer,omitempty" doc:"to the last request, preliminary ones apart"`
	Use  portfolio.LimitUse `json:"use"`
}

// HolderUsedLimit is the same of a policyholder's own.
type HolderUsedLimit struct {
	HolderLimit
	Standing
	Last *HolderLimit       `json:"last_answer,omitempty" doc:"to the last request, preliminary ones apart"`
	Use  portfolio.LimitUse `json:"use"`
}

type policyLimitsInput struct {
	Paging
	Reading
	ID    string `path:"id" maxLength:"128"`
	Buyer string `query:"buyer" maxLength:"128"`
	On    string `query:"on" format:"date" doc:"YYYY-MM-DD: the limits in force on that day, by what is decided now"`
}

// listPolicyLimits lists what ClickHouse has, and over it what was decided since.
func (s *API) listPolicyLimits(ctx context.Context, in *policyLimitsInput) (*answer, error) {
	p := identity.Of(ctx)
	if err := s.ownPolicy(ctx, p, in.ID); err != nil {
		return nil, err
	}
	q := history.LimitQuery{Policy: in.ID, Buyer: in.Buyer, Holder: p.Holder, Limit: in.Limit + 1}
	if in.On != "" {
		var err error
		if q.On, err = parseDay("on", in.On); err != nil {
			return nil, err
		}
	}
	var at history.LimitCursor
	if more, err := s.cfg.Cursors.Open(ctx, "limits", in.Cursor, &at); err != nil {
		return nil, err
	} else if more {
		q.After = &at
	}
	if err := s.after(ctx, in.After, s.cfg.Tail.Seen); err != nil {
		return nil, err
	}
	out := &answer{Position: s.positions(p, s.cfg.Tail.Seen())}
	newer := slices.DeleteFunc(s.cfg.Tail.OfPolicy(in.ID), func(d decision.Decision) bool { return !q.Includes(&d) })
	read := s.cfg.Portfolio.PolicyLimits
	if q.On != 0 {
		read = s.cfg.Portfolio.PolicyLimitsOn
	}
	states, err := read(ctx, q, newer)
	if err != nil {
		return nil, s.failed(ctx, "listing limits", err)
	}
	states, next := paging.Cut(ctx, s.cfg.Cursors, "limits", states, in.Limit,
		func(st history.LimitState) any { return history.LimitCursor{Policy: st.Policy, Buyer: st.Buyer} })
	if q.On != 0 {
		states = slices.DeleteFunc(states, func(st history.LimitState) bool { return st.GrantedMinor == 0 })
	}
	uses, err := s.standingUses(ctx, states, newer, cmp.Or(q.On, s.cfg.Tail.Today()))
	if err != nil {
		return nil, s.failed(ctx, "asking what limits are used for", err)
	}
	if p.Analyst() {
		items := make([]UsedLimit, len(states))
		for i := range states {
			items[i] = UsedLimit{Limit: madeLimit(&states[i]), Standing: standingOf(&states[i]), Use: uses[i]}
			items[i].Granted = grantedBy(&states[i])
			if last := states[i].Answer; last != nil {
				items[i].Last = limitOf(last, last.Body.(*decision.Limit))
			}
		}
		out.Body = Page[UsedLimit]{items, next}
		return out, nil
	}
	items := make([]HolderUsedLimit, len(states))
	for i := range states {
		items[i] = HolderUsedLimit{HolderLimit: s.madeHolderLimit(p, &states[i]), Standing: standingOf(&states[i]),
			Use: uses[i]}
		items[i].Granted = grantedBy(&states[i])
		if last := states[i].Answer; last != nil {
			l := s.holderLimit(p, last, last.Body.(*decision.Limit))
			items[i].Last = &l
		}
	}
	out.Body = Page[HolderUsedLimit]{items, next}
	return out, nil
}

// grantedBy is what is in force; where there never was a limit what the newest decision grants beside one.
func grantedBy(st *history.LimitState) string {
	l := st.Limit()
	if st.InForce == nil {
		return format.Amount(l.GrantedMinor, l.Currency)
	}
	return format.Amount(st.GrantedMinor, l.Currency)
}

func standingOf(st *history.LimitState) Standing {
	out := Standing{InForce: format.Amount(st.GrantedMinor, st.Limit().Currency)}
	if st.Planned != nil {
		l := st.Planned.Body.(*decision.Limit)
		out.Planned = format.Amount(l.GrantedMinor, l.Currency)
		if l.OnDelivery {
			out.PlannedDays = l.NoticeDays
		} else {
			out.PlannedFrom = format.Day(l.EffectiveOn)
		}
	}
	return out
}

// standingUses are what limits are used for on a day.
func (s *API) standingUses(ctx context.Context, states []history.LimitState, newer []decision.Decision,
	on event.Day) ([]portfolio.LimitUse, error) {
	of := make([]portfolio.Used, len(states))
	for i := range states {
		of[i] = portfolio.Used{At: history.LimitCursor{Policy: states[i].Policy, Buyer: states[i].Buyer},
			GrantedMinor: states[i].GrantedMinor, Currency: states[i].Limit().Currency,
			AtWill: states[i].Discretionary()}
	}
	return s.cfg.Portfolio.Uses(ctx, of, newer, on)
}
