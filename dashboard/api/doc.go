// Package api answers programs: what Barometer has decided, how to ask for a limit, how to send messages, and who is
// told what. Its description is made from its types (/v1/openapi.json).
//
// It decides nothing. A limit request and a message are stored for ingest, and what becomes of them is what the fold
// says.
//
// Invariants. (1) What a policyholder is answered is a type of its own, made of what processor/decision/public lets it
// know; no analyst's type is ever written to a policyholder, and its lists are filtered before they are limited (I8);
// notifications and subscriptions have nothing of others and are one type. (2) Others' policies are as unknown as those
// that do not exist. (3) A message is answered as stored only when the broker has it, and bears the name of who sends
// it (I9). (4) A read states the position that it is of, and with after= is not answered before that is reached.
package api
