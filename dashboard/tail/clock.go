package tail

import (
	"time"

	"barometer/ingest/event"
)

// Now returns log time; while there is none, the machine's.
func (o *Tail) Now() time.Time {
	if ms := o.LogTimeMs(); ms != 0 {
		return time.UnixMilli(ms).UTC()
	}
	return o.Rates.now().UTC()
}

// Today returns the day of Now.
func (o *Tail) Today() event.Day { return event.DayOf(o.Now().UnixMilli()) }

// Clock returns the time that a message is stamped with: the machine's, or log time where that is driven, which the
// machine's may be years ahead of.
func (o *Tail) Clock(driven bool) time.Time {
	if ms := o.LogTimeMs(); driven && ms != 0 {
		return time.UnixMilli(ms).UTC()
	}
	return o.Rates.now().UTC()
}
