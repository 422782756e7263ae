package main

import (
	"context"
	"errors"
	"os"
	"runtime"

	"barometer/cmd/barometer/internal/refold"
	"barometer/cmd/barometer/internal/verify"
	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/kafkalog"
	"barometer/processor/model"
	"barometer/storage"
)

type verifyCommand struct {
	JSON bool `help:"Print the report as JSON."`
}

// Run compares what a running installation has written with what follows from its log.
func (c *verifyCommand) Run(inv *invocation) error {
	return inv.withKafka(func(cfg *configs.Config, client *kafkalog.Client) error {
		work := verify.Config{Kafka: client, Parse: model.Parse, Parallel: runtime.GOMAXPROCS(0)}
		url := cfg.ClickHouse.URL
		if url == "" {
			url = "http://" + cfg.Embedded.ClickHouseListen
		}
		db, err := storage.Open(storage.Config{URL: url})
		if err != nil {
			return err
		}
		defer db.Close()
		ready, cancel := context.WithTimeout(inv.ctx, reachWithin)
		defer cancel()
		if err := db.Ready(ready); err != nil {
			work.TablesError = err.Error()
		} else {
			work.Tables = db
		}
		if work.Aside, err = ingest.ReadQuarantined(inv.ctx, client, refold.Generation); err != nil {
			return err
		}
		progress, done := refold.Show(os.Stderr)
		work.Progress = progress
		report, err := verify.Run(inv.ctx, work)
		done()
		if err != nil {
			return err
		}
		if err := c.print(report); err != nil {
			return err
		}
		if !report.Fine() {
			return errors.New("the installation differs from what follows from its log")
		}
		return nil
	})
}

func (c *verifyCommand) print(r *verify.Report) error {
	if c.JSON {
		return printJSON(r)
	}
	return r.WriteText(os.Stdout)
}
