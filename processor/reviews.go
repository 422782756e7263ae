package processor

import (
	"slices"
	"strconv"
	"strings"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/score"
)

// reviewDays is how long a review of a buyer waits for its verdict.
const reviewDays = 2

// review is a question about a buyer to the insurer's people. A buyer has one of each kind (buyerReview) open at a
// time.
//
// Invariant: number rises with each one that opens; deadline is 0 where none is open.
type review struct {
	number      uint32    // how many there were of its kind
	deadline    event.Day // when it ends without a verdict
	requestedBy string    // the analyst who requested what is to be decided, and does not approve it; empty: none
}

func (r *review) open() bool { return r.deadline != 0 }

// buyerReview is a kind of review, with what it is about.
type buyerReview interface {
	common() *review
	kind() string
	// barred are the analysts who do not approve it; an empty name is none.
	barred() []string
	// describe says in a decision what is to be decided.
	describe(b *buyer, d *decision.Review)
	// decide ends the review by a verdict, or by what its deadline amounts to.
	decide(m *Machine, b *buyer, a ruling)
	// lapse is what its deadline amounts to.
	lapse() ruling
}

// reviews are all kinds of review of a buyer, in the order in which they lapse.
func (s *seldom) reviews() [5]buyerReview {
	return [...]buyerReview{&s.match, &s.increase, &s.cuts, &s.word, &s.adverse}
}

// openReview opens a review, or gives it more time.
func (m *Machine) openReview(b *buyer, r *review) {
	if !r.open() {
		r.number++
	}
	r.deadline = m.logDay() + reviewDays
	m.wheel.Set(r.deadline, timer{class: timerReview, buyer: b.id})
}

// publishStep publishes a step of a review.
func (m *Machine) publishStep(b *buyer, x buyerReview, state, analyst string) {
	r := x.common()
	d := &decision.Review{Review: reviewID(b, x.kind(), r.number), Kind: x.kind(), Buyer: b.id, State: state,
		Analyst: analyst, Asked: r.requestedBy, DeadlineMs: r.deadline.Ms(), Texts: b.master.texts}
	d.Country, _ = b.home()
	x.describe(b, d)
	m.publishReview(b.id, d)
}

// matchReview is about whether messages are true and about this buyer. Without a verdict doubtful news goes on counting
// as reported.
type matchReview struct {
	review
	items []decision.ReviewItem
}

func (r *matchReview) common() *review { return &r.review }

func (r *matchReview) kind() string { return decision.ReviewMatch }

func (r *matchReview) lapse() ruling { return ruling{state: decision.ReviewLapsed} }

// barred are the insurer's people who entered what waits for the verdict, the newest last.
func (r *matchReview) barred() (names []string) {
	for i := range r.items {
		if name := r.items[i].Analyst; name != "" {
			names = append(names, name)
		}
	}
	return names
}

func (r *matchReview) describe(_ *buyer, d *decision.Review) {
	d.Items = r.items
	if names := r.barred(); len(names) > 0 {
		d.Asked = names[len(names)-1]
	}
}

func (r *matchReview) decide(m *Machine, b *buyer, a ruling) {
	verdict := score.Rejected
	switch {
	case a.approve:
		verdict = score.Approved
	case a.state == decision.ReviewLapsed:
		verdict = score.Lapsed
	}
	m.close(b, verdict, a.state, a.analyst)
}

// reviewID names a review after its buyer, so that a verdict finds it.
func reviewID(b *buyer, kind string, number uint32) string { return mintReview(b.id, kind, number) }

// mintReview names a review after the key that it belongs to.
func mintReview(key, kind string, number uint32) string {
	return key + "/" + kind + "-" + strconv.FormatUint(uint64(number), 10)
}

// parseReview is the kind and number that an id gives a review of a key; the number is 0 where it is none.
func parseReview(key, id string) (kind string, number uint32) {
	suffix, of := strings.CutPrefix(id, key+"/")
	kind, digits, _ := strings.Cut(suffix, "-")
	n, err := strconv.ParseUint(digits, 10, 32)
	if !of || err != nil {
		return "", 0
	}
	return kind, uint32(n)
}

// asks opens a review of a message, or lets it join the one that is open.
func (m *Machine) asks(b *buyer, e *event.Event) {
	m.keep(b)
	r, state := &b.edit().match, decision.ReviewJoined
	if !r.open() {
		m.openReview(b, &r.review)
		state = decision.ReviewOpened
	}
	item := decision.ReviewItem{Kind: e.Kind, ID: clone(e.ID), Matched: m.step.found.by, Others: m.step.found.others,
		Source: e.Source, Analyst: clone(e.Body.EnteredBy())}
	if v, ok := e.Body.(*event.News); ok {
		item.Category, item.Outlet = v.Category, v.Outlet
	}
	r.items = append(r.items, item)
	m.publishStep(b, r, state, "")
}

