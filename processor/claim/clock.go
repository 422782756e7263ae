package claim

import (
	"cmp"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
)

// ClockTerms are what a policy's clock counts by, in days. A term of 0 days is not agreed, but for Extension.
type ClockTerms struct {
	Extension, HandOver, Report, Waiting, Claim int32 // from the original due date
	WaitingFromReport                           bool  // Waiting counts from the first report
	InsolvencyClaim                             int32 // of a claim for insolvency, from the day that the log heard of it
}

// ClockTermsOf are those of a version of a policy.
func ClockTermsOf(p *event.PolicyUpserted) ClockTerms {
	return ClockTerms{Extension: p.MaximumExtensionDays, HandOver: p.CollectionDeadlineDays,
		Report: p.NotificationDeadlineDays, Waiting: p.WaitingPeriodDays, Claim: p.ClaimDeadlineDays,
		WaitingFromReport: p.WaitingFromReport, InsolvencyClaim: p.InsolvencyClaimDays}
}

// Overdue is what the dates of an invoice follow from. A day of 0 has not come.
type Overdue struct {
	DueOn       event.Day // the original one, which an extension does not move
	ReportedOn  event.Day // first
	InsolventOn event.Day // when a court found its buyer so
	HeardOn     event.Day // when the log did
}

// LossOn is the date of loss of an invoice that stays open: protracted default, or the insolvency where that is
// earlier. 0: it has none.
func (t *ClockTerms) LossOn(o Overdue) event.Day {
	from := o.DueOn
	if t.WaitingFromReport {
		from = o.ReportedOn
	}
	var loss event.Day
	if from != 0 && t.Waiting > 0 {
		loss = from + event.Day(t.Waiting)
	}
	if o.InsolventOn != 0 && (loss == 0 || o.InsolventOn < loss) {
		loss = o.InsolventOn
	}
	return loss
}

// ClaimBy is the last day of a claim for an invoice, 0: the policy has none.
func (t *ClockTerms) ClaimBy(o Overdue) event.Day {
	var by event.Day
	if t.Claim > 0 {
		by = o.DueOn + event.Day(t.Claim)
	}
	if o.HeardOn != 0 && t.InsolvencyClaim > 0 {
		if sooner := o.HeardOn + event.Day(t.InsolvencyClaim); by == 0 || sooner < by {
			by = sooner
		}
	}
	return by
}

// Dates are the last days of an invoice, by their kinds; 0: there is none.
type Dates [decision.FileClaim + 1]event.Day

// Dates are those of an invoice. Each is a last day: what it costs, it costs on the day after.
func (t *ClockTerms) Dates(o Overdue) (all Dates) {
	all[decision.StopShipment] = o.DueOn + event.Day(t.Extension)
	if t.HandOver > 0 {
		all[decision.HandOver] = o.DueOn + event.Day(t.HandOver)
	}
	if t.Report > 0 {
		all[decision.ReportOverdue] = o.DueOn + event.Day(t.Report)
	}
	all[decision.ProtractedDefault] = t.LossOn(o)
	all[decision.FileClaim] = t.ClaimBy(o)
	return all
}

// First is how many days after its due date the first date of an invoice comes that is not reported, and whose buyer
// is not insolvent.
func (t *ClockTerms) First() event.Day {
	first := t.Extension
	for _, days := range []int32{t.HandOver, t.Report, t.Waiting, t.Claim} {
		if days > 0 && days < first {
			first = days
		}
	}
	return event.Day(first)
}

// Last is how many days after its due date the last date of such an invoice comes.
func (t *ClockTerms) Last() event.Day {
	return event.Day(max(t.Extension, t.HandOver, t.Report, t.Waiting, t.Claim))
}

// Watched is an invoice as the clock looks at it.
type Watched struct {
	Key      uint64
	DueOn    event.Day // the original one
	Terms    ClockTerms
	Open     bool // something is owed
	Covered  bool // and something of that is insured
	Disputed bool
	Stops    bool // its maximum extension suspends cover that there is
	Reported bool // its cover cannot be forfeited by a late report any more
}

