package quarantine

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"barometer/cmd/barometer/internal/refold"
	"barometer/cmd/barometer/internal/refold/refoldtest"
	"barometer/configs"
	"barometer/ingest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/model"
)

// TestOnlyARecordThatStopsItsPartitionIsSetAside, and then whoever folds the log finds it set aside.
func TestOnlyARecordThatStopsItsPartitionIsSetAside(t *testing.T) {
	const decided = 300
	in := refoldtest.New(t, decided)
	_, content := configs.BuiltinModel()
	bad := event.Event{Kind: event.KindModelActivated, ID: "m", Source: event.Source{Topic: event.TopicOrders,
		Offset: 1 << 40}, Body: &event.ModelActivated{Version: "other", Content: content}}
	value := event.Append(nil, &bad)
	_, _ = in.Append(t.Context(), kafkalog.TopicLog, 1, []kafkalog.Record{{Value: value}, {Value: value}})
	log, err := refold.Open(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	set := func(generation, partition uint32, offset int64) (string, error) {
		return SetAside(t.Context(), in, log, event.Position{Generation: generation, Partition: partition, Offset: offset},
			"as it must be")
	}
	refused := func(what string, generation, partition uint32, offset int64, want string) {
		t.Helper()
		if _, err := set(generation, partition, offset); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", what, err, want)
		}
	}
	refused("a partition that there is not", 1, 2, 0, "has 2 partitions")
	refused("another generation", 7, 1, decided, "at generation 1")
	refused("a record that is decided", 1, 1, 5, "has decided up to")
	refused("a record that there is not", 1, 0, 999_999, "ends at 300")
	refused("a record that the fold takes", 1, 1, decided, "there is no reason")

	parsed := 0
	log.Parse = func(b []byte) (*event.Model, error) {
		if parsed++; slices.Equal(b, content) && parsed > 1 {
			panic("a bug")
		}
		return model.Parse(b)
	}
	refused("a record after one that stops the fold", 1, 1, decided+1, "the fold panics before it: a bug")
	parsed = 0
	if why, err := set(1, 1, decided); err != nil || why != "a bug" {
		t.Errorf("the record that it stands at: %q, %v", why, err)
	}
	aside, err := ingest.ReadQuarantined(t.Context(), in, refold.Generation)
	if text, _ := json.Marshal(aside); err != nil || string(text) != `{"1":{"300":"as it must be"}}` {
		t.Errorf("set aside are %s, %v", text, err)
	}
}
