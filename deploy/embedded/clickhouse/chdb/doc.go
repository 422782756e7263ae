// Package chdb calls the C interface of libchdb, ClickHouse as a library, without cgo.
//
// It binds only what the gateway needs and knows nothing of HTTP, users or limits.
//
// What the caller owes it:
//
//  1. One Library per process, one data path per process: a second Open of another path fails in the engine.
//  2. A Conn runs one statement at a time. It may move between goroutines but not be used by two at once.
//  3. Every Conn, Result, Rows and Insert is closed exactly once, before its Conn, and its bytes are not used after.
//
// Memory: what is passed in is copied by the engine before a call returns, or pinned for the time of the call;
// buffers that come out belong to the engine until Close.
package chdb
