package main

import (
	"context"
	"errors"
	"time"

	"barometer/cmd/barometer/internal/app"
	"barometer/cmd/barometer/internal/economy"
	"barometer/configs"
	"barometer/ingest/kafkalog"
)

// economyFlags choose a simulated economy. The same choice on the same log goes on where it stopped.
type economyFlags struct {
	Seed     uint64        `default:"1" help:"Which economy."`
	Buyers   int           `default:"200" help:"How many buyers it has."`
	DayTakes time.Duration `default:"2s" help:"How long a simulated day takes at least."`
	Holders  int           `default:"6" help:"How many policyholders it has."`
}

func (f *economyFlags) check() error {
	if f.Buyers < 1 || f.Buyers > 1_000_000 || f.Holders < 1 || f.Holders > 10_000 || f.DayTakes < 0 {
		return app.Usage(
			errors.New("want 1 to 1 000 000 buyers, 1 to 10 000 holders, and a day that takes no negative time"))
	}
	return nil
}

// run simulates until ctx ends.
func (f *economyFlags) run(ctx context.Context, client *kafkalog.Client, cfg configs.Logging) error {
	e := economy.New(economy.Config{Seed: f.Seed, Buyers: f.Buyers, Policies: f.Holders, Start: app.DrivenStart})
	return economy.Simulation{Client: client, Economy: e, EachDay: f.DayTakes,
		Logger: logger(cfg).With("role", "simulate")}.Run(ctx)
}

type simulateCommand struct{ economyFlags }

// Run simulates into a running product whose log was opened with clock: driven.
func (c *simulateCommand) Run(inv *invocation) error {
	if err := c.check(); err != nil {
		return err
	}
	return inv.withKafka(func(cfg *configs.Config, client *kafkalog.Client) error {
		err := c.run(inv.ctx, client, cfg.Logging)
		if errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	})
}
