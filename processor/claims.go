package processor

import (
	"strings"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/claim"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

func claimID(b *buyer, policy string, c *claim.Claim) string {
	return event.MintedID(b.id, "claim", policy, c.Number())
}

// claimOf finds a claim by its id, with its policy's debtor; nil for none.
func (m *Machine) claimOf(b *buyer, id string) (*claim.Debtor, *claim.Claim) {
	if !strings.HasPrefix(id, b.id+"/claim-") {
		return nil, nil
	}
	d := b.read().debtors.Find(event.PolicyOfMinted(id))
	if d == nil {
		return nil, nil
	}
	return d, d.ClaimOf(event.NumberOfMinted(id))
}

// files takes a claim. Of the invoices that it names it is made of those that are open, undisputed and in no claim yet,
// whose date of loss has come and whose deadline has not gone by; each other one is rejected with its reason. Where
// none is left, or the cause is not true on the claim's date, the claim is.
func (m *Machine) files(b *buyer, e *event.Event, v *event.ClaimFiled) outcome {
	_, known := m.book.policies[v.Policy]
	switch {
	case !known:
		return waits(need{kind: needPolicy, id: v.Policy})
	case v.FiledOn > m.logDay()+maxAhead:
		return refused(ReasonFutureDate, "filed_on "+v.FiledOn.String())
	case len(v.Invoices) == 0:
		return refused(ReasonBadValue, "invoices")
	}
	for _, id := range v.Invoices {
		ref := event.InvoiceRef{Buyer: v.Buyer, Policy: v.Policy, Invoice: id}
		if !b.paid().Knows(refOf(&ref)) {
			return waits(needOfInvoice(&ref))
		}
	}
	if d := b.read().debtors.Find(v.Policy); d != nil {
		for i := range d.Claims() {
			if _, _, digest := d.Claims()[i].Filed(); digest == e.Digest() {
				return repeated
			}
		}
	}
	f := claim.File{Cause: claim.ByDefault, Reference: clone(v.Reference), On: v.FiledOn, Digest: e.Digest()}
	if v.Insolvency {
		f.Cause = claim.ByInsolvency
	}
	l := m.followed(b, v.Policy)
	left := m.items(b, l, v, &f)
	if len(f.Items) == 0 {
		return refusedBy(left[0].no, left[0].invoice)
	}
	if no := m.caused(b, l, &f); no != "" {
		return refusedBy(no, f.Cause.String())
	}
	c, opened, no := m.opens(b, l, claim.Open{Kind: event.CaseClaim, Reference: v.Reference})
	if no != "" {
		return refusedBy(no, "")
	}
	for i := range f.Items {
		m.joinOne(b, l, c, score.KeyOf(f.Items[i].Invoice), f.Items[i].Invoice)
	}
	if !opened {
		c.Report(event.CaseClaim, "", m.today())
	}
	var debt int64
	for i := range f.Items {
		debt += f.Items[i].Open
	}
	f.Case, f.Had = c.Number(), c.Shown()
	f.Recovered, f.FeesBefore = c.Claim(debt)
	filed, no := m.debtorOf(b, v.Policy).File(f)
	if no != "" {
		return refusedBy(no, "")
	}
	m.claimsDates(b, l, filed)
	m.publishClaim(b, v.Policy, filed, &decision.Claim{What: decision.ClaimFiled})
	m.publishCase(b, l, c, &decision.Case{What: decision.CaseClaimed})
	for _, x := range left {
		m.reject(e, string(x.no), x.invoice)
	}
	return accepted
}

// omitted is an invoice that a claim names and is not made of.
type omitted struct {
	invoice string
	no      claim.Refusal
}

// items are the invoices that a claim is made of, and those that it is not.
func (m *Machine) items(b *buyer, l *limit.Line, v *event.ClaimFiled, f *claim.File) (left []omitted) {
	for i, id := range v.Invoices {
		item, no := m.item(b, l, v, id)
		if no == "" && f.Has(id) {
			continue // it names the invoice twice
		}
		if no != "" {
			left = append(left, omitted{clone(v.Invoices[i]), no})
			continue
		}
		f.Items = append(f.Items, item)
	}
	return left
}

// item is an invoice of a claim, or why it is none.
func (m *Machine) item(b *buyer, l *limit.Line, v *event.ClaimFiled, id string) (claim.Item, claim.Refusal) {
	d, ok := m.debt(b, l, score.KeyOf(id))
	debtor := b.read().debtors.Find(v.Policy)
	lossOn := d.terms.LossOn(d.overdue)
	by := d.overdue
	if !v.Insolvency {
		by.HeardOn = 0 // the shorter deadline is of a claim for insolvency
	}
	deadline := d.terms.ClaimBy(by)
	switch {
	case debtor != nil && debtor.ClaimFor(id) != nil:
		return claim.Item{}, claim.AlreadyClaimed
	case !ok || d.Open == 0:
		return claim.Item{}, claim.NothingOwed
	case d.Disputed:
		return claim.Item{}, claim.InDispute
	case lossOn == 0 || lossOn > v.FiledOn:
		return claim.Item{}, claim.TooEarly
	case deadline != 0 && v.FiledOn > deadline:
		return claim.Item{}, claim.TooLate
	}
	open := max(d.open, 1)
	item := claim.Item{Invoice: clone(id), DeliveredOn: d.DeliveredOn, DueOn: d.DueOn, LossOn: lossOn,
		Amount: max(d.amount, open), Open: open, Insured: min(d.insured, open), Percent: d.percent,
		Discretionary: d.Discretionary, Late: d.late}
	if item.Insured == 0 {
		item.Reason = d.reason
	}
	return item, ""
}

// caused tells whether the cause of a claim is true on its date, which is the earliest of its dates of loss.
func (m *Machine) caused(b *buyer, l *limit.Line, f *claim.File) claim.Refusal {
	on := f.LossOn()
	if f.Cause == claim.ByInsolvency {
		if in := b.read().insolvency.On; in == 0 || in > on {
			return claim.NoSuchCause
		}
		return ""
	}
	for i := range f.Items {
		d, _ := m.debt(b, l, score.KeyOf(f.Items[i].Invoice))
		d.overdue.InsolventOn = 0
		if loss := d.terms.LossOn(d.overdue); loss != 0 && loss <= on {
			return ""
		}
	}
	return claim.NoSuchCause
}

// claimsDates notes for the policy clock that a claim was filed for invoices.
func (m *Machine) claimsDates(b *buyer, l *limit.Line, c *claim.Claim) {
	clock := *b.clockOf(l.Policy())
	for _, v := range c.Items() {
		clock.Claim(score.KeyOf(v.Invoice))
	}
	b.putClock(l.Policy(), clock)
	m.settleDates(b, l)
}

// examines takes an analyst's examination of a claim.
func (m *Machine) examines(b *buyer, v *event.ClaimExamined) outcome {
	d, c := m.claimOf(b, v.Claim)
	if c == nil {
		return refused(ReasonUnknownClaim, clone(v.Claim))
	}
	currency := m.terms(d.Policy()).Currency
	x := claim.Examination{Verdict: v.Verdict, HasAmount: v.HasAmount, Minor: v.Amount.Minor}
	if v.HasAmount && v.Amount.Currency != currency {
		return refused(ReasonBadValue, "the policy's currency is "+currency)
	}
	for _, name := range v.Documents {
		if kind, ok := event.ParseDocumentKind(name); ok {
			x.Missing = append(x.Missing, kind)
		}
	}
	ask, no := c.Examine(x, m.logDay())
	if no != "" {
		return refusedBy(no, c.State().String())
	}
	m.publishClaim(b, d.Policy(), c, &decision.Claim{What: decision.ClaimExamined, Analyst: clone(v.Analyst)})
	m.asksPolicy(b, d.Policy(), c, ask)
	return accepted
}

// asksPolicy lets the policy's partition decide a claim, where there is a loss to be asked for.
func (m *Machine) asksPolicy(b *buyer, policy string, c *claim.Claim, ask *claim.Loss) {
	if ask == nil {
		return
	}
	key := "policy/" + policy
	q := claim.Question{Claim: claimID(b, policy, c), LossOn: c.LossOn(), Loss: *ask}
	m.step.relay(key, &event.Relayed{Kind: event.RelayClaimAssessed, Key: key, Subject: b.id,
		Payload: wire.Append(nil, &q)})
}

// decidesClaim is the policy's partition's answer to a claim that was assessed: by its version of the date of loss, and
// what claims before have left of the period.
func (m *Machine) decidesClaim(e *event.Event, v *event.Relayed) {
	id := strings.TrimPrefix(v.Key, "policy/")
	p := m.book.policies[id]
	var q claim.Question
	if err := wire.Decode(v.Payload, &q); err != nil || p == nil {
		m.reject(e, ReasonNotSupported, "a relay")
		return
	}
	m.touchPolicy(p)
	terms := p.On(q.LossOn)
	a := claim.Answer{Claim: q.Claim, Period: claim.PeriodOf(q.LossOn, terms.PeriodFrom, terms.PeriodTo),
		IndemnityDays: terms.IndemnityDays}
	of := claim.TermsOf(terms)
	a.Indemnity = p.aggregates.Decide(clone(q.Claim), a.Period, &q.Loss, &of)
	m.step.relay(v.Subject, &event.Relayed{Kind: event.RelayClaimDecided, Key: clone(v.Subject), Subject: clone(id),
		Payload: wire.Append(nil, &a)})
}

// claimDecided takes what the policy's partition has decided.
func (m *Machine) claimDecided(e *event.Event, v *event.Relayed) {
	b := m.book.buyers.get(v.Key)
	var a claim.Answer
	if err := wire.Decode(v.Payload, &a); err != nil || b == nil {
		m.reject(e, ReasonNotSupported, "a relay")
		return
	}
	m.mark(b)
	d, c := m.claimOf(b, a.Claim)
	if c == nil || !c.Rule(a.Indemnity.Clone(), a.IndemnityDays) {
		m.reject(e, ReasonUnknownClaim, clone(a.Claim))
		return
	}
	out := &decision.Claim{What: decision.ClaimRuled}
	if before, _ := c.Decision(); c.Corrections() > 0 {
		out.What, out.Corrects = decision.ClaimCorrected, before
	}
	c.SetDecision(m.step.next(), a.Period)
	m.publishClaim(b, d.Policy(), c, out)
}

// pays notes that an indemnity was paid.
func (m *Machine) pays(b *buyer, v *event.IndemnityPaid) outcome {
	d, c := m.claimOf(b, v.Claim)
	switch {
	case c == nil:
		return refused(ReasonUnknownClaim, clone(v.Claim))
	case v.PaidOn > m.logDay()+maxAhead:
		return refused(ReasonFutureDate, "paid_on "+v.PaidOn.String())
	case v.Amount.Currency != m.terms(d.Policy()).Currency:
		return refused(ReasonBadValue, "the policy's currency is "+m.terms(d.Policy()).Currency)
	case v.Amount.Minor <= 0:
		return refused(ReasonBadValue, "amount")
	}
	if no := c.Pay(v.Amount.Minor); no != "" {
		return refusedBy(no, c.State().String())
	}
	m.publishClaim(b, d.Policy(), c, &decision.Claim{What: decision.ClaimPaid, Analyst: clone(v.Analyst)})
	return accepted
}

// documents notes a document of a case or a claim.
func (m *Machine) documents(b *buyer, v *event.DocumentAdded) outcome {
	if v.Claim != "" {
		d, c := m.claimOf(b, v.Claim)
		switch {
		case c == nil:
			return refused(ReasonUnknownClaim, clone(v.Claim))
		case !c.Document(clone(v.Document), v.Kind):
			return repeated
		}
		m.publishClaim(b, d.Policy(), c, &decision.Claim{What: decision.ClaimDocument})
		return accepted
	}
	_, l, c := m.caseOf(b, v.Case)
	switch {
	case c == nil:
		return refused(ReasonUnknownCase, clone(v.Case))
	case !c.Document(clone(v.Document), v.Kind):
		return repeated
	}
	m.publishCase(b, l, c, &decision.Case{What: decision.CaseDocument})
	return accepted
}

// publishClaim publishes how a claim stands, with what has happened.
func (m *Machine) publishClaim(b *buyer, policy string, c *claim.Claim, d *decision.Claim) {
	terms, loss, in, next := m.terms(policy), c.Loss(), c.Indemnity(), c.Next()
	_, period := c.Decision()
	on, reference, _ := c.Filed()
	d.Claim, d.Policy, d.Buyer, d.Holder = claimID(b, policy, c), policy, b.id, terms.Holder
	d.Case = event.MintedID(b.id, "case", policy, c.Case())
	d.State, d.Cause, d.Reference, d.FiledOn = c.State().String(), c.Cause().String(), reference, on
	d.LossMinor, d.IndemnityMinor, d.Currency, d.LossOn = loss.Minor, in.Minor, terms.Currency, c.LossOn()
	d.DebtMinor, d.InsuredMinor, d.RecoveredBeforeMinor = loss.Debt, loss.Insured, loss.Recovered
	d.Next, d.NextBy, d.DueOn = next.Step, next.By.String(), next.Until
	d.PayableOn, d.PaidMinor, d.FirstLossMinor, d.Assignee = c.PayableOn(), c.Paid(), in.FirstLoss, terms.Assignee
	d.PeriodFrom, d.PeriodTo = period.From, period.To
	for _, l := range in.Lines {
		line := decision.WaterfallLine{Step: l.Step.String(), Minor: l.Left, TakenMinor: l.Minor, TermMinor: l.Term}
		if l.Step == claim.StepInsuredPercentage {
			line.TermMinor, line.PercentPPM = 0, l.Term*100
		}
		if l.Left == 0 && d.Reason == "" {
			d.Reason = line.Step
		}
		d.Waterfall = append(d.Waterfall, line)
	}
	if c.State() == claim.Refused {
		d.Reason = c.State().String()
	}
	for _, v := range c.Items() {
		d.Invoices = append(d.Invoices, decision.ClaimInvoice{Invoice: v.Invoice, DeliveredOn: v.DeliveredOn, DueOn: v.DueOn,
			LossOn: v.LossOn, AmountMinor: v.Amount, OpenMinor: v.Open, InsuredMinor: v.Insured, Reason: v.Reason,
			PercentPPM: int64(v.Percent) * 100, Discretionary: v.Discretionary, Late: v.Late, LossMinor: v.Loss})
	}
	for _, kind := range c.Missing() {
		d.MissingDocuments = append(d.MissingDocuments, kind.String())
	}
	d.Received, d.Texts = shares(c.Shared()), b.master.texts
	m.step.decide(decision.ClaimDecided, b.id, d)
}

func shares(r claim.Recourse) decision.Shares {
	return decision.Shares{Minor: r.Minor, InsuredMinor: r.OnInsured, InsurerMinor: r.Insurer,
		PolicyholderMinor: r.Policyholder, FeeMinor: r.Fee, FeeInsurerMinor: r.FeeInsurer,
		FeePolicyholderMinor: r.FeePolicyholder}
}
