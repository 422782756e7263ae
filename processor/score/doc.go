// Package score is the arithmetic of the risk model: decay, days beyond terms, probability of default, grades.
//
// It is pure and all of it is integers, so that every processor comes to the same bits: int64, with 128-bit intermediates
// where a product needs them. Every division truncates towards zero; tables are rounded to nearest and checked in with the
// program that made them (gen.go). It keeps no clock: a day is an argument.
//
// Units: points in mlo (thousandths of a unit of log-odds, positive is riskier), probabilities in parts per million, money
// in euro cents, days beyond terms in tenths of a day.
//
// What the caller owes: days that are not more than one ahead of log time, and one goroutine per value.
package score

//go:generate go run gen.go
