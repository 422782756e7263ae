package app

import (
	"context"
	"errors"

	"barometer/internal/retry"
	"barometer/storage"
)

// migrate brings the tables up to date, and waits for a ClickHouse that is away. Only a changed migration is an error.
func (in *installation) migrate(ctx context.Context) error {
	wait := retry.Work.Waits()
	for {
		err := in.db.Migrate(ctx)
		if err == nil {
			close(in.migrated)
			return nil
		}
		if errors.Is(err, storage.ErrChanged) || ctx.Err() != nil {
			return err
		}
		pause := wait.Next()
		in.log.Warn("the tables in ClickHouse are not made yet", "error", err, "wait_ms", pause.Milliseconds())
		if !retry.Sleep(ctx, pause) {
			return nil
		}
	}
}
