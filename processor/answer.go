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
	return &p.versions[max(p.now, 0)]
}

// termsOn are a policy's terms for what is delivered on a day, or, before the first ones were in force, those.
func (p *policy) termsOn(day event.Day) *event.PolicyUpserted {
	i := len(p.versions) - 1
	for i > 0 && p.versions[i].EffectiveOn > day {
		i--
	}
	return &p.versions[i]
}

// decision makes a decision on a limit as it is now; was is what was in force before. One that makes a limit grants
// what it is when all that is planned has come; one that leaves it as it is, what is in force.
func (m *Machine) decision(b *buyer, c *cover, code decision.LimitCode, was money) *decision.Limit {
	granted := c.agreed()
	if leaves(code) {
		granted = c.inForce(m.logDay())
	}
	d := &decision.Limit{Policy: c.policy, Buyer: b.id, Holder: m.terms(c.policy).Holder, Code: code,
		GrantedMinor: granted.minor, PreviousMinor: was.minor, Currency: c.currency, EffectiveOn: m.logDay(),
		ValidUntil: c.validUntil, BuyerGrade: uint32(b.rating.Grade), InUseMinor: b.inUse(""), Conditions: c.conditions,
		Override: b.less().ruled.inForce() || len(c.conditions) > 0, Model: m.model.version, Texts: b.master.texts}
	if code == decision.StillInvestigating {
		return d
	}
	capacity := m.capacity(b)
	d.CapacityMinor, d.OverhangMinor = capacity.Cents, max(d.InUseMinor-capacity.Cents, 0)
	for _, p := range capacity.Parts {
		d.Inputs = append(d.Inputs, decision.Contribution{Code: p.Basis.String(), Figure: p.Cents})
	}
	if sum := m.theoretical(b); sum > 0 {
		d.Inputs = append(d.Inputs, decision.Contribution{Code: "discretionary", Figure: sum})
	}
	if x := b.capped(); x != nil {
		d.Inputs = append(d.Inputs, decision.Contribution{Code: "country_cap", Figure: x.cents},
			decision.Contribution{Code: "country_use", Figure: x.used()})
	}
	return d
}

// leaves tells whether an answer of a code leaves the limit as it is.
func leaves(code decision.LimitCode) bool {
	return code == decision.NotApproved || code == decision.StillInvestigating
}

// facts are what the reason of an answer is found from.
func (m *Machine) facts(b *buyer, c *cover) limit.Facts {
	day := m.today()
	f := limit.Facts{Grade: b.rating.Grade, Accounts: b.accounts(day).Usable(), OthersUse: b.inUse(c.policy) > 0,
		Cut: b.less().ruled.block}
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
