package score

import (
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
)

// Assessment is what events add on a day.
type Assessment struct {
	Commercial, Financing []decision.Contribution // one per row that adds something, by dimension
	Best                  int64                   // best grade that events allow, 0: any
	Rule                  string                  // the code of the row whose rule that is
	Insolvent             bool                    // grade 10, beats all
}

// Assess scores the events on a day.
func (n *News) Assess(m *event.Model, today event.Day) Assessment {
	a := Assessment{Insolvent: n.Insolvent()}
	rows := n.rowsWithDoubtful(m)
	for i := range rows {
		r := &rows[i]
		table := &m.Events.Rows[r.name]
		if points, figure := r.assess(m, today); points != 0 {
			c := contribution(ofRow(r.name), points, figure)
			if table.Financing {
				a.Financing = append(a.Financing, c)
			} else {
				a.Commercial = append(a.Commercial, c)
			}
		}
		if table.Best > a.Best && r.now.rule != 0 && today < r.now.ruleEnds(table) {
			a.Best, a.Rule = table.Best, r.name.String()
		}
	}
	return a
}

// Official tells whether a register or a regulated source has told something that adds points on a day.
func (n *News) Official(m *event.Model, today event.Day) bool {
	return slices.ContainsFunc(n.rows, func(r row) bool {
		if points, _ := r.assess(m, today); points <= 0 || r.now.official.Day == 0 {
			return false
		}
		h := m.Events.Rows[r.name].HalfLife
		return h == 0 || r.now.official.At(today, h) > 0
	})
}

func (s *sum) ruleEnds(table *event.EventPoints) event.Day {
	return s.rule.AddMonths(int(table.BestMonths))
}

// assess is a row's points on a day, and the figure behind them.
func (r *row) assess(m *event.Model, today event.Day) (points, figure int64) {
	table := &m.Events.Rows[r.name]
	switch late := int64(today - r.now.since); {
	case r.name != event.EventAccountsLate && table.HalfLife == 0:
		return r.now.points.Value, int64(today - r.now.latest)
	case r.name != event.EventAccountsLate:
		return r.now.points.At(today, table.HalfLife), int64(today - r.now.latest)
	case late > int64(m.Events.VeryLateDays):
		return table.Points * r.now.pct / 100, late
	case late > int64(m.Events.LateDays):
		return table.Lesser * r.now.pct / 100, late
	default:
		return 0, late
	}
}

// Walk walks the fields of a buyer's events in a snapshot.
func (n *News) Walk(w *wire.Wire) {
	wire.Msgs(w, 1, &n.rows)
	w.Msg(2, &n.openings[0])
	w.Msg(3, &n.openings[1])
	wire.Msgs(w, 4, &n.seen)
	w.Int32(5, (*int32)(&n.filed))
	w.Int32(6, (*int32)(&n.period))
	wire.Msgs(w, 7, &n.doubtful)
	for i := 1; i < len(n.rows); i++ {
		if n.rows[i-1].name >= n.rows[i].name {
			w.Fail("rows of events out of order")
		}
	}
}

// Walk walks the fields of a row in a snapshot.
func (r *row) Walk(w *wire.Wire) {
	wire.Enum(w, 1, &r.name)
	w.Fixed(2, &r.last)
	w.Msg(3, &r.now)
	w.Msg(4, &r.before)
	if r.name >= event.EventEnd {
		w.Fail("row of events %d", r.name)
	}
}

// Walk walks the fields of a row's sum in a snapshot.
func (s *sum) Walk(w *wire.Wire) {
	w.Msg(1, &s.points)
	w.Int32(2, (*int32)(&s.added))
	w.Int32(3, (*int32)(&s.latest))
	w.Int32(4, (*int32)(&s.rule))
	w.Int32(5, (*int32)(&s.since))
	w.Int(6, &s.pct)
	w.Msg(7, &s.official)
}

// Walk walks the fields of an insolvency in a snapshot.
func (o *opening) Walk(w *wire.Wire) {
	w.Fixed(1, &o.last)
	w.Fixed(2, &o.before)
	w.Fixed(3, &o.closedBy)
	w.Int32(4, (*int32)(&o.on))
	w.Int32(5, (*int32)(&o.beforeOn))
}

// Walk walks the fields of an item that waits for a verdict in a snapshot.
func (d *doubtful) Walk(w *wire.Wire) {
	w.Fixed(1, &d.id)
	w.Int32(2, (*int32)(&d.day))
	wire.Enum(w, 3, &d.category)
	if !Grave(d.category) {
		w.Fail("category %d waits for a verdict", d.category)
	}
}

// Walk walks the fields of a remembered news item in a snapshot.
func (s *seen) Walk(w *wire.Wire) {
	w.Fixed(1, &s.id)
	w.Fixed(2, &s.digest)
	w.Int32(3, (*int32)(&s.booked))
	w.Bool(4, &s.withdrawn)
}
