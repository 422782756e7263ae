package kafkalog

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	firstRetry = 50 * time.Millisecond
	maxRetry   = 2 * time.Second
	warnEvery  = 10 * time.Second
)

// patiently repeats attempt, with growing waits, until it succeeds, until ctx ends, or until it fails with an error
// that no repetition helps against.
func patiently[T any](ctx context.Context, notify backoff.Notify, attempt func() (T, error)) (T, error) {
	waits := backoff.NewExponentialBackOff()
	waits.InitialInterval, waits.MaxInterval = firstRetry, maxRetry
	once := func() (T, error) {
		v, err := attempt()
		if err != nil && lasting(err) {
			err = backoff.Permanent(err)
		}
		return v, err
	}
	v, err := backoff.Retry(ctx, once, backoff.WithBackOff(waits), backoff.WithMaxElapsedTime(0),
		backoff.WithNotify(notify))
	var permanent *backoff.PermanentError
	if errors.As(err, &permanent) {
		err = permanent.Unwrap()
	}
	return v, err
}

// lasting errors are those that have a name of ours.
func lasting(err error) bool {
	return errors.Is(err, ErrTooLarge) || errors.Is(err, ErrNoTopic) || errors.Is(err, ErrRefused) ||
		errors.Is(err, ErrOutOfRange) || errors.Is(err, errBroken)
}

// warner logs the first failure of a row of them, and then one every while.
func (c *Client) warner(ctx context.Context, what, topic string, partition int) backoff.Notify {
	var warned time.Time
	return func(err error, wait time.Duration) {
		if now := time.Now(); now.Sub(warned) >= warnEvery && ctx.Err() == nil {
			warned = now
			c.log.WarnContext(ctx, what, "topic", topic, "partition", partition, "error", err, "wait_ms", wait.Milliseconds())
		}
	}
}
