package processor

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// textExpired is the reason of a limit's end that is nobody's judgement.
const textExpired = "valid_until"

// terms are a policy's terms of today, or, before the first ones are in force, those.
func (m *Machine) terms(id string) *event.PolicyUpserted {
	p := m.book.policies[id]
	if p == nil {
		return &event.PolicyUpserted{Policy: id}
	}
	return p.Current()
}

// moment is what a transition of a policy's line happens at.
func (m *Machine) moment(b *buyer, policy string) limit.Moment {
	at := limit.Moment{Day: m.logDay(), AsOf: m.today(), Next: m.step.next(), Rates: &m.macro, Ledger: b.paid()}
	if p := m.book.policies[policy]; p != nil {
		at.Terms = &p.Terms
	}
	return at
}

// decision makes the published form of what has become of a limit.
func (m *Machine) decision(b *buyer, l *limit.Line, e limit.Decided) *decision.Limit {
	d := &decision.Limit{Policy: l.Policy(), Buyer: b.id, Holder: m.terms(l.Policy()).Holder, Code: e.Code,
		GrantedMinor: e.Granted, PreviousMinor: e.Was, Currency: l.Currency(), EffectiveOn: e.From,
		ValidUntil: l.ValidUntil(), BuyerGrade: uint32(b.rating.Grade), InUseMinor: b.lines.InUse(""),
		Conditions: l.Conditions(), Override: b.read().ruled.inForce() || len(l.Conditions()) > 0, Model: m.model.version,
		Texts: b.master.texts}
	if e.From == limit.OnDelivery {
		d.EffectiveOn, d.OnDelivery, d.NoticeDays = 0, true, e.NoticeDays
	}
	if e.Code == decision.StillInvestigating {
		return d
	}
	capacity := m.capacity(b)
	d.CapacityMinor, d.OverhangMinor = capacity.Cents, max(d.InUseMinor-capacity.Cents, 0)
	for _, p := range capacity.Parts {
		d.Inputs = append(d.Inputs, decision.Contribution{Code: p.Basis.String(), Figure: p.Cents})
	}
	if sum := m.discretionInUse(b); sum > 0 {
		d.Inputs = append(d.Inputs, decision.Contribution{Code: "discretionary", Figure: sum})
	}
	if x := b.capped(); x != nil {
		d.Inputs = append(d.Inputs, decision.Contribution{Code: "country_cap", Figure: x.cents},
			decision.Contribution{Code: "country_use", Figure: x.used()})
	}
	return d
}

// publishCut publishes that the insurer takes cover away.
func (m *Machine) publishCut(b *buyer, l *limit.Line, e limit.Decided, inputs ...decision.Contribution) {
	d := m.decision(b, l, e)
	d.Inputs = append(d.Inputs, inputs...)
	m.explains(d, limit.Facts{Grade: b.rating.Grade, Cut: true})
	m.step.decide(decision.LimitDecided, b.id, d)
}

// cover makes the published form of a change of cover beside the limit, for deliveries from today on.
func (m *Machine) cover(b *buyer, l *limit.Line, code decision.CoverCode, was, now int64) *decision.Cover {
	return &decision.Cover{Policy: l.Policy(), Buyer: b.id, Holder: m.terms(l.Policy()).Holder, Code: code, WasMinor: was,
		NowMinor: now, LimitMinor: l.InForce(m.logDay()).Minor, Currency: l.Currency(), From: m.logDay(),
		Texts: b.master.texts}
}

// publishCover publishes what has become of cover beside the limit.
func (m *Machine) publishCover(b *buyer, l *limit.Line, changes []limit.CoverChanged) {
	for i := range changes {
		var d *decision.Cover
		switch e := &changes[i]; e.Code {
		case decision.Suspended:
			d = m.cover(b, l, e.Code, e.Limit, 0)
			d.ReasonText, d.Evidence = textOverdue, e.Overdue
		case decision.Resumed:
			d = m.cover(b, l, e.Code, 0, e.Limit)
			d.ReasonText = textSettled
		default: // of one delivery
			d = m.cover(b, l, e.Code, m.exchange(e.Was, "EUR", l.Currency()), m.exchange(e.Now, "EUR", l.Currency()))
			d.Invoice, d.DeliveredOn, d.From, d.To = e.Invoice, e.DeliveredOn, e.DeliveredOn, e.DeliveredOn
			if d.ReasonText = textLate; e.Code == decision.Restored {
				d.ReasonText = textReported
			}
		}
		d.Reason = limit.ReasonOther
		m.step.decide(decision.CoverChanged, b.id, d)
	}
}

// facts are what the reason of an answer is found from.
func (m *Machine) facts(b *buyer, l *limit.Line) limit.Facts {
	day := m.today()
	f := limit.Facts{Grade: b.rating.Grade, Accounts: b.accounts(day).Usable(), OthersUse: b.lines.InUse(l.Policy()) > 0,
		Cut: b.read().ruled.block}
	if b.master.foundedOn != 0 {
		f.AgeKnown, f.AgeMonths = true, day.Month()-b.master.foundedOn.Month()
		if day < b.master.foundedOn.AddMonths(int(f.AgeMonths)) {
			f.AgeMonths--
		}
	}
	return f
}

func (m *Machine) explains(d *decision.Limit, f limit.Facts) {
	d.Reason = limit.Reason(f)
	d.ReasonText = limit.ReasonText(d.Reason)
}

// ask says which request a decision answers; its amounts are in the decision's currency.
func (m *Machine) ask(d *decision.Limit, v *event.LimitRequested) {
	d.Request, d.RequestKind, d.RequestedMinor = v.Request, v.Kind, m.exchange(v.Amount.Minor, v.Amount.Currency,
		d.Currency)
}

// exchange converts minor units by way of euro cents; what has no rate, or does not fit, is 0.
func (m *Machine) exchange(minor int64, from, to string) int64 {
	if from == to {
		return minor
	}
	fromRate, known := m.macro.rate(from)
	toRate, alsoKnown := m.macro.rate(to)
	if !known || !alsoKnown {
		return 0
	}
	cents, _ := score.ToEuro(minor, fromRate, from)
	minor, _ = score.FromEuro(cents, toRate, to)
	return minor
}
