package score

import (
	"testing"

	"barometer/ingest/event"
)

// TestClosings: which closings act at once, wait for a verdict, or do nothing, and what their verdicts do.
func TestClosings(t *testing.T) {
	m, day := baseline(), event.Day(20_000)
	insolvent := func() *News {
		var n News
		n.Add(m, Item{ID: "i", Day: day - 10, Category: event.InsolvencyOpened, Outlet: event.Register}, day-10)
		return &n
	}
	closing := func(o event.Outlet, by event.Outcome, doubtful bool) Item {
		return Item{ID: "c", Day: day, Category: event.InsolvencyClosed, Outlet: o, Outcome: by, Doubtful: doubtful}
	}
	for outcome := event.OutcomeNone; outcome <= event.OutcomeLiquidated; outcome++ {
		for _, outlet := range []event.Outlet{event.Register, event.Regulated, event.Web} {
			for _, doubtful := range []bool{false, true} {
				n, want := insolvent(), Effect{}
				switch {
				case outcome >= event.OutcomeNoAssets: // the end of the company changes nothing
				case outcome == event.OutcomeNone || outlet == event.Web || doubtful:
					want.Review = true
				default:
					want.Reinstate = true
				}
				e := n.Add(m, closing(outlet, outcome, doubtful), day)
				if e != want || n.Insolvent() == want.Reinstate || n.told(m, day) != 0 {
					t.Errorf("%s by %s, doubtful %v: %+v, want %+v; insolvent %v", outlet, outcome, doubtful, e, want, n.Insolvent())
				}
				var nothing News
				if e := nothing.Add(m, closing(outlet, outcome, doubtful), day); e != (Effect{}) || nothing.Doubtful() != 0 {
					t.Errorf("%s by %s, doubtful %v, of nothing: %+v", outlet, outcome, doubtful, e)
				}
			}
		}
	}
	for v, want := range map[Verdict]bool{Approved: true, Rejected: false, Lapsed: false} {
		n := insolvent()
		n.Add(m, closing(event.Web, event.OutcomeRecovered, false), day)
		if got := n.Decide(m, v); got != want || n.Insolvent() == want || n.Doubtful() != 0 || n.told(m, day) != 0 {
			t.Errorf("verdict %d: limits come back %v, insolvent %v", v, got, n.Insolvent())
		}
	}
	n := insolvent()
	n.Add(m, closing(event.Register, event.OutcomeNone, false), day)
	if e := n.Withdraw("i", day); e != (Effect{Reinstate: true}) || n.Doubtful() != 0 {
		t.Errorf("what it would close is withdrawn: %+v, %d wait", e, n.Doubtful())
	}
	n = insolvent()
	n.Add(m, closing(event.Register, event.OutcomeNone, false), day)
	if n.Withdraw("c", day); !n.Insolvent() || n.Doubtful() != 0 {
		t.Errorf("the closing is withdrawn: insolvent %v, %d wait", n.Insolvent(), n.Doubtful())
	}
	n = &News{} // what was opened and closed since is neither insolvent nor given back anything
	n.Add(m, Item{ID: "o", Day: day - 1, Category: event.InsolvencyOpened, Outlet: event.Web}, day)
	if e := n.Add(m, closing(event.Web, event.OutcomeNone, true), day); !e.Review || n.Decide(m, Approved) ||
		n.Insolvent() {
		t.Errorf("opened and closed by one verdict: %+v, insolvent %v", e, n.Insolvent())
	}
	n = insolvent() // only an older one is closed
	n.Add(m, Item{ID: "o", Day: day + 1, Category: event.InsolvencyMoratorium, Outlet: event.Web}, day+1)
	n.Add(m, closing(event.Register, event.OutcomeNone, false), day+1)
	if n.Decide(m, Approved) || !n.openings[1].isOpen() || n.openings[0].isOpen() {
		t.Errorf("%+v", n.openings)
	}
}
