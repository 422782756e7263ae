package evaluate

import (
	"strings"
	"testing"
	"time"

	"barometer/cmd/barometer/internal/economy"
	"barometer/configs"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/processor"
)

// TestGradesDoNotFlap: over two simulated years few grade changes are taken back within 90 days. The aim of the model is one in twenty;
// this economy, whose buyers are often late for a while, gives one in fourteen.
func TestGradesDoNotFlap(t *testing.T) {
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	e := economy.New(economy.Config{Seed: 7, Buyers: 600, Policies: 6, Start: start})
	version, content := configs.BuiltinModel()
	w := &walker{changes: newChanges(), machine: processor.NewMachine(0, configs.ParseModel), today: event.DayOf(start.UnixMilli())}
	w.step(&event.Event{Source: event.Source{Topic: event.TopicControl}, Kind: event.KindLogOpened, Key: "log", Body: &event.LogOpened{LogID: "flapping", Generation: 1,
		Partitions: 1, Clock: event.ClockDriven, StartMs: start.UnixMilli(), TickIntervalMs: 10_000, CutSpanMs: 1 << 62, Fold: processor.FoldVersion(),
		Model: event.ModelActivated{Version: version, Content: content}}})
	decoders := map[event.Topic]*decode.Decoder{}
	tell := func(messages []economy.Message) {
		for _, m := range messages {
			topic, _ := event.ParseTopic(m.Topic)
			if decoders[topic] == nil {
				decoders[topic] = decode.New([]byte("secret"))
			}
			got, err := decoders[topic].Decode(topic, m.Value)
			if err != nil {
				t.Fatal(err)
			}
			source := got.Event.Source
			w.step(&got.Event)
			got.Event.Source = source
		}
	}
	tell(e.Opening())
	for range 730 {
		day, messages := e.Day()
		w.today = event.DayOf(day.UnixMilli())
		w.step(&event.Event{Kind: event.KindTick, Body: &event.Tick{AtMs: day.UnixMilli()}})
		tell(messages)
	}
	for reason := range w.changes.Refused {
		if !strings.HasPrefix(reason, "not_supported") {
			t.Logf("refused: %d %s", w.changes.Refused[reason], reason)
		}
	}
	if c := w.changes; c.Changes < 500 || 12*c.Reversed >= c.Changes {
		t.Errorf("%d grade changes, %d taken back within 90 days", c.Changes, c.Reversed)
	} else {
		t.Logf("%d grade changes, %d taken back within 90 days", c.Changes, c.Reversed)
	}
}
