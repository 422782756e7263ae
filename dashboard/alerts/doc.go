// Package alerts is what the dashboard asks of alerting: subscriptions, notifications that are sent again, and the
// folder of e-mail.
//
// It has questions and answers only; whoever composes the roles gives it to the API and the pages. Each method says
// which error means that a thing is not there (ErrNotFound), is busy (ErrUnderWay), or cannot be accepted
// (InvalidError); any other error is trouble.
package alerts
