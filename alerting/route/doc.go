// Package route brings what policyholders are to be told from risk.decisions and risk.subscriptions to
// risk.notifications.
//
// One item per holder and step goes to the holder's partition; every progress goes to every partition; a change of a
// subscription goes to its holder's partition. Duplicates among the decisions are dropped by position. What a holder
// may see is decided here, by package notice; risk.notifications holds nothing else.
//
// Core is the judgement, without goroutine, clock or input/output: records in, produce requests and offsets to commit
// out. Run is the thin driver: it takes part in the group barometer-route, and starts from its committed offsets. They
// may lag; what is appended again then is skipped by the marks of the second fold, for
//
//   - the first copies of one source's items arrive in each partition in ascending order without omission: one request
//     in flight per partition, repeated unchanged until acknowledged; and
//   - an offset is committed at the end of a step whose items, and those of all before it, are acknowledged.
//
// A step with very many changes is told in several items, always cut in the same places. Memory is bounded by
// Config.MaxBuffered and by maxStep changes.
//
// Told so far: changes of grade to the holders with a limit on the buyer, and decisions on limits. Rejected inputs name
// a policy and no holder, and are not told.
package route
