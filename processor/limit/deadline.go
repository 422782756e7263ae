package limit

import "barometer/ingest/event"

// AwaitDeadline notes the day on which dates of deliveries are to be looked at; false where that is to be done as soon
// already.
func (l *Line) AwaitDeadline(day event.Day) bool {
	r := l.runoff
	if r.deadline != 0 && r.deadline <= day {
		return false
	}
	r.deadline = day
	return true
}

// WakeDeadline lets the dates of deliveries be looked at, as their day has come; false where another day counts.
func (l *Line) WakeDeadline(day event.Day) bool {
	if l.runoff == nil || l.runoff.deadline != day {
		return false
	}
	l.runoff.deadline = 0
	return true
}

// AwaitsDeadline tells whether a day is set on which dates of deliveries are looked at.
func (l *Line) AwaitsDeadline() bool { return l.runoff.deadline != 0 }

// Delivery gives a delivery that is followed by its key, nil for none. It is not to be changed.
func (l *Line) Delivery(key uint64) *Delivery { return l.runoff.Find(key) }

// Outstanding is what is open of a delivery, and what of it is covered, in euro cents.
func (l *Line) Outstanding(key uint64) (open, covered int64) { return l.runoff.Outstanding(key) }

// Suspended tells whether cover for new deliveries is suspended.
func (l *Line) Suspended() bool { return l.suspended() }

// InsuredAtAll tells whether anything of a delivery may be covered: what is covered of it now, Part says.
func (v *Delivery) InsuredAtAll() bool { return !v.Forfeited && (v.Limit > 0 || v.Ordered > 0) }
