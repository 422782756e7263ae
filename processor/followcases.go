package processor

import (
	"barometer/ingest/event"
	"barometer/processor/claim"
	"barometer/processor/decision"
	"barometer/processor/limit"
)

// followCases brings the cases of a buyer up to date with its invoices, and publishes what has changed; what was
// settled was on a day, 0 for today.
func (m *Machine) followCases(b *buyer, on event.Day) {
	if b.seldom == nil {
		return
	}
	for i := range b.seldom.debtors {
		d := &b.seldom.debtors[i]
		if c := d.Newest(); c != nil {
			m.followCase(b, b.lines.Find(d.Policy()), c, on)
		}
	}
}

func (m *Machine) followCase(b *buyer, l *limit.Line, c *claim.Case, on event.Day) {
	insolvent := b.read().insolvency.On != 0
	seen := claim.Seen{Open: l.Totals().Open, Covered: l.Totals().Covered, Suspended: l.Totals().Suspended,
		InsolventOn: b.read().insolvency.On}
	news := !c.Closed() && c.JoinedTo() < m.today()
	if c.SeenLast() == seen && !news {
		return
	}
	c.SetSeen(seen)
	if on == 0 {
		on = m.today()
	}
	stage, _ := c.Stage()
	joined := 0
	if !c.Closed() {
		joined = m.join(b, l, c)
	}
	closed := c.Closed()
	f := c.Follow(func(key uint64) claim.Standing { return m.standing(b, l, c.Find(key)) }, on, m.today())
	turned := !c.Closed() && c.SetInsolvent(insolvent)
	out := decision.Case{AmountMinor: f.Received - f.Reversed}
	switch {
	case closed && !f.Reopened:
		return
	case f.Closed:
		out.What = decision.CaseClosed
	case f.Reopened:
		out.What = decision.CaseReopened
	case f.Received > 0:
		out.What = decision.CaseReceived
	case f.Reversed > 0:
		out.What = decision.CaseReversed
	case f.Disputed:
		out.What = decision.CaseDisputed
	case f.Settled:
		out.What = decision.CaseDisputeSettled
	case turned && insolvent:
		out.What = decision.CaseInsolvent
	case turned:
		out.What = decision.CaseSolvent
	case joined > 0:
		out.What = decision.CaseReported
	}
	if now, _ := c.Stage(); now != stage {
		out.PreviousStage = stage.String()
	}
	out.AmountMinor = max(out.AmountMinor, -out.AmountMinor)
	m.publishCase(b, l, c, &out)
}

// publishCase publishes how a case stands, with what has happened; where that is nothing, only if what is insured of
// its invoices, or when, is not what was published last.
func (m *Machine) publishCase(b *buyer, l *limit.Line, c *claim.Case, d *decision.Case) {
	country, _ := b.home()
	table := m.model.parsed
	rates := table.LateInterest.Of(country)
	debts, insured, disputed := m.described(b, l, c, rates)
	digest := digestOf(debts)
	if d.What == "" {
		if digest == c.Published() {
			return
		}
		d.What = decision.CaseChangedCover
	}
	c.SetPublished(digest)
	stage, _ := c.Stage()
	if d.PreviousStage == stage.String() {
		d.PreviousStage = ""
	}
	terms := m.terms(l.Policy())
	next := c.Next(table.Collection(country))
	d.Case, d.Policy, d.Buyer, d.Holder = caseID(b, l.Policy(), c), l.Policy(), b.id, terms.Holder
	d.Stage, d.Outcome, d.Kind, d.Reference = stage.String(), c.Outcome().String(), c.Kind().String(), c.Reference()
	d.OpenMinor, d.Currency, d.InsuredMinor, d.DisputedMinor = c.Balance(), terms.Currency, insured, disputed
	d.RecoveredMinor, d.FeesMinor = c.Recovered()
	d.Next, d.NextBy, d.DueOn = next.Step, next.By.String(), next.Until
	d.OpenedOn, d.ReportedOn, d.Insolvent = c.OpenedOn(), c.ReportedOn(), c.Insolvent()
	if _, late := c.Statement(rates, m.today()); late > 0 {
		d.FlatMinor = late * table.LateInterest.FlatCents
	}
	if d.Invoices == nil {
		for i := range debts[:min(len(debts), decision.MaxListed)] {
			if debts[i].Invoice != "" && debts[i].OpenMinor > 0 {
				d.Invoices = append(d.Invoices, debts[i].Invoice)
			}
		}
	}
	listed := min(len(debts), decision.MaxListed)
	d.Debts, d.DebtsLeftOut = debts[:listed], int32(len(debts)-listed)
	receipts := c.Receipts()
	for _, r := range receipts[max(len(receipts)-decision.MaxListed, 0):] {
		d.Receipts = append(d.Receipts, decision.CaseReceipt{Recovery: r.ID, Minor: r.Minor, FeeMinor: r.Fee, On: r.On,
			From: r.From})
	}
	for _, r := range rates {
		d.Rates = append(d.Rates, decision.CaseRate{From: r.From.First(), RatePPM: r.PPM})
	}
	if p := c.Plan(); p.State != claim.NoPlan {
		d.Plan, d.PlanState = p.ID, p.State.String()
		for _, i := range p.Instalments {
			d.Instalments = append(d.Instalments, decision.CaseInstalment{DueOn: i.DueOn, Minor: i.Minor})
		}
	}
	for _, kind := range c.Shown() {
		d.Documents = append(d.Documents, kind.String())
	}
	d.Texts = b.master.texts
	m.step.decide(decision.CaseChanged, b.id, d)
}
