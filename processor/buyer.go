package processor

import (
	"slices"
	"unsafe"

	"barometer/ingest/event"
	"barometer/processor/claim"
	"barometer/processor/engine"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// buyer is all that a partition knows of one buyer. It comes to be with the first message that names it and is accepted
// or waits; master data may follow.
//
// Invariants: cell is that of country and sector, nil until master data is known; rating,
// own, ownBest and insolvent are as of the last evaluation.
//
// Fields stand in the order in which a payment needs them, as a buyer lies anywhere in memory: what the index compares,
// then what the message changes, then what only some messages need.
type buyer struct {
	inline  [shortID]byte // the bytes of id, where they fit
	id      string
	sibling *buyer // in the index
	cell    *cell

	payments *score.Payments // nil before the first
	cache    cache
	rating   score.Rating
	own      int64  // score without the cell
	ownBest  int64  // best grade without the country's rule, 0 for any
	accepted uint64 // messages accepted that named it
	shelf    shelf  // of its cell, and its place on it
	place    int32
	ageing   event.Day // day of the ageing timer that counts, 0: none
	due      event.Day // day of the timer of an improvement, 0: none

	insolvent    bool
	hadStatement bool // a statement has counted once
	hadPayments  bool // it has had payments once
	unsettled    bool // it is among those of its cell
	kept         bool // it is in the book
	taken        engine.Taken

	seldom    *seldom      // nil: there is nothing of it
	lines     limit.Lines  // what policies have on it
	trades    *trades      // experience of policies, nil for none
	filings   *filings     // nil before the first statement
	news      *score.News  // nil before the first item
	keys      matchKeys    // what it is known by where a company has no id
	published []score.Part // of the last published score
	master    master
}

// seldom is what few buyers have.
type seldom struct {
	waiting    []held // what came before what it refers to, in order of arrival
	match      matchReview
	cuts       cutReview
	increase   increaseReview
	word       oneWord
	ruled      override
	overrides  uint32        // how many underwriters' decisions have waited for a second analyst
	overruling []pending     // those that wait, by policy; the one without is on the buyer
	unnoted    uint32        // how many of its keys are on their way to their partitions
	clocks     []policyClock // ascending by policy: those that have something to remember
	insolvency claim.Insolvency
	debtors    claim.Debtors
	adverse    adverseReview
}

// edit gives what few buyers have, to be changed.
func (b *buyer) edit() *seldom {
	if b.seldom == nil {
		b.seldom = &seldom{}
	}
	return b.seldom
}

// read gives what few buyers have, to be looked at.
func (b *buyer) read() *seldom {
	if b.seldom == nil {
		return &nothingSeldom
	}
	return b.seldom
}

// tidy forgets it where there is nothing of it.
func (b *buyer) tidy() {
	if s := b.seldom; s != nil && s.waiting == nil && s.unnoted == 0 && s.match.number == 0 && s.cuts.number == 0 &&
		s.increase.number == 0 && s.word.number == 0 && s.overrides == 0 && !s.ruled.inForce() && len(s.clocks) == 0 &&
		s.insolvency == (claim.Insolvency{}) && len(s.debtors) == 0 && s.adverse.number == 0 {
		b.seldom = nil
	}
}

var nothingSeldom seldom // never written

// paying is where a buyer's payments are booked.
func (b *buyer) paying() *score.Payments {
	if b.payments == nil {
		b.payments = &score.Payments{}
	}
	b.payments.Now = uint32(b.accepted) + 1 // as the message will be accepted
	return b.payments
}

// paid is the same to be read.
func (b *buyer) paid() *score.Payments {
	if b.payments == nil {
		return &noPayments
	}
	return b.payments
}

var noPayments score.Payments // never written

// shortID is how long an id may be that is kept within its buyer.
const shortID = 32

// name gives a buyer its id, which is copied. The buyer must not be moved in memory afterwards.
func (b *buyer) name(id string) {
	if len(id) > shortID {
		b.id = clone(id)
		return
	}
	copy(b.inline[:], id)
	b.id = unsafe.String(&b.inline[0], len(id))
}

// master is a buyer's master data.
type master struct {
	known     bool
	foundedOn event.Day
	digest    uint64       // of the message
	texts     event.Source // whose words name the buyer
}

// keep keeps a buyer from now on.
func (m *Machine) keep(b *buyer) {
	if !b.kept {
		b.kept, b.taken = true, m.captures.Last()
		m.book.buyers.put(b)
		i := score.EvaluationDay(b.id)
		slot := &m.book.slots[i]
		m.book.inOrder[i] = len(*slot) == 0 || m.book.inOrder[i] && (*slot)[len(*slot)-1].id < b.id
		*slot = append(*slot, b)
	}
}

// drop forgets a buyer of whom nothing has been accepted. Its slot is swept on its day, or when half of it is dropped.
func (m *Machine) drop(b *buyer) {
	b.kept = false
	m.book.buyers.remove(b)
	i := score.EvaluationDay(b.id)
	if m.book.dropped[i]++; 2*m.book.dropped[i] > len(m.book.slots[i]) {
		m.sweepSlot(i)
	}
}

// sweepSlot takes those out of a slot that are not kept any more.
func (m *Machine) sweepSlot(i int32) {
	m.book.slots[i] = slices.DeleteFunc(m.book.slots[i], func(b *buyer) bool { return !b.kept })
	m.book.dropped[i] = 0
}

// put stores a line of a buyer, and gives it as it is stored.
func (m *Machine) put(b *buyer, l *limit.Line) *limit.Line {
	if p := m.book.policies[l.Policy()]; b.lines.Find(l.Policy()) == nil {
		p.buyers = append(p.buyers, b)
	}
	return b.lines.Put(l)
}

// upsertBuyer takes over master data. Other content than before is meant.
func (m *Machine) upsertBuyer(b *buyer, e *event.Event, v *event.BuyerUpserted) outcome {
	if b.master.known && b.master.digest == e.Digest() {
		return repeated
	}
	if v.FoundedOn > m.today()+maxAhead {
		return refused(ReasonFutureDate, "founded_on "+v.FoundedOn.String())
	}
	texts := b.master.texts
	if e.Text {
		texts = e.Source
	}
	b.master = master{known: true, foundedOn: v.FoundedOn, digest: e.Digest(), texts: texts}
	m.move(b, v.Buyer.Country, v.Sector)
	m.hasKeys(b, v.Buyer.Matches)
	b.cache.drop()
	return accepted
}

// home is the country and sector of a buyer's master data, empty before it is known.
func (b *buyer) home() (country, sector string) {
	if b.cell == nil {
		return "", ""
	}
	return b.cell.country.code, b.cell.sector
}

// move puts a buyer into the cell of its master data.
func (m *Machine) move(b *buyer, country, sector string) {
	x := m.cell(country, sector)
	if x == b.cell {
		return
	}
	if b.cell != nil {
		b.cell.shelves.take(b)
	}
	b.cell, b.unsettled = x, false
	x.shelves.put(b)
}

// intern gives the one string that the state keeps for an id that many buyers share.
func (m *Machine) intern(id string) string {
	if one, ok := m.book.names[id]; ok {
		return one
	}
	one := clone(id)
	m.book.names[one] = one
	return one
}
