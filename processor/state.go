package processor

import (
	"fmt"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/claim"
	"barometer/processor/engine"
	"barometer/processor/match"
)

// AppendState appends the whole state, the chain included, to dst. Equal states are equal bytes.
func (f *Fold) AppendState(dst []byte) []byte {
	c := f.captureOrdered()
	for !c.Advance() {
	}
	for _, part := range c.Parts() {
		dst = append(dst, part...)
	}
	return dst
}

// RestoreState replaces the state with one that AppendState or a Capture wrote. Its bytes are the fold's from now on
// and must not be modified.
func (f *Fold) RestoreState(state []byte) error {
	fresh := NewFold(f.machine.partition, f.machine.parse)
	fresh.machine.knows, fresh.machine.parallel, fresh.machine.aside = f.machine.knows, f.machine.parallel, f.machine.aside
	var w wire.Wire
	w.Begin(state)
	fresh.walkHead(&w)
	fresh.machine.restore(&w)
	if err := w.Finish(); err != nil {
		return fmt.Errorf("state: %w", err)
	}
	if m := fresh.machine; m.fold > m.knows {
		return fmt.Errorf("state: %w", &VersionError{m.fold, m.knows})
	} else if m.opened != nil {
		parsed, err := m.parse(m.model.content)
		if err != nil {
			return fmt.Errorf("state: model %s: %w", m.model.version, err)
		}
		m.model.parsed, m.model.epoch = parsed, 1
		m.resume()
	}
	*f = *fresh
	return nil
}

// walkHead walks what is small in a snapshot.
func (f *Fold) walkHead(w *wire.Wire) {
	m := f.machine
	w.Fixed(1, &f.encoder.Chain)
	opened := m.opened != nil
	w.Bool(2, &opened)
	if opened && m.opened == nil {
		m.opened = &event.LogOpened{}
	}
	if opened {
		w.Msg(3, m.opened)
	}
	w.Int(4, &m.clock.NowMs)
	w.Int(5, &m.clock.TickMs)
	w.Int(6, &m.clock.IntervalMs)
	w.Bool(7, &m.clock.Driven)
	if w.Decoding() {
		m.day = event.DayOf(m.clock.NowMs)
	}
	w.Uint32(8, &m.fold)
	m.marks.Walk(w, 9)
	w.Msg(10, &m.batch)
	w.Str(11, &m.model.version)
	w.Blob(12, &m.model.content)
	w.Msg(13, &m.model.sent)
}

// The fields of a snapshot after its head, in the order in which they stand in it.
const (
	fieldTimers     = 14 // pages
	fieldPolicies   = 15 // versions of terms
	fieldFigures    = 16
	fieldRates      = 17
	fieldHomes      = 18
	fieldReviews    = 19 // of what waits before it acts in all partitions
	fieldCaps       = 20 // of countries
	fieldRequests   = 21 // pages
	fieldBuyers     = 22 // pages
	fieldMatches    = 23 // pages
	fieldAggregates = 24
)

// restore reads what a Capture wrote after the head.
func (m *Machine) restore(w *wire.Wire) {
	var timers []engine.Page[dayTimer, *dayTimer]
	wire.Msgs(w, fieldTimers, &timers)
	for _, p := range timers {
		for _, t := range p.Items {
			m.wheel.Set(t.day, t.timer)
		}
	}
	var policies []event.PolicyUpserted
	wire.Msgs(w, fieldPolicies, &policies)
	for _, v := range policies {
		p := m.book.policies[v.Policy]
		if p == nil {
			p = &policy{}
			m.book.policies[m.intern(v.Policy)] = p
		}
		p.Put(v)
		m.book.atWill = m.book.atWill || p.AgreesDiscretion()
		p.Turn(m.day)
	}
	m.walkFigures(w)
	var requests []engine.Page[keptRequest, *keptRequest]
	wire.Msgs(w, fieldRequests, &requests)
	for _, p := range requests {
		for _, r := range p.Items {
			m.book.shard(r.key).kept[r.key] = r.remembered
		}
	}
	var buyers []buyerPage
	wire.Msgs(w, fieldBuyers, &buyers)
	m.unpack(w, buyers)
	var keys []engine.Page[match.Entry, *match.Entry]
	wire.Msgs(w, fieldMatches, &keys)
	for _, p := range keys {
		for _, e := range p.Items {
			m.matches.Put(e)
		}
	}
	var aggregates []policyAggregates
	wire.Msgs(w, fieldAggregates, &aggregates)
	for _, a := range aggregates {
		if p := m.book.policies[a.policy]; p != nil {
			p.aggregates = a.Aggregates
		}
	}
}

// policyAggregates are what claims of a policy have used.
type policyAggregates struct {
	policy string
	claim.Aggregates
}

// Walk walks the fields of what claims of a policy have used in a snapshot.
func (a *policyAggregates) Walk(w *wire.Wire) {
	w.Str(1, &a.policy)
	w.Msg(2, &a.Aggregates)
}

// dayTimer is a timer with its day.
type dayTimer struct {
	day event.Day
	timer
}

// Walk walks the fields of a timer in a snapshot.
func (t *dayTimer) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&t.day))
	wire.Enum(w, 2, &t.class)
	w.Str(3, &t.buyer)
	w.Str(4, &t.policy)
	w.Str(5, &t.item)
	if t.class >= timerEnd {
		w.Fail("timer class %d", t.class)
		t.class = timerPolicyTerms
	}
}
