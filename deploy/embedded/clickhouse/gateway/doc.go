// Package gateway answers ClickHouse's HTTP interface in front of libchdb.
//
// Each request gets a session of its own (65 µs), with its settings as arguments and its user's role; only session_id
// keeps one alive. It refuses what the engine would not: requests that name another host or come from a page of another
// site, settings that it does not know (it would take them for options of the server), more than one statement, and for
// readers every statement that is not a pure read, or may read a file. What a statement may do is judged by what the
// engine's own parser makes of it (judge.go): never by words in comments, texts, aliases and names of columns.
//
// Readers need no password, so what they take is bounded apart from the writer, which is the sink and the API:
//
//   - four statements of readers at once, in slots of their own; a fifth waits five seconds and then gets error 202
//     (429). The writer's slots are New's;
//   - a minute for a statement of a reader, from its slot to the end of its answer (error 159, 408); max_execution_time
//     lowers it;
//   - an eighth of the engine's memory for a statement of a reader, so half for all of them; no setting changes it;
//   - a reader's request is read when it has a slot, but for its first 64 KiB; a form of a reader holds 8 MB;
//   - half a minute in which something of a reader's request must come, and 1 MiB of an answer must go, whoever asks.
//
// Its caller owes it an open engine, a listener on loopback, and a Close after the last request has returned.
//
// Invariants:
//
//  1. No statement of a client runs before SET ROLE has succeeded on its session, and no client's statement can change
//     the role.
//  2. The bytes of an INSERT never become part of the SQL text.
//  3. A statement ends when its client goes.
//  4. Settings and database of a URL hold for that query only. What a statement SETs holds for its session, and no
//     other.
package gateway
