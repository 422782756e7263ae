package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"barometer/cmd/barometer/internal/app"
	"barometer/cmd/barometer/internal/refold"
	"barometer/cmd/barometer/internal/replay"
	"barometer/configs"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
)

type replayCommand struct {
	Model string `required:"" help:"The model file to try." type:"path" placeholder:"FILE"`
	From  string `help:"First day under it, log time (default: from the beginning of the log)." placeholder:"YYYY-MM-DD"`
	To    string `help:"Last day, log time (default: to the end of the log)." placeholder:"YYYY-MM-DD"`
	JSON  bool   `name:"json" help:"Print the report as JSON."`
}

// Run folds a stretch of the log under another model and says what would have been otherwise.
func (c *replayCommand) Run(inv *invocation) error {
	cfg := replay.Config{Parallel: runtime.GOMAXPROCS(0)}
	var err error
	if cfg.Version, cfg.Model, err = app.ModelFile(c.Model); err != nil {
		return app.Usage(err)
	}
	if cfg.From, err = parseDay(c.From); err != nil {
		return app.Usage(fmt.Errorf("--from: %w", err))
	}
	if cfg.To, err = parseDay(c.To); err != nil {
		return app.Usage(fmt.Errorf("--to: %w", err))
	}
	if cfg.To != 0 && cfg.To < cfg.From {
		return app.Usage(errors.New("--to is before --from"))
	}
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		if cfg.Log, err = refold.Open(inv.ctx, client); err != nil {
			return err
		}
		progress, end := refold.Show(os.Stderr)
		cfg.Progress = progress
		report, err := replay.Run(inv.ctx, cfg)
		end()
		switch {
		case err != nil:
			return err
		case c.JSON:
			return printJSON(report)
		}
		return report.WriteText(os.Stdout)
	})
}

func parseDay(text string) (event.Day, error) {
	if text == "" {
		return 0, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fmt.Errorf("%q is no day, want YYYY-MM-DD", text)
	}
	return event.DayOf(t.UnixMilli()), nil
}
