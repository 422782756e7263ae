package limit

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// Cover is what is known of the cover of a policy on a buyer for deliveries of one day: what decisions say, what the
// policy says, and which invoices were delivered that day. Outcome says what it comes to.
//
// Whoever holds a Cover of what was decided up to a position makes it one of what was decided since by With, so that a
// history in a database and the decisions that it does not have yet are judged by one rule.
type Cover struct {
	On event.Day // of the deliveries

	// What decisions say that are effective by the day. A zero Ground, position or list is none.

	// Limit is the limit of the day, whether or not cover is suspended. It may be 0, or over.
	Limit Ground
	// Suspended is the decision that suspends cover for deliveries of the day; zero where a later one resumes it.
	Suspended event.Position
	// Refused tells that a limit was requested and refused. It counts only where there is no Limit.
	Refused bool
	// AtWill is the discretionary limit. It counts only where there is no Limit and none was refused.
	AtWill Ground
	// Orders are binding orders that deliveries of the day may be of, the newest first.
	Orders []Ground
	// Late are invoices of the day whose cover is forfeited, as they were not reported by their notification deadline.
	Late []string

	// NoPolicy tells that no version of the policy holds on the day, Ended that its period was over.
	NoPolicy, Ended bool
	// Currency is the policy's, which an Outcome has where no decision gives it one; it may be empty.
	Currency string

	// Delivered are the invoices that are known to have been delivered that day, Disputed those that are in dispute.
	Delivered, Disputed []string
}

// Ground is an amount that a decision lets cover come from.
type Ground struct {
	Minor      int64 // of Currency
	Currency   string
	ValidUntil event.Day // of a limit: its last day; 0: no end
	Decision   event.Position
}

// Covered gathers what decisions on a policy's limit on a buyer say of deliveries of a day, by what was known at an
// instant of log time. The decisions are ascending by position; others' are left out by the caller.
func Covered(decisions []decision.Decision, on event.Day, knownMs int64) Cover {
	return Cover{On: on}.With(decisions, knownMs)
}

// With adds decisions, ascending by position. They may begin with some that c is made of already, but then they have
// all of their policy and buyer from there on.
func (c Cover) With(decisions []decision.Decision, knownMs int64) Cover {
	c.Orders, c.Late = slices.Clone(c.Orders), slices.Clone(c.Late)
	suspension := c.Suspended // the newest decision that suspends or resumes
	for i := range decisions {
		d := &decisions[i]
		if d.AtMs > knownMs {
			continue
		}
		switch b := d.Body.(type) {
		case *decision.Limit:
			c.decide(d, b)
		case *decision.Cover:
			if b.Concerns(c.On) {
				suspension = c.change(d, b, suspension)
			}
		}
	}
	return c
}

// decide adds a decision on the limit.
func (c *Cover) decide(d *decision.Decision, l *decision.Limit) {
	switch {
	case l.Code == decision.NotApproved:
		c.Refused = c.Refused || l.RequestKind != event.RequestPreliminary && event.DayOf(d.AtMs) <= c.On
	case l.EffectiveOn != 0 && l.EffectiveOn <= c.On && d.Position.Compare(c.Limit.Decision) > 0:
		c.Limit = Ground{l.GrantedMinor, l.Currency, l.ValidUntil, d.Position}
	}
}

// change adds a decision on cover for deliveries of the day. It takes and gives the newest one that suspends or
// resumes.
func (c *Cover) change(d *decision.Decision, b *decision.Cover, suspension event.Position) event.Position {
	ground := Ground{b.NowMinor, b.Currency, b.To, d.Position}
	newer := func(than event.Position) bool { return d.Position.Compare(than) > 0 }
	switch {
	case b.Code == decision.Discretionary && newer(c.AtWill.Decision):
		c.AtWill = ground
	case b.Code == decision.BindingOrder && !slices.ContainsFunc(c.Orders,
		func(o Ground) bool { return o.Decision == d.Position }):
		c.Orders = slices.Insert(c.Orders, 0, ground)
	case b.Code == decision.Suspended && newer(suspension):
		c.Suspended = d.Position
		return d.Position
	case b.Code == decision.Resumed && newer(suspension):
		c.Suspended = event.Position{}
		return d.Position
	case b.Code == decision.Forfeited:
		c.Late = append(c.Late, b.Invoice)
	case b.Code == decision.Restored:
		c.Late = slices.DeleteFunc(c.Late, func(late string) bool { return late == b.Invoice })
	}
	return suspension
}

