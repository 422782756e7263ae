// Package documents keeps the evidence of cases and claims: invoices, delivery notes, correspondence. The bytes are
// stored in a directory or an object store under their SHA-256, and in no topic; document.added names them.
//
// A document is received first: Receive reads it to its end into a nameless temporary file, and finds out by its bytes
// what it is. Its caller then decides whether the sender may add it, and only then has Store save it. So nothing is
// stored for somebody who may not, and memory holds no more than a part of a document.
//
// The package refuses what is not one of the accepted types, what its sender gives another type than it has, what
// unpacks to far more than it is, and macros. It looks for no viruses, and does not tell whether a document is true.
//
// Its caller owes it a bucket, and the question who may add and read what. It sends the message document.added after
// Save has returned, never before.
//
// Invariants:
//
//  1. A document is under the SHA-256 of its bytes, whole, or not there. In a directory it is on the disk when Save
//     returns.
//  2. No name that a sender gives becomes a part of a path or of a key.
//  3. Whoever reads a document is given either the bytes that its SHA-256 stands for, or an error before the last.
//  4. A document has at most MaxBytes; what a spreadsheet unpacks to is bounded while it is looked at.
package documents
