// Package retry repeats what fails for a passing reason.
package retry

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Do repeats a request until it is answered, ctx ends, or its error is backoff.Permanent.
func Do[T any](ctx context.Context, request func() (T, error)) (T, error) {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.MaxInterval = 20*time.Millisecond, 2*time.Second
	return backoff.Retry(ctx, request, backoff.WithBackOff(wait), backoff.WithMaxElapsedTime(0))
}
