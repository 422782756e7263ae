package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"barometer/cmd/barometer/internal/app"
	"barometer/cmd/barometer/internal/replay"
	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/model"

	"github.com/shopspring/decimal"
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
		aside, err := ingest.ReadQuarantined(inv.ctx, client, firstGeneration)
		if err != nil {
			return err
		}
		if cfg.Partitions, err = client.Partitions(inv.ctx, kafkalog.TopicLog); err != nil {
			return err
		}
		cfg.NewFold = func(partition int) *processor.Fold {
			f := processor.NewFold(uint32(partition), model.Parse)
			f.SetAside(aside[partition])
			return f
		}
		ends, err := client.Ends(inv.ctx, kafkalog.TopicLog)
		if err != nil {
			return err
		}
		progress, end := showFolded(os.Stderr)
		var folded, all atomic.Int64
		for _, e := range ends {
			all.Add(e)
		}
		enough := errors.New("the stretch is over")
		cfg.Read = func(ctx context.Context, partition int, each func(int64, []byte) (bool, error)) error {
			err := readLog(ctx, client, partition, 0, ends[partition], func(offset int64, record []byte) error {
				if n := folded.Add(1); n%1000 == 0 {
					progress(n, all.Load())
				}
				more, err := each(offset, record)
				if err == nil && !more {
					return enough
				}
				return err
			})
			if errors.Is(err, enough) {
				return nil
			}
			return err
		}
		report, err := replay.Run(inv.ctx, cfg)
		end()
		if err != nil {
			return err
		}
		return c.print(report)
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

func (c *replayCommand) print(r *replay.Report) error {
	if c.JSON {
		return printJSON(r)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	line := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	euro := func(cents int64) string { return decimal.New(cents, -2).StringFixed(0) + " EUR" }
	line("model %s, %d records of the log up to %s; nothing was published\n", r.Model, r.Records, r.To)
	line("\tas decided\tunder %s", r.Model)
	line("buyers, of which would be better, worse\t%d\t%d, %d", r.Buyers, r.Better, r.Worse)
	line("grade changes on the way\t%d\t%d", r.Moves[0], r.Moves[1])
	line("limits\t%s\t%s (%s raised, %s lowered)", euro(r.Limits[0]), euro(r.Limits[1]), euro(r.Raised), euro(r.Lowered))
	line("exposure at grade 8 and worse\t%s\t%s", euro(r.AtRisk[0]), euro(r.AtRisk[1]))
	line("exposure on buyers whose grade differs\t\t%s", euro(r.Exposure))
	line("insolvencies\t%d\t%d seen coming earlier, %d later, %d newly, %d no longer", r.Defaults, r.Earlier, r.Later,
		r.Found, r.Missed)
	if len(r.Differences) > 0 {
		line("\nwhat differs most\tgrade, limits as decided\tunder %s", r.Model)
	}
	for _, d := range r.Differences {
		line("%s\t%d, %s\t%d, %s", d.Buyer, d.Grades[0], euro(d.Limits[0]), d.Grades[1], euro(d.Limits[1]))
	}
	return w.Flush()
}
