// Package engine is what any fold needs apart from its domain: marks of sources, timers, the batches that a fold cuts
// for everyone downstream, and snapshots that are encoded while the fold goes on. The processor's Machine is built on
// it, and so is the alerter's fold, which is why it stands beside internal packages and not in one.
//
// It is pure, as all below processor but the runner: it reads no clock and starts no goroutine, and no order of a map
// leaves it. It knows no buyer, no policy and no subscription, and it decides nothing: it says which record is new,
// which timers are due and where a batch ends, and its caller acts.
//
// What the caller owes: one goroutine; one call of Marks.Advance per record, before anything else of the record is
// applied; whatever a capture that goes on may still need is taken with it before it changes.
//
// Invariants:
//
//  1. Marks.Advance accepts each source once, and of one stream only in ascending order.
//  2. A timer that is set for a day is taken with that day: once, however often it was set, and in the order of the
//     wheel's comparison, however it was set.
//  3. The batches of a partition follow one another without a gap, and their counts add up to the records and the
//     decisions between their ends.
//  4. A capture holds the state between the two steps where it began, each item once, whatever changes, comes or goes
//     before it is done.
package engine
