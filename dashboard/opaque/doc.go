// Package opaque seals what a reader is given and hands back later: positions, cursors, the ids of requests, what a
// form has shown.
//
// Its caller names a purpose and a reader: a policyholder's id, or nothing for the insurer's people.
//
// Invariants. (1) A token opens for its purpose and its reader only, on every server with the same secret. (2) It says
// nothing but its length, in steps of padding, so that it tells no policyholder of another one's records (I8).
package opaque
