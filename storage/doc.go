// Package storage keeps the history in ClickHouse and answers questions from it. It is the only package that imports
// clickhouse-go, and speaks HTTP to the embedded engine and to a server alike.
//
// The parts: Sink is the core: log records and decisions of one partition in, inserts out, without goroutine, clock or
// input/output. Run is its driver: it owns partitions through a consumer group, fetches, inserts and waits out what is
// away. Follow-up topics (texts, dead letters, deliveries) belong to no cut; they are stored at least once by their own
// key. schema holds the numbered migrations. The queries are those that the dashboard declares.
//
// It decides nothing and computes no score. Amounts are Decimal(38, 4), never floating point: ISO 4217 has at most four
// decimals. Tables of decisions hold the published record too, so what a query gives back is what was decided.
//
// Invariants:
//
//  1. A batch is what lies between two progress decisions. Its inserts carry the token
//     <log>/<table>/<generation>/<partition>/<cut>, with /<n> from the second insert of a table on, and the same rows
//     in the same order whenever the batch is stored again.
//
//  2. The row in progress is written last: what it counts is there. A sink resumes behind it. What may have been sent
//     before, after a start or an error, is looked for when it was sent again: a token alone is no proof, as an engine
//     that is killed may keep the token and lose the rows.
//
//  3. Rows of the history replace themselves by position, so a batch stored again beyond the window of tokens does no
//     harm.
//
//  4. Counts of a batch equal those of its progress, else the partition stops (ErrForeign).
//
//  5. An insert lies within one month, as the fold cuts there: it makes one part.
//
//  6. Tables that are kept by day (sums.go) follow from limits, scores and models alone: a day of a partition is summed
//     when its progress lies behind the day, by a query that gives the same rows whenever it is asked, whatever is
//     stored behind the progress. They are summed once a minute or so, days at a time, and noted in days_summed; their
//     views work out the days since.
//
// Why by query, and not from state that the sink keeps: what a day's row rests on is exact under replays, duplicates
// and kills already, so a sum of it is, with nothing to rebuild at a start, nothing to hold in memory, and the same way
// to fill in days of an older directory and to verify. It costs the sink a query of some milliseconds per partition and
// day that turns. A further table of this make is a view like portfolio_sums, a table of its columns, and a line in
// dailies.
//
// Insert settings: the embedded engine syncs every insert to disk by its configuration. A server with plain tables
// should set fsync_after_insert and fsync_part_directory; one with replicated tables insert_quorum = 'auto',
// insert_quorum_parallel = 0 in the profile of barometer_writer.
package storage
