// Package webhook renders notifications as JSON and posts them, signed as Standard Webhooks says.
//
// The body says everything without a call back. It is built from package notice, which holds only what the policyholder
// may see; field names are a contract. The signature covers id, time of the attempt and body, with every key that is
// valid: the newest first.
//
// It refuses to follow redirects, to talk below TLS 1.2, and to reach addresses of private networks (judged after the
// name is resolved, at every connection) unless told that they are allowed. It reads at most a few kilobytes of an
// answer.
package webhook
