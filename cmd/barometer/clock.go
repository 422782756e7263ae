package main

import (
	"time"

	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/kafkalog"
)

type clockCommand struct {
	Confirm clockConfirmCommand `cmd:"" help:"Let time make a step of more than 45 days, up to now."`
}

type clockConfirmCommand struct{}

// Run confirms a long step of time.
func (c *clockConfirmCommand) Run(inv *invocation) error {
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		return ingest.ConfirmClock(inv.ctx, client, time.Now().UnixMilli())
	})
}
