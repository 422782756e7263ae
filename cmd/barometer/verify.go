package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"text/tabwriter"
	"time"

	"barometer/cmd/barometer/internal/verify"
	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/kafkalog"
	"barometer/processor/model"
	"barometer/storage"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// firstGeneration is the only one there is, as long as no other one can be opened.
const firstGeneration = 1

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
		if work.Aside, err = ingest.ReadQuarantined(inv.ctx, client, firstGeneration); err != nil {
			return err
		}
		progress, done := showFolded(os.Stderr)
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
	fmt.Printf("log %s, generation %d: %d records of %d partitions folded\n", r.LogID, r.Generation, r.Records,
		r.Partitions)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "check\tcompared\tdifferences\t")
	for _, check := range r.Checks {
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\n", check.Name, check.Compared, check.Differences, check.Left)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, check := range r.Checks {
		for _, told := range check.Told {
			fmt.Printf("%s: %s\n", check.Name, told)
		}
		if more := check.Differences - int64(len(check.Told)); more > 0 {
			fmt.Printf("%s: and %d more\n", check.Name, more)
		}
	}
	return nil
}

// showFolded shows how much of the log is folded: as a bar on a terminal, else as a line every few seconds.
func showFolded(out *os.File) (progress func(done, of int64), end func()) {
	if info, err := out.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		told := time.Now()
		return func(done, of int64) {
			if time.Since(told) > 5*time.Second {
				told = time.Now()
				fmt.Fprintf(out, "%d of %d records folded and compared\n", done, of)
			}
		}, func() {}
	}
	drawn := mpb.New(mpb.WithOutput(out), mpb.WithWidth(48))
	bar := drawn.AddBar(0, mpb.PrependDecorators(decor.Name("records "), decor.CountersNoUnit("%d / %d")),
		mpb.AppendDecorators(decor.Percentage(), decor.AverageETA(decor.ET_STYLE_GO, decor.WCSyncSpace)))
	return func(done, of int64) { bar.SetTotal(of, false); bar.SetCurrent(done) }, func() {
		bar.SetTotal(-1, true)
		drawn.Wait()
	}
}
