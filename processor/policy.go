package processor

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/claim"
	"barometer/processor/engine"
	"barometer/processor/limit"
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
	dropped  [evaluationDays]int      // how many of a slot are not kept any more
	history  map[string][]*buyer      // by policy: with invoices that came as history and wait for its end; no state
	requests [requestShards]requestShard
	names    map[string]string // ids that many buyers share, once each
}

func newBook() book {
	b := book{policies: map[string]*policy{}, buyers: newIndex(), names: map[string]string{},
		history: map[string][]*buyer{}}
	for i := range b.requests {
		b.requests[i].kept = map[requestKey]remembered{}
	}
	return b
}

// policy is what a policy agrees.
type policy struct {
	limit.Terms
	buyers []*buyer // on which it has a line, in the order in which it came to be; no state of its own
	taken  engine.Taken
	// aggregates are what claims have used of its periods; at its home alone there are any.
	aggregates claim.Aggregates
}

// upsertPolicy books a version of a policy's terms. It is broadcast: every partition knows every policy.
func (m *Machine) upsertPolicy(b *event.PolicyUpserted) {
	p := m.book.policies[b.Policy]
	if p == nil {
		p = &policy{Terms: limit.NewTerms(), taken: m.captures.Last()}
		m.book.policies[m.intern(b.Policy)] = p
	} else if p.Has(b) {
		m.batch.Repeat()
		return
	}
	m.touchPolicy(p)
	today := m.day
	var lapsed event.Day // the first day after its last period
	if !p.Empty() && p.EndedOn(today) {
		lapsed = p.On(today).PeriodTo + 1
	}
	p.Put(keepPolicy(b))
	m.book.atWill = m.book.atWill || p.AgreesDiscretion()
	if p.Turn(today); lapsed != 0 {
		m.renewed(b.Policy, lapsed)
	}
	if m.termsChange(p, b); b.EffectiveOn > today {
		m.wheel.Set(b.EffectiveOn, timer{class: timerPolicyTerms, policy: clone(b.Policy)})
	}
	m.wake(need{kind: needPolicy, id: b.Policy})
}

// renewed covers what was delivered since the last period of a policy was over, now that the next one is told.
func (m *Machine) renewed(id string, from event.Day) {
	for _, b := range inOrderOfIDs(m.book.policies[id].buyers) {
		l := b.lines.Followed(id)
		if l == nil {
			continue
		}
		m.mark(b)
		l.Renew(m.moment(b, id), from)
		m.followUp(b)
	}
}

// inOrderOfIDs lists buyers by their ids, and leaves those given as they are.
func inOrderOfIDs(buyers []*buyer) []*buyer {
	return slices.SortedFunc(slices.Values(buyers), func(x, y *buyer) int { return cmp.Compare(x.id, y.id) })
}

// keepPolicy copies what the state keeps beyond the record.
func keepPolicy(b *event.PolicyUpserted) event.PolicyUpserted {
	v := *b
	v.Policy, v.Holder, v.Language, v.Currency = clone(b.Policy), clone(b.Holder), clone(b.Language), clone(b.Currency)
	v.Assignee, v.WarnDays = clone(b.Assignee), slices.Clone(b.WarnDays)
	v.Deductibles = slices.Clone(b.Deductibles)
	v.IndemnityOrder = nil
	for _, s := range b.IndemnityOrder {
		v.IndemnityOrder = append(v.IndemnityOrder, clone(s))
	}
	return v
}
