package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"barometer/cmd/barometer/internal/app"
	"barometer/cmd/barometer/internal/records"
	"barometer/configs"
	"barometer/ingest/kafkalog"
)

type tailCommand struct {
	Topic     string `arg:"" default:"risk.decisions" help:"Topic, for example risk.log."`
	FromStart bool   `help:"Begin at the start of the topic, not at its end."`
	Exit      bool   `help:"End at the end that the topic has now."`
	Buyer     string `help:"Only records about this buyer." placeholder:"ID"`
	Kind      string `help:"Only records of this kind, for example limit.decided; of a source topic: of this type." placeholder:"KIND"`
}

// Run prints records as JSON lines until it is stopped, or until the end of the topic.
func (c *tailCommand) Run(inv *invocation) error {
	filter := records.Filter{Kind: c.Kind, Buyer: c.Buyer}
	if err := filter.Check(c.Topic); err != nil {
		return app.Usage(fmt.Errorf("--kind: %w", err))
	}
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		n, err := client.Partitions(inv.ctx, c.Topic)
		if err != nil {
			return fmt.Errorf("topic %s: %w", c.Topic, err)
		}
		out, printer := bufio.NewWriter(os.Stdout), records.NewPrinter(c.Topic, n)
		each := func(partition int, r kafkalog.Record) error {
			l, err := printer.Line(partition, r)
			if err != nil || !filter.Takes(l) {
				return err
			}
			b, err := json.Marshal(l)
			if err != nil {
				return err
			}
			if _, err := out.Write(append(b, '\n')); err != nil {
				return err
			}
			return out.Flush()
		}
		switch {
		case c.Exit && c.FromStart:
			_, err = client.ReadAll(inv.ctx, c.Topic, each)
		case !c.Exit:
			var from []int64
			if !c.FromStart {
				if from, err = client.Ends(inv.ctx, c.Topic); err != nil {
					return err
				}
			}
			err = client.Follow(inv.ctx, c.Topic, from, each)
		}
		if inv.ctx.Err() != nil {
			return nil
		}
		return err
	})
}
