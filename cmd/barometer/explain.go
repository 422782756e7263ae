package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"barometer/cmd/barometer/internal/app"
	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/decision"
	"barometer/processor/explain"
	"barometer/processor/model"

	"github.com/shopspring/decimal"
)

type explainCommand struct {
	Buyer    string `arg:"" help:"Buyer's id."`
	At       string `help:"As of a decision or a record of the log (default: now)." placeholder:"POSITION"`
	Language string `default:"en" enum:"en,de,fr,nl" help:"Language of the sentences: ${enum}."`
	JSON     bool   `name:"json" help:"Print it as JSON."`
}

// explanation is what a score is made of, and what is behind that.
type explanation struct {
	Buyer         string         `json:"buyer_id"`
	Position      string         `json:"position"` // of the last record that counted
	AsOf          string         `json:"as_of"`
	Grade         uint32         `json:"grade"`
	PD            string         `json:"pd"`
	Model         string         `json:"model"`
	Cap           string         `json:"best_grade_held_by,omitempty"`
	Base          int64          `json:"base"`
	Points        int64          `json:"points"`
	Contributions []contribution `json:"contributions"`
	Economy       []contribution `json:"economy,omitempty"` // what each indicator adds to the cell by itself
	Events        []behind       `json:"events"`
	Earlier       int            `json:"earlier_events"` // that are not listed
}

type contribution struct {
	Code   string `json:"code"`
	Words  string `json:"words"`
	Points int64  `json:"points"`
	Figure int64  `json:"figure"`
}

// behind is a record of the log about the buyer.
type behind struct {
	Position string `json:"position"`
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	At       string `json:"at"`
}

// mostBehind is how many records about the buyer are listed.
const mostBehind = 40

// Run folds the buyer's partition of the log and says what its score is made of.
func (c *explainCommand) Run(inv *invocation) error {
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		n, err := client.Partitions(inv.ctx, kafkalog.TopicLog)
		if err != nil {
			return err
		}
		partition := kafkalog.PartitionOf(c.Buyer, n)
		o, err := client.Offsets(inv.ctx, kafkalog.TopicLog, partition)
		if err != nil {
			return err
		}
		end := o.End
		if c.At != "" {
			at, err := parseRecord(c.At)
			switch {
			case err != nil:
				return app.Usage(fmt.Errorf("--at: %w", err))
			case int(at.Partition) != partition:
				return app.Usage(fmt.Errorf("--at: %s is of partition %d, what concerns %s is in %d", c.At, at.Partition, c.Buyer,
					partition))
			case at.Offset >= end:
				return app.Usage(fmt.Errorf("--at: the log ends before %s", c.At))
			}
			end = at.Offset + 1
		}
		x, err := c.explain(inv.ctx, client, partition, end)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(x)
		}
		return x.print()
	})
}

func (c *explainCommand) explain(ctx context.Context, client *kafkalog.Client, partition int, end int64) (*explanation,
	error) {
	aside, err := ingest.ReadQuarantined(ctx, client, firstGeneration)
	if err != nil {
		return nil, err
	}
	fold := processor.NewFold(uint32(partition), model.Parse)
	fold.SetAside(aside[partition])
	x := &explanation{Buyer: c.Buyer, Position: event.Position{Generation: firstGeneration, Partition: uint32(partition),
		Offset: end - 1}.String()}
	progress, done := showFolded(os.Stderr)
	var decoder event.Decoder
	err = readLog(ctx, client, partition, 0, end, func(offset int64, record []byte) error {
		if err := fold.Step(offset, record, func(processor.Record) {}); err != nil {
			return err
		}
		if offset%1000 == 0 || offset == end-1 {
			progress(offset+1, end)
		}
		e, err := decoder.Decode(record)
		if err != nil || e.Key != c.Buyer {
			return err
		}
		if v, ok := e.Body.(*event.Relayed); ok {
			if v.Kind != event.RelayForward {
				return nil
			}
			if e, err = new(event.Decoder).Decode(v.Payload); err != nil { // found to be about it
				return err
			}
		}
		x.Events = append(x.Events, behind{event.Position{Generation: firstGeneration, Partition: uint32(partition),
			Offset: offset}.String(), e.Kind.String(), string([]byte(e.ID)), event.DayOf(e.AtMs).String()})
		if len(x.Events) > mostBehind {
			x.forget()
		}
		return nil
	})
	done()
	if err != nil {
		return nil, err
	}
	s, base, ok := fold.Explain(c.Buyer)
	if !ok {
		return nil, fmt.Errorf("nothing is known of a buyer %s up to there", c.Buyer)
	}
	x.Grade, x.PD, x.Model, x.Cap, x.Base, x.Points = s.Grade, decimal.New(s.PDPPM, -6).String(), s.Model, s.Cap, base,
		s.PointsMLO
	x.AsOf = event.DayOf(fold.Now()).String()
	x.Contributions, x.Economy = c.said(s.Contributions), c.said(fold.Economy(s.Country, s.Sector))
	return x, nil
}

