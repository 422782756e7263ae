// Package app composes the roles into a process: it opens what they stand on (the data directory, Kafka, ClickHouse,
// snapshots; embedded, where no server is named), opens the log or joins it, runs the roles, and shows each to the
// others as they ask for it. It decides nothing, and parses no command line.
//
// Run is the one entry. It refuses a configuration that names too few servers (UsageError), locks the data directory,
// takes the ports, serves health, opens what the roles stand on, opens the log, makes the tables, and runs the roles.
// It stops in the opposite order: roles first, the broker last. The caller owes it a context, whose end stops
// everything. The lock refuses a second Run on the same data directory.
package app
