package processor

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/limit"
)

// Reasons of a refusal that is nobody's arithmetic.
const (
	textUnderwriter = "underwriter" // an analyst's verdict
	textSuperseded  = "superseded"  // its policyholder has asked for less meanwhile
)

// increaseReview is the review of a request whose increase is beyond what the model's file lets nobody look at. The
// request waits for it, and further ones like it. Without a verdict it is answered as things stand then.
type increaseReview struct {
	review
	policy   string
	request  string
	from, to int64 // minor units of currency, as proposed
	currency string
}

func (r *increaseReview) common() *review { return &r.review }

func (r *increaseReview) kind() string { return decision.ReviewIncrease }

func (r *increaseReview) barred() []string { return []string{r.requestedBy} }

func (r *increaseReview) lapse() ruling {
	return ruling{approve: true, state: decision.ReviewEffective}
}

func (r *increaseReview) describe(_ *buyer, d *decision.Review) {
	d.Proposals = []decision.Proposal{{Policy: r.policy, FromMinor: r.from, ToMinor: r.to, Currency: r.currency}}
}

func (r *increaseReview) decide(m *Machine, b *buyer, a ruling) {
	v := increaseRefused
	if a.approve {
		v = increaseApproved
	}
	m.endIncrease(b, v, a.state, a.analyst)
}

func (r *increaseReview) waiting() need { return need{needIncrease, r.policy, r.request} }

// reviewIncrease lets a request wait that would increase a limit by more than one may without a second pair of eyes.
// Refused by a verdict, it is answered here. done is false where the request is to be answered as any other.
func (m *Machine) reviewIncrease(b *buyer, l *limit.Line, v *event.LimitRequested, wanted limit.Money,
	again bool) (o outcome, done bool) {
	large := m.model.parsed.Capacity.LargeIncrease
	switch m.step.raise {
	case increaseApproved:
		return outcome{}, false
	case increaseRefused, increaseWithdrawn: // whatever the model of now says of large ones
		e := l.Describe(decision.NotApproved, m.logDay())
		e.Was = e.Granted
		d := m.decision(b, l, e)
		m.ask(d, v)
		d.ReasonText = textSuperseded
		if m.step.raise == increaseRefused {
			d.ReasonText = textUnderwriter
			l.Refuse()
		}
		l.RecordRepeat(m.logDay())
		m.put(b, l)
		m.step.decide(decision.LimitDecided, b.id, d)
		return answered, true
	}
	if large == 0 || v.Kind != event.RequestNew && v.Kind != event.RequestIncrease {
		return outcome{}, false
	}
	a := m.judgement(b, l, v, wanted)
	if a.Code == decision.NotApproved || a.Granted-l.Agreed().Cents <= large {
		return outcome{}, false
	}
	_, room := b.room(v.Policy)
	if !again && room {
		m.investigates(b, b.id, v)
	}
	r := &b.edit().increase
	if r.open() || !room {
		return waits(need{kind: needIncrease}), true
	}
	r.policy, r.request, r.currency, r.requestedBy = l.Policy(), clone(v.Request), m.intern(v.Amount.Currency),
		clone(v.Analyst)
	r.from, r.to = m.exchange(l.Agreed().Minor, l.Currency(), r.currency), v.Amount.Minor
	if a.Code == decision.PartlyApproved {
		r.to = m.rounded(a.Granted, wanted, r.currency).Minor
	}
	m.openReview(b, &r.review)
	m.publishStep(b, r, decision.ReviewOpened, "")
	return waits(r.waiting()), true
}

// increaseVerdict is what was decided on the request that is being answered.
type increaseVerdict uint8

const (
	increaseOpen increaseVerdict = iota
	increaseApproved
	increaseRefused
	increaseWithdrawn
)

// endIncrease ends the review: the request is answered as things stand now, or refused, and what has waited behind it
// is looked at.
func (m *Machine) endIncrease(b *buyer, v increaseVerdict, state, analyst string) {
	r := &b.seldom.increase
	m.publishStep(b, r, state, analyst)
	r.deadline = 0
	which := r.waiting()
	for _, h := range b.takeWaiting(func(h *held) bool { return h.needs == which }) {
		e := decoded(h.record)
		m.step.cause, m.step.raise = trigger(e), v
		m.settle(b, e, m.about(b, e, true), h.since)
		m.step.raise = increaseOpen
	}
	m.wakeBuyer(b, need{kind: needIncrease})
}

// withdrawIncrease ends the review of a request where its policyholder asks for less meanwhile: it is refused.
func (m *Machine) withdrawIncrease(b *buyer, v *event.LimitRequested) {
	if r := &b.read().increase; r.open() && r.policy == v.Policy && (v.Kind == event.RequestCancellation ||
		v.Kind == event.RequestReduction) {
		cause := m.step.cause
		m.endIncrease(b, increaseWithdrawn, decision.ReviewWithdrawn, "")
		m.step.cause = cause
	}
}

// judgement is what a request for more would be granted as things stand.
func (m *Machine) judgement(b *buyer, l *limit.Line, v *event.LimitRequested, wanted limit.Money) limit.Answer {
	now, available := l.Agreed(), m.available(b, l)
	if country := b.capped(); country != nil {
		available = country.left(available)
	}
	return limit.Judge(limit.Request{Total: wanted.Cents, Current: now.Cents, Available: available, Grade: b.rating.Grade,
		Increase: v.Kind == event.RequestIncrease || now.Minor > 0})
}

// Walk walks the fields of a review of an increase in a snapshot.
func (r *increaseReview) Walk(w *wire.Wire) {
	w.Uint32(1, &r.number)
	w.Int32(2, (*int32)(&r.deadline))
	w.Str(3, &r.policy)
	w.Str(4, &r.request)
	w.Int(5, &r.from)
	w.Int(6, &r.to)
	w.Str(7, &r.currency)
	w.Str(8, &r.requestedBy)
}
