package main

import (
	"fmt"

	"barometer/cmd/barometer/internal/app"
	"barometer/configs"
	"barometer/ingest/kafkalog"
)

type topicsCommand struct{}

// Run creates what is missing and checks what is there.
func (c *topicsCommand) Run(inv *invocation) error {
	return inv.withKafka(func(cfg *configs.Config, client *kafkalog.Client) error {
		specs := app.Topics(cfg)
		if err := client.EnsureTopics(inv.ctx, specs); err != nil {
			return err
		}
		for _, s := range specs {
			fmt.Println(s.Name)
		}
		return client.CheckTopics(inv.ctx, specs)
	})
}
