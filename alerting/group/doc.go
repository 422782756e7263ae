// Package group is the second fold: it turns the items of one partition of risk.notifications into notifications, one
// per subscription that an item concerns.
//
// It is pure: the same items give the same notifications, with the same ids and sequence numbers. It refuses items that
// it cannot read, which stops the partition, and skips items that its marks know (exactly-once fold over an
// at-least-once append, as with risk.log). It sends nothing: package delivery does.
//
// Invariants:
//   - The id is UUIDv5 of the log, the subscription and the step's position with the item's number in the step: a
//     re-run, a snapshot, another process give the same.
//   - Sequence rises by one per notification of a subscription.
//   - A subscription gets what lies after it in the partition, until it is ended.
//   - An address that is not confirmed gets one message, which asks for that; a disabled subscription gets none.
//   - Nobody gets a change below the subscription's minimum severity or of a kind that it does not name.
package group
