package processor

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/claim"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// maxDeadlines bounds the lines of one decision; what is more is another one's.
const maxDeadlines = 500

// dated is a line about a date, and the invoice that it is of.
type dated struct {
	decision.DeadlineLine
	key uint64
}

// policyClock is the policy clock of one policy on a buyer, where it has something to remember.
type policyClock struct {
	policy string
	claim.Clock
}

// clockOf is the policy clock of a policy on a buyer, to be read; an empty one where there is none.
func (b *buyer) clockOf(policy string) *claim.Clock {
	if i, found := b.clockAt(policy); found {
		return &b.seldom.clocks[i].Clock
	}
	return &noClock
}

var noClock claim.Clock // never written

func (b *buyer) clockAt(policy string) (int, bool) {
	return slices.BinarySearchFunc(b.read().clocks, policy, func(c policyClock, id string) int {
		return cmp.Compare(c.policy, id)
	})
}

// putClock stores what is left of a clock.
func (b *buyer) putClock(policy string, c claim.Clock) {
	i, found := b.clockAt(policy)
	switch {
	case found && c.Empty():
		b.seldom.clocks = slices.Delete(b.seldom.clocks, i, i+1)
		b.tidy()
	case found:
		b.seldom.clocks[i].Clock = c
	case !c.Empty():
		s := b.edit()
		s.clocks = slices.Insert(s.clocks, i, policyClock{policy, c})
	}
}

// awaitDeadline sees to it that the dates of a policy's deliveries are looked at on a day.
func (m *Machine) awaitDeadline(b *buyer, l *limit.Line, day event.Day) {
	if day = max(day, m.today()+1); l.AwaitDeadline(day) {
		m.wheel.Set(day, timer{class: timerDeadline, buyer: b.id, policy: l.Policy()})
	}
}

// awaitDelivery sees to it that the first date of a delivery is told in time.
func (m *Machine) awaitDelivery(b *buyer, l *limit.Line, v *event.InvoiceIssued) {
	m.awaitDeadline(b, l, m.book.policies[l.Policy()].firstDate(v.DueOn))
}

// warnsBefore is how many days before a date a policy warns of it first.
func (p *policy) warnsBefore() event.Day {
	if warn := p.Current().WarnDays; len(warn) > 0 {
		return event.Day(warn[0])
	}
	return 0
}

// firstDate is the day before which no date of an invoice is told, whichever version of the policy holds for it.
func (p *policy) firstDate(due event.Day) event.Day {
	first, _ := p.dateSpan()
	return due + first - p.warnsBefore()
}

// dateSpan is how many days after its due date the first and the last date of an invoice come, by all versions of the
// policy: of one that is not reported and whose buyer is not insolvent.
func (p *policy) dateSpan() (first, last event.Day) {
	for i := range p.Versions() {
		terms := claim.ClockTermsOf(&p.Versions()[i])
		if last = max(last, terms.Last()); i == 0 || terms.First() < first {
			first = terms.First()
		}
	}
	return first, last
}

// watched are the due dates of invoices of which a date may have to be told on a day: those after one and up to
// another.
func (p *policy) watched(day event.Day, in claim.Insolvency) (after, to event.Day) {
	first, last := p.dateSpan()
	after, to = day-last-1, day+p.warnsBefore()-first
	byReport := slices.ContainsFunc(p.Versions(), func(v event.PolicyUpserted) bool { return v.WaitingFromReport })
	if in.HeardOn != 0 || byReport { // dates count from other days too
		after, to = 0, lastDueDay
	}
	return after, to
}

// lastDueDay is beyond every due date.
const lastDueDay = event.Day(1 << 20)

// termsChange lets the clocks of a policy look at their dates again where a version of it changes them at once.
func (m *Machine) termsChange(p *policy, v *event.PolicyUpserted) {
	if v.EffectiveOn > m.today() {
		return // it is for what is delivered then
	}
	for _, b := range p.buyers {
		if l := b.lines.Followed(v.Policy); l != nil && l.Totals().Open > 0 {
			m.touch(b)
			m.awaitDeadline(b, l, 0)
		}
	}
}

// watched is a delivery as the policy clock looks at it.
func (m *Machine) watched(b *buyer, l *limit.Line, t *limit.Terms, v *limit.Delivery) claim.Watched {
	return claim.Watched{Key: v.Key, DueOn: v.DueOn, Terms: claim.ClockTermsOf(t.On(v.DeliveredOn)), Open: v.Open > 0,
		Covered: v.InsuredAtAll(), Disputed: v.Disputed, Reported: v.Preserved,
		Stops: !v.Exempt && l.InForce(m.logDay()).Minor > 0}
}

// warn looks at the dates of a policy's deliveries to a buyer, as the day has come that was set for it.
func (m *Machine) warn(b *buyer, policy string, day event.Day) {
	l := b.lines.Followed(policy)
	if l == nil || !l.WakeDeadline(day) {
		return
	}
	p := m.book.policies[policy]
	c, in, warn := *b.clockOf(policy), b.read().insolvency, p.Current().WarnDays
	tell := m.near[:0]
	waits := b.paid().Dormant(policy) // for the end of its history
	after, to := p.watched(day, in)
	next := event.Day(0)
	if due, ok := l.NextDue(to); ok {
		next = p.firstDate(due)
	}
	l.EachDue(after, to, func(v *limit.Delivery) {
		if waits && v.Exempt {
			return
		}
		w := m.watched(b, l, &p.Terms, v)
		w.Stops = w.Stops && !l.Suspended()
		var at event.Day
		if tell, at = c.Look(tell, day, warn, &w, in); at != 0 && (next == 0 || at < next) {
			next = at
		}
	})
	over := c.Settle(day, in, m.finds(b, l))
	c.Forget(func(key uint64) bool { return l.Delivery(key) != nil })
	b.putClock(policy, c)
	if next != 0 {
		m.awaitDeadline(b, l, next)
	}
	m.publishDates(b, l, decision.DatesSettled, over)
	m.publishDates(b, l, decision.DatesNear, tell)
	m.near = tell
	m.unmark(b) // nothing else of it has changed
}

