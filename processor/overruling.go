package processor

import (
	"slices"
	"strconv"
	"strings"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// overrulingDays is how long an underwriter's decision waits for a second analyst; without one it does nothing.
const overrulingDays = 7

// overruling lets an underwriter's decision beyond the authority of one wait for another analyst, in the place of one
// on the same limit, or on the buyer, that waits already.
func (m *Machine) overruling(b *buyer, e *event.Event, v *event.UnderwriterDecided) outcome {
	i, found := overrulingAt(b.read(), v.Policy)
	switch {
	case found && decoded(b.seldom.overruling[i].record).Digest() == e.Digest():
		return repeated
	case !found && len(b.read().overruling) >= maxWaiting:
		return refused(ReasonWaitingFull, ReasonSecondAnalyst)
	}
	m.keep(b)
	m.supersedeOverride(b, v.Policy)
	s := b.edit()
	s.overrides++
	p := pending{kind: decision.ReviewOverride, key: clone(v.Policy), number: s.overrides,
		deadline: m.logDay() + overrulingDays, record: event.Append(nil, e), asked: clone(v.Analyst)}
	s.overruling = slices.Insert(s.overruling, i, p)
	m.wheel.Set(p.deadline, timer{class: timerReview, buyer: b.id})
	m.publishOverride(b, &p, decision.ReviewOpened, "")
	return outcome{fate: fateAnsweredBefore}
}

// overrulingAt is where the decision on a policy's limit stands among those that wait; without a policy the one on
// the buyer.
func overrulingAt(s *seldom, policy string) (int, bool) {
	return slices.BinarySearchFunc(s.overruling, policy, func(p pending, policy string) int {
		return strings.Compare(p.key, policy)
	})
}

// supersedeOverride withdraws the decision that waits on a policy's limit, or without one on the buyer: another one
// is made.
func (m *Machine) supersedeOverride(b *buyer, policy string) {
	if i, found := overrulingAt(b.read(), policy); found {
		m.endOverride(b, i, decision.ReviewWithdrawn, "")
	}
}

// endOverride publishes the end of a review and takes what waited for it.
func (m *Machine) endOverride(b *buyer, i int, state, analyst string) pending {
	p := b.seldom.overruling[i]
	m.publishOverride(b, &p, state, analyst)
	b.seldom.overruling = slices.Delete(b.seldom.overruling, i, i+1)
	return p
}

// overrideDecided takes another analyst's verdict: approved, the decision is made as that of both, as things stand
// now.
func (m *Machine) overrideDecided(b *buyer, i int, a ruling) {
	p := m.endOverride(b, i, a.state, a.analyst)
	if !a.approve {
		return
	}
	e := decoded(p.record)
	setSecond(e, a.analyst)
	m.step.cause = trigger(e)
	m.settle(b, e, m.about(b, e, true), m.logDay())
}

// overridesLapse ends the reviews of a buyer that nobody has decided in time: nothing is done.
func (m *Machine) overridesLapse(b *buyer, day event.Day) {
	for i := 0; i < len(b.read().overruling); {
		if b.seldom.overruling[i].deadline > day {
			i++
			continue
		}
		m.endOverride(b, i, decision.ReviewLapsed, "")
	}
}

func (m *Machine) publishOverride(b *buyer, p *pending, state, analyst string) {
	e := decoded(p.record)
	v := e.Body.(*event.UnderwriterDecided)
	d := &decision.Review{Review: reviewID(b, p.kind, p.number), Kind: p.kind, Buyer: b.id, State: state,
		Analyst: analyst, Asked: p.asked, DeadlineMs: p.deadline.Ms(),
		Items: []decision.ReviewItem{{Kind: e.Kind, ID: e.ID, Source: e.Source}},
		Terms: termsOf(v), Texts: b.master.texts}
	d.Country, _ = b.home()
	if v.Policy != "" {
		to := decision.Proposal{Policy: clone(v.Policy), ToMinor: v.Amount.Minor, Currency: m.intern(v.Amount.Currency)}
		if l := b.lines.Find(v.Policy); l != nil {
			to.FromMinor = m.exchange(l.Agreed().Minor, l.Currency(), to.Currency)
		}
		d.Proposals = []decision.Proposal{to}
	}
	m.publishReview(b.id, d)
}

// termsOf are an underwriter's decision besides its amount, as name=value.
func termsOf(v *event.UnderwriterDecided) (terms []string) {
	if v.GradeFloor != 0 {
		terms = append(terms, "grade_floor="+decimal(v.GradeFloor))
	}
	if v.GradeCeiling != 0 {
		terms = append(terms, "grade_ceiling="+decimal(v.GradeCeiling))
	}
	if v.Block {
		terms = append(terms, "block")
	}
	terms = append(terms, conditionsOf(v)...)
	if v.ValidUntil != 0 {
		terms = append(terms, "valid_until="+v.ValidUntil.String())
	}
	return terms
}

func decimal(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
