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

// id names a review after its buyer, so that a verdict finds it.
func (r *review) id(b *buyer) string {
	return reviewPrefix(b) + strconv.FormatUint(uint64(r.number), 10)
}

func reviewPrefix(b *buyer) string { return b.id + "/" + decision.ReviewMatch + "-" }

// was tells whether an id is of this review or one before it.
func (r *review) was(b *buyer, id string) bool {
	suffix, of := strings.CutPrefix(id, reviewPrefix(b))
	n, err := strconv.ParseUint(suffix, 10, 32)
	return of && err == nil && 1 <= n && n <= uint64(r.number)
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
	b := m.book.buyers.get(e.Key)
	if b == nil || b.less().review.number == 0 {
		m.reject(e, ReasonUnknownReview, v.Review)
		return
	}
	if r := &b.seldom.review; !r.open() || v.Review != r.id(b) {
		reason := ReasonUnknownReview
		if r.was(b, v.Review) {
			reason = ReasonReviewClosed
		}
		m.reject(e, reason, v.Review)
		return
	}
	m.touch(b)
	b.accepted++
	if v.Approve {
		m.close(b, score.Approved, decision.ReviewApproved, v.Analyst)
	} else {
		m.close(b, score.Rejected, decision.ReviewRejected, v.Analyst)
	}
}

// lapse fires the end of a review.
func (m *Machine) lapse(b *buyer, day event.Day) {
	if r := &b.less().review; r.open() && r.deadline <= day {
		m.close(b, score.Lapsed, decision.ReviewLapsed, "")
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
