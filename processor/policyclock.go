package processor

import (
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/limit"
)

// textOverdue is why cover for new deliveries stops: an invoice is open beyond its maximum extension.
const textOverdue = "overdue"

// maxStops bounds how many stops of cover are kept of a limit: deliveries told later are judged by them.
const maxStops = 16

// stop is a span of days whose deliveries are not covered.
type stop struct {
	from event.Day
	to   event.Day // the first day that is covered again, 0: it goes on
}

// stopped tells whether cover for new deliveries is stopped.
func (c *cover) stopped() bool { return len(c.stops) > 0 && c.stops[len(c.stops)-1].to == 0 }

// stoppedFrom is the first day of the stop that goes on, 0 for none.
func (c *cover) stoppedFrom() event.Day {
	if !c.stopped() {
		return 0
	}
	return c.stops[len(c.stops)-1].from
}

func (c *cover) stoppedOn(day event.Day) bool {
	for _, s := range c.stops {
		if day >= s.from && (s.to == 0 || day < s.to) {
			return true
		}
	}
	return false
}

// looks lets the policy clock look at the deliveries of a policy: the first day after the maximum extension of one that
// is open and not in dispute stops cover for new ones, until the debt is paid.
func (m *Machine) looks(b *buyer, c *cover) {
	r, today, p := c.runoff, m.today(), m.book.policies[c.policy]
	var next event.Day // when there is something to look for again
	overdue, late := false, []*limit.Delivery(nil)
	awaits := func(day event.Day) bool {
		if day > today && (next == 0 || day < next) {
			next = day
		}
		return day > today
	}
	r.Each(func(v *limit.Delivery) {
		if v.Open == 0 || v.Disputed {
			return
		}
		if !v.Spared && !awaits(p.stopsOn(v)) {
			overdue = true
		}
		if day, any := p.losesOn(v); any && !v.Kept && !v.Lost && !awaits(day) {
			late = append(late, v)
		}
	})
	if overdue != c.stopped() {
		m.stops(c, overdue)
	}
	for _, v := range late {
		m.loses(b, c, v)
	}
	switch limited := c.inForce(m.logDay()).minor > 0; {
	case c.stopped() && !c.toldStop && limited:
		m.tellStop(b, c, decision.Suspended)
	case !c.stopped() && c.toldStop:
		m.tellStop(b, c, decision.Resumed)
	}
	if next != 0 && (r.timer == 0 || next < r.timer) {
		r.timer = next
		m.wheel.Set(next, timer{class: timerPolicyClock, buyer: b.id, policy: c.policy})
	}
	r.stale = false
}

// stopsOn is the day from which on a delivery that is open stops cover.
func (p *policy) stopsOn(v *limit.Delivery) event.Day {
	return v.DueOn + event.Day(p.termsOn(v.DeliveredOn).MaximumExtensionDays) + 1
}

// goesOn starts the policy clock of deliveries that came as history: days gone by cost nothing.
func (m *Machine) goesOn(b *buyer, policy string) {
	c := b.followed(policy)
	if c == nil {
		return
	}
	p := m.book.policies[policy]
	c.runoff.Each(func(v *limit.Delivery) {
		v.Spared = v.Spared && p.stopsOn(v) <= m.today()
		if day, any := p.losesOn(v); any {
			v.Kept = v.Kept && day <= m.today()
		}
	})
	c.runoff.stale = true
}

// stops stops cover for what is delivered from today on, or lets it begin again.
func (m *Machine) stops(c *cover, begin bool) {
	today := m.logDay()
	if begin {
		c.stops = append(slices.Clone(c.stops[max(len(c.stops)-maxStops+1, 0):]), stop{from: today})
	} else {
		c.stops[len(c.stops)-1].to = today
	}
	m.reinsure(c, m.logDay())
}

// tellStop says that deliveries from today on are not covered, or are again. The limit stays what it is.
func (m *Machine) tellStop(b *buyer, c *cover, code decision.LimitCode) {
	now := c.inForce(m.logDay())
	d := m.decision(b, c, code, now)
	d.GrantedMinor, d.ReasonText = now.minor, textOverdue
	c.toldStop = code == decision.Suspended
	m.step.decide(decision.LimitDecided, b.id, d)
}

// clocked fires the policy clock of a limit.
func (m *Machine) clocked(b *buyer, policy string, day event.Day) {
	c := b.followed(policy)
	if c == nil || c.runoff.timer != day {
		return
	}
	c.runoff.timer, c.runoff.stale = 0, true
	m.exposes(b)
}

// Walk walks the fields of a stop in a snapshot.
func (s *stop) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&s.from))
	w.Int32(2, (*int32)(&s.to))
}
