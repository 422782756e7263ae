// Package score is the risk model at work: what statements, payments, events, age and size and the economic cells add
// to a buyer's score, and the probability of default and the grade that follow.
//
// Payments and News are the state of one buyer; a Statement, a Rating and the Parts last published are kept by the
// caller beside them. Each walks its fields in a snapshot; equal states are equal bytes. Component lists the codes of
// what contributes, with the unit of each figure.
//
// It is pure and all of it is integers, so that every processor comes to the same bits: int64, with 128-bit
// intermediates where a product needs them. Every division truncates towards zero; tables are rounded to nearest and
// checked in with the program that made them (gen.go). It keeps no clock: a day is an argument.
//
// Units: points in mlo (thousandths of a unit of log-odds, positive is riskier), probabilities in parts per million,
// money in euro cents, days beyond terms in tenths of a day.
//
// It refuses nothing by error: a message that cannot be applied has a Result, and what a buyer keeps is bounded (Max…).
//
// What the caller owes: days that are not more than one ahead of log time and that do not fall from call to call,
// positive amounts converted to euro cents, a timer at NextCrossing, and one goroutine per value.
//
// Invariants, each held by a property test:
//  1. Between two moves of the landmark payments commute, but for the day as of which an invoice counts in n.
//  2. A payment and its reversal leave days beyond terms and all running sums as they were.
//  3. Running sums equal what the open invoices say; they are not in a snapshot.
//  4. Contributions add up to the points, bounds included, and stay within the model's bounds.
//  5. Reading changes nothing.
package score

//go:generate go run gen.go
