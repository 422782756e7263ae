package processor

import (
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
)

// published notes the kinds of decisions in their order.
type published []decision.Kind

func (p *published) Decision(d *decision.Decision) { *p = append(*p, d.Kind) }
func (p *published) Relay(*event.Event)            {}

// TestWhoeverIsMarkedIsFollowedUp changes a buyer and does nothing but mark it: at the end of the record what must
// follow has come, once.
func TestWhoeverIsMarkedIsFollowedUp(t *testing.T) {
	s := newStory(t)
	s.policy("p1", "holder-1", 30)
	s.buyer("b1", "46", event.Date(2001, 1, 1))
	s.statement("b1", -278, 500)
	s.asks("p1", "b1", event.RequestNew, 100_000)
	m := s.fold.machine
	var out published
	m.step.begin(&out, int64(len(s.records)))
	b := m.edit("b1")
	if m.mark(b); len(m.marked) != 1 {
		t.Fatalf("a buyer is marked %d times", len(m.marked))
	}
	b.lines.Find("p1").Deliver(m.moment(b, "p1"), limit.Delivery{Key: 1, Invoice: "i1", DeliveredOn: m.day,
		DueOn: m.day + 30, Open: 10_000_00}, 0)
	m.followUpAll()
	m.followUpAll()
	m.step.end()
	if len(out) != 1 || out[0] != decision.ExposureChanged || len(m.marked) != 0 {
		t.Fatalf("%v is published, %d are still marked", out, len(m.marked))
	}
	if m.mark(m.edit("nobody")); m.unmark(m.edit("b1")).buyer == nil {
		t.Error("a buyer that is edited has no mark")
	}
	m.followUpAll()
	if m.book.buyers.get("nobody") != nil {
		t.Error("who is looked for is kept")
	}
}
