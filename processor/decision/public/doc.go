// Package public is what a policyholder may be told of decisions, and in which words: the one allow-list behind the
// API, the pages, webhooks and e-mails (invariant I8).
//
// Each type is built field by field from a decision; a field that is not copied here is told nowhere. The package
// refuses to tell:
//
//   - capacity, its inputs, use by others and overhang; points, probabilities, contributions and figures;
//   - which of three things a full capacity is: others' limits, a lack of turnover and a young company are one word;
//   - payment behaviour as a reason of a grade: a decision does not say how many suppliers report, so a reader could
//     tell that another one does;
//   - a score that keeps its grade: its moment is that of others' messages;
//   - a trigger, but the policyholder's own request that the decision answers, and its own messages about cases and
//     claims;
//   - who of the insurer's people has moved a case, or examined and paid a claim.
//
// Its invariants:
//
//  1. Of two decisions that differ only by what others did, and in neither grade nor amounts, the same is told.
//  2. Reasons of a grade are made from the public contributions alone: others take no part in their choice, order or
//     number.
//  3. An answer to a preliminary request is an indication. It has no effective day and no grade, and names nobody.
//
// Its caller tells nothing to whom a decision does not concern: For says whom it concerns.
package public
