package processor

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// Rules of the discretionary limit, by the model's section on it.
const (
	experienceDays = 365 // invoices paid in so many days before count
	paidWell       = 30  // days late, at most
	paidBadly      = 60  // more days late than this
	worstAtWill    = 7   // grade
)

// Why there is no discretionary limit: codes of the public vocabulary.
const (
	textNotAgreed    = "not_agreed"    // by the policy
	textEnded        = "policy_ended"  // its period is over
	textDecided      = "decided"       // a limit is in force, or was cancelled, or one was refused
	textGrade        = "weak_buyer"    // its grade
	textOffCover     = "off_cover"     // the buyer's country is
	textPaidLate     = "paid_late"     // an invoice was paid too late
	textOpenLate     = "open_late"     // an invoice is open too long
	textNoExperience = "no_experience" // too few invoices were paid
)

// trade is a policy's experience with a buyer.
type trade struct {
	policy string
	well   [2]paidInvoice // the newest that were paid in full and in time, the newest first
	late   event.Day      // of the newest payment that came badly late, 0: none
}

// trades are the experience of all policies with a buyer, by policy.
type trades struct{ all []trade }

// Walk walks the fields of experience in a snapshot.
func (t *trades) Walk(w *wire.Wire) { wire.Msgs(w, 1, &t.all) }

type paidInvoice struct {
	invoice string
	on      event.Day
}

func (b *buyer) tradeAt(policy string) (int, bool) {
	if b.trades == nil {
		return 0, false
	}
	return slices.BinarySearchFunc(b.trades.all, policy, func(t trade, id string) int { return cmp.Compare(t.policy, id) })
}

// experiences notes a payment as experience of its policy, where a version of it agrees a discretionary limit. With
// enough of it, what the policy delivers is followed.
func (m *Machine) experiences(b *buyer, ref *event.InvoiceRef, paidOn event.Day) {
	if !m.book.atWill {
		return
	}
	if p := m.book.policies[ref.Policy]; p == nil || !p.AgreesDiscretion() {
		return
	}
	v, ok := b.paid().Find(refOf(ref))
	if late := paidOn - v.DueOn; !ok || late <= paidBadly && (late > paidWell || v.Cents > 0) {
		return
	}
	i, found := b.tradeAt(ref.Policy)
	if !found {
		if b.trades == nil {
			b.trades = &trades{}
		}
		b.trades.all = slices.Insert(b.trades.all, i, trade{policy: m.intern(ref.Policy)})
	}
	t := &b.trades.all[i]
	if paidOn-v.DueOn > paidBadly {
		t.late = max(t.late, paidOn)
		return
	}
	switch paid := (paidInvoice{clone(ref.Invoice), paidOn}); {
	case paidOn >= t.well[0].on:
		t.well = [2]paidInvoice{paid, t.well[0]}
	case paidOn >= t.well[1].on:
		t.well[1] = paid
	}
	if t.well[1].on != 0 && b.lines.Find(t.policy) == nil {
		l := limit.NewLine(t.policy, m.intern(m.terms(t.policy).Currency))
		l.Follow(m.moment(b, t.policy))
		m.put(b, l)
	}
}

// untrades takes back what a payment was as experience.
func (b *buyer) untrades(ref *event.InvoiceRef) {
	i, found := b.tradeAt(ref.Policy)
	if !found {
		return
	}
	switch t := &b.trades.all[i]; ref.Invoice {
	case t.well[0].invoice:
		t.well = [2]paidInvoice{t.well[1], {}}
	case t.well[1].invoice:
		t.well[1] = paidInvoice{}
	}
}

// atWill says why a policy may not deliver to a buyer without asking, empty where it may.
func (m *Machine) atWill(b *buyer, l *limit.Line, terms *event.PolicyUpserted) string {
	var t trade
	if i, found := b.tradeAt(l.Policy()); found {
		t = b.trades.all[i]
	}
	today := m.today()
	switch {
	case terms.DiscretionaryMinor <= 0:
		return textNotAgreed
	case l.HadLimit() || l.Refused():
		return textDecided
	case b.rating.Grade > worstAtWill:
		return textGrade
	case b.cell != nil && b.cell.country.offCover:
		return textOffCover
	case t.late+experienceDays >= today && t.late != 0:
		return textPaidLate
	case t.well[1].on+experienceDays < today || t.well[1].on == 0:
		return textNoExperience
	}
	late := false
	b.paid().EachOpen(l.Policy(), func(v score.Open) { late = late || !v.Disputed && today-v.DueOn > paidBadly })
	if late {
		return textOpenLate
	}
	return ""
}

// discretionary is what a delivery of a day may be covered up to without a limit, in euro cents. It is judged once,
// when it is told.
func (m *Machine) discretionary(b *buyer, l *limit.Line, day event.Day) int64 {
	if l.HadLimit() {
		return 0
	}
	p := m.book.policies[l.Policy()]
	terms := p.On(day)
	if p.EndedOn(day) || m.atWill(b, l, terms) != "" {
		return 0
	}
	cents, needs, ok := m.euro(event.Amount{Minor: terms.DiscretionaryMinor, Currency: terms.Currency})
	if !ok || needs.kind != needNothing {
		return 0
	}
	return cents
}

// publishDiscretion publishes the discretionary limit of a policy where it has changed since it was published last; 0
// withdraws it. Where a limit has taken its place, or a refusal, nothing is published.
func (m *Machine) publishDiscretion(b *buyer, l *limit.Line) {
	if l.HadLimit() && l.Discretion() == 0 {
		return
	}
	terms := m.terms(l.Policy())
	minor, why := terms.DiscretionaryMinor, m.atWill(b, l, terms)
	if m.book.policies[l.Policy()].EndedOn(m.today()) {
		why = textEnded
	}
	if why != "" {
		minor = 0
	}
	was := l.SetDiscretion(minor)
	if minor == was || why == textDecided {
		return
	}
	d := m.cover(b, l, decision.Discretionary, was, minor)
	d.Currency, d.ReasonText = terms.Currency, why
	switch i, found := b.tradeAt(l.Policy()); {
	case why == textGrade:
		d.Reason = limit.ReasonAdverse
	case why != "":
		d.Reason = limit.ReasonOther
	case found:
		for _, paid := range b.trades.all[i].well {
			d.Evidence = append(d.Evidence, paid.invoice)
		}
	}
	m.step.decide(decision.CoverChanged, b.id, d)
}

// discretionInUse is what all policies may deliver without asking, in euro cents: no part of what is in use.
func (m *Machine) discretionInUse(b *buyer) (sum int64) {
	for i := range b.lines {
		if l := &b.lines[i]; l.Discretion() > 0 {
			cents, _, _ := m.euro(event.Amount{Minor: l.Discretion(), Currency: m.terms(l.Policy()).Currency})
			sum = limit.Plus(sum, cents)
		}
	}
	return sum
}

// Walk walks the fields of a policy's experience in a snapshot.
func (t *trade) Walk(w *wire.Wire) {
	w.Str(1, &t.policy)
	w.Str(2, &t.well[0].invoice)
	w.Int32(3, (*int32)(&t.well[0].on))
	w.Str(4, &t.well[1].invoice)
	w.Int32(5, (*int32)(&t.well[1].on))
	w.Int32(6, (*int32)(&t.late))
}
