package limit

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/score"
)

// Bounds of a line. What comes on top makes room of the oldest.
const (
	pastDays       = 730 // a limit that was is remembered so long: deliveries told later have had none
	maxPast        = 64  // limits that were
	maxAwaited     = 16  // cuts whose notice is not delivered
	maxSuspensions = 16  // of cover: deliveries told later are judged by them
	maxEvidence    = 16  // invoices that a change of cover names
	relatedMonths  = 12  // how long a request makes its policyholder one to whom the buyer's grade is told
)

// Line is what one policy has on one buyer: the limit, what is planned and proposed of it, the cover of what was
// delivered, and the answer that was given last. Its methods are its transitions: they take days, terms and figures
// (Moment), and return what is to be published.
//
// A zero Line is none; NewLine makes one without a limit, which remembers answers.
type Line struct {
	policy   string
	currency string // of all its amounts

	// current is the limit in force since a day (since; 0: there never was one), before what is planned.
	// Invariant: where it is more than 0, or was once, deliveries are followed.
	current Money
	since   event.Day

	// plan are the cuts in notice.
	// Invariant: they ascend by their days and are each less than the one before, the first one less than current;
	// of those on delivery, which come last in the order of their decisions, there are at most maxAwaited, and they
	// alone have a notice.
	plan []planned

	// proposal is a cut that waits for its verdict or was rejected, nil for none.
	// Invariant: it is not above what is agreed, and less than that while it waits.
	proposal *proposal

	// past are limits that were, with the days from which on they were.
	// Invariant: they ascend by their days, all before since, and are at most maxPast + 1.
	past []former

	// suspensions are the spans of days whose deliveries are not covered.
	// Invariant: they ascend and do not overlap; only the last one may go on; there are at most maxSuspensions.
	suspensions []suspension
	// suspensionPublished says that the policyholder knows of the one that goes on.
	suspensionPublished bool

	// runoff is what was delivered, nil before the first limit, and without experience that allows to deliver
	// without one.
	runoff *runoff

	// discretion is the discretionary limit that was published last, in minor units of the policy's currency.
	discretion int64

	// cancelled is what an insolvency cancelled and may be reinstated.
	// Invariant: where it is more than 0, nothing is agreed.
	cancelled Money

	validUntil event.Day // last day of the limit, 0: no end
	conditions []string  // an underwriter's, until one says otherwise or the limit ends
	decidedOn  event.Day // when a request, other than a preliminary one, was decided last, 0: none was
	refused    bool      // a limit was requested and refused before there was one
	reply      Reply     // to the last request
}

// NewLine makes the line of a policy that has nothing on a buyer yet.
func NewLine(policy, currency string) *Line { return &Line{policy: policy, currency: currency} }

// planned is a limit from a day on.
type planned struct {
	on event.Day // OnDelivery where its notice is not delivered
	Money
	notice *awaited // what is not delivered, else nil
}

// former is a limit that was, from a day on.
type former struct {
	on event.Day
	Money
	currency string
}

// suspension is a span of days whose deliveries are not covered.
type suspension struct {
	from event.Day
	to   event.Day // the first day that is covered again, 0: it goes on
}

// Moment is what a transition happens at: the days, what the policy agrees, the rates and the invoices of now.
type Moment struct {
	Day    event.Day       // log time's: decisions and notice count from it
	AsOf   event.Day       // that is computed for: a timer's own, else Day
	Next   event.Position  // of the decision that is published next: its delivery is notice
	Terms  *Terms          // of the line's policy
	Rates  Rates           // of now
	Ledger *score.Payments // the buyer's invoices
}

// Rates convert an amount to euro cents at the latest rate; false where there is none, or it does not fit.
type Rates interface {
	Euro(a event.Amount) (cents int64, ok bool)
}

// Decided is what a transition has made of a limit, to be published, in minor units of the line's currency.
type Decided struct {
	Code    decision.LimitCode
	Was     int64 // in force before
	Granted int64 // when all that is planned has come, or of what is planned
	// when it is effective; OnDelivery: NoticeDays after its notice is delivered; 0: it leaves the limit as it is
	From       event.Day
	NoticeDays int32
}

// CoverChanged is what a transition has made of cover beside the limit, to be published.
type CoverChanged struct {
	Code        decision.CoverCode // Suspended, Resumed, Forfeited or Restored
	Limit       int64              // in force, in minor units of the line's currency
	Invoice     string             // whose cover it is, empty: of one that was open before deliveries were followed
	DeliveredOn event.Day          // when it was delivered, 0: it is about all that is delivered
	Was, Now    int64              // what of it is covered, in euro cents
	Overdue     []string           // of a suspension: invoices beyond the maximum extension, at most maxEvidence
}

// Policy is whose line it is.
func (l *Line) Policy() string { return l.policy }

