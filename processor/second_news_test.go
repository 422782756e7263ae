package processor

import (
	"maps"
	"slices"

	"barometer/ingest/event"
)

// secondRow is a row of the table of events, and what it was before its last event.
type secondRow struct {
	points secondDecaying
	added  event.Day
	h      int64 // 0: it does not decay
	rule   event.Day
	since  event.Day // accounts late
	pct    int64
	latest event.Day
	last   string
	before *secondRow

	official secondDecaying // the event of a register or a regulated source that lasts longest
}

// at is what a row counts on a day.
func (r *secondRow) at(day event.Day) int64 {
	switch {
	case r.pct != 0 && day-r.since > 180:
		return 500 * r.pct / 100
	case r.pct != 0 && day-r.since > 90:
		return 300 * r.pct / 100
	case r.pct != 0:
		return 0
	case r.h == 0:
		return r.points.value
	default:
		return r.points.at(day, r.h)
	}
}

// adds adds an event to a row: S ← min(cap, decay(S) + points), or within 30 days of the last one that was added the
// larger of both.
func (s *second) adds(name, id string, points, h, most int64, day event.Day, official bool) *secondRow {
	r := secondRow{h: h}
	if old := s.rows[name]; old != nil {
		r = *old
		before := *old
		r.before = &before
	}
	r.last, r.latest = id, max(r.latest, day)
	if official {
		r.confirms(points, day)
	}
	if h == 0 {
		r.points.value = max(r.points.value, points)
		s.rows[name] = &r
		return &r
	}
	left, addend := r.points.at(day, h), points
	if day < r.points.day {
		left, addend = r.points.value, plainDecay(points, r.points.day-day, h)
	} else {
		r.points.day = day
	}
	if r.added != 0 && day >= r.added-30 && day <= r.added+30 {
		r.points.value = left
		if addend*addend > left*left {
			r.points.value = addend
		}
	} else {
		r.points.value, r.added = left+addend, max(r.added, day)
	}
	if r.points.value*r.points.value > most*most {
		r.points.value = most
	}
	s.rows[name] = &r
	return &r
}

// secondOpening is an insolvency or a moratorium: the newest and the one before it.
type secondOpening struct {
	ids, closedBy []string // closedBy has one where it is closed
	days          []event.Day
}

func (o *secondOpening) open() bool { return o != nil && len(o.ids) > 0 && len(o.closedBy) == 0 }

// reads takes a news item.
func (s *second) reads(e *event.Event, v *event.News) {
	day := event.DayOf(e.AtMs)
	n := &secondNews{id: e.ID, v: *v, day: day}
	pct := map[event.Outlet]int64{event.Register: 100, event.Regulated: 70, event.Web: 40}[v.Outlet]
	row := func(name string, points, h, most int64) {
		s.adds(name, e.ID, points*pct/100, h, most, day, v.Outlet != event.Web)
	}
	switch v.Category {
	case event.InsolvencyOpened, event.InsolvencyMoratorium, event.Restructuring, event.FraudConfirmed:
		if v.Outlet == event.Web || v.Classifier > 0 {
			s.waits(n)
		} else {
			s.acts(n, pct)
		}
	case event.InsolvencyClosed:
		switch {
		case v.Outcome == event.OutcomeNoAssets || v.Outcome == event.OutcomeLiquidated: // the end of the company
		case !s.closable(n): // nothing to close
		case v.Outlet == event.Web || v.Classifier > 0 || v.Outcome == event.OutcomeNone:
			s.waits(n)
		default:
			var left []*secondNews
			for _, x := range s.doubtful {
				if x.day <= day && (x.v.Category == event.InsolvencyOpened || x.v.Category == event.InsolvencyMoratorium) {
					s.reports(x)
				} else {
					left = append(left, x)
				}
			}
			s.doubtful = left
			s.closes(n)
			s.tidies()
		}
	case event.FraudAlleged:
		row("fraud", 600, 365, 1500)
	case event.Judgment, event.DishonouredBill:
		row("judgment", 700, 180, 1400)
	case event.Litigation:
		row("litigation", 350, 270, 700)
	case event.RatingChanged:
		if v.Notches < 0 {
			row("rating_down", -200*int64(v.Notches), 180, 800)
		} else if v.Notches > 0 {
			row("rating_up", -100*int64(v.Notches), 180, -300)
		}
	case event.AuditQualified, event.AuditGoingConcern:
		points := map[event.Category]int64{event.AuditQualified: 600, event.AuditGoingConcern: 1200}[v.Category]
		if one, _ := s.newest(); one == nil || day >= one.PeriodEnd {
			row("audit", points, 0, 1200)
		}
	case event.AccountsLate:
		s.late(e.ID, day, day-event.Day(v.Days), pct, v.Outlet != event.Web)
	case event.AccountsFiled:
		s.cleared = max(s.cleared, day)
		if r := s.rows["audit"]; r != nil && s.cleared >= r.latest+180 {
			delete(s.rows, "audit")
		}
		if r := s.rows["accounts_late"]; r != nil && s.cleared >= r.latest {
			delete(s.rows, "accounts_late")
		}
	case event.OfficerLeft:
		if v.Role == "CFO" {
			row("officer_left", 150, 120, 300)
		} else {
			row("officer_left", 75, 120, 300)
		}
	case event.BuyoutLeveraged:
		row("leveraged_buyout", 300, 540, 300)
	case event.Acquired:
		row("acquired", -200, 365, -200)
	case event.CapitalRaised:
		row("capital_raised", -250, 365, -250)
	}
}