// Uncovered says why a delivery is not covered. It is empty where a delivery is covered.
type Uncovered string

// Reasons why a delivery is not covered.
const (
	NoPolicy         Uncovered = "no_policy"
	PolicyEnded      Uncovered = "policy_ended"
	NoLimit          Uncovered = "no_limit"
	Refused          Uncovered = "refused"
	Expired          Uncovered = "expired"
	Cancelled        Uncovered = "cancelled"
	Overdue          Uncovered = "overdue" // cover is suspended
	InDispute        Uncovered = "dispute"
	LateNotification Uncovered = "late_notification"
	NoConsent        Uncovered = "no_consent" // of the insurer to a payment plan
	LimitUsed        Uncovered = "limit_used" // by earlier deliveries
)

// Outcome is what deliveries of a day are covered up to.
type Outcome struct {
	UpToMinor    int64 // of Currency; 0 where Reason says why
	OrderedMinor int64 // what of it binding orders cover; counted where the limit covers nothing too
	Currency     string
	Decision     event.Position // under which the deliveries fall; zero: none
	Reason       Uncovered
}

// Outcome judges. Where the limit covers nothing, binding orders still cover. Without a policy and after its end
// nothing is covered; nor is the day where each of its invoices is late or in dispute.
func (c *Cover) Outcome() Outcome {
	a := c.byLimit()
	for _, order := range c.Orders {
		if order.Currency == a.Currency && !c.NoPolicy {
			a.OrderedMinor += order.Minor
		}
	}
	if a.OrderedMinor > 0 {
		if a.UpToMinor += a.OrderedMinor; a.Reason != "" || a.Decision == (event.Position{}) {
			a.Decision = c.Orders[0].Decision
		}
		a.Reason = ""
	}
	switch {
	case c.NoPolicy:
		a.UpToMinor, a.Reason = 0, NoPolicy
	case c.Ended:
		a.UpToMinor, a.Reason = 0, PolicyEnded
	case a.Reason != "" || len(c.Delivered) == 0:
	case containsAll(c.Late, c.Delivered):
		a.UpToMinor, a.Reason = 0, LateNotification
	case containsAll(slices.Concat(c.Late, c.Disputed), c.Delivered):
		a.UpToMinor, a.Reason = 0, InDispute
	}
	return a
}

// byLimit is the outcome by the limit of the day alone, or by what may be delivered without one.
func (c *Cover) byLimit() Outcome {
	none := event.Position{}
	switch l := c.Limit; {
	case l.Decision != none && l.ValidUntil != 0 && l.ValidUntil < c.On:
		return Outcome{Currency: l.Currency, Decision: l.Decision, Reason: Expired}
	case l.Decision != none && l.Minor == 0:
		return Outcome{Currency: l.Currency, Decision: l.Decision, Reason: Cancelled}
	case l.Decision != none && c.Suspended != none:
		return Outcome{Currency: l.Currency, Decision: c.Suspended, Reason: Overdue}
	case l.Decision != none:
		return Outcome{UpToMinor: l.Minor, Currency: l.Currency, Decision: l.Decision}
	case c.Discretionary():
		return Outcome{UpToMinor: c.AtWill.Minor, Currency: c.AtWill.Currency, Decision: c.AtWill.Decision}
	}
	a := Outcome{Currency: c.Currency, Reason: NoLimit}
	if c.Refused {
		a.Reason = Refused
	}
	if len(c.Orders) > 0 {
		a.Currency = c.Orders[0].Currency
	}
	return a
}

// Discretionary tells whether deliveries of the day are covered without a limit.
func (c *Cover) Discretionary() bool {
	return c.Limit.Decision == (event.Position{}) && !c.Refused && c.AtWill.Minor > 0
}

func containsAll(all, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(w string) bool { return !slices.Contains(all, w) })
}
