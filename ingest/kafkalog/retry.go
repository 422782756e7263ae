package kafkalog

import (
	"context"
	"errors"
	"time"

	"barometer/internal/retry"
)

const warnEvery = 10 * time.Second

// patiently repeats attempt, with growing waits, until it succeeds, until ctx ends, or until it fails with an error
// that no repetition helps against.
func patiently[T any](ctx context.Context, failed func(error, time.Duration), attempt func() (T, error)) (T, error) {
	once := func() (T, error) {
		v, err := attempt()
		if err != nil && lasting(err) {
			err = retry.Permanent(err)
		}
		return v, err
	}
	return retry.Do(ctx, retry.Policy{Pace: retry.Requests, Failed: failed}, once)
}

// lasting errors are those that have a name of ours.
func lasting(err error) bool {
	return errors.Is(err, ErrTooLarge) || errors.Is(err, ErrNoTopic) || errors.Is(err, ErrRefused) ||
		errors.Is(err, ErrOutOfRange) || errors.Is(err, errBroken)
}

// warner logs the first failure of a row of them, and then one every while.
func (c *Client) warner(ctx context.Context, what, topic string, partition int) func(error, time.Duration) {
	var warned time.Time
	return func(err error, wait time.Duration) {
		if now := time.Now(); now.Sub(warned) >= warnEvery && ctx.Err() == nil {
			warned = now
			c.log.WarnContext(ctx, what, "topic", topic, "partition", partition, "error", err, "wait_ms", wait.Milliseconds())
		}
	}
}
