package main

import (
	"barometer/cmd/barometer/internal/app"
	"barometer/configs"
)

type (
	ingestCommand  struct{}
	processCommand struct{}
	storeCommand   struct{}
	alertCommand   struct{}
	serveCommand   struct{}
)

// Run runs one role.
func (c *ingestCommand) Run(inv *invocation) error { return inv.runOne(app.Ingest) }

// Run runs one role.
func (c *processCommand) Run(inv *invocation) error { return inv.runOne(app.Process) }

// Run runs one role.
func (c *storeCommand) Run(inv *invocation) error { return inv.runOne(app.Store) }

// Run runs one role.
func (c *alertCommand) Run(inv *invocation) error { return inv.runOne(app.Alert) }

// Run runs one role.
func (c *serveCommand) Run(inv *invocation) error { return inv.runOne(app.Serve) }

// runOne runs a role alone.
func (inv *invocation) runOne(r app.Role) error {
	cfg, err := inv.load()
	if err != nil {
		return err
	}
	return inv.run(cfg, false, r)
}

// run runs roles; together: all that there are.
func (inv *invocation) run(cfg *configs.Config, together bool, roles ...app.Role) error {
	return app.Run(inv.ctx, app.Options{Config: cfg, Reload: inv.load, Together: together, Logger: logger(cfg.Logging),
		Build: buildInfo()}, roles...)
}
