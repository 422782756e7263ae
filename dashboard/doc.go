// Package dashboard serves the HTTP API and the pages: it composes their rooms, follows the decisions for them, and
// stands for everything that all of them have in common before a request reaches one.
//
// What is answered is in package api (JSON), package desk (the insurer's pages) and package portal (pages for
// policyholders). None of them decides anything. Lists come from ClickHouse through a history.Store, at the position
// that they state. Reads of one buyer or of one policy and buyer, the live stream and waiting limit requests are
// answered from package tail: the tail of risk.decisions from ClickHouse's progress on, kept in bounded memory.
//
// A request passes, in this order: where it comes from (identity), metrics, headers, other sites' forms, whom it stands
// for (identity), its body (body), the room.
//
// Whoever serves owes it: a history.Store, Decisions to follow, a Producer, and, for the endpoints that need them,
// what package alerts asks for. Without tokens it binds to a loopback address only, and says so.
//
// Invariants. (1) No room is reached without a Principal but by the paths that identity leaves open. (2) Memory is
// bounded: the tail by decisions, streams by their buffers, bodies and lists by their sizes. (3) What no room takes is
// a page for people and a problem document for programs.
package dashboard
