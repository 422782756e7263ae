package main

import (
	"fmt"

	"barometer/cmd/barometer/internal/app"
	"barometer/cmd/barometer/internal/quarantine"
	"barometer/cmd/barometer/internal/refold"
	"barometer/configs"
	"barometer/ingest/kafkalog"
)

type quarantineCommand struct {
	Position string `arg:"" help:"Generation, partition and offset of the record, as the log line says: 1-3-8812."`
	Reason   string `default:"the fold panics on it" help:"What the rejection says."`
}

// Run sets a record of the log aside on which the fold panics.
func (c *quarantineCommand) Run(inv *invocation) error {
	at, err := refold.ParseRecord(c.Position)
	if err != nil {
		return app.Usage(err)
	}
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		log, err := refold.Open(inv.ctx, client)
		if err != nil {
			return err
		}
		why, err := quarantine.SetAside(inv.ctx, client, log, at, c.Reason)
		if err != nil {
			return err
		}
		fmt.Printf("record %d of partition %d is set aside (%s); its partition goes on within some seconds\n", at.Offset,
			at.Partition, why)
		return nil
	})
}
