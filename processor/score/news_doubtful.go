package score

import (
	"slices"

	"barometer/ingest/event"
)

// MaxDoubtful is how much news of a buyer waits for a verdict; what is beyond counts as if its review had lapsed.
const MaxDoubtful = 64

// doubtful is a grave item that does not act by itself. Until the verdict it counts as reported, a closing counts
// nothing.
//
// Invariant: of a closing there is something that it would put an end to.
type doubtful struct {
	id       uint64
	day      event.Day
	category event.Category
}

// Verdict is how a review of doubtful news ends.
type Verdict uint8

// Verdicts.
const (
	Lapsed   Verdict = iota // the news goes on counting as reported
	Approved                // it acts as from a register
	Rejected                // it goes
)

// Grave tells whether news of a category turns a buyer's life: it acts by itself only from a trusted source about a
// certain company.
func Grave(c event.Category) bool {
	switch c {
	case event.InsolvencyOpened, event.InsolvencyMoratorium, event.InsolvencyClosed, event.Restructuring,
		event.FraudConfirmed:
		return true
	default:
		return false
	}
}

// grave books grave news, and tells whether it waits for a verdict.
func (n *News) grave(m *event.Model, id uint64, item *Item) (waits bool) {
	d := doubtful{id, item.Day, item.Category}
	switch {
	case item.acts():
		n.act(m, &d, item.Outlet)
		return false
	case len(n.doubtful) >= MaxDoubtful:
		d.report(m, n)
		return false
	default:
		n.doubtful = append(n.doubtful, d)
		return true
	}
}

// closed books the end of an insolvency. It waits for a verdict unless it is trusted to act and says that the company
// goes on; one that says that the company is no more, or has nothing to put an end to, does nothing.
func (n *News) closed(m *event.Model, id uint64, item *Item) (waits, reinstate bool) {
	d := doubtful{id, item.Day, item.Category}
	switch {
	case item.Outcome == event.OutcomeNoAssets || item.Outcome == event.OutcomeLiquidated || !n.ends(&d):
		return false, false
	case item.acts() && item.Outcome != event.OutcomeNone:
		n.closeDoubtful(m, item.Day)
		reinstate = n.close(id, item.Day)
		n.dropIdle()
		return false, reinstate
	case len(n.doubtful) >= MaxDoubtful:
		return false, false
	default:
		n.doubtful = append(n.doubtful, d)
		return true, false
	}
}

// ends tells whether a closing has something to put an end to: what is open, or waits for a verdict, and is not
// younger.
func (n *News) ends(closing *doubtful) bool {
	for i := range n.openings {
		if o := &n.openings[i]; o.isOpen() && o.on <= closing.day {
			return true
		}
	}
	return slices.ContainsFunc(n.doubtful, func(d doubtful) bool {
		return d.category != event.InsolvencyClosed && d.row() == event.EventReported && d.day <= closing.day
	})
}

// dropIdle drops the closings that have nothing left to put an end to.
func (n *News) dropIdle() {
	n.doubtful = slices.DeleteFunc(n.doubtful, func(d doubtful) bool {
		return d.category == event.InsolvencyClosed &&
			!n.ends(&d)
	})
}

// act gives grave news its full effect.
func (n *News) act(m *event.Model, d *doubtful, outlet event.Outlet) {
	switch d.category {
	case event.InsolvencyOpened, event.InsolvencyMoratorium:
		n.openings[d.category-event.InsolvencyOpened].open(d.id, d.day)
	default:
		name := d.row()
		n.add(m, name, d.id, m.Events.Rows[name].Points*m.Events.OutletPct[outlet]/100, &Item{Day: d.day, Outlet: outlet},
			true)
	}
}

// row is where an item counts while it is doubtful.
func (d *doubtful) row() event.EventRow {
	switch d.category {
	case event.Restructuring:
		return event.EventRestructuring
	case event.FraudConfirmed:
		return event.EventFraud
	default:
		return event.EventReported
	}
}

// report adds an item as one that is only reported. A closing adds nothing.
func (d *doubtful) report(m *event.Model, to *News) {
	if d.category == event.InsolvencyClosed {
		return
	}
	to.add(m, d.row(), d.id, m.Events.Rows[event.EventReported].Points, &Item{Day: d.day}, false)
}

// rowsWithDoubtful are the rows as they count: with what waits for a verdict.
func (n *News) rowsWithDoubtful(m *event.Model) []row {
	if len(n.doubtful) == 0 {
		return n.rows
	}
	counting := News{rows: slices.Clone(n.rows), filed: n.filed, period: n.period}
	for i := range n.doubtful {
		n.doubtful[i].report(m, &counting)
	}
	return counting.rows
}

// Doubtful is how many items wait for a verdict.
func (n *News) Doubtful() int { return len(n.doubtful) }

// Decide ends the wait of all items: what opens or counts first, then the closings. It tells whether that ends an
// insolvency whose limits come back.
func (n *News) Decide(m *event.Model, v Verdict) (reinstate bool) {
	was, all := n.Insolvent(), n.doubtful
	n.doubtful = nil
	for i := range all {
		switch d := &all[i]; {
		case v == Approved && d.category != event.InsolvencyClosed:
			n.act(m, d, event.Register)
		case v == Lapsed:
			d.report(m, n)
		}
	}
	for i := range all {
		if d := &all[i]; v == Approved && d.category == event.InsolvencyClosed {
			reinstate = n.close(d.id, d.day) || reinstate
		}
	}
	return reinstate && was && !n.Insolvent()
}

// closeDoubtful lets the insolvencies that a closing puts an end to go on counting as reported: they have nothing left
// to open.
func (n *News) closeDoubtful(m *event.Model, on event.Day) {
	n.doubtful = slices.DeleteFunc(n.doubtful, func(d doubtful) bool {
		over := d.day <= on && d.category != event.InsolvencyClosed && d.row() == event.EventReported
		if over {
			d.report(m, n)
		}
		return over
	})
}

// takeDoubtful takes out an item that is withdrawn before its verdict.
func (n *News) takeDoubtful(id uint64) bool {
	before := len(n.doubtful)
	n.doubtful = slices.DeleteFunc(n.doubtful, func(d doubtful) bool { return d.id == id })
	return len(n.doubtful) < before
}
