package processor

import (
	"barometer/ingest/event"
	"barometer/processor/score"
)

// refOf names an invoice to package score.
func refOf(r *event.InvoiceRef) score.Ref { return score.Ref{Policy: r.Policy, Invoice: r.Invoice} }

// issued books a delivery on credit.
func (m *Machine) issued(b *buyer, e *event.Event, v *event.InvoiceIssued) outcome {
	if v.Amount.Minor <= 0 {
		return refused(ReasonBadValue, "amount")
	}
	if v.DeliveredOn > m.today()+maxAhead {
		return refused(ReasonFutureDate, "delivered_on "+v.DeliveredOn.String())
	}
	cents, needs, ok := m.euro(v.Amount)
	switch {
	case !ok:
		return refused(ReasonAmountTooLarge, "")
	case needs.kind != needNothing:
		return waits(needs)
	}
	invoice := score.Invoice{Minor: v.Amount.Minor, Currency: v.Amount.Currency, Cents: cents, DeliveredOn: v.DeliveredOn,
		DueOn: v.DueOn}
	l := b.lines.Followed(v.Ref.Policy)
	if l != nil && l.Full(m.today()) {
		return refused(score.Full.String(), "deliveries that are followed")
	}
	first := e.History && !b.paid().HasHistory(v.Ref.Policy)
	result, quiet := b.paying().Issue(refOf(&v.Ref), invoice, m.today(), e.History, m.intern)
	if first && result == score.Applied {
		policy := m.intern(v.Ref.Policy)
		m.book.history[policy] = append(m.book.history[policy], b)
	}
	if result == score.Applied && l != nil {
		m.deliver(b, l, e, v, cents)
	}
	return m.behaved(b, e, &v.Ref, result, quiet && b.read().word.out == nil)
}

// paid books a payment, up to what is open.
func (m *Machine) paid(b *buyer, e *event.Event, v *event.InvoicePaid) outcome {
	if v.Amount.Minor <= 0 {
		return refused(ReasonBadValue, "amount")
	}
	if v.PaidOn > m.today()+maxAhead {
		return refused(ReasonFutureDate, "paid_on "+v.PaidOn.String())
	}
	payment := score.Payment{ID: e.ID, Minor: v.Amount.Minor, Currency: v.Amount.Currency, PaidOn: v.PaidOn}
	before := b.paid().Outstanding()
	result, applied := b.paying().Pay(refOf(&v.Ref), payment, m.today())
	if applied > 0 {
		m.changeDelivery(b, e, &v.Ref, b.paid().Outstanding()-before)
		m.experiences(b, &v.Ref, v.PaidOn)
	}
	if result == score.Overpaid && applied > 0 {
		m.reject(e, result.String(), "more than what is open")
		result = score.Applied
	}
	return m.behaved(b, e, &v.Ref, result, false)
}

// corrected applies what changes an invoice or takes a payment back.
func (m *Machine) corrected(b *buyer, e *event.Event) outcome {
	var result score.Result
	var ref *event.InvoiceRef
	before := b.paid().Outstanding()
	switch v := e.Body.(type) {
	case *event.InvoiceDisputed:
		ref = &v.Ref
		result = b.paying().Dispute(refOf(ref), v.Disputed, m.today())
	case *event.InvoiceCancelled:
		ref = &v.Ref
		result = b.paying().Cancel(refOf(ref), m.today())
	case *event.InvoiceExtended:
		ref = &v.Ref
		result = b.paying().Extend(refOf(ref), v.DueOn, m.today())
	case *event.PaymentReversed:
		ref = &v.Ref
		if result = b.paying().Reverse(refOf(ref), v.Payment, m.today()); result == score.Applied {
			b.untrades(ref)
		}
	}
	if result == score.Applied {
		m.changeDelivery(b, e, ref, b.paid().Outstanding()-before)
	}
	return m.behaved(b, e, ref, result, false)
}

// experienced books an ageing balance at the rate that is known.
func (m *Machine) experienced(b *buyer, v *event.Experience) outcome {
	if v.AsOf > m.today()+maxAhead {
		return refused(ReasonFutureDate, "as_of "+v.AsOf.String())
	}
	balance := score.Balance{AsOf: v.AsOf}
	for i, minor := range [...]int64{v.Current, v.D1to30, v.D31to60, v.D61to90, v.D90up} {
		if minor < 0 {
			return refused(ReasonBadValue, "amount")
		}
		cents, needs, ok := m.euro(event.Amount{Minor: minor, Currency: v.Currency})
		switch {
		case !ok:
			return refused(ReasonAmountTooLarge, "")
		case needs.kind != needNothing:
			return waits(needs)
		}
		balance.Cents[i] = cents
	}
	policy := v.Policy
	if !b.paid().Supplies(policy) {
		policy = m.intern(policy)
	}
	switch result := b.paying().Report(policy, balance, m.today()); result {
	case score.Applied:
		b.cache.paidOn = 0
		m.ages(b)
		return accepted
	case score.Repeated:
		return repeated
	default:
		return refused(result.String(), "")
	}
}

// behaved tells what became of a payment message; quiet says that the points of payments are what they were.
func (m *Machine) behaved(b *buyer, e *event.Event, ref *event.InvoiceRef, result score.Result, quiet bool) outcome {
	switch result {
	case score.Applied:
		if !quiet {
			b.cache.paidOn = 0
		}
		m.ages(b)
		return accepted
	case score.Repeated:
		return repeated
	case score.UnknownInvoice:
		return waits(needOfInvoice(ref))
	case score.UnknownPayment:
		return waits(need{needPayment, ref.Policy, e.Body.(*event.PaymentReversed).Payment})
	default:
		return refused(result.String(), "")
	}
}

// ages sets the timer of the next invoice that crosses into another ageing bucket. A buyer has one that counts.
func (m *Machine) ages(b *buyer) {
	next := b.paid().NextCrossing()
	if next == 0 {
		return
	}
	if next = max(next, m.today()+1); b.ageing != 0 && b.ageing <= next {
		return
	}
	b.ageing = next
	m.wheel.Set(next, timer{class: timerAgeing, buyer: b.id})
}

// aged fires the ageing timer of a buyer.
func (m *Machine) aged(b *buyer, day event.Day) {
	if b.ageing != day {
		return // an earlier one took its place
	}
	b.ageing = 0
	if b.payments != nil {
		if b.payments.Now = uint32(b.accepted); b.payments.Cross(day) {
			b.cache.paidOn = 0
			m.mark(b).evaluate = true
		}
	}
	m.ages(b)
}

// historyClosed lets a policy's invoices that came as history age from now on: what is past due is found so, and its
// buyers are evaluated, in the order of their ids.
func (m *Machine) historyClosed(v *event.HistoryClosed) {
	buyers := inOrderOfIDs(m.book.history[v.Policy])
	delete(m.book.history, v.Policy)
	for _, b := range buyers {
		if !b.paid().Dormant(v.Policy) {
			b.payments.HistoryClosed(v.Policy, m.today())
			continue // all of it is paid
		}
		m.mark(b).evaluate = true
		b.payments.Now = uint32(b.accepted)
		b.payments.HistoryClosed(v.Policy, m.today())
		if l := b.lines.Followed(v.Policy); l != nil {
			l.EndHistory(m.moment(b, v.Policy))
			m.awaitDeadline(b, l, 0)
		}
		b.cache.paidOn = 0
		m.followUp(b)
		m.ages(b)
	}
}
