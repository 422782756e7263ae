package main

import (
	"errors"
	"fmt"

	"barometer/cmd/barometer/internal/app"
	"barometer/storage"
)

type migrateCommand struct{}

// Run makes the tables in a ClickHouse of one's own, or brings them up to date.
func (c *migrateCommand) Run(inv *invocation) error {
	cfg, err := inv.load()
	if err != nil {
		return err
	}
	if cfg.ClickHouse.URL == "" {
		return app.Usage(errors.New("migrate needs clickhouse.url: " +
			"the tables of the embedded ClickHouse are made by barometer run"))
	}
	db, err := storage.Open(storage.Config{URL: cfg.ClickHouse.URL})
	if err != nil {
		return app.Usage(err)
	}
	defer db.Close()
	if err := reachable(inv.ctx, db.Ping); err != nil {
		return fmt.Errorf("no ClickHouse answers at %s; is it running? %w", app.WithoutLogin(cfg.ClickHouse.URL), err)
	}
	if err := db.Migrate(inv.ctx); err != nil {
		return err
	}
	fmt.Println("the tables are up to date")
	return nil
}
