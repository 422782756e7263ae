package processor

import (
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// indicates answers a preliminary request: what would be granted as things stand, roughly, and in effect on no day. It
// stores nothing: no relation of the policy to the buyer comes to be, and no message counts as accepted. Of a buyer of
// whom nothing is known it says what would be granted to any such company, so that the answer does not tell who is
// known. The decision is under a key: the buyer's, or the company's.
func (m *Machine) indicates(b *buyer, key string, v *event.LimitRequested, wanted money) outcome {
	if b.accepted == 0 {
		b = m.blank(b.id)
	} else {
		m.evaluate(b)
	}
	c := cover{policy: v.Policy, currency: v.Amount.Currency}
	if has := b.cover(v.Policy); has != nil {
		c = *has
	}
	a, f := m.judgement(b, &c, v, wanted), m.facts(b, &c)
	f.FullGranted, f.OthersUse = a.Code == decision.Approved, f.OthersUse || b.capped() != nil &&
		b.capped().left(capShare) < capShare
	would := &cover{policy: v.Policy, currency: v.Amount.Currency} // what its policy has on the buyer is no part of it
	code := decision.Preliminary
	switch a.Code {
	case decision.NotApproved:
		code = decision.NotApproved
	case decision.PartlyApproved:
		would.now = m.rounded(a.Granted, wanted, v.Amount.Currency)
	default:
		would.now = wanted
	}
	if code == decision.Preliminary {
		would.now.minor = limit.TwoDigits(would.now.minor)
		would.validUntil, would.conditions = v.ValidUntil, c.conditions
	}
	d := m.decision(b, would, code, money{})
	d.EffectiveOn = 0
	m.explains(d, f)
	m.ask(d, v)
	m.step.decide(decision.LimitDecided, key, d)
	return outcome{fate: fateAnsweredBefore}
}

// blank is a buyer of whom nothing is known, with the grade that its first evaluation would give. It is not kept.
func (m *Machine) blank(id string) *buyer {
	b := &buyer{id: id}
	best, _ := score.BestKnown(nil, false, m.today())
	b.rating.Evaluate(m.model.parsed, m.today(), m.model.parsed.BaseMLO, score.Bounds{Best: int64(best)}, true)
	return b
}
