// Package quarantine sets a record of the log aside on which the fold panics, so that its partition goes on. It refuses
// any other record: one that is decided already, one that the fold takes, and one that setting aside does not help, as
// the fold panics before it.
package quarantine

import (
	"context"
	"errors"
	"fmt"

	"barometer/cmd/barometer/internal/refold"
	"barometer/ingest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/decision"
)

// Kafka is what SetAside needs of *kafkalog.Client.
type Kafka interface {
	ingest.Control
	Last(ctx context.Context, topic string, partition int) (*kafkalog.Record, error)
}

// SetAside sets a record aside for a reason, and returns what the fold panics with. It folds the partition up to the
// record to see that.
func SetAside(ctx context.Context, kafka Kafka, log *refold.Log, at event.Position, reason string) (why string,
	err error) {
	p := int(at.Partition)
	if n := len(log.Ends); p >= n {
		return "", fmt.Errorf("the log has %d partitions, from 0 on", n)
	}
	if err := undecided(ctx, kafka, at); err != nil {
		return "", err
	}
	if why, err = panicsAt(ctx, log, at); err != nil {
		return "", err
	}
	return why, ingest.Quarantine(ctx, kafka, ingest.Quarantined{Generation: at.Generation, Partition: p,
		Offset: at.Offset, Reason: reason})
}

// undecided refuses a record that is decided already, or is of another generation.
func undecided(ctx context.Context, kafka Kafka, at event.Position) error {
	last, err := kafka.Last(ctx, kafkalog.TopicDecisions, int(at.Partition))
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
func panicsAt(ctx context.Context, log *refold.Log, at event.Position) (why string, err error) {
	fold := log.Fold(int(at.Partition))
	err = log.Read(ctx, int(at.Partition), at.Offset+1, func(offset int64, record []byte) error {
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
			return cured(log.Parse, state, at, record)
		}
	})
	return why, err
}

// cured tells whether the fold takes a record that is set aside.
func cured(parse processor.ParseModel, state []byte, at event.Position, record []byte) error {
	fold := processor.NewFold(at.Partition, parse)
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
