package limit

import (
	"iter"
	"slices"
	"strings"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/score"
)

// suspended tells whether cover for new deliveries is suspended.
func (l *Line) suspended() bool { return l.suspendedFrom() != 0 }

// suspendedFrom is the first day of the suspension that goes on, 0 for none.
func (l *Line) suspendedFrom() event.Day {
	if n := len(l.suspensions); n > 0 && l.suspensions[n-1].to == 0 {
		return l.suspensions[n-1].from
	}
	return 0
}

func (l *Line) suspendedOn(day event.Day) bool {
	for _, s := range l.suspensions {
		if day >= s.from && (s.to == 0 || day < s.to) {
			return true
		}
	}
	return false
}

// ClockStale tells whether a delivery has changed since the policy clock looked.
func (l *Line) ClockStale() bool { return l.runoff != nil && l.runoff.stale }

// Wake lets the policy clock look, as its day has come; false where another day counts.
func (l *Line) Wake(day event.Day) bool {
	if l.runoff == nil || l.runoff.timer != day {
		return false
	}
	l.runoff.timer, l.runoff.stale = 0, true
	return true
}

// RunClock lets the policy clock look at the deliveries. The first day after the maximum extension of one that is open
// and not in dispute suspends cover for new ones, until the debt is paid; the first day after the notification deadline
// of one that was not reported forfeits its cover. wake is the day to Wake it on, 0 for none but what is set already.
func (l *Line) RunClock(at Moment) (changes []CoverChanged, wake event.Day) {
	r := l.runoff
	overdue, late, next := r.look(at)
	if overdue != l.suspended() {
		l.suspend(at, overdue)
	}
	for _, v := range late {
		changes = l.forfeit(at, changes, v)
	}
	switch limited := l.InForce(at.Day).Minor > 0; {
	case l.suspended() && !l.suspensionPublished && limited:
		changes = append(changes, l.publishSuspension(at, decision.Suspended, r.beyondExtension(at)))
	case !l.suspended() && l.suspensionPublished:
		changes = append(changes, l.publishSuspension(at, decision.Resumed, nil))
	}
	r.stale = false
	if next == never || r.timer != 0 && next >= r.timer {
		return changes, 0
	}
	r.timer = next
	return changes, next
}

// look tells whether a delivery is beyond its maximum extension, which deliveries are beyond their notification
// deadline, and the first day on which more of them are, or never. While cover is suspended, no further extension
// matters.
func (r *runoff) look(at Moment) (overdue bool, late []*Delivery, next event.Day) {
	suspends, forfeits := never, never
	// each takes the earliest due dates of deliveries under the same terms, and tells whether one is late.
	each := func(t *event.PolicyUpserted, extended, reported event.Day) bool {
		if extended != never {
			day := extended + event.Day(t.MaximumExtensionDays) + 1
			overdue = overdue || day <= at.AsOf
			suspends = min(suspends, day)
		}
		if reported == never || !forfeitsLate(t) {
			return false
		}
		day := reported + event.Day(t.NotificationDeadlineDays) + 1
		if day > at.AsOf {
			forfeits = min(forfeits, day)
		}
		return day <= at.AsOf
	}
	r.walk(func(p *part) bool {
		terms := at.Terms.On(r.many.at(*p.First()).DeliveredOn)
		return terms != at.Terms.On(r.many.at(*p.Last()).DeliveredOn) || each(terms, p.Sum().suspends, p.Sum().forfeits)
	}, func(v *Delivery) bool {
		s := none()
		if s.add(v); each(at.Terms.On(v.DeliveredOn), s.suspends, s.forfeits) {
			late = append(late, v)
		}
		return true
	})
	if overdue {
		suspends = never
	}
	return overdue, late, min(suspends, forfeits)
}

// beyondExtension are the invoices that suspend cover, in the order of their deliveries, at most maxEvidence. One that
// was open before deliveries were followed is not named.
func (r *runoff) beyondExtension(at Moment) (invoices []string) {
	r.walk(func(p *part) bool {
		if p.Sum().suspends == never {
			return false
		}
		terms := at.Terms.On(r.many.at(*p.First()).DeliveredOn)
		return terms != at.Terms.On(r.many.at(*p.Last()).DeliveredOn) ||
			p.Sum().suspends+event.Day(terms.MaximumExtensionDays) < at.AsOf
	}, func(v *Delivery) bool {
		s := none()
		if s.add(v); s.suspends != never && at.Terms.suspendsOn(v) <= at.AsOf && v.Invoice != "" {
			invoices = append(invoices, v.Invoice)
		}
		return len(invoices) < maxEvidence
	})
	return invoices
}

