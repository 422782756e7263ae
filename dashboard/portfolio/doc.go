// Package portfolio reads buyers, their limits and their groups as they are now: what ClickHouse has, and over it what
// was decided since (package tail). The API and the pages read by it, so that both say the same.
//
// It refuses to know who reads. Its caller narrows a question to a policyholder, and shows of an answer what that one
// may see.
//
// Invariant. The tail is read before ClickHouse is, so that what is pruned in between is in one of them.
package portfolio
