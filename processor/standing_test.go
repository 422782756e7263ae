package processor

import (
	"bytes"
	"testing"

	"barometer/processor/decision"
	"barometer/processor/score"
)

// TestExplanationsAddUp: base and contributions are the score, of every buyer after every record, in what is published
// and in what is asked for; and asking changes nothing.
func TestExplanationsAddUp(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	asked, published := 0, 0
	for seed := range uint64(20) {
		s := randomScript(seed)
		f := NewFold(3, anyModel)
		for offset, record := range s.records {
			emit := func(r Record) {
				if r.Relay {
					return
				}
				var d decision.Decision
				if err := decision.Decode(r.Value, &d); err != nil {
					t.Fatal(err)
				}
				if b, ok := d.Body.(*decision.Score); ok {
					published++
					if base := f.machine.model.parsed.BaseMLO; base+score.Sum(b.Contributions) != b.PointsMLO {
						t.Fatalf("seed %d, %s: contributions make %d, the score is %d", seed, d.Position, base+score.Sum(b.Contributions),
							b.PointsMLO)
					}
				}
			}
			if err := f.Step(int64(offset), record, emit); err != nil {
				t.Fatal(err)
			}
			before := f.AppendState(nil)
			for _, id := range []string{"b1", "b2", "b3", "b4", "b5"} {
				e, base, ok := f.Explain(id)
				if !ok {
					continue
				}
				asked++
				standing, _ := f.machine.Standing(id)
				if sum := base + score.Sum(e.Contributions); sum != e.PointsMLO || sum != standing.Points() ||
					int64(e.Grade) != standing.Grade {
					t.Fatalf("seed %d, record %d, %s: contributions make %d, the explanation says %d, the standing %d", seed, offset,
						id, sum, e.PointsMLO, standing.Points())
				}
			}
			if !bytes.Equal(before, f.AppendState(nil)) {
				t.Fatalf("seed %d, record %d: explaining changed the state", seed, offset)
			}
		}
	}
	if asked < 10_000 || published < 1000 {
		t.Errorf("%d explanations, %d published scores", asked, published)
	}
}
