package app

import (
	"context"
	"errors"
	"time"

	"barometer/storage"

	"github.com/cenkalti/backoff/v5"
)

// migrate brings the tables up to date, and waits for a ClickHouse that is away. Only a changed migration is an error.
func (in *installation) migrate(ctx context.Context) error {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.MaxInterval = 100*time.Millisecond, 10*time.Second
	for {
		err := in.db.Migrate(ctx)
		if err == nil {
			close(in.migrated)
			return nil
		}
		if errors.Is(err, storage.ErrChanged) || ctx.Err() != nil {
			return err
		}
		pause := wait.NextBackOff()
		in.log.Warn("the tables in ClickHouse are not made yet", "error", err, "wait_ms", pause.Milliseconds())
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}
