package claim

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
)

// maxDebts bounds the invoices of a case, as package limit bounds deliveries.
const maxDebts = 1 << 14

// Case is a buyer's whole overdue balance under one policy, from the first report of it to its end. Amounts are in
// minor units of the policy's currency, but for those of Debt.Own.
type Case struct {
	number    uint32
	kind      event.CaseKind
	reference string // the policyholder's

	// stage is how far it has come, since a day.
	// Invariant: outcome is one if and only if it is closed, and before is the stage that it had then.
	stage, before event.Stage
	since         event.Day
	outcome       event.CaseOutcome

	openedOn   event.Day
	reportedOn event.Day // handed over to collection: reported with a kind other than monitor; 0: it was not
	insolvent  bool

	// debts are its invoices.
	// Invariant: they ascend by due day, then invoice and key; there are at most maxDebts.
	debts []Debt

	plan Plan

	// receipts are what the collector received of it. What came in after the date of loss settles no invoice (Shared):
	// it is shared pro rata over what is insured and what is not.
	// Invariant: each has an id of its own; what is shared of one is at most the receipt.
	receipts []Receipt
	// unclaimed is what of that belongs to no claim yet, with its fees.
	// Invariant: it is at most what is shared of all receipts, unclaimedFees the sum of their fees.
	unclaimed, unclaimedFees int64

	joinedTo  event.Day // invoices that were due before have been looked at
	published uint64    // a digest of what was published of its invoices last
	seen      Seen      // when Follow looked last

	// settled is what shared receipts have settled of its invoices, in euro cents, when nothing was owed any more: until
	// then they settle none. settledBy is the id of the last of them, empty where they have not.
	settled   int64
	settledBy string

	documents []string // ids of those that were added to it
	shown     uint32   // the kinds of them, each a bit
}

// Debt is an invoice of a case.
//
// Invariant: Open is at most Amount, and 0 if and only if Own is; Parts ascend by day.
type Debt struct {
	Key     uint64 // of the invoice
	Invoice string // its id, empty where it was there before its policy's deliveries were followed
	// DueOn is the agreed day, which an extension moves: interest counts from it. OriginalDueOn orders receipts and
	// counts for the policy's clock.
	DueOn, OriginalDueOn event.Day
	Amount, Open         int64 // at its joining the case, and now
	Own                  event.Amount
	Disputed             bool
	Parts                []Part // what was settled of it
}

// Part is what was settled of a debt, in minor units of the invoice's currency.
type Part struct {
	On    event.Day
	Minor int64
}

// Open is what a case begins with: a report, a plan, or something adverse that is known.
type Open struct {
	Number    uint32
	Kind      event.CaseKind
	Reference string
	On        event.Day
	Stage     event.Stage // that the policyholder's reminders have brought it to
	Insolvent bool
}

// Begin opens a case.
func Begin(o Open) *Case {
	c := &Case{number: o.Number, kind: o.Kind, reference: o.Reference, stage: max(o.Stage, event.StageReported),
		since: o.On, openedOn: o.On, insolvent: o.Insolvent}
	c.handOver(o.On)
	return c
}

// Number is of the policy's cases on the buyer.
func (c *Case) Number() uint32 { return c.number }

// Kind is what the policyholder wants done.
func (c *Case) Kind() event.CaseKind { return c.kind }

// Reference is the policyholder's own.
func (c *Case) Reference() string { return c.reference }

// Stage is how far it has come, and since when.
func (c *Case) Stage() (event.Stage, event.Day) { return c.stage, c.since }

// Outcome is how it was closed.
func (c *Case) Outcome() event.CaseOutcome { return c.outcome }

// Closed tells whether it is.
func (c *Case) Closed() bool { return c.stage == event.StageClosed }

// OpenedOn is when it was opened.
func (c *Case) OpenedOn() event.Day { return c.openedOn }

// ReportedOn is when it was handed over to collection, 0: it was not.
func (c *Case) ReportedOn() event.Day { return c.reportedOn }

// Debts are its invoices, which are not to be changed.
func (c *Case) Debts() []Debt { return c.debts }

