package processor

import (
	"barometer/ingest/event"
	"barometer/processor/claim"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"

	"github.com/cespare/xxhash/v2"
)

// debt is an invoice as a case and a claim see it: in minor units of its policy's currency, but for own.
type debt struct {
	limit.Insured
	agreedOn event.Day    // the due date that it was extended to
	amount   int64        // of the invoice
	open     int64        // of it
	own      event.Amount // that is open, in its own currency
	insured  int64        // of what is open, without VAT where that is not insured
	reason   string       // why nothing is, empty: something is
	percent  int32        // at which it is, in hundredths of a per cent
	late     bool         // as its report was late or missing
	overdue  claim.Overdue
	terms    claim.ClockTerms
}

// debt is a delivery as a case and a claim see it, false where it is not followed.
func (m *Machine) debt(b *buyer, l *limit.Line, key uint64) (v debt, ok bool) {
	at := m.moment(b, l.Policy())
	if v.Insured, ok = l.Insured(at, key); !ok {
		return v, false
	}
	p, currency := at.Terms.On(v.DeliveredOn), m.terms(l.Policy()).Currency
	v.agreedOn, v.own = v.DueOn, event.Amount{Minor: v.Open, Currency: "EUR"}
	convert := func(cents int64) int64 { return m.exchange(cents, "EUR", currency) }
	if known, found := b.paid().FindKey(l.Policy(), key); found {
		v.agreedOn = known.AgreedOn
		v.own = event.Amount{Minor: part(known.Amount.Minor, v.Open, known.WholeCents), Currency: known.Amount.Currency}
		if known.Amount.Currency == currency {
			convert = func(cents int64) int64 { return part(known.Amount.Minor, cents, known.WholeCents) }
		}
		v.amount = convert(known.WholeCents)
	}
	v.open = convert(v.Open)
	v.amount = max(v.amount, v.open)
	net, amount := l.Net(key)
	v.insured = claim.InsuredPart(convert(v.Covered), amount, net, p.VATInsured)
	if v.reason = string(v.Reason); v.insured == 0 && v.reason == "" {
		v.reason = string(limit.LimitUsed)
	}
	v.terms = claim.ClockTermsOf(p)
	in := b.read().insolvency
	v.overdue = claim.Overdue{DueOn: v.DueOn, ReportedOn: b.clockOf(l.Policy()).ReportedOn(key), InsolventOn: in.On,
		HeardOn: in.HeardOn}
	v.late = p.LateReportPPM > 0 && late(p, v.overdue, m.today()) && !v.Exempt
	v.percent = claim.Percent(p.InsuredPPM, p.DiscretionaryPPM, p.LateReportPPM, v.Discretionary, v.late)
	return v, true
}

// late tells whether the report of an invoice came after its deadline, or has not come by then.
func late(p *event.PolicyUpserted, o claim.Overdue, today event.Day) bool {
	by := o.DueOn + event.Day(p.NotificationDeadlineDays)
	if o.ReportedOn != 0 {
		return o.ReportedOn > by
	}
	return today > by
}

// part is a share of an amount, all of it where the parts are.
func part(minor, cents, whole int64) int64 {
	if cents >= whole {
		return minor
	}
	minor, _ = score.MulDiv(minor, cents, whole)
	return minor
}

// standing is how an invoice of a case stands now; one that is followed no longer is paid. What is open of it has a
// currency as it had when it joined the case, whatever is remembered of it since.
func (m *Machine) standing(b *buyer, l *limit.Line, d *claim.Debt) claim.Standing {
	v, ok := m.debt(b, l, d.Key)
	if !ok || v.Open == 0 {
		return claim.Standing{Own: event.Amount{Currency: d.Own.Currency}}
	}
	now := claim.Standing{Open: max(v.open, 1), Own: v.own, DueOn: v.agreedOn, Disputed: v.Disputed}
	if v.own.Currency != d.Own.Currency {
		now.Own = event.Amount{Minor: m.exchange(now.Open, m.terms(l.Policy()).Currency, d.Own.Currency),
			Currency: d.Own.Currency}
	}
	now.Own.Minor = max(now.Own.Minor, 1)
	return now
}

// join adds the invoices of a policy that are overdue to its case, and tells how many have joined it. It looks at those
// only that were not when it looked last.
func (m *Machine) join(b *buyer, l *limit.Line, c *claim.Case) (joined int) {
	today := m.today()
	if c.JoinedTo() >= today {
		return 0
	}
	l.EachDue(c.JoinedTo(), today-1, func(d *limit.Delivery) {
		if m.joinOne(b, l, c, d.Key, d.Invoice) {
			joined++
		}
	})
	c.SetJoinedTo(today)
	return joined
}

// joinOne adds an invoice to a case, false where it is there already or nothing is open of it.
func (m *Machine) joinOne(b *buyer, l *limit.Line, c *claim.Case, key uint64, invoice string) bool {
	v, ok := m.debt(b, l, key)
	if !ok || v.Open == 0 {
		return false
	}
	return c.Join(claim.Debt{Key: key, Invoice: clone(invoice), DueOn: v.agreedOn, OriginalDueOn: v.DueOn,
		Amount: max(v.open, 1), Open: max(v.open, 1), Disputed: v.Disputed,
		Own: event.Amount{Minor: max(v.own.Minor, 1), Currency: m.intern(v.own.Currency)}})
}

// described are the debts of a case as they are published, with what is insured of all that is owed, and what is in
// dispute.
func (m *Machine) described(b *buyer, l *limit.Line, c *claim.Case, rates []event.LateRate) (all []decision.CaseDebt,
	insured, disputed int64) {
	owed := m.book.policies[l.Policy()]
	debtor := b.read().debtors.Find(l.Policy())
	for i := range c.Debts() {
		d := &c.Debts()[i]
		out := decision.CaseDebt{Invoice: d.Invoice, DueOn: d.DueOn, OriginalDueOn: d.OriginalDueOn, AmountMinor: d.Amount,
			OpenMinor: d.Open, Own: d.Own, Disputed: d.Disputed,
			Interest: event.Amount{Minor: d.Interest(rates, m.today()), Currency: d.Own.Currency}}
		if v, ok := m.debt(b, l, d.Key); ok && owed != nil && d.Open > 0 {
			out.InsuredMinor, out.Reason, out.PercentPPM = min(v.insured, d.Open), v.reason, int64(v.percent)*100
			out.LossOn = v.terms.LossOn(v.overdue)
		}
		if in := debtor.ClaimFor(d.Invoice); in != nil && d.Invoice != "" {
			out.Claim = claimID(b, l.Policy(), in)
		}
		for _, p := range d.Parts {
			out.Parts = append(out.Parts, decision.CasePart{On: p.On,
				Amount: event.Amount{Minor: p.Minor, Currency: d.Own.Currency}})
		}
		insured += out.InsuredMinor
		if d.Disputed {
			disputed += d.Open
		}
		all = append(all, out)
	}
	return all, insured, disputed
}

// digestOf is what of a case's debts is compared to find whether their cover has changed.
func digestOf(all []decision.CaseDebt) uint64 {
	var h xxhash.Digest
	h.Reset()
	for i := range all {
		d := &all[i]
		for _, n := range [...]int64{d.InsuredMinor, d.PercentPPM, int64(d.LossOn)} {
			var b [8]byte
			for k := range b {
				b[k] = byte(n >> (8 * k))
			}
			_, _ = h.Write(b[:])
		}
		_, _ = h.WriteString(d.Reason)
		_, _ = h.Write([]byte{0})
	}
	return h.Sum64()
}
