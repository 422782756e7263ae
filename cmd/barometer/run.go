package main

import (
	"context"
	"path/filepath"
	"slices"

	"barometer/cmd/barometer/internal/app"
	"barometer/ingest/kafkalog"
)

// runCommand runs all roles; with Simulate, an economy too, in a data directory and a log of their own, whose time it
// drives.
type runCommand struct {
	Simulate     bool `help:"Let a simulated economy flow through, in its own data directory and by its own time."`
	economyFlags `embed:""`
}

// Run runs all roles.
func (c *runCommand) Run(inv *invocation) error {
	cfg, err := inv.load()
	if err != nil {
		return err
	}
	if !c.Simulate {
		return inv.run(cfg, true, app.Roles...)
	}
	if err := c.check(); err != nil {
		return err
	}
	cfg.Clock, cfg.DataDir = "driven", filepath.Join(cfg.DataDir, "simulation")
	simulation := app.Simulated(func(ctx context.Context, client *kafkalog.Client) error {
		return c.run(ctx, client, cfg.Logging)
	})
	return inv.run(cfg, true, append(slices.Clone(app.Roles), simulation)...)
}
