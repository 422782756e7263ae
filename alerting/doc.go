// Package alerting tells policyholders what was decided about their buyers.
//
//	risk.decisions ─┐                                        ┌─▶ webhook
//	                ├─▶ route ─▶ risk.notifications ─▶ send ─▶ delivery
//	risk.subscriptions                                       └─▶ email
//
// It decides nothing about risk. The packages, in the order of the data:
//
//   - subscription: who wants to be told what, and where (risk.subscriptions); secrets sealed.
//   - notice: the vocabulary; what a policyholder may be told comes from processor/decision/public.
//   - route: from decisions to items per holder, at least once.
//   - group: the second fold, from items to notifications, exactly once by marks; pure.
//   - delivery: letters, attempts and their end (risk.deliveries).
//   - webhook, email: the channels.
//   - names: names of buyers (risk.texts).
//
// Run is the role. Subscriptions, Deliveries and the folder of e-mail are what the API and the pages use; they run in
// any process, with or without the role.
//
// What the design leaves to later: groups and digests (every item is a notification now), inhibition, lanes.
// Notifications of more than 30 days ago cannot be folded again: without a snapshot the second fold begins where
// risk.notifications begins, and stops with log_gap where that is not its start.
package alerting
