package processor

import (
	"strconv"
	"strings"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/score"
)

// reviewDays is how long a review of kind match waits for its verdict.
const reviewDays = 2

// review is the newest review about whether messages are true and about this buyer. A buyer has one at a time.
type review struct {
	number   uint32    // how many there were
	deadline event.Day // when it lapses, 0: it is over
	items    []decision.ReviewItem
}

func (r *review) open() bool { return r.deadline != 0 }

func (r *review) id(b *buyer) string { return reviewID(b, decision.ReviewMatch, r.number) }

// reviewID names a review after its buyer, so that a verdict finds it.
func reviewID(b *buyer, kind string, number uint32) string {
	return b.id + "/" + kind + "-" + strconv.FormatUint(uint64(number), 10)
}

// reviewOf is the number that an id gives a buyer's review of a kind, 0 where it is none of the kind.
func reviewOf(b *buyer, kind, id string) uint32 {
	suffix, of := strings.CutPrefix(id, b.id+"/"+kind+"-")
	n, err := strconv.ParseUint(suffix, 10, 32)
	if !of || err != nil {
		return 0
	}
	return uint32(n)
}

// asks opens a review of a message, or lets it join the one that is open.
func (m *Machine) asks(b *buyer, e *event.Event) {
	m.keep(b)
	r, state := &b.more().review, decision.ReviewJoined
	if !r.open() {
		r.number++
		r.deadline, state = m.logDay()+reviewDays, decision.ReviewOpened
		m.wheel.at(r.deadline, timer{class: timerReview, buyer: b.id})
	}
	item := decision.ReviewItem{Kind: e.Kind, ID: clone(e.ID), Matched: m.step.found.by, Others: m.step.found.others, Source: e.Source}
	if v, ok := e.Body.(*event.News); ok {
		item.Category, item.Outlet = v.Category, v.Outlet
	}
	r.items = append(r.items, item)
	m.tellReview(b, state, "")
}

func (m *Machine) tellReview(b *buyer, state, analyst string) {
	r, country := &b.seldom.review, ""
	if b.cell != nil {
		country = b.cell.country.code
	}
	m.step.decide(decision.ReviewRequested, b.id, &decision.Review{Review: r.id(b), Kind: decision.ReviewMatch, Buyer: b.id, Country: country,
		State: state, Analyst: analyst, DeadlineMs: r.deadline.Ms(), Items: r.items, Texts: b.master.texts})
}

// verdict takes an analyst's verdict on a review.
func (m *Machine) verdict(e *event.Event, v *event.ReviewDecided) {
	if code, ofCountry := strings.CutPrefix(e.Key, countryKey); ofCountry {
		m.countryDecided(e, v, code)
		return
	}
	b := m.book.buyers.get(e.Key)
	if b == nil {
		m.reject(e, ReasonUnknownReview, v.Review)
		return
	}
	match, cuts, raise := &b.less().review, &b.less().cuts, &b.less().raise
	ofRaise := reviewOf(b, decision.ReviewIncrease, v.Review)
	ofMatch, ofCuts := reviewOf(b, decision.ReviewMatch, v.Review), reviewOf(b, decision.ReviewCut, v.Review)
	state, verdict := decision.ReviewRejected, score.Rejected
	if v.Approve {
		state, verdict = decision.ReviewApproved, score.Approved
	}
	own := func(asked string) bool { return v.Approve && asked != "" && asked == v.Analyst }
	switch {
	case ofCuts > 0 && ofCuts == cuts.number && cuts.open() && own(cuts.asked), ofRaise > 0 && ofRaise == raise.number && raise.open() && own(raise.asked):
		m.reject(e, ReasonSecondAnalyst, v.Review)
	case ofMatch > 0 && ofMatch == match.number && match.open():
		m.touch(b)
		b.accepted++
		m.close(b, verdict, state, v.Analyst)
	case ofCuts > 0 && ofCuts == cuts.number && cuts.open():
		m.touch(b)
		b.accepted++
		m.cutsDecided(b, v.Approve, state, v.Analyst)
	case ofRaise > 0 && ofRaise == raise.number && raise.open():
		m.touch(b)
		b.accepted++
		said := raiseRefused
		if v.Approve {
			said = raiseApproved
		}
		m.raiseDecided(b, said, state, v.Analyst)
	case ofRaise > 0 && ofRaise <= raise.number || ofMatch > 0 && ofMatch <= match.number || ofCuts > 0 && ofCuts <= cuts.number:
		m.reject(e, ReasonReviewClosed, v.Review)
	default:
		m.reject(e, ReasonUnknownReview, v.Review)
	}
}

// lapse fires the end of reviews: without a verdict doubtful news goes on counting as reported, and cuts are made.
func (m *Machine) lapse(b *buyer, day event.Day) {
	if r := &b.less().review; r.open() && r.deadline <= day {
		m.close(b, score.Lapsed, decision.ReviewLapsed, "")
	}
	if r := &b.less().raise; r.open() && r.deadline <= day {
		m.raiseDecided(b, raiseApproved, decision.ReviewEffective, "")
	}
	if r := &b.less().cuts; r.open() && r.deadline <= day {
		m.cutsDecided(b, true, decision.ReviewEffective, "")
	}
}

// settled closes a review that has nothing left to decide.
func (m *Machine) settled(b *buyer) {
	if !b.less().review.open() || b.news != nil && b.news.Doubtful() > 0 {
		return
	}
	for i := range b.seldom.waiting {
		if b.seldom.waiting[i].needs.kind == needVerdict {
			return
		}
	}
	m.close(b, score.Lapsed, decision.ReviewWithdrawn, "")
}

// close ends a review: what waited for its verdict is judged by it, the buyer is evaluated, and requests are answered.
func (m *Machine) close(b *buyer, v score.Verdict, state, analyst string) {
	m.tellReview(b, state, analyst)
	b.seldom.review.deadline, b.seldom.review.items = 0, nil
	if b.news != nil {
		b.news.Decide(m.model.parsed, v)
	}
	b.cache.drop()
	m.evaluate(b)
	for _, h := range b.takeWaiting(func(h *held) bool { return h.needs.kind == needVerdict }) {
		e := decoded(h.record)
		if v != score.Approved {
			m.reject(e, ReasonAmbiguousCompany, state)
			continue
		}
		m.step.cause = trigger(e)
		m.settle(b, e, m.about(b, e, false), h.since)
	}
	m.wakeBuyer(b, need{kind: needReview})
}

// Walk walks the fields of a review in a snapshot.
func (r *review) Walk(w *wire.Wire) {
	w.Uint32(1, &r.number)
	w.Int32(2, (*int32)(&r.deadline))
	wire.Msgs(w, 3, &r.items)
}
