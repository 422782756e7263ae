// Package notice is the vocabulary of alerting: what stands in risk.notifications (Item), and what the second fold
// makes of it (Notification).
//
// From takes from a decision what package processor/decision/public lets a policyholder know, and nothing else: what
// does not pass there (capacity, what is in use, overhang, contributions, names and counts of others) never enters
// risk.notifications, so nothing behind it can leak it (invariant I8).
//
// The bytes are Protobuf in the canonical encoding of package wire. Field numbers are part of the format: add, never
// renumber.
package notice
