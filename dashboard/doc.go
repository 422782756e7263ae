// Package dashboard is the HTTP API and the pages: what users read of Barometer's decisions, and how they ask for one.
//
// It decides nothing. Lists come from ClickHouse through a history.Store, at the position that they state. Reads of one
// buyer or of one policy and buyer, the live stream and waiting limit requests are answered from package tail:
// the tail of risk.decisions from ClickHouse's progress on, kept in bounded memory.
//
// Whoever serves owes it: a history.Store, a Decisions to follow, a Producer, and, for the endpoints that need them,
// Subscriptions, Notifications and Mail. Without tokens it binds to a loopback address only, and says so.
//
// Invariants. (1) What a policyholder is answered is a type of its own, made of what processor/decision/public lets
// it know; no analyst's type is ever written to a policyholder, and its lists are filtered before they are limited
// (I8); notifications and subscriptions have nothing of others and are one type. (2) Memory is bounded: the tail
// by decisions, streams by their buffers, bodies and lists by their sizes. (3) A message is answered as stored only
// when the broker has it.
package dashboard
