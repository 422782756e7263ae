// Package retry repeats what fails for a passing reason. It is the only package that imports the back-off library, so
// that all waits of Barometer grow in one of a few ways.
//
// It refuses to decide what is passing: an attempt says Permanent where no repetition helps.
package retry

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Pace is how waits grow: from First on, by half each time, to Most. Each is made shorter or longer by up to half, by
// chance, so that many who fail together do not come back together.
type Pace struct{ First, Most time.Duration }

// The paces of Barometer.
var (
	// Requests is for one request to a server that answers soon, or has just gone.
	Requests = Pace{20 * time.Millisecond, 2 * time.Second}
	// Work is for what is dear to begin again: a stay on a partition, an insert, a process.
	Work = Pace{100 * time.Millisecond, 10 * time.Second}
)

// Waits are the waits of one row of failures. They are for one goroutine.
type Waits struct{ b *backoff.ExponentialBackOff }

// Waits begins a row of failures.
func (p Pace) Waits() *Waits {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval = p.First, p.Most
	return &Waits{b}
}

// Next is how long to wait after one more failure.
func (w *Waits) Next() time.Duration { return w.b.NextBackOff() }

// Reset ends the row: the next failure is the first of another one.
func (w *Waits) Reset() { w.b.Reset() }

// Policy says how an attempt is repeated.
type Policy struct {
	Pace
	// Patience is how long to try at most; 0: as long as the context lasts.
	Patience time.Duration
	// Failed is told of each failure that is followed by another attempt, and of the wait before it; nil: nobody is.
	Failed func(err error, wait time.Duration)
}

// Do repeats an attempt until it succeeds, and returns what it gave. It ends with the error of the last attempt where
// that is Permanent or patience is over, and with the context's cause where that ends.
func Do[T any](ctx context.Context, p Policy, attempt func() (T, error)) (T, error) {
	options := []backoff.RetryOption{backoff.WithBackOff(p.Waits().b), backoff.WithMaxElapsedTime(p.Patience)}
	if p.Failed != nil {
		options = append(options, backoff.WithNotify(p.Failed))
	}
	return backoff.Retry(ctx, attempt, options...)
}

// Request repeats a request at the pace of Requests, as long as ctx lasts.
func Request[T any](ctx context.Context, attempt func() (T, error)) (T, error) {
	return Do(ctx, Policy{Pace: Requests}, attempt)
}

// Permanent marks an error that no repetition helps against. Do returns it without the mark.
func Permanent(err error) error { return backoff.Permanent(err) }

// Sleep waits, and tells whether it did so to the end; false: ctx ended.
func Sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
