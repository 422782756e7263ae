package processor

import (
	"slices"
	"strings"

	"barometer/ingest/event"
	"barometer/processor/claim"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// debtorOf is what a policy collects of a buyer, to be changed. Its cases and claims are good until another one is
// made.
func (m *Machine) debtorOf(b *buyer, policy string) *claim.Debtor {
	if d := b.read().debtors.Find(policy); d != nil {
		return d
	}
	return b.edit().debtors.Of(m.intern(policy))
}

func caseID(b *buyer, policy string, c *claim.Case) string {
	return event.MintedID(b.id, "case", policy, c.Number())
}

// minted gives a message meaning that names a case or a claim. It is about the buyer whose key it came with.
func (m *Machine) minted(e *event.Event) {
	b := m.edit(e.Key)
	m.settle(b, e, m.about(b, e, false), m.logDay())
}

// caseOf finds a case by its id, with its policy's line; nil for none.
func (m *Machine) caseOf(b *buyer, id string) (*claim.Debtor, *limit.Line, *claim.Case) {
	if !strings.HasPrefix(id, b.id+"/case-") {
		return nil, nil, nil
	}
	policy := event.PolicyOfMinted(id)
	d := b.read().debtors.Find(policy)
	if d == nil {
		return nil, nil, nil
	}
	return d, b.lines.Find(policy), d.CaseOf(event.NumberOfMinted(id))
}

// refusedBy is the answer to a message that a case or a claim has refused.
func refusedBy(no claim.Refusal, detail string) outcome { return refused(string(no), detail) }

// followed is the line of a policy, whose deliveries are followed from now on where they were not.
func (m *Machine) followed(b *buyer, policy string) *limit.Line {
	l := b.lines.Find(policy)
	if l == nil {
		l = m.put(b, limit.NewLine(m.intern(policy), m.intern(m.terms(policy).Currency)))
	}
	if !l.Followed() {
		l.Follow(m.moment(b, policy))
	}
	return l
}

// opens gives the open case of a policy, or opens one of a kind; opened says that it did.
func (m *Machine) opens(b *buyer, l *limit.Line, o claim.Open) (c *claim.Case, opened bool, no claim.Refusal) {
	d := m.debtorOf(b, l.Policy())
	if c = d.Case(); c != nil {
		return c, false, ""
	}
	o.On, o.Insolvent, o.Reference = m.today(), b.read().insolvency.On != 0, clone(o.Reference)
	overdue := func(yield func(key uint64) bool) {
		more := true
		l.EachDue(0, m.today()-1, func(v *limit.Delivery) { more = more && yield(v.Key) })
	}
	if c, no = d.Begin(o, overdue); no != "" {
		return nil, false, no
	}
	m.join(b, l, c)
	return c, true, ""
}

// reportsCase opens a case of a report of overdue invoices, or lets it join the one that is open.
func (m *Machine) reportsCase(b *buyer, l *limit.Line, v *event.OverdueReported) (news bool, no claim.Refusal) {
	kind := v.Kind
	if kind == event.CaseNone {
		kind = event.CaseMonitor
	}
	var keys []uint64
	for _, id := range v.Invoices {
		if d := l.Delivery(score.KeyOf(id)); d != nil && d.Open > 0 {
			keys = append(keys, d.Key)
		}
	}
	if len(keys) == 0 {
		return false, claim.NothingOwed
	}
	c, opened, no := m.opens(b, l, claim.Open{Kind: kind, Reference: v.Reference})
	if no != "" {
		return false, no
	}
	was := *c
	joined := m.join(b, l, c)
	for i, id := range v.Invoices {
		if key := score.KeyOf(id); c.Find(key) == nil && m.joinOne(b, l, c, key, v.Invoices[i]) {
			joined++
		}
	}
	if !opened {
		c.Report(kind, clone(v.Reference), m.today())
		if joined == 0 && c.Kind() == was.Kind() && c.ReportedOn() == was.ReportedOn() {
			return false, ""
		}
	}
	m.publishCase(b, l, c, &decision.Case{What: decision.CaseReported})
	return true, ""
}

// duns notes that a policyholder has sent a reminder or a formal notice.
func (m *Machine) duns(b *buyer, v *event.DunningSent) outcome {
	ref := event.InvoiceRef{Buyer: v.Buyer, Policy: v.Policy, Invoice: v.Invoice}
	key := score.KeyOf(v.Invoice)
	_, known := m.book.policies[v.Policy]
	switch {
	case !known:
		return waits(need{kind: needPolicy, id: v.Policy})
	case v.SentOn > m.logDay()+maxAhead:
		return refused(ReasonFutureDate, "sent_on "+v.SentOn.String())
	case !b.paid().Knows(refOf(&ref)):
		return waits(needOfInvoice(&ref))
	}
	if due, open := b.paid().FindKey(v.Policy, key); open && v.SentOn <= due.DueOn {
		return refused(ReasonOutOfRange, clone(v.Invoice)+" was not overdue")
	}
	d := m.debtorOf(b, v.Policy)
	if !d.Dun(key, v.Formal, v.SentOn) {
		return repeated
	}
	if c := d.Case(); c != nil && c.Find(key) != nil {
		stage, _ := c.Stage()
		what := decision.CaseReminderSent
		if v.Formal {
			what = decision.CaseFormalNotice
		}
		if c.Dun(v.Formal, m.today()) {
			m.publishCase(b, b.lines.Find(v.Policy), c, &decision.Case{What: what, PreviousStage: stage.String(),
				Invoices: []string{clone(v.Invoice)}})
		}
	}
	return accepted
}

// moves takes a collector's step.
func (m *Machine) moves(b *buyer, v *event.CollectionMoved) outcome {
	_, l, c := m.caseOf(b, v.Case)
	if c == nil {
		return refused(ReasonUnknownCase, clone(v.Case))
	}
	stage, _ := c.Stage()
	if stage == v.Stage && c.Outcome() == v.Outcome {
		return repeated
	}
	if no := c.Move(v.Stage, v.Outcome, m.today()); no != "" {
		return refusedBy(no, stage.String()+" to "+v.Stage.String())
	}
	what := decision.CaseMoved
	if c.Closed() {
		what = decision.CaseClosed
	}
	m.publishCase(b, l, c, &decision.Case{What: what, PreviousStage: stage.String(), Analyst: clone(v.Analyst)})
	return accepted
}

// agrees takes a payment plan. Without a case it opens one that watches it.
func (m *Machine) agrees(b *buyer, v *event.PaymentPlanAgreed) outcome {
	_, known := m.book.policies[v.Policy]
	switch {
	case !known:
		return waits(need{kind: needPolicy, id: v.Policy})
	case v.AgreedOn > m.logDay()+maxAhead:
		return refused(ReasonFutureDate, "agreed_on "+v.AgreedOn.String())
	case len(v.Invoices) == 0:
		return refused(ReasonBadValue, "invoices")
	}
	for _, id := range v.Invoices {
		ref := event.InvoiceRef{Buyer: v.Buyer, Policy: v.Policy, Invoice: id}
		if !b.paid().Knows(refOf(&ref)) {
			return waits(needOfInvoice(&ref))
		}
	}
	if _, needs, ok := m.euro(event.Amount{Currency: v.Currency}); !ok || needs.kind != needNothing {
		return waits(needs)
	}
	plan := claim.Plan{ID: clone(v.Plan), AgreedOn: v.AgreedOn}
	l := m.followed(b, v.Policy)
	var open int64
	var oldest event.Day
	for _, id := range v.Invoices {
		key := score.KeyOf(id)
		d, ok := m.debt(b, l, key)
		if !ok || d.Open == 0 {
			return refusedBy(claim.NothingOwed, clone(id))
		}
		open += max(d.open, 1)
		if latest := d.DueOn + event.Day(d.terms.Extension); oldest == 0 || latest < oldest {
			oldest = latest
		}
		plan.Debts = append(plan.Debts, claim.DebtKey(key))
	}
	plan.Instalments = m.instalments(v, m.terms(v.Policy).Currency, open)
	if c := m.debtorOf(b, v.Policy).Case(); c != nil && c.Plan().ID == v.Plan {
		if slices.Equal(c.Plan().Instalments, plan.Instalments) {
			return repeated
		}
		return refused(ReasonIDReused, clone(v.Plan))
	}
	if sum(plan.Instalments) != open {
		return refusedBy(claim.BadPlan, clone(v.Plan))
	}
	c, _, no := m.opens(b, l, claim.Open{Kind: event.CaseMonitor})
	if no != "" {
		return refusedBy(no, "")
	}
	for _, id := range v.Invoices {
		m.joinOne(b, l, c, score.KeyOf(id), id)
	}
	stage, _ := c.Stage()
	if no := c.Agree(plan, oldest, m.today()); no != "" {
		return refusedBy(no, clone(v.Plan))
	}
	m.awaitInstalment(b, v.Policy, c)
	m.publishCase(b, l, c, &decision.Case{What: decision.CasePlanAgreed, PreviousStage: stage.String(),
		AmountMinor: open})
	return accepted
}

func sum(all []event.Instalment) (minor int64) {
	for _, i := range all {
		minor = limit.Plus(minor, i.Minor)
	}
	return minor
}

// instalments are those of a plan in the policy's currency. What conversion has truncated is the last one's.
func (m *Machine) instalments(v *event.PaymentPlanAgreed, currency string, open int64) (all []event.Instalment) {
	for _, i := range v.Instalments {
		all = append(all, event.Instalment{DueOn: i.DueOn, Minor: m.exchange(i.Minor, v.Currency, currency)})
	}
	if short := open - sum(all); v.Currency != currency && short > 0 && short <= int64(len(all)) {
		all[len(all)-1].Minor += short
	}
	return all
}

// awaitInstalment sets the timer of the day after the next instalment.
func (m *Machine) awaitInstalment(b *buyer, policy string, c *claim.Case) {
	if next, any := c.Instalment(); any {
		m.wheel.Set(max(next.DueOn, m.today())+1, timer{class: timerPlan, buyer: b.id, policy: policy})
	}
}

// instalmentDue looks at a plan on the day after an instalment.
func (m *Machine) instalmentDue(b *buyer, policy string, day event.Day) {
	d := b.read().debtors.Find(policy)
	if d == nil || d.Case() == nil {
		return
	}
	c := d.Case()
	stage, _ := c.Stage()
	if c.PlanDue(day) {
		m.publishCase(b, b.lines.Find(policy), c, &decision.Case{What: decision.CasePlanBroken,
			PreviousStage: stage.String()})
		return
	}
	m.awaitInstalment(b, policy, c)
}

// decidesPlan takes the insurer's word on a plan.
func (m *Machine) decidesPlan(b *buyer, v *event.PlanDecided) outcome {
	d := b.read().debtors.Find(v.Policy)
	if d == nil || d.Case() == nil {
		return refusedBy(claim.UnknownPlan, clone(v.Plan))
	}
	c, l := d.Case(), b.lines.Find(v.Policy)
	stage, _ := c.Stage()
	if no := c.Decide(v.Plan, v.Consent, m.today()); no != "" {
		return refusedBy(no, clone(v.Plan))
	}
	keys := make([]uint64, len(c.Plan().Debts))
	for i, key := range c.Plan().Debts {
		keys[i] = uint64(key)
	}
	what, warning := decision.CasePlanRefused, "no_consent"
	if v.Consent {
		what, warning = decision.CasePlanConsented, ""
		m.publishCover(b, l, l.RestoreByPlan(m.moment(b, v.Policy), keys))
		m.awaitInstalment(b, v.Policy, c)
	} else {
		m.publishCover(b, l, l.ForfeitByPlan(m.moment(b, v.Policy), keys))
	}
	m.publishCase(b, l, c, &decision.Case{What: what, Warning: warning, PreviousStage: stage.String(),
		Analyst: clone(v.Analyst)})
	return accepted
}
