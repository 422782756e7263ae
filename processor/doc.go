// Package processor is the fold: one partition of risk.log in, decisions and relays out. It is the only place where
// risk is judged.
//
// It is pure. It reads no clock, no file and no environment, starts no goroutine, draws no random number, uses no
// floating point, and never lets a map's order decide. The log decides: whatever can change a decision is a record of
// the partition. The linter holds these rules.
//
// Machine judges typed events (Step); Fold puts it between bytes, as package runner drives it.
//
// Its files by noun: buyer (master data), companies (without an id), statements, payments, news, reviews; cells, shift,
// moratorium and caps (economies); pending and overruling (what waits for a second person); evaluate (score, grade,
// publication); limits, cuts, notice, requests, answer, underwriter; increases; runoff, orders, discretionary and
// overdue (what was delivered); oneword (whose word holds a grade); indication (preliminary requests); waiting
// (what comes before what it refers to); wheel (timers); progress; state, capture (snapshots).
// What any fold needs is package engine.
//
// A policy's cover of a buyer is limit.Line: its methods are the transitions, and what they return is published here.
// Whoever changes a buyer has it from edit, or marks it. What must follow is done by followUp alone, once for a
// message, a timer or a verdict: evaluate, fit to the capacity, open and end reviews, publish exposures.
//
// A message that names a buyer is accepted, repeated (ignored and counted), refused (input.rejected) or it waits. After
// each accepted one the buyer is evaluated; what waited for it is tried again after that.
//
// A message about a company without an id looks for its buyer by its keys, in the partitions of those (package match);
// where there is none it waits there. It is handed to the buyer as if it named it. What may be about several buyers
// waits with each for a verdict that it is; grave news from the web, about a buyer found by name, or put into its class
// by the classifier, counts as reported until its verdict; so does a closing, which counts nothing, and waits for a
// verdict from a register too where it does not say that the company goes on. A buyer's requests wait until its keys
// are noted, so that what was known before it had an id is there, and while a review is open.
//
// An overdue report, a payment plan, adverse information or a claim opens a case (claim.Case): the files cases,
// followcases and debts follow a buyer's overdue invoices under one policy, claims and recoveries what is claimed and
// received of them, adverse the review of what is adverse. A claim is decided by its policy's home, which alone holds
// the aggregates of its periods: the buyer's partition asks by a relay, and has the answer by another. A payment of an
// invoice whose date of loss has come settles no delivery: it is a receipt of its case, shared over what is insured
// and what is not, until nothing is owed any more.
//
// An underwriter's decision on a buyer holds its grade between bounds, or blocks what its policies ask for; there is
// one at a time, and at its end the grade follows the score at once. One on a limit is a grant, at once and never above
// the capacity, or a cut, after notice; its conditions stay with the limit until it ends or an underwriter says
// otherwise. Beyond the model's authority it waits for another analyst (overruling). A cap, a model or a version of the
// fold that one analyst sends waits at its home for another, and acts everywhere when its home relays it (pending);
// without an analyst it is from a producer that needs nobody else.
//
// Thirty days before its last day a limit's end is told, as the decision that will come then; it is not planned, as it
// may be prolonged.
//
// A buyer whose
// capacity has shrunk below what is in use has its limits cut after every evaluation, shared out by package limit,
// after each policy's notice; a cut of one limit by more than the model's large cut waits for a verdict, at grade 9
// too. What a verdict, or its deadline, then makes is worked out as things stand: the limits that wait share what the
// others leave.
//
// Where a policy's notice counts from delivery, a cut leaves the limit as it is until risk.deliveries or an analyst
// tell that its policyholder had notice; then a second decision says from when on, counted from log time's day, so that
// whoever steers log time has decisions that depend on when messages were taken. Meanwhile it counts as made. The
// newest 16 of one limit are remembered.
//
// What one supplier alone tells does not bring a buyer to grade 9: the grade is held at 8 while a review is open, for
// two days. Rejected, that supplier's evidence on the buyer counts in nothing for 90 days.
//
// A request that raises a limit by more than the model's large increase waits for a verdict, and is granted without one
// at its deadline, as things stand then; where its policyholder asks for less meanwhile it is refused. Whoever asked
// for an increase, or decided what led to a cut, does not approve it.
//
// What a policy delivers is followed from its first limit on (limit.Deliveries): covered up to the limit in force on
// its day less what earlier deliveries still use, whatever that limit becomes. What is covered when it is told stays
// covered; a limit that rises covers what was delivered that same day. Deliveries that were open at the first limit are
// in the order of their invoices' hashes among those of their day, as only those are kept of them; their sum is the
// same. An order that binds covers what the limit leaves. On the first day after its maximum extension an invoice that
// is open, for cover, and not in dispute stops cover for new deliveries until it is paid; the limit stays, in use as
// before. A message with history is evidence by its dates like any other, its invoice ages from history.closed on, and
// stops cover only if its day to do so comes later than that.
//
// After the last day of a policy's period (period_to of the version of that day) deliveries are not covered and
// requests for more are refused; limits stay, and count, as a version of the next period may come late: it covers what
// was delivered meanwhile.
//
// On the first day after its policy's notification deadline (0: there is none) the cover of an invoice that is open,
// not in dispute and was not reported (overdue.reported) is lost; a report of a day in time that is told late gives it
// back. What is lost uses nothing of the limit.
//
// Without a limit, and with none refused, a delivery may be covered by the policy's discretionary limit, judged when it
// is told, from payments since a version of the policy agreed one. It is no part of what is in use.
//
// A moratorium that is not confirmed is reviewed at the country's home, by two analysts; then home relays it to every
// partition as confirmed. A country's cap is known to every partition; each relays, at once and at midnights, what
// limits use in it.
//
// A record that an operator has quarantined (Fold.SetAside) moves marks and time like any other, and becomes an
// input.rejected.
//
// What the caller owes: records in ascending offsets without a gap, from the first one or from a restored snapshot on;
// one goroutine; the bytes of a record are never written again.
//
// What holds after every step:
//   - a record whose source is not above its stream's mark has changed nothing, log time included;
//   - log time has not fallen, and every timer due up to it has fired, each as of its own day, in the order of
//     timer.compare, before the record was applied;
//   - the decisions of the step have positions (generation, partition, offset, 0 … n), and the last one says so;
//   - where a limit was granted or raised, what policies use of the buyer's capacity is at most that capacity;
//   - at grade 10 no limit is left; at 9 none but in notice, or where its cut waits for a verdict or was rejected;
//   - per buyer at most 64 messages wait, none longer than 7 days; what else is kept is bounded in package score;
//   - a buyer has at most one review of a kind open, and it has something to decide;
//   - what could not be applied is an input.rejected with a reason of the published vocabulary.
package processor
