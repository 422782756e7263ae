// Package problem makes what an answer says of a request that fails: RFC 9457 documents with a stable reason where
// there is one, and warnings beside what was done.
//
// It tells a reader what the reader can mend. What went wrong inside is logged, and never told.
package problem
