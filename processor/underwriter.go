package processor

import (
	"strconv"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// override is what an underwriter has decided about a buyer; there is one at a time.
type override struct {
	floor, ceiling int64     // floor ≤ grade ≤ ceiling, 0: none
	block          bool      // nothing is granted or prolonged
	until          event.Day // last day, 0: until another decision
	digest         uint64    // of the message
}

func (o *override) inForce() bool { return o.floor != 0 || o.ceiling != 0 || o.block }

func (o *override) bounds() bool { return o.floor != 0 || o.ceiling != 0 }

// Walk walks the fields of an override in a snapshot.
func (o *override) Walk(w *wire.Wire) {
	w.Int(1, &o.floor)
	w.Int(2, &o.ceiling)
	w.Bool(3, &o.block)
	w.Int32(4, (*int32)(&o.until))
	w.Fixed(5, &o.digest)
}

// bounds are what holds a buyer's grade besides its score, as of its last evaluation.
func (b *buyer) bounds() score.Bounds {
	o := &b.read().ruled
	bounds := score.Bounds{Best: b.ownBest, Insolvent: b.insolvent, Floor: o.floor, Ceiling: o.ceiling}
	if b.cell != nil {
		bounds.Best = max(bounds.Best, b.cell.country.best)
	}
	return bounds
}

// overruled takes an underwriter's decision on a buyer, or on one limit.
func (m *Machine) overruled(b *buyer, e *event.Event, v *event.UnderwriterDecided) outcome {
	m.step.asked = v.Analyst
	switch {
	case v.ValidUntil != 0 && v.ValidUntil < m.logDay():
		return refused(ReasonOutOfRange, "valid_until "+v.ValidUntil.String())
	case v.Policy != "":
		return m.underwrites(b, e, v)
	}
	was := b.read().ruled
	now := override{floor: int64(v.GradeFloor), ceiling: int64(v.GradeCeiling), block: v.Block, until: v.ValidUntil,
		digest: e.Digest()}
	if was.digest == now.digest || !was.inForce() && !now.inForce() {
		return repeated
	}
	if b.lines.InUse("") > m.model.parsed.Capacity.Authority && !seconded(v.Analyst, v.SecondAnalyst) {
		return m.overruling(b, e, v)
	}
	m.supersedeOverride(b, "")
	if !now.inForce() {
		now = override{}
	}
	if b.edit().ruled = now; now.until != 0 {
		m.wheel.Set(now.until+1, timer{class: timerOverride, buyer: b.id})
	}
	b.tidy()
	m.keep(b)
	k := m.mark(b)
	k.reset, k.cause = was.bounds(), causeOverride
	return accepted
}

// causeOverride is why a score is published that an underwriter's decision, or the end of one, moves.
const causeOverride = "override"

// overrideEnded fires the end of an underwriter's decision on a buyer: the grade follows the score at once, and what
// was refused because of it may be asked again.
func (m *Machine) overrideEnded(b *buyer, day event.Day) {
	o := b.read().ruled
	if !o.inForce() || o.until == 0 || o.until >= day {
		return // another one has taken its place
	}
	b.seldom.ruled = override{}
	b.tidy()
	for i := range b.lines {
		b.lines[i].ForgetReply()
	}
	k := m.mark(b)
	k.evaluate, k.reset, k.cause = true, o.bounds(), causeOverride
}

// underwrites makes an amount the limit of a policy: more of it at once, where the buyer can bear it; less of it after
// the policy's notice, or on the day from which it had notice of having no more.
func (m *Machine) underwrites(b *buyer, e *event.Event, v *event.UnderwriterDecided) outcome {
	if _, known := m.book.policies[v.Policy]; !known {
		return waits(need{kind: needPolicy, id: v.Policy})
	}
	if !b.master.known {
		return waits(need{kind: needBuyer})
	}
	cents, needs, ok := m.euro(v.Amount)
	switch {
	case needs.kind != needNothing:
		return waits(needs)
	case !ok:
		return refused(ReasonAmountTooLarge, "")
	case v.Amount.Minor < 0:
		return refused(ReasonOutOfRange, "amount")
	}
	m.keep(b)
	m.bringUpToDate(b)
	l := b.lines.Find(v.Policy)
	if l == nil {
		l = limit.NewLine(m.intern(v.Policy), m.intern(v.Amount.Currency))
	}
	r := limit.Ruling{Amount: limit.Money{Minor: v.Amount.Minor, Cents: cents}, Currency: m.intern(v.Amount.Currency),
		ValidUntil: v.ValidUntil, Conditions: conditionsOf(v), AtOnce: b.rating.Grade == score.Insolvent}
	was := l.InForce(m.logDay())
	switch {
	case was.Minor > 0 && v.Amount.Currency != l.Currency():
		return refused(score.OtherCurrency.String(), l.Currency())
	case r.Amount.Minor == 0 && l.Agreed().Minor == 0:
		return refused(ReasonNoLimit, "")
	case l.Matches(&r):
		return repeated
	}
	if more := cents > l.Decided().Cents; more {
		if m.book.policies[v.Policy].EndedOn(m.logDay()) {
			return refused(ReasonPolicyEnded, "on "+m.terms(v.Policy).PeriodTo.String())
		}
		if free := m.available(b, l); cents > free {
			return refused(ReasonAboveCapacity, strconv.FormatInt(max(free, 0)/100, 10)+" euros are available")
		}
	}
	if max(cents, was.Cents-cents) > m.model.parsed.Capacity.Authority && !seconded(v.Analyst, v.SecondAnalyst) {
		return m.overruling(b, e, v)
	}
	m.supersedeOverride(b, v.Policy)
	ruled := l.Rule(m.moment(b, v.Policy), r)
	l = m.put(b, l)
	m.validity(b, l)
	d := m.decision(b, l, ruled)
	d.Override = true
	less := r.Amount.Minor < was.Minor
	m.explains(d, limit.Facts{Grade: b.rating.Grade, Cut: less, FullGranted: !less})
	m.step.decide(decision.LimitDecided, b.id, d)
	return answered
}

// conditionsOf are the conditions of an underwriter's limit, by their codes.
func conditionsOf(v *event.UnderwriterDecided) []string {
	var all []string
	if v.MaxTermsDays > 0 {
		all = append(all, "max_terms_days="+strconv.Itoa(int(v.MaxTermsDays)))
	}
	if v.Security != "" {
		all = append(all, "security="+clone(v.Security))
	}
	if v.InsolvencyOnly {
		all = append(all, "insolvency_only")
	}
	return all
}
