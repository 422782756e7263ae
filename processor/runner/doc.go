// Package runner drives a fold over one partition of a log: recover, read, step, publish, checkpoint.
//
// It sees bytes and serves any fold: the processor's and the alerter's. Core is the whole of its judgement, without
// goroutine, clock or input/output: records in, produce requests and snapshots out. Run is the thin driver that moves
// them. It is not pure (it hands a fold's output to the outside), but a fold that it drives may be.
//
// What it holds, by the numbers of the architecture's invariants:
//
//   - I2: outputs leave in the order of the fold, without omission, one request in flight per lane. What stands in the
//     output partition already is not sent again: an owner stays silent up to the position of its last record. Relays
//     are always sent again from the snapshot on, for their readers keep marks.
//   - A snapshot of the state at offset S is given only when all output of records below S is acknowledged in every
//     lane, so whoever starts from it owes nothing older. It is encoded in slices, between which the fold goes on; Run
//     leaves pauses between them, and partitions that share Turns encode one after the other.
//   - Each output carries the chain over all before it. An owner whose chain differs from the published one at the same
//     position stops with ErrDiverged, before it publishes anything.
//   - I7: it buffers at most Config.MaxBuffered bytes of output; beyond, it takes no record. A step that emits more is
//     drained while it runs.
//
// It refuses: a log with a gap (ErrGap), a snapshot of another log or ahead of this one (ErrMismatch).
package runner
