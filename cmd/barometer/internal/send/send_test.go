package send

import (
	"testing"
	"time"

	"barometer/cmd/barometer/internal/refold/refoldtest"
	"barometer/configs"
	"barometer/ingest/decode"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor/decision"
)

// TestAModelIsSentAtTheInstallationsTime, once under one id.
func TestAModelIsSentAtTheInstallationsTime(t *testing.T) {
	in := refoldtest.New(t, 300)
	_, content := configs.BuiltinModel()
	for range 2 {
		if err := Model(t.Context(), in, "barometer-1", content); err != nil {
			t.Fatal(err)
		}
	}
	sent := in[event.TopicOrders.String()][kafkalog.PartitionOf(modelKey, 2)]
	if len(sent) != 2 {
		t.Fatalf("%d messages", len(sent))
	}
	var newest int64
	for p := range in[kafkalog.TopicDecisions] {
		last, _ := in.Last(t.Context(), kafkalog.TopicDecisions, p)
		var d decision.Decision
		if err := decision.Decode(last.Value, &d); err != nil {
			t.Fatal(err)
		}
		newest = max(newest, d.AtMs)
	}
	var ids [2]string
	for i := range sent {
		m, err := decode.New([]byte("secret")).Decode(event.TopicOrders, sent[i].Value)
		if err != nil {
			t.Fatalf("%v: %s", err, sent[i].Value)
		}
		b, ok := m.Event.Body.(*event.ModelActivated)
		if !ok || string(b.Content) != string(content) || m.Event.AtMs != newest/1000*1000 {
			t.Errorf("it is %+v, at %d, want %d", m.Event, m.Event.AtMs, newest)
		}
		ids[i] = string([]byte(m.Event.ID))
	}
	if ids[0] != ids[1] {
		t.Errorf("sent twice it has two ids: %q", ids)
	}
	in[kafkalog.TopicDecisions] = make([][]kafkalog.Record, 2)
	if at, err := LogTime(t.Context(), in); err != nil || time.Since(at) > time.Minute {
		t.Errorf("before the first decision it is %v, %v", at, err)
	}
}
