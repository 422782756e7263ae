// Package economy makes up a small European trade-credit economy, day by day, as messages of Barometer's source topics.
//
// The same Config gives the same messages, byte for byte: all chance comes from seeded generators and no map is walked.
// Ids name what they are about, so that a day that is sent twice is taken once. Every message's at lies within its day;
// the opening's lie within the day before Config.Start. Opening is called once, first, then Day for each day.
//
// A company has a strength that wanders around its own mean. A weak one pays later, is in the news more often and
// becomes insolvent more often; about 1.5 % a year do. An insolvent company buys and pays nothing any more.
package economy