// Receipts are what the collector received, which are not to be changed.
func (c *Case) Receipts() []Receipt { return c.receipts }

// Plan is the payment plan that was agreed last.
func (c *Case) Plan() *Plan { return &c.plan }

// Balance is what is owed: what is open of its invoices, less what came in since and settles none.
func (c *Case) Balance() int64 {
	var open int64
	for i := range c.debts {
		open += c.debts[i].Open
	}
	if c.settledBy != "" {
		return open
	}
	return open - c.shared()
}

// SettledBy is the id of the receipt since which nothing is owed, and what shared receipts have settled then, in euro
// cents; empty where they have settled nothing.
func (c *Case) SettledBy() (id string, cents int64) { return c.settledBy, c.settled }

// SetSettled notes that shared receipts have settled its invoices, or, with an empty id, that they do so no longer.
func (c *Case) SetSettled(id string, cents int64) { c.settledBy, c.settled = id, cents }

// Recovered is what the collector received of it.
func (c *Case) Recovered() (minor, fees int64) {
	for i := range c.receipts {
		minor, fees = minor+c.receipts[i].Minor, fees+c.receipts[i].Fee
	}
	return minor, fees
}

// Find is a debt by its invoice's key, nil for none. It is not to be changed.
func (c *Case) Find(key uint64) *Debt {
	for i := range c.debts {
		if c.debts[i].Key == key {
			return &c.debts[i]
		}
	}
	return nil
}

func compareInvoices(a, b string) int { return cmp.Compare(a, b) }

func (d *Debt) compare(e *Debt) int {
	return cmp.Or(cmp.Compare(d.OriginalDueOn, e.OriginalDueOn), compareInvoices(d.Invoice, e.Invoice),
		cmp.Compare(d.Key, e.Key))
}

// Join adds an invoice that is overdue; false where it is there already, or the case is full.
func (c *Case) Join(d Debt) bool {
	if c.Find(d.Key) != nil || len(c.debts) >= maxDebts {
		return false
	}
	i, _ := slices.BinarySearchFunc(c.debts, &d, func(a Debt, b *Debt) int { return a.compare(b) })
	c.debts = slices.Insert(c.debts, i, d)
	return true
}

// Report takes a further report: what the policyholder wants done is that besides what it wanted before.
func (c *Case) Report(kind event.CaseKind, reference string, day event.Day) Refusal {
	if c.Closed() {
		return NotOpen
	}
	if reference != "" {
		c.reference = reference
	}
	switch {
	case c.kind == event.CaseMonitor || c.kind == event.CaseNone:
		c.kind = kind
	case kind != event.CaseMonitor && kind != c.kind:
		c.kind = event.CaseCollectAndClaim
	}
	c.handOver(day)
	return NoneRefused
}

func (c *Case) handOver(day event.Day) {
	if c.reportedOn == 0 && c.kind != event.CaseMonitor {
		c.reportedOn = day
	}
}

// Dun notes that the policyholder has sent a reminder or a formal notice; false where the case has come further.
func (c *Case) Dun(formal bool, day event.Day) bool {
	to := event.StageReminderSent
	if formal {
		to = event.StageFormalNoticeSent
	}
	if c.stage >= to {
		return false
	}
	c.enter(to, day)
	return true
}

// moves are the stages that a collector may bring a case to from each; to close it is another step. The policyholder's
// reminders move it too (Dun), and plans do (Agree).
var moves = [event.StageEnd][]event.Stage{
	event.StageReported:         {event.StageCollection, event.StageNegotiation},
	event.StageReminderSent:     {event.StageCollection, event.StageNegotiation},
	event.StageFormalNoticeSent: {event.StageCollection, event.StageNegotiation, event.StageCourtOrder},
	event.StageCollection:       {event.StageNegotiation, event.StageCourtOrder, event.StageJudgment},
	event.StageNegotiation:      {event.StageCollection, event.StageCourtOrder, event.StageJudgment},
	event.StageCourtOrder: {event.StageCollection, event.StageNegotiation, event.StageJudgment,
		event.StageEnforcement},
	event.StageJudgment:    {event.StageNegotiation, event.StageEnforcement},
	event.StageEnforcement: {event.StageNegotiation},
}

