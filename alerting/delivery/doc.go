// Package delivery brings notifications to their receivers and keeps risk.deliveries, the memory of what was sent.
//
// risk.deliveries is compacted; its values are JSON. The partition of a record is that of risk.notifications.
//
//   - <id>: a Letter, with the recipient and the rendered bytes; written before the first attempt, once.
//   - <id>/state: a State, after each attempt: the attempts so far, and how it ended.
//   - <id>/redeliver: an Order to send a letter that ended once more.
//
// The parts: Out is the output of the second fold; it renders what is new and stores it. Core decides what is attempted
// when, without goroutine, clock or input/output. Sender is its thin driver. View is what the API and the pages read.
//
// A partition belongs to whoever folds it. Out.Last reads its records to the end first, so what is stored is never
// rendered again, and what did not end goes on. After any crash the same id and the same bytes are sent: a receiver may
// see an id twice, never two ids for one thing.
//
// risk.deliveries is bounded. Beside the snapshots of the second fold stands a Horizon for each partition: the offset
// below which every letter has ended, from where the next owner reads, and the newest letter's position. It is a cache:
// without it the owner reads from the start. Retained (90 days) after its end a letter gets a tombstone, and then its
// state; the newest letter of a partition stays, as by its position the fold knows what it has made. Time is the wall
// clock's here and not log time: the only way to make a letter twice is to fold risk.notifications again, which the
// brokers keep for 30 days by their own clocks, and a driven log may pass 90 days in a second. So whatever can be
// folded again is still known: a lost snapshot, a lost horizon or both send nothing twice. Older notifications are
// ClickHouse's, and cannot be sent again.
//
// Invariants (I4, I7):
//   - Every letter ends: delivered, or gave_up with a reason from the vocabulary below. Three days after its first
//     attempt at the latest, as long as somebody runs.
//   - Of one subscription and buyer, letters are attempted in order: one begins when the one before has ended and that
//     is stored.
//   - A receiver that asks for time (Retry-After) is not tried before, a day at most. A channel that is Bounded has no
//     more attempts at once than it says.
//   - A receiver has at most perReceiver attempts at once, one while it fails; failing receivers together have at most
//     half of all slots. So a dead receiver delays nobody else.
//   - What an attempt tells its policyholder names no resolver, no address and no secret of this network.
//   - Letters that ended leave memory. Waiting ones keep no bytes there: those are read again for each repetition. A
//     subscription has at most maxWaiting of them; beyond, a letter ends at once (backlog_full).
package delivery
