package event

// LogClock computes log time: what the fold takes for now. All who read a log partition from its start, or from a saved
// clock, compute the same time for the same record.
//
// The log time of a record is the greater of the log time before it and the lesser of its ingest stamp and the last
// tick plus one interval: it never falls, and an ingester with a wrong clock shifts it by one interval at most. In a
// driven log stamps do not count: time is the last tick.
type LogClock struct {
	NowMs      int64
	TickMs     int64 // the last tick
	IntervalMs int64
	Driven     bool
}

// Advance moves the clock to the log time of e and returns it. The caller does not pass records that a mark skips.
func (c *LogClock) Advance(e *Event) int64 {
	switch b := e.Body.(type) {
	case *LogOpened:
		c.IntervalMs, c.Driven = b.TickIntervalMs, b.Clock == ClockDriven
		c.TickMs, c.NowMs = b.StartMs, max(c.NowMs, b.StartMs)
		return c.NowMs
	case *Tick:
		c.TickMs = max(c.TickMs, b.AtMs)
	}
	reached := c.TickMs
	if !c.Driven {
		reached = min(e.StampMs, c.TickMs+c.IntervalMs)
	}
	c.NowMs = max(c.NowMs, reached)
	return c.NowMs
}
