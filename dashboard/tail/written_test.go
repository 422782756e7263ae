package tail

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/storage/history"
)

// fixedLog is a log of one partition to which nothing comes.
type fixedLog [][]byte

func (l fixedLog) Ends(context.Context, string) ([]int64, error) { return []int64{int64(len(l))}, nil }

func (l fixedLog) Follow(ctx context.Context, _ string, from []int64,
	each func(partition int, r kafkalog.Record) error) error {
	for offset := from[0]; offset < int64(len(l)); offset++ {
		if err := each(0, kafkalog.Record{Offset: offset, Value: l[offset]}); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return ctx.Err()
}

// TestADocumentThatWasJustAddedIsKnownUntilClickHouseHasIt: the first of each case and claim, with its policy.
func TestADocumentThatWasJustAddedIsKnownUntilClickHouseHasIt(t *testing.T) {
	var log fixedLog
	add := func(b event.DocumentAdded) {
		b.Document, b.Kind = "d1", event.DocumentOrder
		log = append(log, event.Append(nil, &event.Event{Kind: event.KindDocumentAdded, Body: &b}))
	}
	add(event.DocumentAdded{Case: "b/case-P%2F1-1", SHA256: []byte{0xaa}, Size: 5})
	add(event.DocumentAdded{Case: "b/case-P%2F1-1", SHA256: []byte{0xbb}})
	add(event.DocumentAdded{Claim: "b/claim-P2-1", SHA256: []byte{0xcc}})
	w := NewWritten(1, log, slog.New(slog.DiscardHandler))
	progress := func(offset int64) {
		for range 2 { // what ClickHouse had at the tick before counts
			w.Progressed([]history.Progress{{Position: event.Position{Offset: offset}}})
		}
	}
	progress(0)
	if all := w.Documents("d1"); len(all) > 0 {
		t.Errorf("known before anybody waits: %v", all)
	}
	if !w.Await(t.Context(), func() bool { return len(w.Documents("d1")) == 2 }) {
		t.Fatalf("known are %v", w.Documents("d1"))
	}
	first := w.Documents("d1")[0]
	want := history.Document{Case: "b/case-P%2F1-1", Policy: "P/1", ID: "d1", Kind: "order", SHA256: "aa", Bytes: 5}
	if first != want || len(w.Documents("d2")) > 0 {
		t.Errorf("%+v, want %+v", first, want)
	}
	began := time.Now()
	if w.Await(t.Context(), func() bool { return len(w.Documents("d2")) > 0 }) || time.Since(began) > writtenWithin {
		t.Error("one that is nowhere was found, or waited for too long")
	}
	progress(2)
	if all := w.Documents("d1"); len(all) != 1 || all[0].Claim != "b/claim-P2-1" {
		t.Errorf("after ClickHouse has the case's: %v", all)
	}
	if progress(3); len(w.Documents("d1")) > 0 || w.count != 0 {
		t.Errorf("after ClickHouse has all: %v, %d", w.Documents("d1"), w.count)
	}
}
