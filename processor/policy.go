package processor

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
)

// book is what the portfolio's master data says.
type book struct {
	policies map[string]*policy
}

func newBook() book { return book{policies: map[string]*policy{}} }

// policy is the versions of a policy's terms by the day that they come into force, ascending; of one day the newest
// message counts. now indexes the version in force, -1 before the first.
type policy struct {
	versions []event.PolicyUpserted
	now      int
}

// upsertPolicy books a version of a policy's terms. It is broadcast: every partition knows every policy.
func (m *Machine) upsertPolicy(b *event.PolicyUpserted) {
	p := m.book.policies[b.Policy]
	if p == nil {
		p = &policy{now: -1}
		m.book.policies[clone(b.Policy)] = p
	}
	p.put(keepPolicy(b))
	today := event.DayOf(m.clock.NowMs)
	p.turn(today)
	if b.EffectiveOn > today {
		m.wheel.at(b.EffectiveOn, timer{class: timerPolicyTerms, policy: clone(b.Policy)})
	}
}

func (p *policy) put(v event.PolicyUpserted) {
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
