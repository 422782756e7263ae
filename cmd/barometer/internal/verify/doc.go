// Package verify holds a live installation against what follows from its log: it folds risk.log on its own, up to the
// newest published cut of each partition, and compares.
//
//   - decisions: risk.decisions, through the position filter, are byte for byte what the fold gives (I1, I2);
//   - capacity: where a limit was granted or raised, what is in use by that decision, and the limits published before,
//     are at most the buyer's capacity (I6);
//   - relays: what one fold tells another arrives in its log, in order and without omission (I2); what is on its way is
//     not missed;
//   - tables: up to the cut that ClickHouse is at, every row of every table is what the sink makes of log and
//     decisions, with every column, and there are no others between them (I3);
//   - sources: every message that ingest has committed and that the brokers still keep is in the log, or a dead letter
//     (I5);
//   - notifications: every letter of risk.deliveries follows from risk.notifications under its id, has one content, and
//     there is none missing (I4). Where retention took the beginning of risk.notifications, the letters cannot be
//     derived; then only their content is compared.
//
// It changes nothing. What comes while it runs is not compared. Memory: the folds' state, 50 000 rows for each
// partition, one bit for each source message, 16 bytes for each relay, some 100 bytes for each letter, and for each
// limit.
package verify
