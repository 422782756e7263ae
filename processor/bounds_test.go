package processor

import (
	"fmt"
	"testing"

	"barometer/processor/decision"
	"barometer/processor/limit"

	"barometer/ingest/event"
)

// TestWhatIsFollowedIsBounded: a buyer that pays whatever it names, but for the one large invoice that all of it
// settles for cover, does not let its deliveries grow without end; what is over makes room.
func TestWhatIsFollowedIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	s := newStory(t)
	s.policy("p1", "holder-1", 30)
	s.buyer("b1", "46", event.Date(2001, 1, 1))
	s.statement("b1", -278, 500)
	s.asks("p1", "b1", event.RequestNew, 100_000)
	s.invoice("b1", "p1", "large", 90_000, 1)
	m := s.fold.machine
	b := m.book.buyers.get("b1")
	l := b.lines.Find("p1")
	deliver := func(i int, open int64) {
		l.Deliver(m.moment(b, "p1"), limit.Delivery{Key: uint64(i), Invoice: fmt.Sprint("i", i), DeliveredOn: day0,
			DueOn: day0 + 9, Open: open}, 0)
	}
	for i := range limit.MaxDeliveries - 1 {
		deliver(i, int64(i%2))
	}
	s.invoice("b1", "p1", "next", 10, 60) // half of them are over
	n := limit.MaxDeliveries
	for ; !l.Full(day0); n++ {
		deliver(n, 1)
	}
	if room := n - limit.MaxDeliveries; room < limit.MaxDeliveries/2-2 {
		t.Fatalf("there was room for %d deliveries", room)
	}
	refused := false
	s.n++
	s.add(&event.Event{Kind: event.KindInvoiceIssued, Key: "b1", ID: "x", Home: true, StampMs: at(0, int64(s.n)),
		Body: &event.InvoiceIssued{Ref: ref("b1", "p1", "more"), Amount: event.Amount{Minor: 100, Currency: "EUR"},
			DeliveredOn: day0, DueOn: day0 + 9}})
	if err := s.fold.Step(int64(len(s.records)-1), s.records[len(s.records)-1], func(r Record) {
		var d decision.Decision
		if err := decision.Decode(r.Value, &d); err != nil {
			t.Fatal(err)
		}
		v, is := d.Body.(*decision.Rejection)
		refused = refused || is && v.Reason == "state_full"
	}); err != nil {
		t.Fatal(err)
	}
	if !refused {
		t.Error("one more is followed than may be")
	}
}
