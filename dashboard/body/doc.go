// Package body takes the bodies of requests in: it unpacks them, bounds them, and refuses texts that would be read as
// other ones.
//
// Invariants. (1) Memory is bounded whoever sends how much: a large body takes one of a few places until it is
// answered, and none is larger than MaxBytes. A document's is not read here: its operation takes it in by pieces.
// (2) A handler behind it reads what was sent, or is not called.
package body
