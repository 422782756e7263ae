// Package match finds out whom a message is about that names a company without a buyer's id: by its registrations in
// their order, then by its name and country. All that it sees are keyed fingerprints of them (match keys), which ingest
// makes.
//
// A key belongs to the partition that it hashes to. There an Index says which buyers have it, as the buyers' own folds
// tell by relays, and keeps the messages that match nobody until their buyer comes: news that turns a buyer's life for
// five years, all else for a week. A message waits at each of its keys; it is the one at the first key that is told of
// when it has waited in vain.
//
// Invariants: the buyers of a key are ascending; at most MaxWaiting messages wait for a key, in order of arrival; where
// a key has a buyer nothing waits for it.
package match
