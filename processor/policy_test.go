package processor

import (
	"fmt"
	"slices"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/score"
)

// checkIndexes holds the indexes from policies to buyers to a walk over everybody.
func checkIndexes(t *testing.T, m *Machine) {
	t.Helper()
	lines, history := map[string][]string{}, map[string][]string{}
	all := m.book.buyers.all()
	slices.SortFunc(all, func(x, y *buyer) int { return cmpIDs(x, y) })
	for _, b := range all {
		for i := range b.lines {
			lines[b.lines[i].Policy()] = append(lines[b.lines[i].Policy()], b.id)
		}
		b.paid().EachHistory(func(policy string) { history[policy] = append(history[policy], b.id) })
	}
	ids := func(buyers []*buyer) (ids []string) {
		for _, b := range inOrderOfIDs(buyers) {
			ids = append(ids, b.id)
		}
		return ids
	}
	for id, p := range m.book.policies {
		if got := ids(p.buyers); !slices.Equal(got, lines[id]) {
			t.Fatalf("%s has lines on %v, its index says %v", id, lines[id], got)
		}
	}
	for policy := range history {
		if got := ids(m.book.history[policy]); !slices.Equal(got, history[policy]) {
			t.Fatalf("%s has history with %v, its index says %v", policy, history[policy], got)
		}
	}
	for policy, buyers := range m.book.history {
		if len(buyers) != len(history[policy]) {
			t.Fatalf("the index says that %s has history with %v", policy, ids(buyers))
		}
	}
}

func cmpIDs(x, y *buyer) int {
	if x.id < y.id {
		return -1
	}
	return 1
}

// TestIndexesAreThereAfterARestart follows history and lines of two policies through a snapshot and to the end of the
// history.
func TestIndexesAreThereAfterARestart(t *testing.T) {
	s := newStory(t)
	for i := range 2 {
		s.policy(fmt.Sprint("p", i), "holder", 30)
	}
	for i := range 5 {
		b := fmt.Sprint("b", i)
		s.buyer(b, "46", event.Date(2001, 1, 1))
		s.statement(b, -278, 500)
		s.asks(fmt.Sprint("p", i%2), b, event.RequestNew, 10_000)
		for j := range 2 {
			s.says("an invoice of before", &event.Event{Kind: event.KindInvoiceIssued, Key: b, History: true,
				Body: &event.InvoiceIssued{Ref: ref(b, fmt.Sprint("p", i%2), fmt.Sprint("i", j)),
					Amount: event.Amount{Minor: 100, Currency: "EUR"}, DeliveredOn: day0 - 70, DueOn: day0 - 40}})
		}
	}
	checkIndexes(t, s.fold.machine)
	if n := len(s.fold.machine.book.history["p0"]); n != 3 {
		t.Fatalf("p0 has history with %d buyers", n)
	}
	s.restart()
	checkIndexes(t, s.fold.machine)
	s.says("history is closed", &event.Event{Kind: event.KindHistoryClosed, Key: "policy/p0", Body: &event.HistoryClosed{
		Policy: "p0"}})
	checkIndexes(t, s.fold.machine)
	if b := s.fold.machine.book.buyers.get("b0"); b.paid().Overdue() != 200 || len(s.fold.machine.book.history) != 1 {
		t.Errorf("overdue: %d, policies with history: %v", b.paid().Overdue(), s.fold.machine.book.history)
	}
}

// TestWhoIsDroppedLeavesItsSlot drops one in three buyers of a slot, and comes back with some.
func TestWhoIsDroppedLeavesItsSlot(t *testing.T) {
	m := NewMachine(0, anyModel)
	var all []*buyer
	keep := func(id string) {
		b := &buyer{}
		b.name(id)
		m.keep(b)
		all = append(all, b)
	}
	for i := 0; len(all) < 30; i++ {
		if id := fmt.Sprintf("b%05d", i); score.EvaluationDay(id) == 3 {
			keep(id)
		}
	}
	for i := 0; i < 30; i += 3 {
		m.drop(all[i])
	}
	if n := len(m.book.slots[3]); n != 30 {
		t.Errorf("a slot of 30 is walked to drop one in three: %d are left", n)
	}
	keep(all[0].id)
	slot := m.slotInOrder(3)
	if len(slot) != 21 || slot[0] != all[30] || !slices.IsSortedFunc(slot, cmpIDs) {
		t.Errorf("%d are in the slot", len(slot))
	}
	for _, b := range slices.Clone(slot)[:11] {
		m.drop(b)
	}
	if n := len(m.book.slots[3]); n != 10 {
		t.Errorf("of 21, 11 are dropped and %d are left", n)
	}
}
