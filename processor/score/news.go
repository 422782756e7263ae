package score

import (
	"slices"

	"barometer/ingest/event"

	"github.com/cespare/xxhash/v2"
)

// Memory of news, and how long what it asks for lasts.
const (
	NewsDays      = 45  // an item's id is remembered so many days after it was booked
	MaxNews       = 512 // ids remembered of a buyer: beyond them the oldest is forgotten
	reinstateDays = 30  // an insolvency closed so soon after its date reinstates the limits that it cancelled
	auditDays     = 180 // accounts filed so long after an audit opinion end it
)

// News is what is kept of one buyer's events: a sum per row of the model's table, and whether the buyer is insolvent.
// Most buyers have none: keep a pointer.
//
// today is log time's day. Reads never change anything.
type News struct {
	rows     []row      // ascending by name: those that had an event
	openings [2]opening // insolvency and moratorium
	seen     []seen     // in the order of booking
	filed    event.Day  // the latest accounts.filed, 0: none
	period   event.Day  // the latest end of a statement's period, 0: none
	doubtful []doubtful // what waits for a verdict, in the order of booking
}

// opening is an insolvency, or a moratorium, and the one before it. Ids are hashes, 0 is none.
type opening struct {
	last, before, closedBy uint64
	on, beforeOn           event.Day
}

// seen is a news item that is remembered. Ids are hashes.
type seen struct {
	id, digest uint64
	booked     event.Day
	withdrawn  bool
}

// Item is a news item about a buyer.
type Item struct {
	ID       string
	Digest   uint64    // of the content: event.Event.Digest
	Day      event.Day // the item's own, at most a day ahead of today
	Category event.Category
	Outlet   event.Outlet
	Notches  int32         // rating.changed: below 0 is down
	Days     int32         // accounts.late
	Role     string        // officer.left
	Outcome  event.Outcome // insolvency.closed
	Doubtful bool          // the buyer was found by name alone or is one of several, or the category by the classifier
	// AmountCents is the amount in euro cents where HasAmount, and EquityCents that of the counting statement where
	// HasEquity: litigation is compared to it.
	AmountCents, EquityCents int64
	HasAmount, HasEquity     bool
}

// acts tells whether an item that turns a buyer's life is trusted to do so by itself.
func (i *Item) acts() bool {
	return (i.Outlet == event.Register || i.Outlet == event.Regulated) && !i.Doubtful
}

// Effect is what became of a news item.
type Effect struct {
	Result    Result
	Reinstate bool // no longer insolvent, by a withdrawal or within 30 days: the limits that it cancelled come back
	Review    bool // it does not act by itself and waits for a verdict
}

// Add books a news item: Applied, Repeated or IDReused. A category without meaning for the score is Applied too.
func (n *News) Add(m *event.Model, item Item, today event.Day) Effect {
	n.seen = slices.DeleteFunc(n.seen, func(s seen) bool { return s.booked+NewsDays < today })
	id := xxhash.Sum64String(item.ID)
	if i := n.remembered(id); i >= 0 {
		return Effect{Result: sameOr(n.seen[i].digest == item.Digest)}
	}
	if len(n.seen) >= MaxNews {
		n.seen = slices.Delete(n.seen, 0, 1)
	}
	n.seen = append(n.seen, seen{id: id, digest: item.Digest, booked: today})
	var e Effect
	switch item.Category {
	case event.InsolvencyOpened, event.InsolvencyMoratorium, event.Restructuring, event.FraudConfirmed:
		e.Review = n.grave(m, id, &item)
	case event.InsolvencyClosed:
		e.Review, e.Reinstate = n.closed(m, id, &item)
	case event.AccountsFiled:
		n.accountsFiled(item.Day)
	default:
		n.weigh(m, id, &item)
	}
	return e
}

func (n *News) remembered(id uint64) int {
	return slices.IndexFunc(n.seen, func(s seen) bool { return s.id == id })
}

