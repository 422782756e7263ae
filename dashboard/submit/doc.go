// Package submit stores messages in source topics, as whoever produces to them would.
//
// It decides nothing of a message: ingest will judge it, and its caller has asked Decode what ingest would say.
//
// Invariant. A message is told to be stored only when the broker has it.
package submit
