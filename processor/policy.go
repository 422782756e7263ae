package processor

import (
	"bytes"
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/engine"
)

// evaluationDays is how often a buyer is evaluated whatever happens: on a day in so many of its own.
const evaluationDays = 30

// book is what is known of policies and buyers.
type book struct {
	policies map[string]*policy
	atWill   bool // one of them agrees a discretionary limit
	buyers   index
	slots    [evaluationDays][]*buyer // all buyers, by their day in thirty
	inOrder  [evaluationDays]bool     // whether a slot is ascending by id
	requests [requestShards]requestShard
	names    map[string]string // ids that many buyers share, once each
}

func newBook() book {
	b := book{policies: map[string]*policy{}, buyers: newIndex(), names: map[string]string{}}
	for i := range b.requests {
		b.requests[i].kept = map[requestKey]remembered{}
	}
	return b
}

// policy is the versions of a policy's terms by the day that they come into force, ascending; of one day the newest
// message counts. now indexes the version in force, -1 before the first.
type policy struct {
	versions []event.PolicyUpserted
	now      int
	atWill   bool // a version agrees a discretionary limit
	taken    engine.Taken
}

// upsertPolicy books a version of a policy's terms. It is broadcast: every partition knows every policy.
func (m *Machine) upsertPolicy(b *event.PolicyUpserted) {
	p := m.book.policies[b.Policy]
	if p == nil {
		p = &policy{now: -1, taken: m.captures.Last()}
		m.book.policies[m.intern(b.Policy)] = p
	} else if p.has(b) {
		m.batch.Repeat()
		return
	}
	m.touchPolicy(p)
	today := m.day
	var lapsed event.Day // the first day after its last period
	if len(p.versions) > 0 && p.endedOn(today) {
		lapsed = p.termsOn(today).PeriodTo + 1
	}
	p.put(keepPolicy(b))
	m.book.atWill = m.book.atWill || p.atWill
	if p.turn(today); lapsed != 0 {
		m.renewed(b.Policy, lapsed)
	}
	if b.EffectiveOn > today {
		m.wheel.Set(b.EffectiveOn, timer{class: timerPolicyTerms, policy: clone(b.Policy)})
	}
	m.wake(need{kind: needPolicy, id: b.Policy})
}

// endedOn tells whether the period of a policy is over on a day, by the version of that day.
func (p *policy) endedOn(day event.Day) bool {
	last := p.termsOn(day).PeriodTo
	return last != 0 && last < day
}

// renewed covers what was delivered since the last period of a policy was over, now that the next one is told.
func (m *Machine) renewed(id string, from event.Day) {
	var all []*buyer
	for _, slot := range m.book.slots {
		for _, b := range slot {
			if b.followed(id) != nil {
				all = append(all, b)
			}
		}
	}
	slices.SortFunc(all, func(a, b *buyer) int { return cmp.Compare(a.id, b.id) })
	for _, b := range all {
		m.touch(b)
		c := b.followed(id)
		m.reinsure(c, from)
		for later := c.runoff.From(from); len(later) > 0; later = later[1:] {
			m.bind(c, &later[0])
		}
		c.runoff.changed()
		m.exposes(b)
	}
}

// has tells whether a version is there already, with the same content.
func (p *policy) has(v *event.PolicyUpserted) bool {
	i := slices.IndexFunc(p.versions, func(w event.PolicyUpserted) bool { return w.EffectiveOn == v.EffectiveOn })
	return i >= 0 && bytes.Equal(wire.Append(nil, v), wire.Append(nil, &p.versions[i]))
}

func (p *policy) put(v event.PolicyUpserted) {
	p.atWill = p.atWill || v.DiscretionaryMinor > 0
	i, found := slices.BinarySearchFunc(p.versions, v.EffectiveOn, func(w event.PolicyUpserted, day event.Day) int {
		return cmp.Compare(w.EffectiveOn, day)
	})
	if found {
		p.versions[i] = v
		return
	}
	p.versions = slices.Insert(p.versions, i, v)
}

// turn moves to the version in force on a day.
func (p *policy) turn(day event.Day) {
	p.now = -1
	for i := range p.versions {
		if p.versions[i].EffectiveOn <= day {
			p.now = i
		}
	}
}

// keepPolicy copies what the state keeps beyond the record.
func keepPolicy(b *event.PolicyUpserted) event.PolicyUpserted {
	v := *b
	v.Policy, v.Holder, v.Language, v.Currency = clone(b.Policy), clone(b.Holder), clone(b.Language), clone(b.Currency)
	v.Deductibles = slices.Clone(b.Deductibles)
	v.IndemnityOrder = nil
	for _, s := range b.IndemnityOrder {
		v.IndemnityOrder = append(v.IndemnityOrder, clone(s))
	}
	return v
}
