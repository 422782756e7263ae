// Package crashsim runs the cores of ingest, processor, storage and alerting in one goroutine, against a broker, a
// ClickHouse and a receiver that it makes up, under a scheduler whose every choice comes from a seed. The same Options
// give the same run.
//
// What happens on purpose: tenants crash at any step and come back with their snapshot, an older one, a damaged one or
// none; a stale one goes on writing beside its successor, or sleeps and wakes; partitions move in the middle of a
// batch; requests are lost, answered late, answered with an error after they took effect, and arrive after their
// repetition; batches are cut anywhere; clocks of ingesters are a year apart; ClickHouse is killed between a token and
// its rows, and tells of progress that is not its newest; a producer aborts a transaction; a source is recreated;
// risk.deliveries are compacted; at the end, sometimes, the log has lost its tail, and every reader must refuse it.
//
// What is checked, as numbered in the architecture: see check.go. Faults of the product itself can be planted (Plant),
// to show that each is found.
//
// What it leaves out: the drivers (goroutines, retries and clocks around the cores), kafka-go and clickhouse-go, and
// the sharing out of partitions, of which only the outcome is simulated. They are what the whole-product tests kill.
package crashsim
