// Package clickhouse runs ClickHouse on one machine with no server installed: the real engine, libchdb, in a child
// process of the same binary, answering ClickHouse's HTTP interface on a loopback address.
//
// Two users: barometer_writer has every right in database barometer, under a secret that only this process and the
// child know (it goes through the child's standard input); barometer_reader, also called default, may read databases
// barometer and system. What a reader can do is bounded three times: the gateway lets through one statement that the
// engine's parser calls a pure read, the engine's own role denies it files, addresses and other databases, and on Linux
// the whole child runs in a Landlock domain without files other than its own and without TCP connections.
//
// What readers take of slots, time and memory is bounded apart from the writer, as package gateway says; and the child
// holds at most 1000 connections: one more ends the one that has been silent longest. A header has ten seconds to come.
//
// What the sandbox does not do: Landlock before Linux 6.7 leaves TCP open, UDP and name lookups always are, unix
// sockets are before Linux 6.12, and other systems than Linux have no sandbox: there the role and the gateway hold
// alone. On a kernel without Landlock the child starts too, and says so in its log.
//
// What the caller owes it:
//
//  1. main calls ChildMain first of all when IsChild says so.
//  2. One Server per data directory; the engine refuses a second (error 76).
//  3. Stop, once.
//
// Invariants: the listening socket belongs to the parent, so the address outlives the child; a child that dies is
// started again, with growing waits, until Stop; a child never outlives its parent.
package clickhouse