// finds gives the deliveries of a line as the clock looks at them; those that are followed no longer are paid.
func (m *Machine) finds(b *buyer, l *limit.Line) func(key uint64) claim.Watched {
	terms := &m.book.policies[l.Policy()].Terms
	return func(key uint64) claim.Watched {
		if v := l.Delivery(key); v != nil {
			return m.watched(b, l, terms, v)
		}
		return claim.Watched{Key: key}
	}
}

// settleDates publishes which dates that were told need nothing any more, now that something has changed.
func (m *Machine) settleDates(b *buyer, l *limit.Line) {
	if !b.clockOf(l.Policy()).Telling() {
		return
	}
	c := *b.clockOf(l.Policy())
	over := c.Settle(m.today(), b.read().insolvency, m.finds(b, l))
	b.putClock(l.Policy(), c)
	m.publishDates(b, l, decision.DatesSettled, over)
}

// lookAtDates follows a change of deliveries: what was told may be settled, and there may be dates to come.
func (m *Machine) lookAtDates(b *buyer, l *limit.Line) {
	m.settleDates(b, l)
	if !l.AwaitsDeadline() && l.Totals().Open > 0 && !b.paid().Dormant(l.Policy()) {
		m.awaitDeadline(b, l, 0)
	}
}

// hearsInsolvency notes when an insolvency began to act on a buyer, or that none does any more, and lets the clocks
// look at their dates again.
func (m *Machine) hearsInsolvency(b *buyer) {
	in := b.read().insolvency
	acts := b.rating.Grade == score.Insolvent
	if acts == (in.HeardOn != 0) {
		return
	}
	if in = (claim.Insolvency{}); acts {
		in.HeardOn = m.logDay()
		if in.On = in.HeardOn; b.news != nil && b.news.Insolvent() {
			in.On = b.news.InsolventOn()
		}
	}
	b.edit().insolvency = in
	b.tidy()
	for i := range b.lines {
		if l := &b.lines[i]; l.Followed() && l.Totals().Open > 0 {
			m.settleDates(b, l)
			m.awaitDeadline(b, l, 0)
		}
	}
}

// handsOver notes what a report of overdue invoices does for their dates, and tells whether that is news.
func (m *Machine) handsOver(b *buyer, l *limit.Line, v *event.OverdueReported) (news bool) {
	c := *b.clockOf(v.Policy)
	for _, id := range v.Invoices {
		if d := l.Delivery(score.KeyOf(id)); d != nil && d.Preserved {
			over := v.Kind != event.CaseMonitor && v.Kind != event.CaseNone
			news = c.Report(d.Key, v.ReportedOn, over) || news
		}
	}
	if !news {
		return false
	}
	b.putClock(v.Policy, c)
	m.settleDates(b, l)
	m.awaitDeadline(b, l, 0)
	return true
}

// publishDates publishes dates of a policy's deliveries.
func (m *Machine) publishDates(b *buyer, l *limit.Line, state decision.DeadlineState, dates []claim.Date) {
	if len(dates) == 0 {
		return
	}
	all := m.dated[:0]
	for _, v := range dates {
		open, covered := l.Outstanding(v.Key)
		line := decision.DeadlineLine{Kind: v.Kind, DueOn: v.DueOn, On: v.On, Why: v.Why,
			OpenMinor: m.exchange(open, "EUR", l.Currency())}
		if v.Kind != decision.StopShipment {
			line.AtStakeMinor = m.exchange(covered, "EUR", l.Currency())
		}
		if d := l.Delivery(v.Key); d != nil {
			line.Invoice = d.Invoice
		}
		all = append(all, dated{line, v.Key})
	}
	m.dated = all
	slices.SortFunc(all, func(x, y dated) int {
		return cmp.Or(cmp.Compare(x.DueOn, y.DueOn), cmp.Compare(x.Invoice, y.Invoice), cmp.Compare(x.key, y.key),
			cmp.Compare(x.Kind, y.Kind))
	})
	for from := 0; from < len(all); from += maxDeadlines {
		part := all[from:min(from+maxDeadlines, len(all))]
		d := &decision.Deadline{Policy: l.Policy(), Buyer: b.id, Holder: m.terms(l.Policy()).Holder,
			Currency: l.Currency(), State: state, Lines: make([]decision.DeadlineLine, len(part)), Texts: b.master.texts}
		for i := range part {
			d.Lines[i] = part[i].DeadlineLine
			if part[i].Kind == decision.StopShipment {
				d.LimitMinor = l.InForce(m.logDay()).Minor
			} else if i == 0 || part[i].key != part[i-1].key || part[i-1].Kind == decision.StopShipment {
				d.AtStakeMinor = limit.Plus(d.AtStakeMinor, part[i].AtStakeMinor)
			}
		}
		m.step.decide(decision.DeadlineNear, b.id, d)
	}
}

// Walk walks the fields of a policy clock in a snapshot.
func (c *policyClock) Walk(w *wire.Wire) {
	w.Str(1, &c.policy)
	w.Msg(2, &c.Clock)
}
