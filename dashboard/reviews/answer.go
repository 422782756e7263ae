package reviews

import (
	"slices"
	"time"

	"barometer/dashboard/format"
	"barometer/dashboard/problem"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// ReviewAnswer is a review of the four-eyes queue as it is now.
type ReviewAnswer struct {
	ID        string            `json:"review_id"`
	Kind      string            `json:"kind" enum:"match,cut,increase,country,payments,override,cap,activation" doc:"match: is it true, and about this buyer? cut: are these limits to be cut? increase: is this limit to be raised so much? country: is it to be taken off cover? that needs two analysts; payments: does what one supplier alone reports count? override, cap, activation: is what an analyst decided to act?"`
	BuyerID   string            `json:"buyer_id,omitempty"`
	BuyerName string            `json:"buyer_name,omitempty"`
	Country   string            `json:"country,omitempty"`
	State     string            `json:"state" enum:"requested,joined,reopened,approved_once,approved,rejected,lapsed,effective,withdrawn"`
	Analyst   string            `json:"analyst,omitempty" doc:"who decided"`
	Asked     string            `json:"asked_by,omitempty" doc:"the analyst who asked for it, or entered what it is about, the newest where several did; whoever did may not approve it"`
	First     string            `json:"approved_first_by,omitempty" doc:"who approved first, where two are needed"`
	Reason    string            `json:"reason,omitempty" doc:"of the verdict, in the words of who decided; it is there some seconds after the verdict"`
	DecidedAt *time.Time        `json:"decided_at,omitempty" doc:"log time at which it was over; absent while it waits"`
	OpenedAt  time.Time         `json:"opened_at" doc:"log time"`
	Deadline  *time.Time        `json:"deadline,omitempty" doc:"log time at which news lapses, the cuts are made, or the request is granted; a country has none"`
	Items     []ReviewItem      `json:"items" doc:"what waits for the verdict"`
	Proposals []Proposal        `json:"proposals" doc:"limits that wait for the verdict"`
	Terms     []string          `json:"terms,omitempty" doc:"what is to be decided besides the limits, as name=value: grade_floor=7, version=2026-2"`
	Position  string            `json:"position"`
	Warnings  []problem.Warning `json:"warnings,omitempty"`
}

// Proposal is a limit that is to be cut or raised.
type Proposal struct {
	PolicyID string `json:"policy_id"`
	From     string `json:"from"`
	To       string `json:"to"`
	Currency string `json:"currency"`
}

// ReviewItem is a message that waits for a verdict.
type ReviewItem struct {
	Type     string   `json:"type"`
	ID       string   `json:"id"`
	Category string   `json:"category,omitempty"`
	Outlet   string   `json:"outlet,omitempty" enum:"register,regulated,web"`
	Name     string   `json:"outlet_name,omitempty" doc:"who reports it"`
	Matched  string   `json:"matched,omitempty" doc:"how the buyer was found: registration or name; absent: the message names it"`
	Others   []string `json:"others,omitempty" doc:"further buyers that it may be about"`
	Headline string   `json:"headline,omitempty"`
	URL      string   `json:"url,omitempty" doc:"where it can be read, as its sender says"`
	Source   string   `json:"source"`
	Analyst  string   `json:"analyst,omitempty" doc:"of the insurer's people: who entered it, and may not approve the review; absent: a feed or a policyholder sent it"`
}

// AskedBy tells whether an analyst asked for what is to be decided, or entered any of what it is about.
func (r *ReviewAnswer) AskedBy(analyst string) bool {
	entered := func(i ReviewItem) bool { return i.Analyst == analyst }
	return analyst != "" && (r.Asked == analyst || slices.ContainsFunc(r.Items, entered))
}

// Uncapped tells whether there was no cap before the one that a review is about.
func (r ReviewAnswer) Uncapped() bool { return slices.Contains(r.Terms, "before=none") }

// reasonWithin is how long a verdict's reason takes to be in ClickHouse, at most: after that there is none.
const reasonWithin = time.Minute

// ReasonFollows tells whether a verdict's reason may be on its way at a log time.
func (r *ReviewAnswer) ReasonFollows(now time.Time) bool {
	return r.Reason == "" && r.Analyst != "" && r.DecidedAt != nil && now.Sub(*r.DecidedAt) < reasonWithin
}

// Outcome says how a review stands.
func (r ReviewAnswer) Outcome() string {
	by := ""
	if r.Analyst != "" {
		by = " by " + r.Analyst
	}
	switch r.State {
	case decision.ReviewSeconding:
		return "Approved" + by + "; another analyst is needed."
	case decision.ReviewApproved:
		return "Approved" + by + "."
	case decision.ReviewRejected:
		return "Rejected" + by + "."
	case decision.ReviewLapsed:
		switch r.Kind {
		case decision.ReviewMatch:
			return "It lapsed without a verdict, and counts as reported."
		case decision.ReviewPayments:
			return "Without a verdict it counts in full."
		}
		return "It lapsed without a verdict: nothing is done."
	case decision.ReviewEffective:
		return "It took effect without a verdict."
	case decision.ReviewWithdrawn:
		return "Nothing was left to decide."
	default:
		return "It waits for a verdict."
	}
}

// Waits tells whether a review waits for a verdict.
func Waits(b *decision.Review) bool { return slices.Contains(decision.WaitingStates, b.State) }

// Waiting tells the same to a page.
func (r ReviewAnswer) Waiting() bool { return slices.Contains(decision.WaitingStates, r.State) }

// Of is how a review is answered.
func Of(r *history.Review) ReviewAnswer {
	b := r.Decision.Body.(*decision.Review)
	out := ReviewAnswer{ID: b.Review, Kind: b.Kind, BuyerID: b.Buyer, Country: b.Country, State: b.State,
		Analyst: b.Analyst, Asked: b.Asked, OpenedAt: r.OpenedAt.UTC(), Items: make([]ReviewItem, len(b.Items)),
		Position: r.Decision.Position.String()}
	out.First, out.Terms, out.Reason = b.First, b.Terms, r.Texts[format.Source(b.Verdict)].Reason
	if !Waits(b) {
		at := format.Instant(r.Decision.AtMs)
		out.DecidedAt = &at
	}
	if b.DeadlineMs != 0 {
		deadline := format.Instant(b.DeadlineMs)
		out.Deadline = &deadline
	}
	out.Proposals = make([]Proposal, len(b.Proposals))
	for i, p := range b.Proposals {
		out.Proposals[i] = Proposal{p.Policy, format.Amount(p.FromMinor, p.Currency), format.Amount(p.ToMinor, p.Currency),
			p.Currency}
	}
	for i, item := range b.Items {
		source := format.Source(item.Source)
		said := r.Texts[source]
		out.Items[i] = ReviewItem{item.Kind.String(), item.ID, item.Category.String(), item.Outlet.String(), said.OutletName,
			item.Matched.String(), item.Others, said.Headline, said.URL, source, item.Analyst}
	}
	return out
}
