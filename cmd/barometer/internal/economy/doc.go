// Package economy makes up a small European trade-credit economy, day by day, as messages of Barometer's source topics.
//
// The same Config gives the same messages, byte for byte: all chance comes from seeded generators and no map is walked.
// Ids name what they are about, so that a day that is sent twice is taken once. Every message's at lies within its day;
// the opening's lie within the day before Config.Start. Opening is called once, first, then Day for each day.
//
// A company has a strength that wanders around its own mean. A weak one pays later, is in the news more often and
// becomes insolvent more often; about 1.5 % a year do. An insolvent company buys and pays nothing any more.
//
// Simulation runs an Economy against a cluster. It produces each day's messages to the source topics and drives
// risk.clock: it sends the tick at the following midnight only when ingest has committed all of the day, and the next
// day only when ingest has committed the tick, so that log time never passes a message of the day before.
//
// A Simulation goes on after the last tick in risk.clock. It makes the days before again without sending them. It sends
// a day again whole that was sent in part; the ids are the same, so that the fold ignores what it has. The caller owes
// a fresh Economy of the same configuration each time, a log whose clock is driven, and no second simulation beside.
package economy
