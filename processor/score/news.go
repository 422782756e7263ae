package score

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
)

// News is what is kept of one buyer's events: a sum per row of the model's table, and whether the buyer is insolvent.
type News struct{}

// Item is a news item about a buyer.
type Item struct {
	ID       string
	Digest   uint64 // of the content: event.Event.Digest
	Day      event.Day
	Category event.Category
	Outlet   event.Outlet
	Notches  int32
	Days     int32
	Role     string
	ByName   bool // the buyer was matched by name alone
	// AmountCents is the amount in euro cents where HasAmount, and EquityCents that of the counting statement where
	// HasEquity: litigation is compared to it.
	AmountCents, EquityCents int64
	HasAmount, HasEquity     bool
}

// Effect is what became of a news item.
type Effect struct {
	Result     Result
	Insolvency bool // the buyer has become insolvent, or no longer is: it is to be evaluated, and its limits looked at
	Reinstate  bool // no longer insolvent, by a withdrawal or within 30 days: limits that it cancelled come back
	Review     bool // it does not act by itself: a review is asked for, or joined
}

// Add books a news item: Applied, Repeated or IDReused. A category without meaning for the score is Applied too.
func (n *News) Add(m *event.Model, item Item, today event.Day) Effect { return Effect{} }

// Withdraw takes a news item back: the last event of its row goes, an earlier one stays and decays. Applied, Repeated or
// UnknownNews.
func (n *News) Withdraw(id string, today event.Day) Effect { return Effect{} }

// StatementFiled ends what ends with new accounts: an audit opinion from before periodEnd, and lateness that began before.
func (n *News) StatementFiled(periodEnd event.Day) {}

// Insolvent tells whether an insolvency or a moratorium is open.
func (n *News) Insolvent() bool { return false }

// Investigating tells whether a review of news that does not act by itself is open: requests are still_investigating.
func (n *News) Investigating(today event.Day) bool { return false }

// NextChange is the next day after today on which time alone changes a rule or a step of points: accounts that become later,
// a best-grade rule that ends, an investigation that lapses; 0 for none.
func (n *News) NextChange(m *event.Model, today event.Day) event.Day { return 0 }

// Assessment is what events add on a day.
type Assessment struct {
	Commercial, Financing []decision.Contribution // one per row that adds something, by dimension
	Best                  int64                   // best grade that events allow, 0: any
	Rule                  string                  // the code of the row whose rule that is
	Insolvent             bool                    // grade 10, beats all
}

// Assess scores the events on a day.
func (n *News) Assess(m *event.Model, today event.Day) Assessment { return Assessment{} }

// Walk walks the fields of a buyer's events in a snapshot.
func (n *News) Walk(w *wire.Wire) {}
