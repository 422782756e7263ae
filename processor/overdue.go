package processor

import (
	"barometer/ingest/event"
)

// Why cover changes that is no judgement of the buyer: codes of the public vocabulary.
const (
	textOverdue  = "overdue"           // an invoice is open beyond its maximum extension: cover is suspended
	textSettled  = "no_longer_overdue" // no invoice is any more: cover is resumed
	textLate     = "late_notification" // a delivery was not reported by its notification deadline: its cover is forfeited
	textReported = "reported_in_time"  // it was after all: its cover is restored
)

// reports takes a policyholder's notification of overdue invoices: their cover cannot be lost by late notification any
// more. One that is itself told late, of a day in time, restores what was forfeited.
func (m *Machine) reports(b *buyer, e *event.Event, v *event.OverdueReported) outcome {
	_, known := m.book.policies[v.Policy]
	switch {
	case !known:
		return waits(need{kind: needPolicy, id: v.Policy})
	case v.ReportedOn > m.logDay()+maxAhead:
		return refused(ReasonFutureDate, "reported_on "+v.ReportedOn.String())
	}
	l, ledger := b.lines.Followed(v.Policy), b.paid()
	for _, id := range v.Invoices {
		ref := event.InvoiceRef{Buyer: v.Buyer, Policy: v.Policy, Invoice: id}
		if !ledger.Knows(refOf(&ref)) {
			return waits(needOfInvoice(&ref))
		}
		var due event.Day
		if l != nil {
			due, _ = l.DueOn(id)
		} else if open, ok := ledger.Find(refOf(&ref)); ok {
			due = open.DueOn
		}
		if due != 0 && v.ReportedOn <= due {
			return refused(ReasonOutOfRange, clone(id)+" was not overdue")
		}
	}
	l = m.followed(b, v.Policy)
	r := l.Report(m.moment(b, v.Policy), v.ReportedOn, v.Invoices)
	m.publishCover(b, l, r.Changes)
	news := m.handsOver(b, l, v)
	opened, no := m.reportsCase(b, l, v)
	switch {
	case r.Late != "" && (opened || r.Preserved > 0 || news):
		m.reject(e, ReasonLate, r.Late+" was to be reported by "+r.Deadline.String())
		return accepted
	case r.Preserved > 0, news, opened:
		return accepted
	case no != "":
		return refusedBy(no, "")
	case r.Late != "":
		return refused(ReasonLate, r.Late+" was to be reported by "+r.Deadline.String())
	default:
		return repeated
	}
}
