// Package desk is the insurer's pages: what is flowing, buyers and why they are graded as they are, limits, the
// four-eyes queue, people's decisions, notifications.
//
// It decides nothing. A verdict goes through package reviews, by the rules of the API, and in two steps: the first one
// says what the verdict would do, the second one bears what was shown.
//
// It refuses policyholders: a page of it has what concerns others.
//
// Invariants. (1) A verdict is stored only where its consequence is still the one that was shown. (2) What others wrote
// is escaped, and linked to only where it is an address on the web. (3) The live page is made once a second at most,
// whoever looks.
package desk