// Move takes a collector's step. What comes after negotiations needs the policyholder's formal notice, unless the buyer
// is insolvent.
func (c *Case) Move(to event.Stage, outcome event.CaseOutcome, day event.Day) Refusal {
	switch {
	case c.Closed():
		return NotOpen
	case to == event.StageClosed:
		return c.close(outcome, day)
	case outcome != event.CaseOutcomeNone:
		return BadOutcome
	case !slices.Contains(moves[c.stage], to):
		return BadMove
	case to != event.StageNegotiation && !c.noticed() && !c.insolvent:
		return NoticeMissing
	}
	c.enter(to, day)
	return NoneRefused
}

// noticed tells whether the policyholder's formal notice was sent, or collection went beyond it.
func (c *Case) noticed() bool {
	reached := c.stage
	if reached == event.StageNegotiation {
		reached = c.before
	}
	return reached >= event.StageFormalNoticeSent
}

// enter makes a stage the case's. Of negotiations it is remembered what they have interrupted.
func (c *Case) enter(to event.Stage, day event.Day) {
	before := event.StageNone
	if to == event.StageNegotiation {
		before = c.stage
	}
	c.before, c.stage, c.since = before, to, day
}

// close ends a case. It is collected when nothing is owed, and partly so when something came in.
func (c *Case) close(outcome event.CaseOutcome, day event.Day) Refusal {
	owed, came := c.Balance() > 0, c.came()
	switch {
	case outcome == event.CaseOutcomeNone,
		outcome == event.CaseCollected && owed,
		outcome == event.CasePartlyCollected && !came:
		return BadOutcome
	}
	c.before, c.stage, c.since, c.outcome = c.stage, event.StageClosed, day, outcome
	c.plan.end()
	return NoneRefused
}

// came tells whether anything came in.
func (c *Case) came() bool {
	return len(c.receipts) > 0 || slices.ContainsFunc(c.debts, func(d Debt) bool { return d.Open < d.Amount })
}

// reopen goes on with a closed case where it was; where it negotiated, after the policyholder's formal notice.
func (c *Case) reopen(day event.Day) {
	c.stage, c.since, c.before, c.outcome = c.before, day, event.StageNone, event.CaseOutcomeNone
	if c.stage == event.StageNegotiation {
		c.before = event.StageFormalNoticeSent
	}
}

// SetInsolvent notes that the buyer is insolvent, or no longer; false where that was known.
func (c *Case) SetInsolvent(insolvent bool) bool {
	changed := c.insolvent != insolvent
	c.insolvent = insolvent
	return changed
}

// Insolvent tells whether the buyer is, as far as the case knows.
func (c *Case) Insolvent() bool { return c.insolvent }

// JoinedTo is the day up to which invoices that were due before have been looked at.
func (c *Case) JoinedTo() event.Day { return c.joinedTo }

// SetJoinedTo notes that invoices that were due before a day have been looked at.
func (c *Case) SetJoinedTo(day event.Day) { c.joinedTo = day }

// Published is a digest of what was published of its invoices last.
func (c *Case) Published() uint64 { return c.published }

// SetPublished notes a digest of what is published of its invoices.
func (c *Case) SetPublished(digest uint64) { c.published = digest }

// Seen is what all that a case follows can be told to have changed by, without a look at its invoices.
type Seen struct {
	Open, Covered, Suspended int64
	InsolventOn              event.Day
}

// SeenLast is what it was when the case was followed last.
func (c *Case) SeenLast() Seen { return c.seen }

// SetSeen notes what a case that is followed has seen.
func (c *Case) SetSeen(s Seen) { c.seen = s }

// Document notes that a document was added; false where it is there already.
func (c *Case) Document(id string, kind event.DocumentKind) bool {
	if slices.Contains(c.documents, id) {
		return false
	}
	c.documents = append(c.documents, id)
	c.shown |= 1 << kind
	return true
}

// Shown are the kinds of documents that were added, in the order of their numbers.
func (c *Case) Shown() []event.DocumentKind { return kindsOf(c.shown) }
