// Package tail holds the end of risk.decisions that ClickHouse does not have yet, in bounded memory, so that reads lag
// the fold by milliseconds.
//
// Decisions are found in it by buyer, policy, request and review. It wakes who waits for one, and feeds the live
// streams. It refuses to ask ClickHouse: its caller says how far that is (Prune), hands over each record (Add), and
// reads from Tail first and from ClickHouse then, so that what is pruned in between is not missed.
//
// Written does the same for policies, which no decision shows: those in risk.log that ClickHouse does not have yet. It
// reads the log only while somebody waits for one.
//
// Invariants. (1) A partition has all decisions above its floor up to its newest, in order, each once. (2) Decisions
// and their bytes are bounded; what the bound takes before ClickHouse has it is told (Lost). (3) A stream has a bounded
// buffer: a reader that is slower is cut off, and delays nobody.
package tail