// waits lets news wait for a verdict, two days from the first.
func (s *second) waits(n *secondNews) {
	s.doubtful = append(s.doubtful, n)
	if s.until == 0 {
		s.until = s.day + 2
	}
}

// closable tells whether there is an insolvency, in force or reported and waiting, that a closing is not older than.
func (s *second) closable(c *secondNews) bool {
	for _, o := range s.openings {
		if o.open() && o.days[len(o.days)-1] <= c.day {
			return true
		}
	}
	for _, x := range s.doubtful {
		if x.day <= c.day && (x.v.Category == event.InsolvencyOpened || x.v.Category == event.InsolvencyMoratorium) {
			return true
		}
	}
	return false
}

func (s *second) closes(c *secondNews) {
	for _, o := range s.openings {
		if o.open() && o.days[len(o.days)-1] <= c.day {
			o.closedBy = []string{c.id}
		}
	}
}

// tidies drops closings that wait and have nothing left to close, and ends a review of nothing.
func (s *second) tidies() {
	var left []*secondNews
	for _, x := range s.doubtful {
		if x.v.Category != event.InsolvencyClosed || s.closable(x) {
			left = append(left, x)
		}
	}
	if s.doubtful = left; len(left) == 0 {
		s.until = 0
	}
}

// late are accounts that are late since a day: the earliest counts.
func (s *second) late(id string, day, since event.Day, pct int64, official bool) {
	if day < s.cleared {
		return
	}
	r := secondRow{since: since}
	if old := s.rows["accounts_late"]; old != nil {
		r = *old
		before := *old
		r.before, r.since = &before, min(r.since, since)
	}
	r.pct, r.last, r.latest = max(r.pct, pct), id, max(r.latest, day)
	if official {
		r.confirms(0, day)
	}
	s.rows["accounts_late"] = &r
}

// endsByStatement ends what a statement of a period puts an end to.
func (s *second) endsByStatement(end event.Day) {
	one, _ := s.newest()
	end = max(end, one.PeriodEnd)
	if r := s.rows["audit"]; r != nil && r.latest < end {
		delete(s.rows, "audit")
	}
}

// acts gives grave news its effect.
func (s *second) acts(n *secondNews, pct int64) {
	switch n.v.Category {
	case event.Restructuring:
		r := s.adds("restructuring", n.id, 1800*pct/100, 365, 1800, n.day, true)
		r.rule = max(r.rule, n.day)
	case event.FraudConfirmed:
		r := s.adds("fraud", n.id, 1500*pct/100, 365, 1500, n.day, true)
		r.rule = max(r.rule, n.day)
	default:
		o := s.openings[n.v.Category]
		if !o.open() {
			o = &secondOpening{}
			s.openings[n.v.Category] = o
		}
		o.ids, o.days = append(o.ids, n.id), append(o.days, n.day)
		o.ids, o.days = o.ids[max(0, len(o.ids)-2):], o.days[max(0, len(o.days)-2):]
	}
}

func (s *second) insolvent() bool {
	return s.openings[event.InsolvencyOpened].open() || s.openings[event.InsolvencyMoratorium].open()
}

// reports adds grave news as what is only reported.
func (s *second) reports(n *secondNews) {
	switch n.v.Category {
	case event.InsolvencyClosed: // counts nothing
	case event.Restructuring:
		s.adds("restructuring", n.id, 600, 365, 1800, n.day, false)
	case event.FraudConfirmed:
		s.adds("fraud", n.id, 600, 365, 1500, n.day, false)
	default:
		s.adds("insolvency_reported", n.id, 600, 365, 600, n.day, false)
	}
}

// decides ends the review: approved what waits acts as from a register, rejected it goes, lapsed it counts on as
// reported.
func (s *second) decides(approved, lapsed bool) {
	for _, n := range s.doubtful {
		if approved && n.v.Category != event.InsolvencyClosed {
			s.acts(n, 100)
		} else if lapsed {
			s.reports(n)
		}
	}
	for _, n := range s.doubtful {
		if approved && n.v.Category == event.InsolvencyClosed {
			s.closes(n)
		}
	}
	s.doubtful, s.until = nil, 0
	s.evaluate()
}

// rowsNow are the rows with what waits for a verdict.
func (s *second) rowsNow() map[string]*secondRow {
	kept := maps.Clone(s.rows)
	for _, n := range s.doubtful {
		s.reports(n)
	}
	now := s.rows
	s.rows = kept
	return now
}

// unreads takes a news item back where it is the last of its class.
func (s *second) unreads(id string) {
	s.takesBack(id)
	s.tidies()
}

func (s *second) takesBack(id string) {
	if i := slices.IndexFunc(s.doubtful, func(n *secondNews) bool { return n.id == id }); i >= 0 {
		s.doubtful = slices.Delete(s.doubtful, i, i+1)
		return
	}
	for _, o := range s.openings {
		if len(o.closedBy) > 0 && o.closedBy[0] == id {
			o.closedBy = nil
			return
		}
		if n := len(o.ids); n > 0 && o.ids[n-1] == id {
			o.ids, o.days = o.ids[:n-1], o.days[:n-1]
			if n == 1 {
				o.closedBy = nil
			}
			return
		}
	}
	for name, r := range s.rows {
		if r.last != id {
			continue
		}
		if delete(s.rows, name); r.before != nil {
			before := *r.before
			before.last, before.before = "", nil
			s.rows[name] = &before
		}
		return
	}
}
