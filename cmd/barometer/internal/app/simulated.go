package app

import (
	"context"

	"barometer/alerting"
	"barometer/alerting/subscription"
	"barometer/ingest/kafkalog"

	"github.com/sourcegraph/conc"
)

// Simulated is the role of who makes up an economy: run sends it. A simulated policyholder is subscribed before.
func Simulated(run func(ctx context.Context, client *kafkalog.Client) error) Role {
	return Role{name: "simulate", run: func(ctx context.Context, in *installation) error {
		if err := in.subscribeOne(ctx); err != nil {
			return err
		}
		return run(ctx, in.kafka)
	}}
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
