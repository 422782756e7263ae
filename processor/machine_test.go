package processor

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// TestReplayIsIdentical is invariant I1 on the machine: whatever the snapshot points and whatever was foreseen, the
// same bytes.
func TestReplayIsIdentical(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	for seed := range uint64(24) {
		s := randomScript(seed)
		want := s.fold(t, NewFold(3, anyModel))
		r := rand.New(rand.NewPCG(seed, 1))
		f := NewFold(3, anyModel)
		var got []Record
		for offset, record := range s.records {
			if r.IntN(20) == 0 {
				state := f.AppendState(nil)
				fresh := NewFold(3, anyModel)
				if err := fresh.RestoreState(state); err != nil {
					t.Fatal(err)
				}
				if again := fresh.AppendState(nil); !bytes.Equal(again, state) {
					t.Fatalf("seed %d: state written after restoring differs", seed)
				}
				f = fresh
			}
			if r.IntN(6) == 0 { // what comes next, or what does not
				from := offset
				if r.IntN(3) == 0 {
					from = r.IntN(len(s.records))
				}
				f.Foresee(s.records[from:min(from+r.IntN(20), len(s.records))])
			}
			if err := f.Step(int64(offset), record, func(r Record) { got = append(got, r) }); err != nil {
				t.Fatal(err)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("seed %d: %d outputs, want %d", seed, len(got), len(want))
		}
		for i := range got {
			if !bytes.Equal(got[i].Value, want[i].Value) {
				t.Fatalf("seed %d: output %d (%s) differs", seed, i, got[i].Position)
			}
		}
	}
}

// TestPositionsAreDenseAndBatchesAddUp: within a step seq is dense and its last decision says so, and the batches
// between two progress decisions cover every record once, with the counts that are there.
func TestPositionsAreDenseAndBatchesAddUp(t *testing.T) {
	for seed := range uint64(24) {
		var next, folded, skipped, decided int64
		var before decision.Decision
		for _, d := range randomScript(seed).decides(t) {
			fresh := d.Position.Offset != before.Position.Offset || before.Kind == 0
			if fresh && (d.Position.Seq != 0 || before.Kind != 0 && !before.Last) || !fresh &&
				(d.Position.Seq != before.Position.Seq+1 || before.Last) {
				t.Fatalf("seed %d: %s (last %v) after %s (last %v)", seed, d.Position, d.Last, before.Position, before.Last)
			}
			before = *d
			p, ok := d.Body.(*decision.Progress)
			if !ok {
				decided++
				continue
			}
			if p.From != next || p.Next <= p.From || p.Next != d.Position.Offset || d.Position.Seq != 0 {
				t.Fatalf("seed %d: batch %d to %d at %s, want from %d", seed, p.From, p.Next, d.Position, next)
			}
			folded, skipped = 0, 0
			var counted int64
			for _, c := range p.Counts {
				if c.Event != 0 {
					folded += int64(c.N)
				} else {
					counted += int64(c.N)
				}
			}
			for _, s := range p.Skipped {
				skipped += s.Last - s.First + 1
			}
			if folded+skipped != p.Next-p.From || counted != decided {
				t.Fatalf("seed %d: batch of %d records tells %d folded, %d skipped; %d decisions counted of %d", seed,
					p.Next-p.From, folded, skipped, counted, decided)
			}
			next, decided = p.Next, 0
		}
		if next == 0 {
			t.Fatalf("seed %d: no batch was cut", seed)
		}
	}
}

func TestFoldVersionBeyondTheBinaryStopsBeforeItChangesAnything(t *testing.T) {
	s := newScript(event.ClockWall)
	f := NewFold(0, anyModel)
	s.fold(t, f)
	before := f.AppendState(nil)
	s.add(&event.Event{Kind: event.KindFoldActivated, StampMs: at(90, 0),
		Body: &event.FoldActivated{Version: FoldVersion() + 1}})
	err := f.Step(1, s.records[1], func(r Record) { t.Errorf("emitted %s", r.Position) })
	var version *VersionError
	if !errors.As(err, &version) || version.Wanted != FoldVersion()+1 {
		t.Fatalf("error %v", err)
	}
	if !bytes.Equal(before, f.AppendState(nil)) {
		t.Error("the state changed")
	}
}

func TestPolicyTermsTurnOnTheirDay(t *testing.T) {
	s := newScript(event.ClockDriven)
	s.add(policyEvent("p1", day0-5, 10)).add(policyEvent("p1", day0+3, 20)).add(policyEvent("p1", day0+9, 30))
	f := NewFold(0, anyModel)
	s.fold(t, f)
	notice := func() int32 { return f.machine.book.policies["p1"].Current().NoticeDays }
	for i, want := range []int32{10, 10, 20, 20, 30} {
		if got := notice(); got != want {
			t.Errorf("after %d steps of time: %d days of notice, want %d", i, got, want)
		}
		s.tick(at([]int64{2, 3, 8, 9, 10}[i], 5))
		n := len(s.records) - 1
		if err := f.Step(int64(n), s.records[n], func(Record) {}); err != nil {
			t.Fatal(err)
		}
	}
}
