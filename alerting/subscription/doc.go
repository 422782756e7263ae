// Package subscription keeps who wants to be told what, and where: the records of risk.subscriptions.
//
// Store writes them and keeps a view by following the topic. Whoever makes a Store owes it a running Run. A write
// returns when it is stored and the view has it, so that the next read of this process sees it. Concurrent writes to
// one subscription from several processes: the last one counts.
//
// Signing secrets leave this package twice: to the caller of Create or Rotate, once, and to the sender, as keys. At
// rest they are sealed with AES-256-GCM under a key derived (HKDF-SHA-256) from the installation's secret_key, bound to
// their holder and subscription, so that a sealed secret cannot be moved to another subscription.
//
// It refuses, as *Invalid with the field: a target that is no http(s) URL or no e-mail address, a literal private
// address where those are not allowed, kinds that nobody is told of, languages other than nl, fr, de and en, digests
// (they come later), and more than MaxPerHolder subscriptions.
package subscription
