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
// A partition belongs to whoever folds it. Out.Last reads its records to the end first, so what is stored is never rendered
// again, and what did not end goes on. After any crash the same id and the same bytes are sent: a receiver may see an id
// twice, never two ids for one thing.
//
// Invariants (I4, I7):
//   - Every letter ends: delivered, or gave_up with a reason from the vocabulary below. Three days after its first attempt at
//     the latest, as long as somebody runs.
//   - Of one subscription and buyer, letters are attempted in order: one begins when the one before has ended and that is
//     stored.
//   - A receiver has at most perReceiver attempts at once, one while it fails; failing receivers together have at most half
//     of all slots. So a dead receiver delays nobody else.
//   - Letters that ended leave memory. Waiting ones keep no bytes there: those are read again for each repetition. A
//     subscription has at most maxWaiting of them; beyond, a letter ends at once (backlog_full).
package delivery
