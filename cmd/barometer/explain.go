package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"barometer/cmd/barometer/internal/app"
	"barometer/cmd/barometer/internal/explanation"
	"barometer/cmd/barometer/internal/refold"
	"barometer/configs"
	"barometer/ingest/kafkalog"
	"barometer/processor/explain"
)

type explainCommand struct {
	Buyer    string `arg:"" help:"Id of a buyer, a case or a claim." name:"id"`
	At       string `help:"As of a decision or a record of the log (default: now)." placeholder:"POSITION"`
	Language string `default:"en" enum:"en,de,fr,nl" help:"Language of the sentences: ${enum}."`
	JSON     bool   `name:"json" help:"Print it as JSON."`
}

// Run says what a buyer's score, a case or a claim is made of.
func (c *explainCommand) Run(inv *invocation) error {
	q := explanation.Query{Buyer: c.Buyer, Language: explain.Language(c.Language)}
	if c.At != "" {
		at, err := refold.ParseRecord(c.At)
		if err != nil {
			return app.Usage(fmt.Errorf("--at: %w", err))
		}
		q.At = &at
	}
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		log, err := refold.Open(inv.ctx, client)
		if err != nil {
			return err
		}
		progress, done := refold.Show(os.Stderr)
		q.Progress = progress
		x, err := explained(inv.ctx, log, q)
		done()
		switch {
		case errors.Is(err, explanation.ErrPosition):
			return app.Usage(fmt.Errorf("--at: %w", err))
		case err != nil:
			return err
		case c.JSON:
			return printJSON(x)
		}
		return x.WriteText(os.Stdout)
	})
}

// explained explains a case or a claim where the id is one's, else a buyer's score.
func explained(ctx context.Context, log *refold.Log, q explanation.Query) (
	interface{ WriteText(io.Writer) error }, error) {
	if explanation.IsMinted(q.Buyer) {
		return explanation.OfMinted(ctx, log, q, q.Buyer)
	}
	return explanation.Of(ctx, log, q)
}
