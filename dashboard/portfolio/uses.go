package portfolio

import (
	"context"
	"slices"
	"strings"

	"barometer/dashboard/format"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// LimitUse is what a limit is used for on a day: what was delivered and has not been paid for, as the policy's payments
// tell it.
type LimitUse struct {
	InForce     string   `json:"in_force" doc:"the limit of the day, whether or not cover is stopped"`
	Used        string   `json:"used" doc:"outstanding and covered, up to the limits in force on the days of delivery"`
	AtWill      string   `json:"discretionary,omitempty" doc:"without a limit: what may be delivered without asking"`
	Evidence    []string `json:"discretionary_evidence,omitempty" doc:"the paid invoices that allow it"`
	Free        string   `json:"free" doc:"what further deliveries may come to; nothing while cover is stopped"`
	RunOff      string   `json:"run_off" doc:"what is covered beyond the limit of the day, until it is paid"`
	Uncovered   string   `json:"uncovered" doc:"outstanding and not covered"`
	InDispute   string   `json:"in_dispute" doc:"of what is used: cover is suspended until the dispute is settled"`
	StoppedFrom string   `json:"stopped_from,omitempty" doc:"deliveries from this day on are not covered: an invoice is overdue beyond its maximum extension"`
	PolicyEnded string   `json:"policy_ended,omitempty" doc:"the last day of the policy's period, which is over: later deliveries are not covered"`
	Currency    string   `json:"currency"`
}

// use says what a limit is used for, or what may be delivered without one; e is nil where nothing was ever delivered
// under it.
func use(of *Used, e *decision.Exposure) LimitUse {
	if e == nil {
		e = &decision.Exposure{}
	}
	atWill := of.AtWill
	if atWill == nil {
		atWill = &decision.Cover{}
	}
	upTo := max(of.GrantedMinor, atWill.NowMinor)
	free := max(upTo-e.CoveredMinor, 0)
	if e.StoppedFrom != 0 {
		free = 0
	}
	said := func(minor int64) string { return format.Amount(minor, of.Currency) }
	discretionary := ""
	if atWill.NowMinor > 0 {
		discretionary = said(atWill.NowMinor)
	}
	return LimitUse{AtWill: discretionary, Evidence: atWill.Evidence, InForce: said(of.GrantedMinor),
		Used: said(e.CoveredMinor), Free: said(free), RunOff: said(max(e.CoveredMinor-upTo, 0)),
		Uncovered: said(e.OpenMinor - e.CoveredMinor), InDispute: said(e.SuspendedMinor),
		StoppedFrom: format.Day(e.StoppedFrom), Currency: of.Currency}
}

// RunsOff tells whether more is covered than the limit of the day.
func (u *LimitUse) RunsOff() bool { return strings.Trim(u.RunOff, "0.") != "" }

// Limited tells whether there is anything that a stop of cover stops.
func (u *LimitUse) Limited() bool { return strings.Trim(u.InForce, "0.") != "" || u.AtWill != "" }

// Used is a limit as of a day: what is granted, and what may be delivered without a limit, nil for nothing.
type Used struct {
	At           history.LimitCursor
	GrantedMinor int64
	Currency     string
	AtWill       *decision.Cover
}

// Uses are the uses of limits of a day; newer is what ClickHouse does not have yet.
func (r *Reader) Uses(ctx context.Context, limits []Used, newer []decision.Decision, on event.Day) ([]LimitUse,
	error) {
	if len(limits) == 0 {
		return nil, nil
	}
	var policies, buyers []string
	for i := range limits {
		policies, buyers = append(policies, limits[i].At.Policy), append(buyers, limits[i].At.Buyer)
	}
	slices.Sort(policies)
	slices.Sort(buyers)
	policies, buyers = slices.Compact(policies), slices.Compact(buyers)
	exposures, err := r.store.Exposures(ctx, history.ExposureQuery{Policies: policies, Buyers: buyers, On: on})
	if err != nil {
		return nil, err
	}
	ends, err := r.store.PolicyEnds(ctx, policies, on)
	if err != nil {
		return nil, err
	}
	exposed := map[history.LimitCursor]*decision.Exposure{}
	for _, d := range append(exposures, newer...) { // the newest last
		if b, ok := d.Body.(*decision.Exposure); ok && event.DayOf(d.AtMs) <= on {
			exposed[history.LimitCursor{Policy: b.Policy, Buyer: b.Buyer}] = b
		}
	}
	out := make([]LimitUse, len(limits))
	for i, of := range limits {
		out[i] = use(&of, exposed[of.At])
		if last, over := ends[of.At.Policy]; over {
			out[i].PolicyEnded, out[i].Free = format.Day(last), format.Amount(0, of.Currency)
		}
	}
	return out, nil
}
