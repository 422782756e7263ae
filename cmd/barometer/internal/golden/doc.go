// Package golden holds a recorded log and the digest of what the fold makes of it, so that a change of the code that
// changes a decision is seen, on every processor architecture.
//
// testdata/log.zst is two partitions of risk.log: a simulated economy of some years, as ingest made it, with disputes,
// extensions, reversals, withdrawals, repetitions and messages that the fold refuses. It is a recording and not made
// anew, as an economy is simulated with floating point. testdata/digest says the fold version, and of each partition
// how many decisions and relays there are and the SHA-256 over their positions, keys and bytes.
package golden
