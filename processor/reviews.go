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

// askers are the insurer's people who entered what waits for the verdict, the newest last.
func (r *review) askers() (names []string) {
	for i := range r.items {
		if name := r.items[i].Analyst; name != "" {
			names = append(names, name)
		}
	}
	return names
}

// enteredBy is who of the insurer's people entered a message about a company, empty where a feed or a policyholder sent
// it.
func enteredBy(e *event.Event) string {
	switch v := e.Body.(type) {
	case *event.News:
		return v.Analyst
	case *event.NewsWithdrawn:
		return v.Analyst
	case *event.StatementFiled:
		return v.Analyst
	case *event.LimitRequested:
		return v.Analyst
	case *event.UnderwriterDecided:
		return v.Analyst
	case *event.BindingOrderAccepted:
		return v.Analyst
	case *event.NoticeServed:
		return v.Analyst
	default:
		return ""
	}
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
	r, state := &b.more().review, decision.ReviewJoined
	if !r.open() {
		r.number++
		r.deadline, state = m.logDay()+reviewDays, decision.ReviewOpened
		m.wheel.Set(r.deadline, timer{class: timerReview, buyer: b.id})
	}
	item := decision.ReviewItem{Kind: e.Kind, ID: clone(e.ID), Matched: m.step.found.by, Others: m.step.found.others,
		Source: e.Source, Analyst: clone(enteredBy(e))}
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
	d := &decision.Review{Review: r.id(b), Kind: decision.ReviewMatch, Buyer: b.id, Country: country,
		State: state, Analyst: analyst, DeadlineMs: r.deadline.Ms(), Items: r.items, Texts: b.master.texts}
	if askers := r.askers(); len(askers) > 0 {
		d.Asked = askers[len(askers)-1]
	}
	m.publishReview(b.id, d)
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
	switch s := b.less(); kind {
	case decision.ReviewMatch:
		q = question{newest: s.review.number, open: s.review.open() && number == s.review.number, asked: s.review.askers()}
		q.decide = func(a ruling) {
			verdict := score.Rejected
			if a.approve {
				verdict = score.Approved
			}
			m.close(b, verdict, a.state, a.analyst)
		}
	case decision.ReviewCut:
		q = question{newest: s.cuts.number, open: s.cuts.open() && number == s.cuts.number, asked: []string{s.cuts.asked},
			decide: func(a ruling) {
				m.cutsDecided(b, a.approve, a.state, a.analyst)
			}}
	case decision.ReviewIncrease:
		q = question{newest: s.raise.number, open: s.raise.open() && number == s.raise.number, asked: []string{s.raise.asked},
			decide: func(a ruling) {
				said := raiseRefused
				if a.approve {
					said = raiseApproved
				}
				m.raiseDecided(b, said, a.state, a.analyst)
			}}
	case decision.ReviewPayments:
		q = question{newest: s.word.number, open: s.word.open() && number == s.word.number, decide: func(a ruling) {
			m.wordDecided(b, a.approve, a.state, a.analyst)
		}}
	case decision.ReviewOverride:
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
	m.rejectionsLapse(b, day)
	m.wordsLapse(b, day)
	m.overridesLapse(b, day)
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
	cause := m.step.cause
	m.close(b, score.Lapsed, decision.ReviewWithdrawn, "")
	m.step.cause = cause
}

// close ends a review: what waited for its verdict is judged by it, the buyer is evaluated, and requests are answered.
func (m *Machine) close(b *buyer, v score.Verdict, state, analyst string) {
	m.tellReview(b, state, analyst)
	b.seldom.review.deadline, b.seldom.review.items = 0, nil
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
func (r *review) Walk(w *wire.Wire) {
	w.Uint32(1, &r.number)
	w.Int32(2, (*int32)(&r.deadline))
	wire.Msgs(w, 3, &r.items)
}
