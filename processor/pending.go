package processor

import (
	"cmp"
	"encoding/hex"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
)

const countryKey = "country/"

// pending is a message that acts when analysts have approved it, and the review that asks them. Of a kind there is
// one at a time at a key: a country (a moratorium that nobody has confirmed, a cap), the activation of models or of
// fold versions; and per policy or for all of a buyer an underwriter's decision beyond the authority of one. Those of
// a buyer are kept with it.
//
// Invariants: record is empty where nothing waits; number rises with each review of its kind and key; asked never
// approves; a country needs two who do, all else one.
type pending struct {
	kind     string // of review
	key      string // that it belongs to
	number   uint32
	deadline event.Day // when it lapses without a verdict, 0: it does not
	record   []byte
	asked    string // the analyst who sent it; empty: a feed
	first    string // who has approved it, where two are needed; empty: nobody yet
}

func (p *pending) open() bool { return len(p.record) > 0 }

// pendingOf is what waits at a key for a review of a kind, nil where nothing ever did. Buyers have their own.
func (m *Machine) pendingOf(kind, key string) *pending {
	if i, found := m.pendingAt(kind, key); found {
		return m.pending[i]
	}
	return nil
}

func (m *Machine) pendingAt(kind, key string) (int, bool) {
	return slices.BinarySearchFunc(m.pending, pending{kind: kind, key: key}, func(p *pending, q pending) int {
		return cmp.Or(cmp.Compare(p.key, q.key), cmp.Compare(p.kind, q.kind))
	})
}

// propose lets a message wait for its review at its home, where it supersedes what waits there.
func (m *Machine) propose(kind string, e *event.Event, asked string) {
	if p := m.pendingOf(kind, e.Key); p != nil && p.open() && decoded(p.record).Digest() == e.Digest() {
		m.batch.Repeat()
		return
	}
	m.supersede(kind, e.Key)
	i, found := m.pendingAt(kind, e.Key)
	if !found {
		m.pending = slices.Insert(m.pending, i, &pending{kind: kind, key: clone(e.Key)})
	}
	p := m.pending[i]
	p.number++
	p.record, p.asked, p.first = event.Append(nil, e), clone(asked), ""
	m.publishPending(p, decision.ReviewOpened, "")
}

// supersede withdraws what waits at a key: something else of its kind is proposed, or acts.
func (m *Machine) supersede(kind, key string) {
	if p := m.pendingOf(kind, key); p != nil && p.open() {
		m.publishPending(p, decision.ReviewWithdrawn, "")
		p.record = nil
	}
}

func (m *Machine) publishPending(p *pending, state, analyst string) {
	e := decoded(p.record)
	d := &decision.Review{Review: mintReview(p.key, p.kind, p.number), Kind: p.kind, State: state,
		Analyst: analyst, Asked: p.asked, First: p.first, DeadlineMs: p.deadline.Ms(),
		Items: []decision.ReviewItem{{Kind: e.Kind, ID: e.ID, Source: e.Source}}}
	switch v := e.Body.(type) {
	case *event.Indicator:
		d.Country = v.Country
	case *event.CountryCapSet:
		m.describeCap(d, v)
	case *event.ModelActivated:
		d.Terms = []string{"model=" + clone(v.Version), "sha256=" + hex.EncodeToString(v.SHA256)}
	case *event.FoldActivated:
		d.Terms = []string{"fold=" + decimal(v.Version)}
	}
	m.publishReview(p.key, d)
}

// pendingQuestion is the review of a kind and number at a key that is no buyer's.
func (m *Machine) pendingQuestion(key, kind string, number uint32) question {
	p := m.pendingOf(kind, key)
	if p == nil {
		return question{}
	}
	return question{newest: p.number, open: p.open() && number == p.number, asked: []string{p.asked}, first: p.first,
		decide: func(a ruling) { m.pendingDecided(p, a) }}
}

// pendingDecided takes an analyst's verdict. Approved by as many as it needs, the message goes to every partition,
// where it acts.
func (m *Machine) pendingDecided(p *pending, a ruling) {
	switch {
	case a.approve && p.kind == decision.ReviewCountry && p.first == "":
		p.first = clone(a.analyst)
		m.publishPending(p, decision.ReviewSeconding, a.analyst)
		return
	case a.approve:
		confirmed := decoded(p.record)
		confirmed.Home = false
		if v, ok := confirmed.Body.(*event.Indicator); ok {
			v.Confirmed = true
		}
		setSecond(confirmed, a.analyst)
		m.publishPending(p, a.state, a.analyst)
		m.step.relay("", &event.Relayed{Kind: event.RelayConfirmed, Subject: p.key,
			Payload: event.Append(nil, confirmed)})
	default:
		m.publishPending(p, a.state, a.analyst)
	}
	p.record = nil
}

// setSecond names who approved a message beside the analyst who sent it.
func setSecond(e *event.Event, analyst string) {
	switch v := e.Body.(type) {
	case *event.CountryCapSet:
		v.SecondAnalyst = analyst
	case *event.ModelActivated:
		v.SecondAnalyst = analyst
	case *event.FoldActivated:
		v.SecondAnalyst = analyst
	case *event.UnderwriterDecided:
		v.SecondAnalyst = analyst
	}
}

// confirmed takes a message that analysts have approved where it is at home: here it acts.
func (m *Machine) confirmed(v *event.Relayed) {
	e := decoded(v.Payload)
	m.step.cause, m.step.confirmed = trigger(e), true
	switch b := e.Body.(type) {
	case *event.Indicator:
		m.indicator(e, b)
	case *event.CountryCapSet:
		m.caps(e, b)
	case *event.ModelActivated:
		m.activate(e, b)
	case *event.FoldActivated:
		m.activateFold(e, b)
	}
}

// precedence orders what acts when it is sent and what acts when its home relays it: both come to every partition,
// and not everywhere in the same order. The one that was sent later counts, wherever it comes first. Those of one way
// come in their order. Both are the newest there was of its way, by the messages' own times, at most a day ahead.
type precedence struct{ directMs, confirmedMs int64 }

// admits tells whether a message acts, or one that was sent later has done so.
func (m *Machine) admits(p *precedence, e *event.Event) bool {
	at := min(e.AtMs, (m.logDay() + maxAhead + 1).Ms())
	if m.step.confirmed {
		p.confirmedMs = max(p.confirmedMs, at)
		return at > p.directMs || p.directMs == 0
	}
	p.directMs = max(p.directMs, at)
	return at >= p.confirmedMs
}

// Walk walks the fields of a precedence in a snapshot.
func (p *precedence) Walk(w *wire.Wire) {
	w.Int(1, &p.directMs)
	w.Int(2, &p.confirmedMs)
}

// seconded tells whether two analysts stand for a message.
func seconded(analyst, second string) bool { return second != "" && second != analyst }

// alone tells whether one analyst alone stands for a message that a producer without one may send: it needs another.
func alone(analyst, second string) bool { return analyst != "" && !seconded(analyst, second) }

// Walk walks the fields of what waits in a snapshot.
func (p *pending) Walk(w *wire.Wire) {
	w.Str(1, &p.kind)
	w.Str(2, &p.key)
	w.Uint32(3, &p.number)
	w.Int32(4, (*int32)(&p.deadline))
	w.Blob(5, &p.record)
	w.Str(6, &p.asked)
	w.Str(7, &p.first)
}
