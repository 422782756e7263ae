// Package decode turns the JSON messages of the source topics into events, and describes them.
//
// It is pure: it reads no clock and looks nothing up. Whether a message refers to something that exists, or lies in the
// future, only the fold can judge. What it takes is exact: nothing is rounded, guessed or corrected; a message that it
// refuses has one of the Reasons and a detail that names the member, or what the bytes are instead of a message: a
// schema registry's prefix, an envelope (Debezium, CloudEvents), another encoding, a compressed value (foreign.go).
//
// Each type of message describes itself once, in a walk over its members. The same walk reads a message, prints it
// again (Fields) and describes it (Schema). The two hot types have a faster way for plain messages that are right
// (fast.go); it never refuses, and a fuzz test holds it to the answers of the walk.
//
// What holds:
//
//  1. Members that are not known are ignored. A member that is null is as one that is absent. Of a member that is given
//     twice the last one counts. Names of members are exact, in case too. An escape of half a character (a lone
//     surrogate) is refused: reading it as U+FFFD would make two ids one.
//  2. Equal messages, whatever their spelling of a number of decimals, a zone or a default, make equal bytes in the
//     log.
//  3. An event holds no words. Names, headlines, reasons and registrations are in Message.Words; of a company without
//     buyer_id the event holds fingerprints, of which the first routes it. Where both are given, buyer_id counts.
//  4. A message's key, home and fingerprints follow from it and from the secret alone.
//
// What the schemas cannot say, and the decoder demands beyond them: the decimals and the range of an amount of its
// currency; the sum of an experience; that sha256 is the content's; that grade_ceiling is not below grade_floor and
// period_to not before period_from; that the terms of a policy fit each other: collection not before the end of the
// extension, a claim's deadline not before the report's and the end of the waiting period, no percentage above the
// insured one, each deductible, step and number of days once; that net_amount is not above amount; that the days of
// instalments ascend, from agreed_on; that a language is registered; that numbers are written without an exponent, and
// whole numbers without a fraction; the size of a message; that text is UTF-8; of an instant near the ends of 1900 to
// 2261, in which year it is by UTC.
//
// Amounts in a policy are in its currency. Of a policy that does not say: discretionary limit 20 000 units of the
// currency at the insured percentage, waiting period 180 days from the due date, no notice, extension 60, collection 30
// days after it, notification 90 and claim 360 days, also in an insolvency, warnings 14, 7 and 1 days before, no cover
// after a late report, no ceiling, no retention, no VAT, a loss equal to the non-qualifying one insured, indemnities
// after 30 days to the policyholder, and the steps of the indemnity in the order insured percentage, each and every,
// aggregate first loss, minimum retention, maximum liability. An optional date of 1970-01-01 is as one that is absent,
// and 9999-12-31 as a last day (valid_until, period_to) as none.
//
// News without a category is classified by package classify; the record has its version and the phrases that fired.
//
// The caller owes: one goroutine per Decoder; a message is used up before the next Decode, and its bytes are not
// changed before that.
package decode
