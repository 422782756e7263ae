// Package gateway answers ClickHouse's HTTP interface in front of libchdb.
//
// Each request gets a session of its own (65 µs), with its settings as arguments and its user's role; only session_id keeps
// one alive. It refuses what the engine would not: settings that it does not know (it would take them for options of the
// server), more than one statement, and for readers every statement that is not a pure read.
//
// Its caller owes it an open engine and a Close after the last request has returned.
//
// Invariants:
//
//  1. No statement of a client runs before SET ROLE has succeeded on its session, and no client's statement can change the role.
//  2. The bytes of an INSERT never become part of the SQL text.
//  3. A statement ends when its client goes.
package gateway
