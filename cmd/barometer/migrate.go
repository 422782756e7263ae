package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"barometer/storage"

	"github.com/cenkalti/backoff/v5"
)

type migrateCommand struct{}

// Run makes the tables in a ClickHouse of one's own, or brings them up to date.
func (c *migrateCommand) Run(a *app) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if cfg.ClickHouse.URL == "" {
		return &usageError{errors.New("migrate needs clickhouse.url: " +
			"the tables of the embedded ClickHouse are made by barometer run")}
	}
	db, err := storage.Open(storage.Config{URL: cfg.ClickHouse.URL})
	if err != nil {
		return &usageError{err}
	}
	defer db.Close()
	if err := reachable(a.ctx, db.Ping); err != nil {
		return fmt.Errorf("no ClickHouse answers at %s; is it running? %w", withoutLogin(cfg.ClickHouse.URL), err)
	}
	if err := db.Migrate(a.ctx); err != nil {
		return err
	}
	fmt.Println("the tables are up to date")
	return nil
}

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
