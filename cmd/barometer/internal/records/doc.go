// Package records shows the records of Barometer's topics to people and scripts: as JSON, with the names and the words
// that the project publishes (its JSON messages, its API, its tables), never with those of its Go code.
//
// A Printer makes a Line of a record of any topic. Of risk.log and risk.relays it shows the source message's fields, of
// risk.decisions the decision's, of risk.notifications the item's. All other topics carry JSON or bytes, which it shows
// as they are, with their headers.
//
// What it promises: every field of a message is shown or is zero; money is a decimal string, of the currency beside it
// or else of euro; days are dates, times are RFC 3339; a code is the word that producers and readers use. A field that
// the tables of names.go do not name is shown under its Go name in snake_case, and the transcript in testdata makes its
// author look at that.
package records
