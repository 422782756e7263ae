package processor

import (
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/match"
)

// Bounds of what waits.
const (
	maxWaiting  = match.MaxWaiting // messages of one buyer
	waitingDays = 7
)

// needKind is what a message waits for.
type needKind uint8

// Kinds of need. Values are part of the snapshot's format.
const (
	needNothing needKind = iota
	needInvoice
	needPolicy
	needBuyer // master data of the buyer that the message is about
	needRate
	needPayment  // that is reversed
	needNews     // that is withdrawn
	needKeys     // of the buyer to be noted: what was known of it before its id was
	needReview   // to be over: a request meanwhile
	needVerdict  // whether it is about this buyer
	needIncrease // a verdict on an increase: of this request, or without an id on another
	needEnd
)

// reason is the code of the rejection when it has waited in vain.
func (k needKind) reason() string {
	return [needEnd]string{"", ReasonUnknownInvoice, ReasonUnknownPolicy, ReasonUnknownBuyer, ReasonNoRate,
		ReasonUnknownPayment, ReasonUnknownNews, ReasonUnknownBuyer, ReasonUnderReview, ReasonAmbiguousCompany,
		ReasonUnderReview}[k]
}

// need names what a message waits for by its id: an invoice or a payment of a policy, a policy, a currency, a news
// item.
type need struct {
	kind   needKind
	policy string
	id     string
}

func needOfInvoice(r *event.InvoiceRef) need { return need{needInvoice, r.Policy, r.Invoice} }

// shared tells whether what is needed can come without naming the buyer.
func (n need) shared() bool { return n.kind == needPolicy || n.kind == needRate }

func (n need) clone() need { return need{n.kind, clone(n.policy), clone(n.id)} }

// held is a message that waits.
type held struct {
	needs  need
	since  event.Day
	record []byte
	policy string // whose message it is, empty for nobody's
}

// Walk walks the fields of a message that waits in a snapshot.
func (h *held) Walk(w *wire.Wire) {
	wire.Enum(w, 1, &h.needs.kind)
	w.Str(2, &h.needs.policy)
	w.Str(3, &h.needs.id)
	w.Int32(4, (*int32)(&h.since))
	w.Blob(5, &h.record)
	w.Str(6, &h.policy)
	if h.needs.kind >= needEnd {
		w.Fail("need %d", h.needs.kind)
		h.needs.kind = needNothing
	}
}

// room is where a policy's message may wait with a buyer, as match.Room has it. The request that a review is about does
// not give way.
func (b *buyer) room(policy string) (give int, ok bool) {
	all := b.read().waiting
	return match.Room(len(all), policy, func(i int) string {
		if n := &all[i].needs; n.kind == needIncrease && n.id != "" {
			return ""
		}
		return all[i].policy
	})
}

// hasRoom tells whether a message may wait.
func (b *buyer) hasRoom(e *event.Event) bool {
	_, ok := b.room(claimant(e))
	return ok
}

// hold lets a message wait.
func (m *Machine) hold(b *buyer, e *event.Event, n need, since event.Day) {
	policy := claimant(e)
	give, ok := b.room(policy)
	if !ok {
		m.reject(e, ReasonWaitingFull, n.kind.reason())
		return
	}
	m.keep(b)
	h := held{needs: n.clone(), since: since, record: event.Append(nil, e), policy: clone(policy)}
	b.edit().waiting = append(b.edit().waiting, h)
	m.awaits(b, h.needs)
	if give >= 0 {
		m.givesWay(b, give)
	}
	if day := since + waitingDays; day > m.today() {
		m.wheel.Set(day, timer{class: timerExpire, buyer: b.id})
	}
}

// givesWay ends the wait of the message at a place, as one of a policy that has fewer waits too.
func (m *Machine) givesWay(b *buyer, at int) {
	h := b.seldom.waiting[at]
	b.seldom.waiting = slices.Delete(b.seldom.waiting, at, at+1)
	m.forgetNeed(b, h.needs)
	m.rejectOther(decoded(h.record), ReasonWaitingFull, h.needs.kind.reason())
	if h.needs.kind == needVerdict {
		m.mark(b) // the review may have nothing left to decide
	}
}

// awaits notes who is to be woken when something arrives that names no buyer.
func (m *Machine) awaits(b *buyer, n need) {
	if !n.shared() {
		return
	}
	ids := m.waiters[n]
	if i, found := slices.BinarySearch(ids, b.id); !found {
		m.waiters[n] = slices.Insert(ids, i, b.id)
	}
}

// wake tries again what waited for something shared, by buyers and in order of arrival.
func (m *Machine) wake(n need) {
	ids := m.waiters[n]
	if len(ids) == 0 {
		return
	}
	delete(m.waiters, n)
	for _, id := range ids {
		m.wakeBuyer(m.book.buyers.get(id), n)
	}
}

// wakeBuyer tries again what waited with a buyer for something.
func (m *Machine) wakeBuyer(b *buyer, n need) {
	m.mark(b)
	for _, h := range b.takeWaiting(func(h *held) bool { return h.needs == n }) {
		e := decoded(h.record)
		m.step.cause = trigger(e)
		m.settle(b, e, m.about(b, e, true), h.since)
	}
}

// takeWaiting ends the wait of some messages, and gives them in order of arrival.
func (b *buyer) takeWaiting(which func(*held) bool) (taken []held) {
	if len(b.read().waiting) == 0 {
		return nil
	}
	var rest []held
	for _, h := range b.seldom.waiting {
		if which(&h) {
			taken = append(taken, h)
		} else {
			rest = append(rest, h)
		}
	}
	b.seldom.waiting = rest
	b.tidy()
	return taken
}

// expire rejects what has waited in vain.
func (m *Machine) expire(b *buyer, day event.Day) {
	for _, h := range b.takeWaiting(func(h *held) bool { return h.since+waitingDays <= day }) {
		m.forgetNeed(b, h.needs)
		m.reject(decoded(h.record), h.needs.kind.reason(), h.needs.id)
	}
	if b.accepted == 0 && len(b.read().waiting) == 0 {
		m.drop(b)
	}
}

// forgetNeed takes a buyer off the list of those to be woken, unless something else of it waits for the same.
func (m *Machine) forgetNeed(b *buyer, n need) {
	if !n.shared() || slices.ContainsFunc(b.read().waiting, func(h held) bool { return h.needs == n }) {
		return
	}
	ids := m.waiters[n]
	if i, found := slices.BinarySearch(ids, b.id); found {
		ids = slices.Delete(ids, i, i+1)
		m.waiters[n] = ids
	}
	if len(ids) == 0 {
		delete(m.waiters, n)
	}
}
