package processor

import (
	"math"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/limit"
)

// onDelivery is the day of a cut whose notice counts from its delivery, and is not delivered yet. It is after every
// other day.
const onDelivery event.Day = math.MaxInt32

// maxAwaited bounds the cuts of a limit whose notice is not delivered.
const maxAwaited = 16

// awaited is the notice of a cut that is not delivered yet.
type awaited struct {
	at    event.Position // of the decision that gives it
	since event.Day      // when it was decided
	days  int32
}

// afterNotice is the day from which on a cut that is decided now holds.
func (m *Machine) afterNotice(c *cover) event.Day {
	t := m.terms(c.policy)
	if t.NoticeFromDelivery {
		return onDelivery
	}
	return m.logDay() + event.Day(t.NoticeDays)
}

// gives says in a decision, which is the next one, from when on a planned limit holds, and remembers it where that
// waits for its delivery.
func (m *Machine) gives(c *cover, d *decision.Limit, on event.Day) {
	if d.EffectiveOn = on; on != onDelivery {
		return
	}
	days := m.terms(c.policy).NoticeDays
	d.EffectiveOn, d.OnDelivery, d.NoticeDays = 0, true, days
	i := slices.IndexFunc(c.plan, func(p planned) bool { return p.on == onDelivery && p.minor == d.GrantedMinor })
	c.plan = slices.Clone(c.plan)
	c.plan[i].notice = &awaited{m.step.next(), m.logDay(), days}
}

// delivered follows a notification that reached its receiver. What it gave notice of may be over, or was delivered
// before.
func (m *Machine) delivered(v *event.NoticeDelivered) {
	for _, n := range v.Notices {
		b := m.find(n.Buyer)
		c := b.cover(n.Policy)
		if c == nil {
			continue
		}
		if i := slices.IndexFunc(c.plan, func(p planned) bool {
			return p.notice != nil &&
				p.notice.at == n.Position
		}); i >= 0 {
			m.begins(b, c, i, m.logDay())
		}
	}
}

// served takes an analyst's word that a policyholder had notice of what a limit is to become.
func (m *Machine) served(b *buyer, v *event.NoticeServed) outcome {
	if _, known := m.book.policies[v.Policy]; !known {
		return waits(need{kind: needPolicy, id: v.Policy})
	}
	c, today, on := b.cover(v.Policy), m.logDay(), v.ServedOn
	if on == 0 {
		on = today
	}
	if c == nil || len(c.plan) == 0 || c.plan[len(c.plan)-1].notice == nil {
		return refused(ReasonNoNotice, "")
	}
	i := len(c.plan) - 1
	switch {
	case on > today+maxAhead:
		return refused(ReasonFutureDate, "served_on "+on.String())
	case on < c.plan[i].notice.since:
		return refused(ReasonOutOfRange, "served_on "+on.String()+" is before the decision")
	}
	m.begins(b, c, i, on)
	return accepted
}

// begins counts the notice of a planned limit from a day on: earlier ones that would come later are over with it.
func (m *Machine) begins(b *buyer, c *cover, i int, from event.Day) {
	today, p := m.logDay(), c.plan[i]
	was, on := c.inForce(today), max(from+event.Day(p.notice.days), today)
	plan := slices.DeleteFunc(slices.Clone(c.plan[:i]), func(q planned) bool { return q.on >= on })
	plan = append(plan, planned{on: on, money: p.money})
	c.plan = append(plan, c.plan[i+1:]...)
	c.last = answer{}
	c.passes(today)
	code := decision.Reduced
	if p.minor == 0 {
		code = decision.Cancelled
	}
	d := m.decision(b, c, code, was)
	d.GrantedMinor, d.EffectiveOn = p.minor, on
	m.explains(d, limit.Facts{Grade: b.rating.Grade, Cut: true})
	m.step.decide(decision.LimitDecided, b.id, d)
	m.exposes(b)
}

// Walk walks the fields of a notice in a snapshot.
func (a *awaited) Walk(w *wire.Wire) {
	w.Uint32(1, &a.at.Generation)
	w.Uint32(2, &a.at.Partition)
	w.Int(3, &a.at.Offset)
	w.Uint32(4, &a.at.Seq)
	w.Int32(5, (*int32)(&a.since))
	w.Int32(6, &a.days)
}
