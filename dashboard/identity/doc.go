// Package identity remembers who has logged in to the pages, and slows down who guesses.
//
// A session is a random id that the browser keeps and the server knows; it stands for the token that opened it and is
// worth nothing once that token is gone, so that to take a token away ends its sessions. Sessions live in this process:
// who serves from several processes sends a browser to the one that it logged in at, and after a restart everybody logs
// in again.
//
// The package knows no HTTP: its caller reads cookies, and asks on every request whether the token still counts.
//
// Invariants:
//
//  1. A session's id is not the token and tells nothing of it; the memory has the id's SHA-256 only.
//  2. A session ends after IdleEnd without a request, at AbsoluteEnd in any case, and at once by Close.
//  3. Memory is bounded: sessions per token and addresses of failed attempts have a most, beyond which the one used
//     longest ago goes.
package identity