// Insolvency is the one that its buyer is in; both days are 0 where it is in none.
type Insolvency struct{ On, HeardOn event.Day }

// Why a date needs nothing any more.
const (
	whyPaid       = "paid"
	whyDisputed   = "disputed"
	whyNoLimit    = "no_limit"
	whyNotCovered = "not_covered"
	whyHandedOver = "handed_over"
	whyReported   = "reported"
	whyClaimed    = "claimed"
	whyInsolvent  = "insolvent"
)

// Clock is the policy clock of one policy on one buyer: what it has told of the dates to come, and what the
// policyholder has done about invoices.
//
// Invariants: told ascends by due date, invoice and kind, one of each; done ascends by invoice, one of each. No date
// that was told is told again for as many days before it, nor for more.
type Clock struct {
	told []told
	done []done
}

// told is a date that was told as near.
type told struct {
	due    event.Day
	key    uint64 // of the invoice
	kind   decision.DateKind
	on     event.Day
	before int32 // how many days before it was told last, at most
}

// done is what the policyholder has done about an invoice.
type done struct {
	key        uint64
	reportedOn event.Day // first, 0: it was not
	handedOver bool
	claimed    bool
}

// Date is a date of an invoice.
type Date struct {
	Key   uint64 // of the invoice
	DueOn event.Day
	Kind  decision.DateKind
	On    event.Day
	Why   string // it needs nothing any more, empty: it does
}

// Empty tells whether there is nothing of it.
func (c *Clock) Empty() bool { return len(c.told) == 0 && len(c.done) == 0 }

// Telling tells whether a date that was told as near has not come, nor settled.
func (c *Clock) Telling() bool { return len(c.told) > 0 }

// ReportedOn is when an invoice was reported first, 0: it was not.
func (c *Clock) ReportedOn(key uint64) event.Day { return c.doneOf(key).reportedOn }

func (c *Clock) doneOf(key uint64) done {
	if i, found := c.doneAt(key); found {
		return c.done[i]
	}
	return done{}
}

func (c *Clock) doneAt(key uint64) (int, bool) {
	return slices.BinarySearchFunc(c.done, key, func(d done, key uint64) int { return cmp.Compare(d.key, key) })
}

// do gives what was done about an invoice, to be changed.
func (c *Clock) do(key uint64) *done {
	i, found := c.doneAt(key)
	if !found {
		c.done = slices.Insert(c.done, i, done{key: key})
	}
	return &c.done[i]
}

// Report notes that an invoice was reported on a day, and handed over to collection with it or not. It tells whether
// that is news.
func (c *Clock) Report(key uint64, on event.Day, handOver bool) bool {
	was := c.doneOf(key)
	d := c.do(key)
	if d.reportedOn == 0 || on < d.reportedOn {
		d.reportedOn = on
	}
	d.handedOver = d.handedOver || handOver
	return *d != was
}

// Claim notes that a claim was filed for an invoice.
func (c *Clock) Claim(key uint64) { c.do(key).claimed = true }

// Forget drops what was done about invoices that are followed no longer.
func (c *Clock) Forget(followed func(key uint64) bool) {
	c.done = slices.DeleteFunc(c.done, func(d done) bool { return !followed(d.key) })
}

// settled is why a date of an invoice needs nothing any more, empty where it does.
func (c *Clock) settled(w *Watched, kind decision.DateKind, in Insolvency) string {
	d := c.doneOf(w.Key)
	switch {
	case !w.Open:
		return whyPaid
	case w.Disputed:
		return whyDisputed
	case kind == decision.StopShipment && !w.Stops:
		return whyNoLimit
	case kind != decision.StopShipment && !w.Covered:
		return whyNotCovered
	case kind == decision.HandOver && d.handedOver:
		return whyHandedOver
	case kind == decision.ReportOverdue && w.Reported:
		return whyReported
	case (kind == decision.ProtractedDefault || kind == decision.FileClaim) && d.claimed:
		return whyClaimed
	case kind == decision.ProtractedDefault && in.On != 0:
		return whyInsolvent
	}
	return ""
}

