package main

import (
	"errors"
	"fmt"
	"strings"

	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/decision"
)

type quarantineCommand struct {
	Position string `arg:"" help:"Generation, partition and offset of the record, as the log line says: 1-3-8812."`
	Reason   string `default:"the fold panics on it" help:"What the rejection says."`
}

// Run sets a record of the log aside on which the fold panics. It folds the partition up to it on its own, to see that it does.
func (c *quarantineCommand) Run(a *app) error {
	at, err := parseRecord(c.Position)
	if err != nil {
		return &usageError{err}
	}
	return a.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		p := int(at.Partition)
		n, err := client.Partitions(a.ctx, kafkalog.TopicLog)
		if err != nil {
			return err
		}
		if p >= n {
			return fmt.Errorf("the log has %d partitions, from 0 on", n)
		}
		if err := undecided(a, client, at); err != nil {
			return err
		}
		aside, err := ingest.ReadQuarantined(a.ctx, client, at.Generation)
		if err != nil {
			return err
		}
		why, err := panicsAt(a, client, at, aside[p])
		if err != nil {
			return err
		}
		q := ingest.Quarantined{Generation: at.Generation, Partition: p, Offset: at.Offset, Reason: c.Reason}
		if err := ingest.Quarantine(a.ctx, client, q); err != nil {
			return err
		}
		fmt.Printf("record %d of partition %d is set aside (%s); its partition goes on within some seconds\n", at.Offset, p, why)
		return nil
	})
}

// parseRecord reads the position of a record of the log, or of a decision that was made on it.
func parseRecord(text string) (event.Position, error) {
	if strings.Count(text, "-") == 2 {
		text += "-0"
	}
	return event.ParsePosition(text)
}

// undecided refuses a record that is decided already, or is of another generation.
func undecided(a *app, client *kafkalog.Client, at event.Position) error {
	last, err := client.Last(a.ctx, kafkalog.TopicDecisions, int(at.Partition))
	if err != nil || last == nil {
		return err
	}
	var d decision.Decision
	if err := decision.Decode(last.Value, &d); err != nil {
		return err
	}
	switch {
	case d.Position.Generation != at.Generation:
		return fmt.Errorf("the log is at generation %d", d.Position.Generation)
	case d.Position.Offset >= at.Offset:
		return fmt.Errorf("the partition has decided up to %s: only the record that it stands at can be set aside", d.Position)
	}
	return nil
}

// panicsAt folds a partition up to a record and tells how the fold panics on it. Another end is an error, and so is a panic that
// setting the record aside does not cure: one of a timer that fires before it.
func panicsAt(a *app, client *kafkalog.Client, at event.Position, aside map[int64]string) (why string, err error) {
	fold := processor.NewFold(at.Partition, configs.ParseModel)
	fold.SetAside(aside)
	for next := int64(0); next <= at.Offset; {
		b, err := client.Fetch(a.ctx, kafkalog.TopicLog, int(at.Partition), next, kafkalog.FetchOptions{ValuesOnly: true})
		if err != nil {
			return "", err
		}
		if len(b.Records) == 0 && b.Next >= b.End {
			return "", fmt.Errorf("partition %d of the log ends at %d", at.Partition, b.End)
		}
		for _, r := range b.Records {
			var state []byte
			if r.Offset == at.Offset {
				state = fold.AppendState(nil)
			}
			why, err := stepped(fold, r.Offset, r.Value)
			switch {
			case err != nil:
				return "", err
			case why != "" && r.Offset == at.Offset:
				return why, cured(state, at, &r)
			case why != "":
				return "", fmt.Errorf("the fold panics before it, on record %d: %s", r.Offset, why)
			case r.Offset == at.Offset:
				return "", errors.New("the fold takes this record: there is no reason to set it aside")
			}
		}
		next = b.Next
	}
	return "", errors.New("there is no such record")
}

// cured tells whether the fold takes a record that is set aside.
func cured(state []byte, at event.Position, r *kafkalog.Record) error {
	fold := processor.NewFold(at.Partition, configs.ParseModel)
	fold.SetAside(map[int64]string{at.Offset: ""})
	if err := fold.RestoreState(state); err != nil {
		return err
	}
	why, err := stepped(fold, r.Offset, r.Value)
	if why != "" {
		err = fmt.Errorf("setting the record aside is of no use: the fold panics before it comes to it, %s", why)
	}
	return err
}

// stepped folds one record, and tells what the fold panics with.
func stepped(fold *processor.Fold, offset int64, record []byte) (why string, err error) {
	defer func() {
		if p := recover(); p != nil {
			why = fmt.Sprint(p)
		}
	}()
	return "", fold.Step(offset, record, func(processor.Record) {})
}