// publishReview publishes a step of a review. One that an analyst has taken says where its words are.
func (m *Machine) publishReview(key string, d *decision.Review) {
	if d.Analyst != "" {
		d.Verdict = m.step.verdict
	}
	m.step.decide(decision.ReviewRequested, key, d)
}

// question is a review as a verdict finds it.
type question struct {
	newest uint32 // how many there were of its kind
	open   bool
	asked  []string // the analysts who asked for what is to be decided, and do not approve it; an empty name: none
	first  string   // who has approved it already, where two are needed; empty: nobody
	decide func(ruling)
}

// ruling is an analyst's verdict.
type ruling struct {
	approve bool
	state   string // that it brings the review to, where one verdict is enough
	analyst string
}

// verdict takes an analyst's verdict on a review. Whoever asked for what is to be decided, or has approved it already,
// does not approve it.
func (m *Machine) verdict(e *event.Event, v *event.ReviewDecided) {
	m.step.verdict = e.Source
	m.step.verdict.Seq = 0
	kind, number := parseReview(e.Key, v.Review)
	b := m.book.buyers.get(e.Key)
	q := m.pendingQuestion(e.Key, kind, number)
	if b != nil && q.decide == nil {
		q = m.questionOf(b, kind, number)
	}
	a := ruling{v.Approve, decision.ReviewRejected, v.Analyst}
	if v.Approve {
		a.state = decision.ReviewApproved
	}
	switch {
	case number == 0 || number > q.newest:
		m.reject(e, ReasonUnknownReview, v.Review)
	case !q.open || q.decide == nil:
		m.reject(e, ReasonReviewClosed, v.Review)
	case v.Approve && (slices.Contains(q.asked, v.Analyst) || v.Analyst == q.first):
		m.reject(e, ReasonSecondAnalyst, v.Review)
	default:
		q.decide(a)
	}
}

// questionOf is a buyer's review of a kind and number.
func (m *Machine) questionOf(b *buyer, kind string, number uint32) (q question) {
	s := b.read()
	for _, x := range s.reviews() {
		if r := x.common(); x.kind() == kind {
			q = question{newest: r.number, open: r.open() && number == r.number, asked: x.barred(),
				decide: func(a ruling) { x.decide(m, b, a) }}
		}
	}
	if kind == decision.ReviewOverride {
		q.newest = s.overrides
		if i := slices.IndexFunc(s.overruling, func(p pending) bool { return p.number == number }); i >= 0 {
			q.open, q.asked = true, []string{s.overruling[i].asked}
			q.decide = func(a ruling) { m.overrideDecided(b, i, a) }
		}
	}
	if decide := q.decide; decide != nil {
		q.decide = func(a ruling) {
			m.mark(b)
			b.accepted++
			decide(a)
			m.followUp(b)
		}
	}
	return q
}

// lapse fires the end of reviews.
func (m *Machine) lapse(b *buyer, day event.Day) {
	for i := range b.read().reviews() {
		x := b.read().reviews()[i] // the one before may have brought others to be
		if r := x.common(); r.open() && r.deadline <= day {
			m.mark(b)
			x.decide(m, b, x.lapse())
		}
	}
	m.rejectionsLapse(b, day)
	m.wordsLapse(b, day)
	m.overridesLapse(b, day)
}

// endIdleMatch closes the review of matches where it has nothing left to decide.
func (m *Machine) endIdleMatch(b *buyer) {
	if !b.read().match.open() || b.news != nil && b.news.Doubtful() > 0 {
		return
	}
	for i := range b.seldom.waiting {
		if b.seldom.waiting[i].needs.kind == needVerdict {
			return
		}
	}
	cause := m.step.cause
	m.close(b, score.Lapsed, decision.ReviewWithdrawn, "")
	m.step.cause = cause
}

// close ends a review: what waited for its verdict is judged by it, the buyer is evaluated, and requests are answered.
func (m *Machine) close(b *buyer, v score.Verdict, state, analyst string) {
	m.publishStep(b, &b.seldom.match, state, analyst)
	b.seldom.match.deadline, b.seldom.match.items = 0, nil
	k := m.mark(b)
	k.evaluate, k.reinstate = true, b.news != nil && b.news.Decide(m.model.parsed, v)
	b.cache.drop()
	m.followUp(b)
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
func (r *matchReview) Walk(w *wire.Wire) {
	w.Uint32(1, &r.number)
	w.Int32(2, (*int32)(&r.deadline))
	wire.Msgs(w, 3, &r.items)
}
