package tail

import (
	"fmt"
	"testing"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// graded is a change of a buyer's grade at an offset of partition 0.
func graded(at int64, buyer string) decision.Decision {
	return decision.Decision{Position: event.Position{Generation: 1, Offset: at}, AtMs: at, Kind: decision.ScoreChanged,
		Key: buyer, Body: &decision.Score{Buyer: buyer, Grade: 4, PreviousGrade: 3}}
}

func TestATailIsBoundedAndPruned(t *testing.T) {
	o := New(1, 10, 1<<20, time.Now)
	var e decision.Encoder
	for i := range int64(25) {
		d := graded(i+1, fmt.Sprintf("b%d", i%3))
		if err := o.Add(0, e.Append(nil, &d)); err != nil {
			t.Fatal(err)
		}
		if err := o.Add(0, e.Append(nil, &d)); err != nil { // a stale owner writes it again
			t.Fatal(err)
		}
	}
	if n := o.Count(); n != 10 {
		t.Errorf("%d are kept, want the bound", n)
	}
	if !o.Lost(0) {
		t.Error("what the bound took is not told")
	}
	o.Prune([]history.Progress{{Position: event.Position{Generation: 1, Offset: 22}}})
	if n := o.Count(); n != 3 || o.Lost(0) {
		t.Errorf("%d are kept after ClickHouse has 22 of 25; lost: %v", n, o.Lost(0))
	}
	kept := 0
	for i := range 3 {
		kept += len(o.Find(OfBuyer(fmt.Sprintf("b%d", i))))
	}
	if kept != 3 {
		t.Errorf("the index has %d", kept)
	}
	o.Prune([]history.Progress{{Position: event.Position{Generation: 1, Offset: 25}}})
	if len(o.index) != 0 || o.Count() != 0 || o.parts[0].bytes != 0 {
		t.Errorf("left behind: %d keys, %d entries, %d bytes", len(o.index), o.Count(), o.parts[0].bytes)
	}
}

func TestASlowReaderIsCutOff(t *testing.T) {
	o := New(1, 100, 1<<20, time.Now)
	s, _, _ := o.Subscribe(nil, func(*decision.Decision) bool { return true })
	var e decision.Encoder
	for i := range int64(streamBuffer + 2) {
		d := graded(i+1, "b")
		if err := o.Add(0, e.Append(nil, &d)); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for range s.Decisions {
		n++
	}
	if n != streamBuffer {
		t.Errorf("got %d before the cut", n)
	}
}

func TestRatesAreTheFoldsCounts(t *testing.T) {
	now := time.Unix(1000, 0)
	r := newRates(func() time.Time { return now })
	cut := decision.Decision{Kind: decision.ProgressMade,
		Body: &decision.Progress{Counts: []decision.Count{{Event: event.KindInvoicePaid, N: 500},
			{Event: event.KindTick, N: 9}, {Decision: decision.ScoreChanged, N: 4}}}}
	sc := graded(1, "b")
	r.saw(&cut)
	r.saw(&sc)
	now = now.Add(time.Second)
	if e, d := r.PerSecond(10); e != 50 || d != 0.1 {
		t.Errorf("%v events, %v decisions per second", e, d)
	}
	now = now.Add(rateSeconds * time.Second)
	if e, _ := r.PerSecond(10); e != 0 {
		t.Errorf("%v events per second after a long silence", e)
	}
}
