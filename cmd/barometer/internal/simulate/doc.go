// Package simulate runs an economy against a cluster: it produces each day's messages to the source topics and drives
// risk.clock. A tick at the following midnight is sent only when ingest has committed all of the day, and the next day
// only when it has committed the tick, so that log time never passes a message of the day before.
//
// A run goes on after the last tick in risk.clock: the days before are made again without being sent. A day that was
// sent in part is sent again whole; its ids are the same, so that the fold ignores what it has. The caller owes a fresh
// Economy of the same configuration each time, a log whose clock is driven, and no second simulation beside.
package simulate
