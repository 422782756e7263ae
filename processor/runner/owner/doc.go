// Package owner drives the partitions of a log that a consumer group gives to this process, each with runner.Run, and
// puts the runner's log and output on Kafka. Package tenancy says what begins and ends when.
//
// A partition that moves away is stopped in good order: its requests are finished and a snapshot is saved. Whoever gets
// it need not wait for that, for a stale owner writes the same bytes.
//
// A partition that stops for a reason that trying again does not cure (package runner's errors, a later fold version)
// stays stopped, with one line in the log and a gauge, until it is assigned anew; others go on. Other errors are tried
// again, with growing waits. One whose fold panics on a record stops too, and is tried again now and then, as an
// operator may set the record aside.
package owner
