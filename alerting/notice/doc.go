// Package notice is the vocabulary of alerting: what stands in risk.notifications (Item), and what the second fold makes of
// it (Notification).
//
// It is the allow-list of invariant I8. From builds what a policyholder may be told of a decision, field by field; what it
// does not name (capacity, what is in use, overhang, contributions, names and counts of others) never enters
// risk.notifications, so nothing behind it can leak it.
//
// The bytes are Protobuf in the canonical encoding of package wire. Field numbers are part of the format: add, never
// renumber.
package notice
