package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"barometer/alerting"
	"barometer/alerting/subscription"
	"barometer/cmd/barometer/internal/economy"
	"barometer/configs"
	"barometer/ingest/kafkalog"

	"github.com/sourcegraph/conc"
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
		return &usageError{
			errors.New("want 1 to 1 000 000 buyers, 1 to 10 000 holders, and a day that takes no negative time")}
	}
	return nil
}

// run simulates until ctx ends.
func (f *economyFlags) run(ctx context.Context, client *kafkalog.Client, cfg configs.Logging) error {
	e := economy.New(economy.Config{Seed: f.Seed, Buyers: f.Buyers, Policies: f.Holders, Start: drivenStart})
	return economy.Simulation{Client: client, Economy: e, EachDay: f.DayTakes,
		Logger: logger(cfg).With("role", "simulate")}.Run(ctx)
}

type simulateCommand struct{ economyFlags }

// Run simulates into a running product whose log was opened with clock: driven.
func (c *simulateCommand) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	return a.withKafka(func(cfg *configs.Config, client *kafkalog.Client) error {
		err := c.run(a.ctx, client, cfg.Logging)
		if errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	})
}

// runCommand runs all roles; with Simulate, an economy too, in a data directory and a log of their own, whose time it
// drives.
type runCommand struct {
	Simulate     bool `help:"Let a simulated economy flow through, in its own data directory and by its own time."`
	economyFlags `embed:""`
}

// Run runs all roles.
func (c *runCommand) Run(a *app) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if !c.Simulate {
		return a.start(cfg, true, allRoles...)
	}
	if err := c.check(); err != nil {
		return err
	}
	cfg.Clock, cfg.DataDir = "driven", filepath.Join(cfg.DataDir, "simulation")
	simulation := role{name: "simulate", run: func(ctx context.Context, in *installation) error {
		if err := in.subscribeOne(ctx); err != nil {
			return err
		}
		return c.run(ctx, in.kafka, cfg.Logging)
	}}
	return a.start(cfg, true, append(append([]role{}, allRoles...), simulation)...)
}

// subscriber is the simulated policyholder that has itself told by e-mail, so that there is some to look at.
const subscriber = "h-02"

// subscribeOne subscribes it once, where e-mail goes to a folder and no further.
func (in *installation) subscribeOne(ctx context.Context) error {
	if in.cfg.Alerting.SMTPURL != "" {
		return nil
	}
	subscriptions, err := alerting.NewSubscriptions(in.kafka, in.secret, false, in.log)
	if err != nil {
		return err
	}
	following, stop := context.WithCancel(ctx)
	var work conc.WaitGroup
	defer work.Wait()
	defer stop()
	work.Go(func() { _ = subscriptions.Run(following) }) // what fails is told by Ready and Create
	if err := subscriptions.Ready(ctx); err != nil {
		return err
	}
	if len(subscriptions.List(subscriber)) > 0 {
		return nil
	}
	_, _, err = subscriptions.Create(ctx, subscriber, subscription.Draft{Channel: "email", Target: "credit@holder.example",
		MinimumSeverity: "critical", Language: "en", Vouched: true})
	return err
}