// Currency is that of the line's amounts.
func (l *Line) Currency() string { return l.currency }

// ValidUntil is the last day of the limit, 0: no end.
func (l *Line) ValidUntil() event.Day { return l.validUntil }

// Conditions are an underwriter's, by their codes. They are not to be changed.
func (l *Line) Conditions() []string { return l.conditions }

// InForce is the limit of today or a later day, whether or not cover is suspended.
func (l *Line) InForce(day event.Day) Money {
	v := l.current
	for i := range l.plan {
		if l.plan[i].on <= day {
			v = l.plan[i].Money
		}
	}
	return v
}

// Agreed is the limit when all that is planned has come.
func (l *Line) Agreed() Money {
	if n := len(l.plan); n > 0 {
		return l.plan[n-1].Money
	}
	return l.current
}

// AgreedFrom is the day from which on the limit is what is agreed, OnDelivery where that is not known, 0 where nothing
// is planned.
func (l *Line) AgreedFrom() event.Day {
	if n := len(l.plan); n > 0 {
		return l.plan[n-1].on
	}
	return 0
}

// Decided is the limit as it counts towards the capacity: a cut in notice, or one that waits for its verdict, counts as
// made.
func (l *Line) Decided() Money {
	if l.CutPending() {
		return l.proposal.to
	}
	return l.Agreed()
}

// Use is what the line uses of the buyer's capacity, in euro cents.
func (l *Line) Use() int64 { return max(l.Decided().Cents, l.Totals().Used()) }

// Totals are the sums over deliveries.
func (l *Line) Totals() Totals {
	if l.runoff == nil {
		return Totals{}
	}
	return l.runoff.totals
}

// HadLimit tells whether a limit is or was in force.
func (l *Line) HadLimit() bool { return l.since != 0 }

// Refused tells whether a limit was requested and refused.
func (l *Line) Refused() bool { return l.refused }

// Related tells whether the policyholder is one to whom the buyer's grade is told: it has a limit in force, or a
// request of it was decided within twelve months.
func (l *Line) Related(day event.Day) bool {
	return l.InForce(day).Minor > 0 || l.decidedOn != 0 && day < l.decidedOn.AddMonths(relatedMonths)
}

// Intern replaces the strings that many lines share.
func (l *Line) Intern(intern func(string) string) {
	l.policy, l.currency = intern(l.policy), intern(l.currency)
}

// replace makes an amount the limit from a day on that is today or has gone by: what is planned or proposed goes, and
// what was answered before is forgotten. A line with a limit follows its deliveries.
func (l *Line) replace(at Moment, currency string, v Money, on event.Day) {
	l.pass(on)
	l.suspensionPublished = l.suspensionPublished && v.Minor <= l.current.Minor
	l.become(v, on)
	l.currency, l.plan, l.proposal, l.cancelled, l.reply = currency, nil, nil, Money{}, Reply{}
	if v.Minor > 0 {
		l.follow(at)
		l.runoff.stale = true // whether its policyholder is to know that cover is suspended
	}
	l.reinsure(at, at.Day)
}

// schedule makes an amount the limit from a day on, with notice or without. What is planned for that day or later goes;
// where the day is not known yet, what is planned to be as little.
func (l *Line) schedule(at Moment, v Money, on event.Day) {
	if on <= at.Day {
		l.replace(at, l.currency, v, at.Day)
		return
	}
	l.pass(at.Day)
	l.plan = slices.DeleteFunc(slices.Clone(l.plan), func(p planned) bool {
		return p.on >= on && (on != OnDelivery || p.Minor <= v.Minor)
	})
	l.plan = append(l.plan, planned{on: on, Money: v})
	if n := len(l.plan) - maxAwaited - 1; on == OnDelivery && n >= 0 && l.plan[n].on == OnDelivery {
		l.plan = slices.Delete(l.plan, n, n+1) // the delivery of a later one is notice of less
	}
	l.proposal, l.reply = nil, Reply{}
}

// pass makes what has come of the plan the limit of now, and remembers what was.
func (l *Line) pass(today event.Day) {
	for len(l.plan) > 0 && l.plan[0].on <= today {
		l.become(l.plan[0].Money, l.plan[0].on)
		l.plan = l.plan[1:]
	}
	if len(l.plan) == 0 {
		l.plan = nil
	}
	over := func(i int) bool { return i+1 < len(l.past) && l.past[i+1].on+pastDays < today }
	n := max(len(l.past)-maxPast, 0)
	for over(n) {
		n++
	}
	l.past = slices.Delete(l.past, 0, n)
}

// become makes an amount the limit from a day on, and remembers the one before.
func (l *Line) become(v Money, on event.Day) {
	if on > l.since && (l.current.Minor > 0 || len(l.past) > 0) {
		l.past = append(l.past, former{l.since, l.current, l.currency})
	}
	l.current, l.since = v, on
}
