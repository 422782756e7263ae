package main

import (
	"errors"
	"fmt"
	"strings"

	"barometer/cmd/barometer/internal/app"
	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/decision"
	"barometer/processor/model"
)

type quarantineCommand struct {
	Position string `arg:"" help:"Generation, partition and offset of the record, as the log line says: 1-3-8812."`
	Reason   string `default:"the fold panics on it" help:"What the rejection says."`
}

// Run sets a record of the log aside on which the fold panics. It folds the partition up to it on its own, to see that
// it does.
func (c *quarantineCommand) Run(inv *invocation) error {
	at, err := parseRecord(c.Position)
	if err != nil {
		return app.Usage(err)
	}
	return inv.withKafka(func(_ *configs.Config, client *kafkalog.Client) error {
		p := int(at.Partition)
		n, err := client.Partitions(inv.ctx, kafkalog.TopicLog)
		if err != nil {
			return err
		}
		if p >= n {
			return fmt.Errorf("the log has %d partitions, from 0 on", n)
		}
		if err := undecided(inv, client, at); err != nil {
			return err
		}
		aside, err := ingest.ReadQuarantined(inv.ctx, client, at.Generation)
		if err != nil {
			return err
		}
		why, err := panicsAt(inv, client, at, aside[p])
		if err != nil {
			return err
		}
		q := ingest.Quarantined{Generation: at.Generation, Partition: p, Offset: at.Offset, Reason: c.Reason}
		if err := ingest.Quarantine(inv.ctx, client, q); err != nil {
			return err
		}
		fmt.Printf("record %d of partition %d is set aside (%s); its partition goes on within some seconds\n", at.Offset, p,
			why)
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
func undecided(inv *invocation, client *kafkalog.Client, at event.Position) error {
	last, err := client.Last(inv.ctx, kafkalog.TopicDecisions, int(at.Partition))
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
		return fmt.Errorf("the partition has decided up to %s: only the record that it stands at can be set aside",
			d.Position)
	}
	return nil
}

// panicsAt folds a partition up to a record and tells how the fold panics on it. Another end is an error, and so is a
// panic that setting the record aside does not cure: one of a timer that fires before it.
func panicsAt(inv *invocation, client *kafkalog.Client, at event.Position, aside map[int64]string) (why string,
	err error) {
	fold := processor.NewFold(at.Partition, model.Parse)
	fold.SetAside(aside)
	err = readLog(inv.ctx, client, int(at.Partition), 0, at.Offset+1, func(offset int64, record []byte) error {
		if offset < at.Offset {
			early, err := stepped(fold, offset, record)
			if err == nil && early != "" {
				err = fmt.Errorf("the fold panics before it: %s", early)
			}
			return err
		}
		state := fold.AppendState(nil)
		var err error
		switch why, err = stepped(fold, offset, record); {
		case err != nil:
			return err
		case why == "":
			return errors.New("the fold takes this record: there is no reason to set it aside")
		default:
			return cured(state, at, record)
		}
	})
	return why, err
}

// cured tells whether the fold takes a record that is set aside.
func cured(state []byte, at event.Position, record []byte) error {
	fold := processor.NewFold(at.Partition, model.Parse)
	fold.SetAside(map[int64]string{at.Offset: ""})
	if err := fold.RestoreState(state); err != nil {
		return err
	}
	why, err := stepped(fold, at.Offset, record)
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
