package evaluate

import (
	"flag"
	"strings"
	"testing"
	"time"

	"barometer/cmd/barometer/internal/economy"
	"barometer/configs"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/processor"
	"barometer/processor/model"
)

// flapper folds an economy and counts the changes of grades. What the fold tells itself it hears.
type flapper struct {
	walker
	relays []*event.Event
}

func (f *flapper) Relay(e *event.Event) { f.relays = append(f.relays, e) }

func (f *flapper) hear(e *event.Event) {
	f.relays = append(f.relays, e)
	for len(f.relays) > 0 {
		e, f.relays = f.relays[0], f.relays[1:]
		e.Home, e.AtMs, e.StampMs = true, f.today.Ms(), f.today.Ms()
		e.Source = event.Source{Topic: e.Kind.Topic(), Incarnation: 1, Offset: f.offset}
		if err := f.machine.Step(f.offset, e, f); err != nil {
			panic(err)
		}
		f.offset++
	}
}

var economies = flag.Uint64("economies", 4, "how many economies to count the grade changes of")

// TestGradesDoNotFlap: over two simulated years of several economies fewer than one grade change in twenty is taken
// back within 90 days.
func TestGradesDoNotFlap(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	changed, reversed := 0, 0
	for seed := range *economies {
		c := flaps(t, seed)
		t.Logf("economy %d: %d grade changes, %d taken back within 90 days", seed, c.Changes, c.Reversed)
		changed, reversed = changed+c.Changes, reversed+c.Reversed
	}
	most := 20
	if *economies < 4 {
		most = 15 // one alone scatters: the first has 81 of 1577
	}
	if changed < 700*int(*economies) || most*reversed >= changed {
		t.Errorf("%d grade changes, %d taken back within 90 days", changed, reversed)
	}
}

func flaps(t *testing.T, seed uint64) changes {
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	e := economy.New(economy.Config{Seed: seed, Buyers: 600, Policies: 6, Start: start})
	version, content := configs.BuiltinModel()
	w := &flapper{walker: walker{changes: newChanges(), machine: processor.NewMachine(0, model.Parse),
		today: event.DayOf(start.UnixMilli())}}
	w.hear(&event.Event{Kind: event.KindLogOpened, Key: "log", Body: &event.LogOpened{LogID: "flapping", Generation: 1,
		Partitions: 1, Clock: event.ClockDriven, StartMs: start.UnixMilli(), TickIntervalMs: 10_000, CutSpanMs: 1 << 62,
		Fold: processor.FoldVersion(), Model: event.ModelActivated{Version: version, Content: content}}})
	decoders := map[event.Topic]*decode.Decoder{}
	tell := func(messages []economy.Message) {
		for _, m := range messages {
			topic, _ := event.ParseTopic(m.Topic)
			if topic == event.TopicOrders {
				continue // an underwriter moves a grade and lets it go: that is no flapping of the model's
			}
			if decoders[topic] == nil {
				decoders[topic] = decode.New([]byte("secret"))
			}
			got, err := decoders[topic].Decode(topic, m.Value)
			if err != nil {
				t.Fatal(err)
			}
			w.hear(&got.Event)
		}
	}
	tell(e.Opening())
	for range 730 {
		day, messages := e.Day()
		w.today = event.DayOf(day.UnixMilli())
		w.hear(&event.Event{Kind: event.KindTick, Body: &event.Tick{AtMs: day.UnixMilli()}})
		tell(messages)
	}
	for reason := range w.changes.Refused {
		if !strings.HasPrefix(reason, "not_supported") {
			t.Logf("refused: %d %s", w.changes.Refused[reason], reason)
		}
	}
	return w.changes
}
