package main

import (
	"fmt"

	"barometer/cmd/barometer/internal/app"
	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

type sourceCommand struct {
	Reset sourceResetCommand `cmd:"" help:"Take a source topic that was recreated as a new one, from its start."`
}

type sourceResetCommand struct {
	Topic string `arg:"" help:"Source topic, for example risk.payments."`
}

// Run raises the incarnation of a topic.
func (c *sourceResetCommand) Run(inv *invocation) error {
	topic, ok := event.ParseTopic(c.Topic)
	if !ok {
		return app.Usage(fmt.Errorf("%q is no source topic", c.Topic))
	}
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		n, err := ingest.RaiseIncarnation(inv.ctx, client, topic.String())
		if err == nil {
			fmt.Printf("%s is read from its start, as incarnation %d\n", topic, n)
		}
		return err
	})
}
