package processor

import (
	"fmt"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/score"
)

func (w *covering) checkRunOff(seed uint64, seen map[string]int) {
	m := w.fold.machine
	b := m.book.buyers.get("b1")
	for _, p := range w.plain {
		l := b.lines.Followed(p.policy)
		if l == nil {
			if p.follows() {
				w.t.Fatalf("seed %d: %s is not followed", seed, p.policy)
			}
			continue
		}
		if hasShared(b, p.policy) {
			continue // what is paid after the date of loss settles no delivery: the stories of claims have it
		}
		if err := l.Check(); err != nil {
			w.t.Fatalf("seed %d, record %d: %v", seed, len(w.records)-1, err)
		}
		open, covered, suspended := p.totals()
		got := l.Exposure()
		if _, news := l.PublishExposure(); news || got.Open != open || got.Covered != covered || got.Suspended != suspended {
			w.t.Fatalf("seed %d, record %d: %s is %+v, to be published %v; by hand open %d, covered %d, suspended %d",
				seed, len(w.records)-1, p.policy, got, news, open, covered, suspended)
		}
		overdue := false
		for _, v := range p.deliveries {
			overdue = overdue || v.open > 0 && !v.disputed && v.due+maximumExtension < m.logDay()
		}
		last := decision.Resumed
		for _, d := range p.covers {
			if d.Code == decision.Suspended || d.Code == decision.Resumed {
				last = d.Code
			}
		}
		if limited := l.InForce(m.logDay()).Minor > 0; limited && overdue != (last == decision.Suspended) || !overdue &&
			last == decision.Suspended {
			w.t.Fatalf("seed %d, record %d: %s is overdue %v, and %s", seed, len(w.records)-1, p.policy, overdue, last)
		}
		for what, is := range map[string]bool{"uncovered": open > covered, "run off": covered > l.InForce(m.logDay()).Cents,
			"in dispute": suspended > 0,
			"ordered":    slices.ContainsFunc(p.deliveries, func(v *plainDelivery) bool { return v.ordered > 0 })} {
			if is {
				seen[what]++
			}
		}
	}
	for i := range w.told {
		if w.told[i].Kind == decision.ExposureChanged && w.told[i].Trigger.Kind == event.KindPaymentReversed {
			seen["taken back"]++
		}
	}
}

func invoiceOfKey(key uint64) string {
	for i := range 40 {
		if id := fmt.Sprint("i", i); score.KeyOf(id) == key {
			return id
		}
	}
	return "?"
}

// hasShared tells whether a case of a policy has had receipts that are shared.
func hasShared(b *buyer, policy string) bool {
	d := b.read().debtors.Find(policy)
	for n := uint32(1); d != nil && d.CaseOf(n) != nil; n++ {
		if len(d.CaseOf(n).Receipts()) > 0 {
			return true
		}
	}
	return false
}
