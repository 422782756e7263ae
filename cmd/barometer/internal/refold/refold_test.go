package refold_test

import (
	"errors"
	"strings"
	"testing"

	"barometer/cmd/barometer/internal/refold"
	"barometer/cmd/barometer/internal/refold/refoldtest"
	"barometer/ingest"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/decision"
)

// TestItFoldsAsTheProcessorsDid: up to where the log ended, with what is set aside refused.
func TestItFoldsAsTheProcessorsDid(t *testing.T) {
	in := refoldtest.New(t, 450)
	if err := ingest.Quarantine(t.Context(), in, ingest.Quarantined{Generation: refold.Generation, Partition: 1,
		Offset: 300, Reason: "a bug"}); err != nil {
		t.Fatal(err)
	}
	log, err := refold.Open(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = in.Append(t.Context(), kafkalog.TopicLog, 0, []kafkalog.Record{{Value: []byte("of later")}})
	for p, end := range log.Ends {
		fold, n, refused := log.Fold(p), int64(0), 0
		err := log.Read(t.Context(), p, end, func(offset int64, record []byte) error {
			if offset != n {
				t.Fatalf("partition %d: offset %d follows %d", p, offset, n-1)
			}
			n++
			return fold.Step(offset, record, func(o processor.Record) {
				var d decision.Decision
				if !o.Relay && decision.Decode(o.Value, &d) == nil && d.Position.Offset == 300 &&
					d.Kind == decision.InputRejected {
					refused++
				}
			})
		})
		if err != nil || n != 450 || refused != p {
			t.Errorf("partition %d: %d records, %d refused at 300: %v", p, n, refused, err)
		}
	}
	stop := errors.New("enough")
	if err := log.Read(t.Context(), 0, 450, func(int64, []byte) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("it ends with %v", err)
	}
	if err := log.Read(t.Context(), 1, 451, func(int64, []byte) error { return nil }); err == nil ||
		!strings.Contains(err.Error(), "ends at 450") {
		t.Errorf("behind the end: %v", err)
	}
}

func TestPositionsOfRecordsAndOfDecisionsAreRead(t *testing.T) {
	want := event.Position{Generation: 1, Partition: 3, Offset: 8812}
	if at, err := refold.ParseRecord("1-3-8812"); err != nil || at != want {
		t.Errorf("%v, %v", at, err)
	}
	want.Seq = 4
	if at, err := refold.ParseRecord("1-3-8812-4"); err != nil || at != want {
		t.Errorf("%v, %v", at, err)
	}
	if _, err := refold.ParseRecord("nonsense"); err == nil {
		t.Error("nonsense is a position")
	}
}
