package processor

import (
	"barometer/ingest/event"
	"barometer/processor/claim"
	"barometer/processor/decision"
	"barometer/processor/limit"
	"barometer/processor/score"
)

// recovers takes money that the collector has received for a case or a claim. Until the date of loss it settles the
// oldest invoices of the case; after it, it is shared: what belongs to a claim's debt by that claim, the rest by one
// that is still to be filed. What is more than is owed is rejected.
func (m *Machine) recovers(b *buyer, e *event.Event, v *event.RecoveryReceived) outcome {
	policy := event.PolicyOfMinted(v.Case + v.Claim)
	d := b.read().debtors.Find(policy)
	_, l, c := m.caseOf(b, v.Case)
	if _, of := m.claimOf(b, v.Claim); of != nil {
		l, c = b.lines.Find(policy), d.CaseOf(of.Case())
	}
	switch {
	case c == nil && v.Claim != "":
		return refused(ReasonUnknownClaim, clone(v.Claim))
	case c == nil:
		return refused(ReasonUnknownCase, clone(v.Case))
	case v.ReceivedOn > m.logDay()+maxAhead:
		return refused(ReasonFutureDate, "received_on "+v.ReceivedOn.String())
	case v.Amount.Minor <= 0 || v.FeeMinor < 0:
		return refused(ReasonBadValue, "amount")
	}
	if had := c.Receipt(v.Recovery); had != nil {
		if had.Digest == e.Digest() {
			return repeated
		}
		return refused(ReasonIDReused, clone(v.Recovery))
	}
	currency := m.terms(policy).Currency
	if _, needs, ok := m.euro(v.Amount); !ok {
		return refused(ReasonAmountTooLarge, "")
	} else if needs.kind != needNothing {
		return waits(needs)
	}
	r := claim.Receipt{ID: clone(v.Recovery), Minor: m.exchange(v.Amount.Minor, v.Amount.Currency, currency),
		Fee: m.exchange(v.FeeMinor, v.Amount.Currency, currency), On: v.ReceivedOn, From: v.From.String(),
		Digest: e.Digest()}
	over, no := m.receive(b, l, d, c, r)
	if no != "" {
		return refusedBy(no, clone(v.Recovery))
	}
	if over > 0 {
		m.reject(e, string(claim.AboveDebt), "more than what is owed")
	}
	return accepted
}

// receive books a receipt, and gives what of it is more than is owed.
func (m *Machine) receive(b *buyer, l *limit.Line, d *claim.Debtor, c *claim.Case, r claim.Receipt) (over int64,
	no claim.Refusal) {
	owed := m.owed(b, l, d, c)
	if owed.all() == 0 {
		return 0, claim.AboveDebt
	}
	over = max(r.Minor-owed.all(), 0)
	left := r.Minor - over
	r.Minor = left
	stage, _ := c.Stage()
	var toClaims int64
	for i := range d.Claims() {
		x := &d.Claims()[i]
		if part := min(left, x.Room()); part > 0 && x.Case() == c.Number() && x.State() != claim.Refused {
			one := r
			one.Minor, one.Fee = part, partOfFee(r.Fee, part, r.Minor)
			shared, refused := x.Receive(one)
			if refused != "" {
				return 0, refused
			}
			m.publishClaim(b, d.Policy(), x, &decision.Claim{What: decision.ClaimRecovered, Receipt: shares(shared)})
			left, toClaims = left-part, toClaims+part
		}
	}
	lost := min(left, owed.lost)
	rest := left - lost
	r.Shared = toClaims + lost
	closed, no := c.Receive(r, lost, m.today())
	if no != "" {
		return 0, no
	}
	if rest > 0 {
		l.Receive(r.ID, m.exchange(rest, m.terms(d.Policy()).Currency, "EUR"), m.today())
	}
	out := &decision.Case{What: decision.CaseReceived, AmountMinor: r.Minor, PreviousStage: stage.String()}
	if c.Balance() <= 0 {
		m.settles(l, c, r.ID)
	}
	c.Follow(func(key uint64) claim.Standing { return m.standing(b, l, c.Find(key)) }, r.On, m.today())
	closed = closed || c.Closed() && stage != event.StageClosed
	if closed {
		out.What = decision.CaseClosed
	}
	m.publishCase(b, l, c, out)
	return over, ""
}

// settles lets receipts that were shared settle the invoices of their case, as nothing is owed any more.
func (m *Machine) settles(l *limit.Line, c *claim.Case, id string) {
	var cents int64
	for i := range c.Debts() {
		if v := l.Delivery(c.Debts()[i].Key); v != nil {
			cents += v.Open
		}
	}
	if cents > 0 {
		l.Receive(id, cents, m.today())
		c.SetSettled(id, cents)
	}
}

