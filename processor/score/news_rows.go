package score

import (
	"cmp"
	"slices"
	"strings"

	"barometer/ingest/event"
)

// row is the sum of a row of the table of events, and what it was before its last event, for a withdrawal.
type row struct {
	name        event.EventRow
	last        uint64 // hash of the last event's id, 0: none can be withdrawn
	now, before sum
}

// sum is a row's points and what goes with them.
type sum struct {
	points Decaying
	added  event.Day // of the newest event that was added: the window of those that are not
	latest event.Day // of the newest event
	rule   event.Day // since when the row's best-grade rule holds, 0: it does not
	since  event.Day // accounts late: since when
	pct    int64     // accounts late: what the outlet's word is worth
	// official is the event of a register or a regulated source that lasts longest; its day is 0 where there is none.
	official Decaying
}

// mostNotches bounds the notches of one change of rating; no scale has as many.
const mostNotches = 100

// weigh adds an item that turns nobody's life to the row of its category.
func (n *News) weigh(m *event.Model, id uint64, item *Item) {
	rows := &m.Events.Rows
	add := func(name event.EventRow, points int64) {
		n.add(m, name, id, points*m.Events.OutletPct[item.Outlet]/100, item, false)
	}
	switch notches := int64(min(max(item.Notches, -mostNotches), mostNotches)); item.Category {
	case event.FraudAlleged:
		add(event.EventFraud, rows[event.EventFraud].Lesser)
	case event.Judgment, event.DishonouredBill:
		add(event.EventJudgment, rows[event.EventJudgment].Points)
	case event.Litigation:
		if !item.negligible(m) {
			add(event.EventLitigation, rows[event.EventLitigation].Points)
		}
	case event.RatingChanged:
		if notches < 0 {
			add(event.EventRatingDown, -notches*rows[event.EventRatingDown].Points)
		} else if notches > 0 {
			add(event.EventRatingUp, notches*rows[event.EventRatingUp].Points)
		}
	case event.AccountsLate:
		n.add(m, event.EventAccountsLate, id, 0, item, false)
	case event.AuditQualified:
		add(event.EventAudit, rows[event.EventAudit].Lesser)
	case event.AuditGoingConcern:
		add(event.EventAudit, rows[event.EventAudit].Points)
	case event.OfficerLeft:
		n.officerLeft(item, &rows[event.EventOfficer], add)
	case event.BuyoutLeveraged:
		add(event.EventBuyout, rows[event.EventBuyout].Points)
	case event.Acquired:
		add(event.EventAcquired, rows[event.EventAcquired].Points)
	case event.CapitalRaised:
		add(event.EventCapital, rows[event.EventCapital].Points)
	}
}

// officerLeft counts the two officers that the table names.
func (n *News) officerLeft(item *Item, row *event.EventPoints, add func(event.EventRow, int64)) {
	switch {
	case strings.EqualFold(item.Role, "cfo"):
		add(event.EventOfficer, row.Points)
	case strings.EqualFold(item.Role, "ceo"):
		add(event.EventOfficer, row.Lesser)
	}
}

// negligible tells whether a litigation is known to be about no more than the model's share of equity.
func (i *Item) negligible(m *event.Model) bool {
	return i.HasAmount && i.HasEquity && !Mul(i.EquityCents, m.Events.LitigationPPM).Less(Mul(i.AmountCents, ppm))
}

// add adds an event of weighed points to a row.
func (n *News) add(m *event.Model, name event.EventRow, id uint64, points int64, item *Item, rule bool) {
	if name == event.EventAudit && item.Day < n.period || name == event.EventAccountsLate && item.Day < n.filed {
		return // over already
	}
	at, found := slices.BinarySearchFunc(n.rows, name, func(r row, name event.EventRow) int {
		return cmp.Compare(r.name,
			name)
	})
	if !found {
		n.rows = slices.Insert(n.rows, at, row{name: name})
	}
	r := &n.rows[at]
	r.last, r.before = id, r.now
	switch table := &m.Events.Rows[name]; {
	case name == event.EventAccountsLate:
		r.now.late(item.lateSince(), m.Events.OutletPct[item.Outlet])
	case table.HalfLife == 0:
		r.now.points = Decaying{max(r.now.points.Value, points), max(r.now.points.Day, item.Day)}
	default:
		r.now.add(table, points, item.Day, event.Day(m.Events.WindowDays))
	}
	r.now.latest = max(r.now.latest, item.Day)
	if item.Outlet == event.Register || item.Outlet == event.Regulated {
		r.now.confirm(points, item.Day, m.Events.Rows[name].HalfLife)
	}
	if rule {
		r.now.rule = max(r.now.rule, item.Day)
	}
}

// add adds points as of a day: S ← min(cap, decay(S) + points); within the window of the last event that was added the
// larger of both. A late newcomer decays to the sum's day.
func (s *sum) add(table *event.EventPoints, points int64, day, window event.Day) {
	h := table.HalfLife
	if day < s.points.Day {
		points = Decay(points, int32(s.points.Day-day), h)
	} else {
		s.points = Decaying{s.points.At(day, h), day}
	}
	if s.added != 0 && day <= s.added+window && day >= s.added-window {
		if magnitude(points) > magnitude(s.points.Value) {
			s.points.Value = points
		}
	} else {
		s.points.Value += points
		s.added = max(s.added, day)
	}
	if magnitude(s.points.Value) > magnitude(table.Cap) {
		s.points.Value = table.Cap
	}
}

// confirm notes an event of a register or a regulated source.
func (s *sum) confirm(points int64, day event.Day, h int32) {
	old := s.official
	if h > 0 && old.Day != 0 && magnitude(old.At(day, h)) >= magnitude(Decay(points, int32(old.Day-day), h)) {
		return
	}
	s.official = Decaying{points, max(day, 1)}
}

// lateSince is the day on which accounts that are reported late were due.
func (i *Item) lateSince() event.Day { return i.Day - event.Day(max(i.Days, 0)) }

// late keeps the earlier due date and the better source.
func (s *sum) late(since event.Day, pct int64) {
	if s.pct == 0 || since < s.since {
		s.since = since
	}
	s.pct = max(s.pct, pct)
}
