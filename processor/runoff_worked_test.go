package processor

import (
	"testing"

	"barometer/ingest/event"
)

// TestWorkedRunOffs are the model's checks of what runs off, through the whole fold.
func TestWorkedRunOffs(t *testing.T) {
	exposure := func(s *story) (open, covered int64) {
		e := s.fold.machine.book.buyers.get("b1").lines.Find("p1").Totals()
		return e.Open / 100, e.Covered / 100
	}
	begin := func(t *testing.T) *story {
		s := newStory(t)
		s.policy("p1", "holder-1", 0)
		s.buyer("b1", "46", event.Date(2001, 1, 1))
		s.statement("b1", -278, 500)
		s.asks("p1", "b1", event.RequestNew, 100_000)
		s.invoice("b1", "p1", "i1", 80_000, 30)
		return s
	}
	t.Run("cancelled", func(t *testing.T) {
		s := begin(t)
		s.asks("p1", "b1", event.RequestCancellation, 0)
		s.invoice("b1", "p1", "i2", 20_000, 30)
		if open, covered := exposure(s); open != 100_000 || covered != 80_000 {
			t.Errorf("open %d, covered %d", open, covered)
		}
		s.pays("b1", "p1", "i2", 20_000) // whatever it names, the oldest due is settled
		s.pays("b1", "p1", "i1", 10_000)
		if open, covered := exposure(s); open != 70_000 || covered != 50_000 {
			t.Errorf("after 30 000 are paid: open %d, covered %d", open, covered)
		}
	})
	t.Run("cut", func(t *testing.T) {
		s := begin(t)
		s.asks("p1", "b1", event.RequestReduction, 60_000)
		s.pays("b1", "p1", "i1", 30_000)
		s.invoice("b1", "p1", "i2", 25_000, 30)
		if open, covered := exposure(s); open != 75_000 || covered != 60_000 {
			t.Errorf("open %d, covered %d: there are 10 000 of headroom", open, covered)
		}
	})
}
