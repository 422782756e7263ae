package engine

import (
	"math/rand/v2"
	"testing"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// marked puts marks into the message of a snapshot.
type marked struct{ Marks }

func (m *marked) Walk(w *wire.Wire) { m.Marks.Walk(w, 9) }

// TestMarksAcceptWhatIsAboveAllBefore of its stream, also when they went through a snapshot at any time.
func TestMarksAcceptWhatIsAboveAllBefore(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		highest := map[event.Stream]event.Source{}
		var m marked
		for range 500 {
			s := event.Source{Topic: event.TopicNews + event.Topic(r.IntN(2)), Incarnation: r.Uint32N(2),
				Partition: r.Uint32N(2), Offset: r.Int64N(50), Seq: r.Uint32N(2)}
			before, any := highest[s.Stream()]
			above := !any || s.Offset > before.Offset || s.Offset == before.Offset && s.Seq > before.Seq
			if above {
				highest[s.Stream()] = s
			}
			if got := m.Advance(s); got != above {
				t.Fatalf("seed %d: %s is accepted: %v, want %v", seed, s, got, above)
			}
			if r.IntN(20) == 0 {
				snapshot := wire.Append(nil, &m)
				m = marked{}
				if err := wire.Decode(snapshot, &m); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestMarksAreEncodedInOneOrder, whatever came first.
func TestMarksAreEncodedInOneOrder(t *testing.T) {
	var forwards, backwards marked
	for i := range uint32(40) {
		forwards.Advance(event.Source{Topic: event.TopicNews, Incarnation: i % 3, Partition: i})
		backwards.Advance(event.Source{Topic: event.TopicNews, Incarnation: (39 - i) % 3, Partition: 39 - i})
	}
	if a, b := wire.Append(nil, &forwards), wire.Append(nil, &backwards); string(a) != string(b) {
		t.Error("the same marks have other bytes")
	}
}
