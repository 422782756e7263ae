// Package limit is credit limits: what a buyer can bear, the answer to a request, and what one policy has on one buyer.
//
// Line is a policy's cover of a buyer as a state machine: the limit, the cuts that are planned or proposed of it, and
// the cover of what was delivered (Deliveries). Its methods are its transitions. They take days, terms and figures, and
// return what is to be published; they publish nothing, and know no buyer. Nobody else writes its fields, whose
// invariants stand beside them (Check). Lines are those of one buyer, among whom a capacity is shared.
//
// Everything is pure and integer: money is int64 euro cents, or minor units of a line's currency; probabilities are
// parts per million; divisions truncate towards zero.
//
// What the caller owes: days that do not fall from one transition to the next; a Moment with the terms of the line's
// own policy; a review for what Propose lets wait, and a timer for each day that RunClock and Deadlines give.
//
// Covered is the one rule of what a delivery is covered up to. The API goes by it; the view cover of ClickHouse is held
// to it by a test of package storage.
package limit