// Withdraw takes a news item back: the last event of its row goes, an earlier one stays and decays. Applied, Repeated
// or UnknownNews.
func (n *News) Withdraw(id string, today event.Day) Effect {
	h := xxhash.Sum64String(id)
	at := n.remembered(h)
	if at >= 0 && n.seen[at].withdrawn {
		return Effect{Result: Repeated}
	}
	was := n.Insolvent()
	if !n.takeDoubtful(h) && !n.takeBack(h) && (at < 0 || n.seen[at].booked+NewsDays < today) {
		return Effect{Result: UnknownNews}
	}
	if at >= 0 {
		n.seen[at].withdrawn = true
	}
	n.dropIdle()
	return Effect{Reinstate: was && !n.Insolvent()}
}

// takeBack takes out the event of an id where it is the last of its class.
func (n *News) takeBack(id uint64) bool {
	for i := range n.openings {
		if n.openings[i].takeBack(id) {
			return true
		}
	}
	for i := range n.rows {
		if r := &n.rows[i]; r.last == id {
			r.now, r.before, r.last = r.before, sum{}, 0
			if r.now == (sum{}) {
				n.rows = slices.Delete(n.rows, i, i+1)
			}
			return true
		}
	}
	return false
}

func (o *opening) isOpen() bool { return o.last != 0 && o.closedBy == 0 }

func (o *opening) open(id uint64, on event.Day) {
	if !o.isOpen() {
		*o = opening{}
	}
	o.before, o.beforeOn = o.last, o.on
	o.last, o.on = id, on
}

func (o *opening) takeBack(id uint64) bool {
	switch {
	case o.last == 0 || id == 0:
		return false
	case o.closedBy == id:
		o.closedBy = 0
		return true
	case o.last == id:
		*o = opening{last: o.before, on: o.beforeOn, closedBy: o.closedBy}
		if o.last == 0 {
			*o = opening{}
		}
		return true
	}
	return false
}

// close closes what was opened on or before a day, and tells whether that ends the insolvency within 30 days of the
// earliest date of what was open.
func (n *News) close(id uint64, on event.Day) (reinstate bool) {
	since := on + 1
	for i := range n.openings {
		o := &n.openings[i]
		if !o.isOpen() || o.on > on {
			continue
		}
		if since = min(since, o.on); o.before != 0 {
			since = min(since, o.beforeOn)
		}
		o.closedBy = id
	}
	return since <= on && on-since <= reinstateDays && !n.Insolvent()
}

// Insolvent tells whether an insolvency or a moratorium is open.
func (n *News) Insolvent() bool { return n.openings[0].isOpen() || n.openings[1].isOpen() }

// InsolventOn is the earliest date of the insolvency and the moratorium that are open, 0 where none is.
func (n *News) InsolventOn() (on event.Day) {
	for i := range n.openings {
		if o := &n.openings[i]; o.isOpen() && (on == 0 || o.on < on) {
			on = o.on
		}
	}
	return on
}

// StatementFiled ends what ends with new accounts: an audit opinion from before periodEnd; and lateness, as they are
// the accounts that were late, where no statement of such a late period was known before.
func (n *News) StatementFiled(periodEnd event.Day) {
	newer := periodEnd > n.period
	n.period = max(n.period, periodEnd)
	n.end(event.EventAudit, func(s *sum) bool { return s.latest < n.period })
	n.end(event.EventAccountsLate, func(*sum) bool { return newer })
}

func (n *News) accountsFiled(on event.Day) {
	n.filed = max(n.filed, on)
	n.end(event.EventAudit, func(s *sum) bool { return n.filed >= s.latest+auditDays })
	n.end(event.EventAccountsLate, func(s *sum) bool { return n.filed >= s.latest })
}

// end drops a row that is over.
func (n *News) end(name event.EventRow, over func(*sum) bool) {
	n.rows = slices.DeleteFunc(n.rows, func(r row) bool { return r.name == name && over(&r.now) })
}
