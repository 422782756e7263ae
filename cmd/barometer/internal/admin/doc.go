// Package admin is what the tools of an operator ask of a process: /healthz (it runs), /readyz (it does its work),
// /metrics, and /debug/pprof where the address is a loopback one.
//
// It asks nobody who he is, so it says nothing that a stranger may not read: a check that fails is named by a sentence
// of ours, and the error with its addresses goes to the log. On a loopback address it refuses requests for other hosts:
// a web page could otherwise read it under a name of its own.
package admin
