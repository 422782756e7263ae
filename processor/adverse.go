package processor

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/claim"
	"barometer/processor/decision"
)

// adverseReview is about something adverse that policyholders know of a buyer. An analyst looks at it; a verdict, or
// none, changes nothing by itself.
type adverseReview struct {
	review
	items []decision.ReviewItem
}

func (r *adverseReview) common() *review { return &r.review }

func (r *adverseReview) kind() string { return decision.ReviewAdverse }

func (r *adverseReview) lapse() ruling { return ruling{state: decision.ReviewLapsed} }

func (r *adverseReview) barred() []string { return nil }

func (r *adverseReview) describe(_ *buyer, d *decision.Review) { d.Items = r.items }

func (r *adverseReview) decide(m *Machine, b *buyer, a ruling) {
	m.publishStep(b, r, a.state, a.analyst)
	r.deadline, r.items = 0, nil
}

// Walk walks the fields of the review in a snapshot.
func (r *adverseReview) Walk(w *wire.Wire) {
	w.Uint32(1, &r.number)
	w.Int32(2, (*int32)(&r.deadline))
	wire.Msgs(w, 3, &r.items)
}

// maxAdverse bounds what one review is about.
const maxAdverse = 64

// adverse takes what a policyholder has come to know of a buyer: a case watches it, and an analyst looks at it.
func (m *Machine) adverse(b *buyer, e *event.Event, v *event.AdverseReported) outcome {
	_, known := m.book.policies[v.Policy]
	switch {
	case !known:
		return waits(need{kind: needPolicy, id: v.Policy})
	case v.KnownOn > m.logDay()+maxAhead:
		return refused(ReasonFutureDate, "known_on "+v.KnownOn.String())
	}
	r, state := &b.edit().adverse, decision.ReviewJoined
	for i := range r.items {
		if r.items[i].ID == e.ID && r.items[i].Kind == e.Kind {
			return repeated
		}
	}
	l := m.followed(b, v.Policy)
	c, _, no := m.opens(b, l, claim.Open{Kind: event.CaseMonitor})
	if no != "" {
		return refusedBy(no, "")
	}
	m.keep(b)
	if !r.open() {
		m.openReview(b, &r.review)
		state = decision.ReviewOpened
	}
	if len(r.items) < maxAdverse {
		r.items = append(r.items, decision.ReviewItem{Kind: e.Kind, ID: clone(e.ID), Source: e.Source})
		m.publishStep(b, r, state, "")
	}
	m.publishCase(b, l, c, &decision.Case{What: decision.CaseAdverse, Warning: v.What.String()})
	return accepted
}
