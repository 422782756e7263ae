package processor

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestACaptureIsOfTheStateWhereItBegan, whatever is folded before it is done, and it changes nothing of what is folded.
func TestACaptureIsOfTheStateWhereItBegan(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	done := 0
	for seed := range uint64(80) {
		s := randomScript(seed)
		want := s.fold(t, NewFold(3, anyModel))
		r := rand.New(rand.NewPCG(seed, 5))
		f := NewFold(3, anyModel)
		var got []Record
		var running *Capture
		var state []byte
		for offset, record := range s.records {
			if r.IntN(12) == 0 && (running == nil || r.IntN(8) == 0) {
				running, state = f.Capture(), f.AppendState(nil)
			}
			if running != nil && r.IntN(2) == 0 && running.AdvanceBy(1+r.IntN(20)) {
				fresh := NewFold(3, anyModel)
				if err := fresh.RestoreState(slices.Concat(running.Parts()...)); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(fresh.AppendState(nil), state) {
					t.Fatalf("seed %d: the capture that was done at record %d is not of the state where it began", seed, offset)
				}
				running = nil
				done++
			}
			if err := f.Step(int64(offset), record, func(r Record) { got = append(got, r) }); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.EqualFunc(got, want, func(a, b Record) bool { return bytes.Equal(a.Value, b.Value) }) {
			t.Fatalf("seed %d: it gives other decisions", seed)
		}
	}
	if done < 80 {
		t.Errorf("only %d captures were done", done)
	}
}