// forget leaves out the oldest of the payments, of which there are many; statements and news are what one looks for.
func (x *explanation) forget() {
	i := slices.IndexFunc(x.Events, func(e behind) bool {
		return strings.HasPrefix(e.Kind, "invoice.") || strings.HasPrefix(e.Kind, "payment.")
	})
	x.Events = slices.Delete(x.Events, max(i, 0), max(i, 0)+1)
	x.Earlier++
}

func (c *explainCommand) said(all []decision.Contribution) []contribution {
	said := make([]contribution, len(all))
	for i, x := range all {
		said[i] = contribution{x.Code, explain.Sentence(explain.Language(c.Language), x), x.PointsMLO, x.Figure}
	}
	return said
}

func (x *explanation) print() error {
	pd := decimal.RequireFromString(x.PD).Shift(2).StringFixed(2)
	fmt.Printf("%s: grade %d, %s %% probability of default in twelve months, as of %s (%s, model %s)\n\n", x.Buyer,
		x.Grade, pd, x.AsOf, x.Position, x.Model)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	line := func(points int64, code, words string) {
		fmt.Fprintf(w, "%8s\t%s\t%s\n", fmt.Sprintf("%+d", points), code, words)
	}
	line(x.Base, "base", "")
	for _, c := range x.Contributions {
		line(c.Points, c.Code, c.Words)
	}
	line(x.Points, "score", "the sum; positive is riskier")
	if err := w.Flush(); err != nil {
		return err
	}
	if x.Cap != "" {
		fmt.Printf("\nA better grade is not possible: %s\n", explain.Name(explain.English, x.Cap))
	}
	if len(x.Economy) > 0 {
		fmt.Print("\nBehind the economy of its country and sector, each by itself:\n")
		for _, c := range x.Economy {
			fmt.Fprintf(w, "%8s\t%s\t%s\n", fmt.Sprintf("%+d", c.Points), c.Code, decimal.New(c.Figure, -8))
		}
	}
	fmt.Fprint(w, "\nWhat came in about it:\n")
	if x.Earlier > 0 {
		fmt.Fprintf(w, "%d earlier ones\n", x.Earlier)
	}
	for _, e := range x.Events {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", e.At, e.Kind, e.ID, e.Position)
	}
	return w.Flush()
}

// readLog gives the records of a partition of the log from an offset up to before another one.
func readLog(ctx context.Context, client *kafkalog.Client, partition int, from, end int64,
	each func(offset int64, record []byte) error) error {
	for from < end {
		b, err := client.Fetch(ctx, kafkalog.TopicLog, partition, from, kafkalog.FetchOptions{MaxBytes: 1 << 20,
			MaxWait: time.Second, ValuesOnly: true})
		if err != nil {
			return fmt.Errorf("partition %d of the log: %w", partition, err)
		}
		for i := range b.Records {
			if r := &b.Records[i]; r.Offset >= from && r.Offset < end {
				if err := each(r.Offset, r.Value); err != nil {
					return fmt.Errorf("partition %d of the log, offset %d: %w", partition, r.Offset, err)
				}
			}
		}
		if b.Next <= from && b.Next >= b.End {
			return fmt.Errorf("partition %d of the log ends at %d", partition, b.End)
		}
		from = max(from, b.Next)
	}
	return nil
}
