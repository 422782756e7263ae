// Package limit is the arithmetic of credit limits: what a buyer can bear, and the answer to a request.
//
// It is pure and integer: money is int64 euro cents, probabilities parts per million, divisions truncate towards zero.
// It keeps nothing: the caller owns buyers, policies and limits, and passes what is in use.
package limit