// suspend suspends cover for what is delivered from today on, or resumes it.
func (l *Line) suspend(at Moment, begin bool) {
	if begin {
		l.suspensions = append(slices.Clone(l.suspensions[max(len(l.suspensions)-maxSuspensions+1, 0):]),
			suspension{from: at.Day})
	} else {
		l.suspensions[len(l.suspensions)-1].to = at.Day
	}
	l.reinsure(at, at.Day)
}

// publishSuspension says that deliveries from today on are not covered, or are again. The limit stays what it is.
func (l *Line) publishSuspension(at Moment, code decision.CoverCode, overdue []string) CoverChanged {
	l.suspensionPublished = code == decision.Suspended
	return CoverChanged{Code: code, Limit: l.InForce(at.Day).Minor, Overdue: overdue}
}

// forfeit ends the cover of a delivery that was not reported in time.
func (l *Line) forfeit(at Moment, changes []CoverChanged, v *Delivery) []CoverChanged {
	_, covered := l.runoff.Outstanding(v.Key)
	v.Forfeited = true
	l.runoff.Update(v)
	l.runoff.totals = l.runoff.Totals()
	return l.changeCover(at, changes, v, decision.Forfeited, covered, 0)
}

// preserve notes that a delivery was reported in time, and restores its cover where that was forfeited meanwhile.
func (l *Line) preserve(at Moment, changes []CoverChanged, v *Delivery) []CoverChanged {
	was := v.Forfeited
	v.Preserved, v.Forfeited = true, v.NoConsent
	l.runoff.Update(v)
	l.runoff.totals = l.runoff.Totals()
	if !was || v.Forfeited {
		return changes
	}
	_, covered := l.runoff.Outstanding(v.Key)
	return l.changeCover(at, changes, v, decision.Restored, 0, covered)
}

// changeCover appends what has become of the cover of a delivery. Nothing is said of one that was delivered without.
func (l *Line) changeCover(at Moment, changes []CoverChanged, v *Delivery, code decision.CoverCode,
	was, now int64) []CoverChanged {
	if v.Limit == 0 && v.Ordered == 0 {
		return changes
	}
	return append(changes, CoverChanged{Code: code, Limit: l.InForce(at.Day).Minor, Invoice: v.Invoice,
		DeliveredOn: v.DeliveredOn, Was: was, Now: now})
}

// DueOn is when a delivery that is followed was due, by its invoice.
func (l *Line) DueOn(invoice string) (event.Day, bool) {
	if l.runoff == nil {
		return 0, false
	}
	d := l.runoff.Find(score.KeyOf(invoice))
	if d == nil {
		return 0, false
	}
	return d.DueOn, true
}

// NextDue is the earliest due date later than a day among deliveries with something open; false where there is none.
func (l *Line) NextDue(after event.Day) (due event.Day, ok bool) {
	if l.runoff == nil {
		return 0, false
	}
	return l.runoff.NextDue(after)
}

// OpenDueOn iterates over the deliveries with something open that were due on a day, by the date of delivery and the
// invoice's id. Nothing of the line may change meanwhile.
func (l *Line) OpenDueOn(day event.Day) iter.Seq[Delivery] {
	if l.runoff == nil {
		return func(func(Delivery) bool) {}
	}
	return l.runoff.OpenDueOn(day)
}

// Reported is what became of a report of overdue invoices.
type Reported struct {
	Changes   []CoverChanged
	Preserved int       // invoices whose cover can no longer be forfeited
	Late      string    // the last invoice whose deadline was over, empty for none
	Deadline  event.Day // of that one
}

// Report takes the report of overdue invoices on a day. The cover of those that it is in time for cannot be forfeited
// any more, and is restored where it was.
func (l *Line) Report(at Moment, on event.Day, invoices []string) (r Reported) {
	for _, id := range invoices {
		d := l.runoff.Find(score.KeyOf(id))
		if d == nil || d.Preserved {
			continue
		}
		if day, any := at.Terms.forfeitsOn(d); any && on >= day {
			r.Late, r.Deadline = strings.Clone(id), day-1
			continue
		}
		r.Changes = l.preserve(at, r.Changes, d)
		r.Preserved++
	}
	if r.Preserved > 0 {
		l.runoff.changed()
	}
	return r
}

// EndHistory starts the policy clock of deliveries that came as history: days gone by cost nothing.
func (l *Line) EndHistory(at Moment) {
	l.runoff.Each(func(v *Delivery) {
		v.Exempt = v.Exempt && at.Terms.suspendsOn(v) <= at.AsOf
		if day, any := at.Terms.forfeitsOn(v); any {
			v.Preserved = v.Preserved && day <= at.AsOf
		}
		l.runoff.Update(v)
	})
	l.runoff.stale = true
}

// Walk walks the fields of a suspension in a snapshot.
func (s *suspension) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&s.from))
	w.Int32(2, (*int32)(&s.to))
}
