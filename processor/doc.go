// Package processor is the fold: one partition of risk.log in, decisions and relays out. It is the only place where risk
// is judged.
//
// It is pure. It reads no clock, no file and no environment, starts no goroutine, draws no random number, uses no floating
// point, and never lets a map's order decide. The log decides: whatever can change a decision is a record of the partition.
// The linter holds these rules.
//
// Machine judges typed events (Step); Fold puts it between bytes, as package runner drives it.
//
// What the caller owes: records in ascending offsets without a gap, from the first one or from a restored snapshot on;
// one goroutine; the bytes of a record are never written again.
//
// What holds after every step:
//   - a record whose source is not above its stream's mark has changed nothing, log time included;
//   - log time has not fallen, and every timer due up to it has fired, each as of its own day, in the order of
//     timer.less, before the record was applied;
//   - the decisions of the step have positions (generation, partition, offset, 0 … n), and the last one says so;
//   - what could not be applied is an input.rejected with a reason of the published vocabulary.
package processor
