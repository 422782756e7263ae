// Package identity finds whom a request stands for, and what that one may do: tokens, sessions of the pages, roles.
//
// A Gate stands before every handler. Authenticate puts a Principal into the request's context (Of) or refuses the
// request; Forwarded says from where a request comes, by stated proxies only. What a Principal may do is asked by May
// and Require.
//
// A session is a random id that the browser keeps and the server knows; it stands for the token that opened it and is
// worth nothing once that token is gone, so that to take a token away ends its sessions. Sessions live in this process:
// who serves from several processes sends a browser to the one that it logged in at, and after a restart everybody logs
// in again.
//
// Whoever serves owes it: that nothing but the paths of open is answered without Authenticate, and Forwarded outside of
// it.
//
// Invariants:
//
//  1. A handler behind Authenticate has a Principal; one without panics in Of, and answers nobody.
//  2. Without tokens only requests that name this machine are answered (DNS rebinding), and Open says that nobody is
//     known by name.
//  3. A session's id is not the token and tells nothing of it; the memory has the id's SHA-256 only.
//  4. A session ends after IdleEnd without a request, at AbsoluteEnd in any case, and at once by Close.
//  5. Who sends too many wrong tokens waits, and nobody else does.
//  6. Memory is bounded: sessions per token and addresses of failed attempts have a most, beyond which the one used
//     longest ago goes.
package identity
