// Package history says what can be asked of the history in ClickHouse, and what the answers are. Package storage
// answers, package dashboard asks: neither imports the other.
//
// It refuses to know ClickHouse, HTTP and pages. What it computes follows from a question or an answer alone: its place
// in a list, and how a newer decision changes a limit.
//
// Invariants. (1) A list has one order, which its cursor says wholly: a page begins after the cursor and has at most
// Limit rows. (2) Decisions come back as they were published.
package history
