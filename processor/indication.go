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
func (m *Machine) indicates(b *buyer, key string, v *event.LimitRequested, wanted limit.Money) outcome {
	if b.accepted == 0 {
		b = m.blank(b.id)
	} else {
		m.bringUpToDate(b)
	}
	l := b.lines.Find(v.Policy)
	if l == nil {
		l = limit.NewLine(v.Policy, v.Amount.Currency)
	}
	a, f := m.judgement(b, l, v, wanted), m.facts(b, l)
	f.FullGranted, f.OthersUse = a.Code == decision.Approved, f.OthersUse || b.capped() != nil &&
		b.capped().left(capShare) < capShare
	// what the policy has on the buyer is no part of the answer
	d := m.decision(b, limit.NewLine(v.Policy, v.Amount.Currency), limit.Decided{Code: decision.NotApproved})
	if a.Code != decision.NotApproved {
		would := wanted
		if a.Code == decision.PartlyApproved {
			would = m.rounded(a.Granted, wanted, v.Amount.Currency)
		}
		d.Code, d.GrantedMinor, d.ValidUntil = decision.Preliminary, limit.TwoDigits(would.Minor), v.ValidUntil
		d.Conditions, d.Override = l.Conditions(), d.Override || len(l.Conditions()) > 0
	}
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
