// Package claim is collection and indemnity: what happens to a buyer's overdue debt under one policy.
//
// Case is a buyer's whole overdue balance under one policy: its stages from the policyholder's report to the end, whose
// turn it is and until when, payment plans, disputes and receipts. Claim is what is asked for of it: the insured part
// of each invoice, the loss, the examination, the indemnity line by line, and what is shared of it when money comes in
// later. Aggregates are what claims have used of a policy's periods. Each is a value type whose methods are its
// transitions: they take days and figures, return what is to be published, and refuse with a reason what cannot be.
// They publish nothing and know no buyer. Nobody else writes their fields, whose invariants stand beside them (Check).
//
// Everything is pure and integer. Money is in minor units of the policy's currency, shares are hundredths of a per
// cent, and every division truncates towards zero.
//
// What the caller owes: days that do not fall from one transition to the next; amounts in the policy's currency; a
// claim is assessed by its buyer's partition, and decided by Aggregates of its policy's, which answers each assessment
// once, in the order of arrival.
//
// What always holds:
//
//  1. An indemnity is at most the loss, the loss at most the insured part, and that at most the debt.
//  2. The indemnities of one period of a policy are together at most its maximum liability, in whatever order claims
//     arrive and are corrected.
//  3. What the insurer gets of recoveries is at most what it indemnifies; the policyholder's indemnity, and its part of
//     all recoveries, are together at most the debt.
//  4. A decision on a claim is never changed: a correction is another one, which names it.
package claim
