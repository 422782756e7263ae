// Package event is the vocabulary of risk.log: what a record of it says, where it stands, and its bytes.
//
// It is a leaf: every role imports it, and it imports nothing of ours but its wire encoding. It looks nothing up, reads
// no clock and does no input or output. Only ingest makes events; folds read them.
//
// Shapes and units, throughout:
//   - money is int64 minor units of an ISO 4217 currency (Amount), shares are parts per million;
//   - a Day is the number of days since 1970-01-01, UTC; an instant is int64 milliseconds since then, UTC;
//   - decimals of indicators are int64 with eight decimals;
//   - strings of a decoded event alias the record's bytes: whoever keeps one clones it.
//
// The log holds no words (names, headlines, addresses): those go to risk.texts under the record's source. What
// identifies a company without an id is a keyed fingerprint (Match).
//
// barometer.proto in this folder is the published contract of the bytes.
package event
