// Package refold reads the log of an installation and folds it again, as its processors did: what is set aside there is
// set aside here. Commands look at the past with it. It writes nothing.
//
// A Log ends where the log ended when it was opened, so what is appended meanwhile changes no answer.
package refold
