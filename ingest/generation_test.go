package ingest

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"

	"github.com/sourcegraph/conc/pool"
)

func TestOpenAgreesOnOneLogAndRefusesAnother(t *testing.T) {
	s := newStage(t, event.ClockWall)
	for _, c := range []struct {
		name   string
		change func(*Opening)
	}{
		{"partitions", func(o *Opening) { o.Partitions++ }},
		{"clock", func(o *Opening) { o.Clock = event.ClockDriven }},
		{"secret", func(o *Opening) { o.SecretDigest = make([]byte, 32) }},
	} {
		o := opening(event.ClockWall)
		c.change(&o)
		if _, _, err := Open(t.Context(), s.client, o); !errors.Is(err, ErrConfiguration) {
			t.Errorf("another %s: %v", c.name, err)
		}
	}
	o := opening(event.ClockWall)
	o.Model.Version, o.StartMs, o.CutSpanMs = "m2", o.StartMs+5, 7777
	again, record, err := Open(t.Context(), s.client, o)
	if err != nil || again.LogID != s.opened.LogID || again.Model.Version != "m1" || !bytes.Equal(record, s.record) {
		t.Errorf("opened again: %+v, %v", again, err)
	}
	if s.opened.CutSpanMs != 2000 || s.opened.TickIntervalMs != 10_000 {
		t.Errorf("cut span %d, tick interval %d", s.opened.CutSpanMs, s.opened.TickIntervalMs)
	}
	// A partition of another log.
	other := *s.opened
	other.LogID = "another"
	s.produce(kafkalog.TopicLog, 2,
		kafkalog.Record{Value: event.Append(nil, &event.Event{Kind: event.KindLogOpened, Body: &other})})
	err = Run(t.Context(), Config{Client: s.client, Opened: s.opened, OpenedRecord: s.record, Secret: secret,
		Metrics: s.metrics, Logger: slog.New(slog.DiscardHandler)})
	if !errors.Is(err, ErrLogMismatch) {
		t.Errorf("a partition of another log: %v", err)
	}
}

func TestStartersThatMeetAgreeOnOneLog(t *testing.T) {
	s := bareStage(t)
	opened := pool.NewWithResults[string]().WithErrors()
	for range 5 {
		client := s.connect()
		opened.Go(func() (string, error) {
			o, _, err := Open(t.Context(), client, opening(event.ClockWall))
			if err != nil {
				return "", err
			}
			return o.LogID, nil
		})
	}
	ids, err := opened.Wait()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if id != ids[0] || len(id) != 32 {
			t.Errorf("logs %q", ids)
		}
	}
}

func TestOnlySourcesHaveIncarnations(t *testing.T) {
	for _, topic := range []string{"risk.log", "risk.control", "payments", ""} {
		if _, err := RaiseIncarnation(t.Context(), nil, topic); err == nil {
			t.Errorf("%q was raised", topic)
		}
	}
}
