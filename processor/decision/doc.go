// Package decision is the vocabulary of risk.decisions: what the fold decided, why, and the bytes of it.
//
// It is a leaf: every role imports it. Units are those of package event; scores are in mlo (thousandths of a unit of
// log-odds, positive is riskier), probabilities of default in parts per million, grades 1 (best) to 10.
//
// decision.proto in this folder is the published contract of the bytes.
package decision
