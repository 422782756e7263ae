package limit

import (
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/score"
)

// WarnDays is how long before a limit's last day its end is published.
const WarnDays = 30

// Requested is what a request is for: what two requests must share to be the same one repeated.
type Requested struct {
	Kind       event.RequestKind
	Minor      int64
	Currency   string
	ValidUntil event.Day
}

// Reply is the answer to a request, with what it was judged by.
type Reply struct {
	Requested
	AtMs     int64
	Accepted uint64 // messages on the buyer, this request included
	Grade    int64
	Code     decision.LimitCode // LimitNone: there was no request yet, or what was answered is no longer so
	Granted  int64              // minor units
	Reason   uint32
}

// Reply is the answer that was given last.
func (l *Line) Reply() *Reply { return &l.reply }

// RecordReply notes the answer to a request.
func (l *Line) RecordReply(day event.Day, r Reply) { l.decidedOn, l.reply = day, r }

// RecordRepeat notes that a request was answered as before.
func (l *Line) RecordRepeat(day event.Day) { l.decidedOn = day }

// Refuse notes that a request for cover was refused: no discretionary limit is left.
func (l *Line) Refuse() { l.refused = true }

// ForgetReply lets the next request be judged, whatever was answered before.
func (l *Line) ForgetReply() { l.reply = Reply{} }

// LeavesLimit tells whether an answer of a code leaves the limit as it is.
func LeavesLimit(code decision.LimitCode) bool {
	return code == decision.NotApproved || code == decision.StillInvestigating
}

// Describe gives the limit as it is, under a code: one that leaves it so says what is in force, and no day; others say
// what is agreed.
func (l *Line) Describe(code decision.LimitCode, day event.Day) Decided {
	if LeavesLimit(code) {
		return Decided{Code: code, Granted: l.InForce(day).Minor}
	}
	return Decided{Code: code, Granted: l.Agreed().Minor, From: day}
}

// Grant makes an amount the limit as of today. It says so as code, or as granted under the conditions that there are.
func (l *Line) Grant(at Moment, code decision.LimitCode, currency string, v Money, validUntil event.Day) Decided {
	l.replace(at, currency, v, at.Day)
	l.validUntil = validUntil
	if code == decision.Approved && len(l.conditions) > 0 {
		code = decision.Conditional
	}
	return l.Describe(code, at.Day)
}

// Reduce lowers the limit as of today, as its policyholder wants it. A last day of 0 leaves the one that there is.
func (l *Line) Reduce(at Moment, v Money, validUntil event.Day) Decided {
	l.replace(at, l.currency, v, at.Day)
	if validUntil != 0 {
		l.validUntil = validUntil
	}
	return l.Describe(decision.Reduced, at.Day)
}

// Cancel ends the limit as of today, as its policyholder wants it.
func (l *Line) Cancel(at Moment) Decided {
	l.replace(at, l.currency, Money{}, at.Day)
	l.validUntil = 0
	return l.Describe(decision.Cancelled, at.Day)
}

// Prolong gives the limit another last day.
func (l *Line) Prolong(at Moment, validUntil event.Day) Decided {
	old := l.validUntil
	l.validUntil = validUntil
	d := l.Describe(decision.Approved, at.Day)
	switch from := l.AgreedFrom(); {
	case from == OnDelivery || old != 0 && from > old:
		// it would have ended before, or nobody knows: what is in force runs on, and then what is planned
		d.Granted = l.InForce(at.Day).Minor
	case from != 0:
		d.From = max(d.From, from) // of what is prolonged: until then what is in force runs on
	}
	return d
}

// CancelInsolvent ends the limit at once, as its buyer is insolvent; false where there is none, or it has ended. What
// was agreed can be reinstated.
func (l *Line) CancelInsolvent(at Moment) (d Decided, ok bool) {
	was, agreed := l.InForce(at.Day), l.Agreed()
	if was.Minor == 0 || agreed.Minor == 0 && l.AgreedFrom() <= at.Day {
		return Decided{}, false
	}
	l.replace(at, l.currency, Money{}, at.Day)
	l.cancelled = agreed
	return Decided{Code: decision.Cancelled, Was: was.Minor, From: at.Day}, true
}

// Reinstate gives the limit back that an insolvency cancelled which was none, up to what is available in euro cents;
// false where nothing comes back. It can be reinstated once.
func (l *Line) Reinstate(at Moment, available int64) (d Decided, ok bool) {
	v := l.cancelled
	l.cancelled = Money{}
	if v.Minor == 0 || l.validUntil != 0 && l.validUntil < at.Day {
		return Decided{}, false
	}
	if v = v.Down(available); v.Minor == 0 {
		return Decided{}, false
	}
	was := l.InForce(at.Day)
	l.replace(at, l.currency, v, at.Day)
	d = l.Describe(decision.Reinstated, at.Day)
	d.Was = was.Minor
	return d, true
}