// unsettles takes back what settles has done, as one of the receipts was taken back.
func (m *Machine) unsettles(b *buyer, l *limit.Line, c *claim.Case) {
	if id, cents := c.SettledBy(); id != "" {
		l.Reverse(m.moment(b, l.Policy()), "", id, cents)
		c.SetSettled("", 0)
		m.awaitDeadline(b, l, 0)
	}
}

// partOfFee is the fee of a part of a receipt.
func partOfFee(fee, part, whole int64) int64 {
	fee, _ = score.MulDiv(fee, part, whole)
	return fee
}

// owing is what is owed of a case, by what becomes of a receipt.
type owing struct {
	claimed int64 // of the debts of its claims
	lost    int64 // beside them: of invoices whose date of loss has come
	rest    int64 // of the others, which receipts settle
}

func (o owing) all() int64 { return o.claimed + o.lost + o.rest }

func (m *Machine) owed(b *buyer, l *limit.Line, d *claim.Debtor, c *claim.Case) (o owing) {
	for i := range d.Claims() {
		if x := &d.Claims()[i]; x.Case() == c.Number() && x.State() != claim.Refused {
			o.claimed += x.Room()
		}
	}
	for i := range c.Debts() {
		v := &c.Debts()[i]
		if v.Open == 0 || v.Invoice != "" && d.ClaimFor(v.Invoice) != nil {
			continue
		}
		if now, ok := m.debt(b, l, v.Key); ok {
			if loss := now.terms.LossOn(now.overdue); loss != 0 && loss <= m.today() {
				o.lost += v.Open
			} else {
				o.rest += v.Open
			}
		}
	}
	o.lost = max(o.lost-c.Unclaimed(), 0)
	return o
}

// sharesPayment books a payment of an invoice whose date of loss has come as a receipt of its case, as it is shared;
// false where it settles the oldest due like any other.
func (m *Machine) sharesPayment(b *buyer, l *limit.Line, e *event.Event, v *event.InvoicePaid, cents int64) bool {
	d := b.read().debtors.Find(l.Policy())
	if d == nil || d.Newest() == nil || cents <= 0 {
		return false
	}
	c, key := d.Newest(), score.KeyOf(v.Ref.Invoice)
	if x := d.ClaimFor(v.Ref.Invoice); x != nil {
		c = d.CaseOf(x.Case())
	}
	now, ok := m.debt(b, l, key)
	if loss := now.terms.LossOn(now.overdue); !ok || c.Find(key) == nil || loss == 0 || loss > v.PaidOn {
		return false
	}
	r := claim.Receipt{ID: paymentID(v.Ref.Invoice, e.ID), On: v.PaidOn, From: event.FromBuyer.String(),
		Minor: m.exchange(cents, "EUR", m.terms(l.Policy()).Currency), Digest: e.Digest()}
	over, no := m.receive(b, l, d, c, r)
	if no != "" || over > 0 {
		m.reject(e, string(claim.AboveDebt), "more than what is owed")
	}
	return true
}

// paymentID is the id of a payment of an invoice among the receipts of its case; no recovery has such a one, as ids
// have no spaces that are not printed.
func paymentID(invoice, payment string) string { return invoice + "\x00" + payment }

// unsharesPayment takes back a payment that its case has as a receipt; false where it has none.
func (m *Machine) unsharesPayment(b *buyer, l *limit.Line, v *event.PaymentReversed) bool {
	d := b.read().debtors.Find(l.Policy())
	if d == nil {
		return false
	}
	id := paymentID(v.Ref.Invoice, v.Payment)
	for n := uint32(1); d.CaseOf(n) != nil; n++ {
		c := d.CaseOf(n)
		stage, _ := c.Stage()
		r, claimed, ok := c.Reverse(id, m.today())
		if !ok {
			continue
		}
		m.unsettles(b, l, c)
		for i := range d.Claims() {
			x := &d.Claims()[i]
			back, of := x.Reverse(id)
			if of {
				m.publishClaim(b, d.Policy(), x, &decision.Claim{What: decision.ClaimReversed, Receipt: shares(back)})
				claimed += back.Minor
			}
		}
		for i := len(d.Claims()) - 1; i >= 0 && claimed > 0; i-- { // before the claim was filed
			x := &d.Claims()[i]
			if part := min(claimed, x.Loss().Recovered); x.Case() == n && part > 0 {
				claimed -= part
				ask := x.Unrecover(part)
				m.publishClaim(b, d.Policy(), x, &decision.Claim{What: decision.ClaimReversed})
				m.asksPolicy(b, d.Policy(), x, ask)
			}
		}
		c.Follow(func(key uint64) claim.Standing { return m.standing(b, l, c.Find(key)) }, m.today(), m.today())
		what := decision.CaseReversed
		if now, _ := c.Stage(); stage == event.StageClosed && now != stage {
			what = decision.CaseReopened
		}
		m.publishCase(b, l, c, &decision.Case{What: what, PreviousStage: stage.String(), AmountMinor: r.Minor})
		return true
	}
	return false
}