// Look looks at an invoice at the midnight that begins a day. It appends to tell the dates that are to be told now:
// those that are today, or so many days away as one of warn says, or fewer, where that was not told yet. next is the
// day to look at it again, 0 for never. warn descends. A date gone by costs nothing more.
func (c *Clock) Look(tell []Date, day event.Day, warn []int32, w *Watched, in Insolvency) (_ []Date, next event.Day) {
	o := Overdue{DueOn: w.DueOn, ReportedOn: c.ReportedOn(w.Key), InsolventOn: in.On, HeardOn: in.HeardOn}
	for kind, on := range w.Terms.Dates(o) {
		kind := decision.DateKind(kind)
		if on == 0 || on < day || c.settled(w, kind, in) != "" {
			continue
		}
		again := on // when it is told next
		if before, within := reached(warn, on-day); within {
			if c.tells(w, kind, on, before) {
				tell = append(tell, Date{Key: w.Key, DueOn: w.DueOn, Kind: kind, On: on})
			}
			again = on - event.Day(below(warn, before))
		} else if len(warn) > 0 {
			again = on - event.Day(warn[0])
		}
		if again > day && (next == 0 || again < next) {
			next = again
		}
	}
	return tell, next
}

// reached is the least of warn, or 0 for the day itself, that a date so many days away is within; false where it is
// further away than all.
func reached(warn []int32, away event.Day) (before int32, within bool) {
	if away == 0 {
		return 0, true
	}
	for _, n := range warn {
		if event.Day(n) >= away {
			before, within = n, true
		}
	}
	return before, within
}

// below is the greatest of warn below one of them, 0 where there is none.
func below(warn []int32, before int32) int32 {
	for _, n := range warn {
		if n < before {
			return n
		}
	}
	return 0
}

// tells notes that a date is told so many days before it, false where it was told so before.
func (c *Clock) tells(w *Watched, kind decision.DateKind, on event.Day, before int32) bool {
	t := told{due: w.DueOn, key: w.Key, kind: kind, on: on, before: before}
	i, found := slices.BinarySearchFunc(c.told, t, told.compare)
	if found && c.told[i].on == on && c.told[i].before <= before {
		return false
	}
	if !found {
		c.told = slices.Insert(c.told, i, t)
	}
	c.told[i] = t
	return true
}

func (t told) compare(u told) int {
	return cmp.Or(cmp.Compare(t.due, u.due), cmp.Compare(t.key, u.key), cmp.Compare(t.kind, u.kind))
}

// Settle gives the dates that were told as near, have not come, and need nothing any more, with why. Those that have
// come are forgotten: what they cost is told by what it costs. find gives an invoice as it is now.
func (c *Clock) Settle(day event.Day, in Insolvency, find func(key uint64) Watched) (over []Date) {
	c.told = slices.DeleteFunc(c.told, func(t told) bool {
		if t.on < day {
			return true
		}
		w := find(t.key)
		why := c.settled(&w, t.kind, in)
		if why == "" {
			return false
		}
		over = append(over, Date{t.key, t.due, t.kind, t.on, why})
		return true
	})
	return over
}

// Walk walks the fields of an insolvency in a snapshot.
func (i *Insolvency) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&i.On))
	w.Int32(2, (*int32)(&i.HeardOn))
}

// Walk walks the fields of a clock in a snapshot.
func (c *Clock) Walk(w *wire.Wire) {
	wire.Msgs(w, 1, &c.told)
	wire.Msgs(w, 2, &c.done)
}

// Walk walks the fields of what was told in a snapshot.
func (t *told) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&t.due))
	w.Fixed(2, &t.key)
	wire.Enum(w, 3, &t.kind)
	w.Int32(4, (*int32)(&t.on))
	w.Int32(5, &t.before)
}

// Walk walks the fields of what was done in a snapshot.
func (d *done) Walk(w *wire.Wire) {
	w.Fixed(1, &d.key)
	w.Int32(2, (*int32)(&d.reportedOn))
	w.Bool(3, &d.handedOver)
	w.Bool(4, &d.claimed)
}