// Deadlines are the days on which the limit's end is to be warned of and decided, each 0 where there is none ahead.
func (l *Line) Deadlines(today event.Day) (warning, end event.Day) {
	if l.validUntil == 0 {
		return 0, 0
	}
	if day := l.validUntil - WarnDays; day > today {
		warning = day
	}
	return warning, max(l.validUntil, today) + 1
}

// EndWarning says, WarnDays before the last day of the limit, what will be decided after it; false where the limit ends
// on another day, or before. Nothing is planned, so that the limit can be prolonged.
func (l *Line) EndWarning(at Moment) (d Decided, ok bool) {
	was := l.InForce(l.validUntil)
	if l.validUntil != at.AsOf+WarnDays || was.Minor == 0 {
		return Decided{}, false
	}
	return Decided{Code: decision.Cancelled, Was: was.Minor, From: l.validUntil + 1}, true
}

// EndsBefore tells whether the last day of the limit is before a day.
func (l *Line) EndsBefore(day event.Day) bool { return l.validUntil != 0 && l.validUntil < day }

// End ends the limit on the day after its last one, without notice; false where none was in force.
func (l *Line) End(at Moment) (d Decided, ok bool) {
	was := l.InForce(at.AsOf)
	l.validUntil, l.conditions = 0, nil
	l.replace(at, l.currency, Money{}, at.AsOf)
	return Decided{Code: decision.Cancelled, Was: was.Minor, From: at.AsOf}, was.Minor != 0
}

// Ruling is an underwriter's decision on a limit.
type Ruling struct {
	Amount     Money
	Currency   string
	ValidUntil event.Day
	Conditions []string
	AtOnce     bool // less than before needs no notice
}

// Matches tells whether the line is as a ruling says already.
func (l *Line) Matches(r *Ruling) bool {
	return r.Amount.Minor == l.Decided().Minor && l.validUntil == r.ValidUntil && slices.Equal(l.conditions, r.Conditions)
}

// Rule makes the limit what an underwriter decides: more of it at once; less of it after the policy's notice, or on the
// day from which its policyholder had notice of having no more.
func (l *Line) Rule(at Moment, r Ruling) Decided {
	was := l.InForce(at.Day)
	on, code := at.Day, decision.Approved
	if r.Amount.Minor < was.Minor {
		code = decision.Reduced
		if !r.AtOnce {
			on = l.noticed(r.Amount, l.afterNotice(at))
		}
	}
	if r.Amount.Minor == 0 {
		code = decision.Cancelled
	}
	if l.conditions = r.Conditions; code == decision.Approved && len(l.conditions) > 0 {
		code = decision.Conditional
	}
	if was.Minor == 0 {
		l.pass(at.Day)
		l.become(Money{}, at.Day)
		l.currency = r.Currency
	}
	l.schedule(at, r.Amount, on)
	l.validUntil = r.ValidUntil
	return l.announce(at, Decided{Code: code, Was: was.Minor, Granted: l.Agreed().Minor, From: on})
}

// noticed is the first day on which a limit may be so small: that of a cut in notice to no more, else the one given.
func (l *Line) noticed(to Money, on event.Day) event.Day {
	i := slices.IndexFunc(l.plan, func(p planned) bool { return p.Minor <= to.Minor })
	if i < 0 {
		return on
	}
	return min(on, l.plan[i].on)
}

// Revalue converts the limit, and what may come to be of it, at the rate of now, and forgets deliveries and orders that
// are over.
func (l *Line) Revalue(at Moment) {
	if l.runoff != nil {
		l.runoff.Tidy(at.AsOf, score.ReversalDays)
		l.runoff.orders = slices.DeleteFunc(slices.Clone(l.runoff.orders),
			func(o order) bool { return o.by+orderDays < at.AsOf })
	}
	if l.currency == "EUR" {
		return
	}
	l.each(func(v *Money) {
		if cents, ok := at.Rates.Euro(event.Amount{Minor: v.Minor, Currency: l.currency}); ok {
			v.Cents = cents
		}
	})
}

// each calls do with each amount that is in force or may come to be.
func (l *Line) each(do func(*Money)) {
	do(&l.current)
	for i := range l.plan {
		do(&l.plan[i].Money)
	}
	if l.proposal != nil {
		do(&l.proposal.to)
	}
	if l.cancelled.Minor > 0 {
		do(&l.cancelled)
	}
}
