// Package reviews reads the four-eyes queue, and stores what analysts say of a review. The API and the insurer's pages
// decide by the same rules, which are here.
//
// It judges nothing: a verdict is a message of risk.orders, and the fold says what it does.
//
// Invariants. (1) A verdict bears the name of its token; where there are tokens nobody decides in another one's name
// (I9). (2) Nobody approves what that one asked for or entered, and no two approvals are one person's. (3) The same
// verdict is the same message however often it is sent.
package reviews
