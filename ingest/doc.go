// Package ingest turns the records of the source topics into risk.log.
//
// It validates, makes canonical and appends; it looks nothing up and judges no risk. What a log record says is a
// function of one source record, its stamp and what log.opened fixes (Preparer). What is written when, and which
// offsets may be committed, is the appender's (Appender): a core without goroutine, clock or input/output. Run is the
// thin driver around both; it also keeps the clock (Pacer decides, the driver writes ticks).
//
// What it holds:
//
//  1. In each log partition the first copies of one source's records stand in ascending order and without omission: one
//     produce request is in flight per log partition, and it is repeated unchanged until it is acknowledged.
//  2. The words of a record are acknowledged in risk.texts before the record is sent to the log.
//  3. An offset is committed when everything below it is acknowledged wherever it went, dead letters included.
//  4. Bad input costs its own record only: it goes to risk.deadletter with its bytes, its headers and a reason.
//  5. A recreated topic is not taken for the old one, also where the broker has forgotten the group's offsets with it:
//     how far each source was read is noted in risk.control besides.
//  6. Memory is bounded: the appender holds Config.MaxBuffered bytes and one batch more; each source partition holds
//     one fetched and one prepared batch besides.
//
// It refuses: a log that was opened with another configuration (Open), a log partition of another log (ErrLogMismatch).
// A source that ends below what was committed stops with source_reset, alone, until an operator raises its incarnation.
//
// What its caller owes: the topics exist with safe settings (kafkalog checks them); the secret is the installation's;
// the clock of Config never is the fold's (the fold reads stamps and ticks).
package ingest
