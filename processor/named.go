package processor

import (
	"barometer/ingest/event"
	"barometer/processor/score"
)

// maxAhead is how many days a date may be ahead of log time.
const maxAhead = 1

// today is the day that is computed for: a timer's own, else log time's.
func (m *Machine) today() event.Day {
	if m.step.asOf != 0 {
		return m.step.asOf
	}
	return m.logDay()
}

// logDay is log time's day: notice counts from it.
func (m *Machine) logDay() event.Day { return m.day }

// outcome is what became of a message about a buyer.
type outcome struct {
	fate fate
	why  *why // of one that waits or is refused: nearly all are accepted
}

type why struct {
	needs          need   // of one that waits
	reason, detail string // of one that is refused
}

type fate uint8

const (
	fateAccepted       fate = iota // the buyer is to be evaluated
	fateAnswered                   // likewise, but it has been already
	fateAnsweredBefore             // a request asked again: nothing has happened
	fateRepeated
	fateRefused
	fateWaits
)

var (
	accepted = outcome{fate: fateAccepted}
	answered = outcome{fate: fateAnswered}
	repeated = outcome{fate: fateRepeated}
)

func refused(reason, detail string) outcome {
	return outcome{fateRefused, &why{reason: reason, detail: detail}}
}

func waits(n need) outcome { return outcome{fateWaits, &why{needs: n}} }

// named applies a message that names a buyer.
func (m *Machine) named(e *event.Event) {
	party := e.Body.Party()
	if party.ID == "" {
		m.company(e)
		return
	}
	b := m.edit(party.ID)
	m.settle(b, e, m.about(b, e, false), m.logDay())
}

// about gives a message about a buyer its meaning; again says that it has waited.
func (m *Machine) about(b *buyer, e *event.Event, again bool) outcome {
	m.mark(b)
	switch v := e.Body.(type) {
	case *event.InvoiceIssued:
		return m.issued(b, e, v)
	case *event.InvoicePaid:
		return m.paid(b, e, v)
	case *event.InvoiceDisputed, *event.InvoiceCancelled, *event.InvoiceExtended, *event.PaymentReversed:
		return m.corrected(b, e)
	case *event.Experience:
		return m.experienced(b, v)
	case *event.News:
		return m.reported(b, e, v)
	case *event.NewsWithdrawn:
		return m.withdrawn(b, e, v)
	case *event.BuyerUpserted:
		return m.upsertBuyer(b, e, v)
	case *event.StatementFiled:
		return m.filed(b, e, v)
	case *event.LimitRequested:
		return m.requested(b, e, v, again)
	case *event.UnderwriterDecided:
		return m.overruled(b, e, v)
	case *event.BindingOrderAccepted:
		return m.orders(b, e, v)
	case *event.OverdueReported:
		return m.reports(b, e, v)
	case *event.NoticeServed:
		return m.served(b, v)
	case *event.DunningSent:
		return m.duns(b, v)
	case *event.AdverseReported:
		return m.adverse(b, e, v)
	case *event.PaymentPlanAgreed:
		return m.agrees(b, v)
	case *event.PlanDecided:
		return m.decidesPlan(b, v)
	case *event.CollectionMoved:
		return m.moves(b, v)
	case *event.RecoveryReceived:
		return m.recovers(b, e, v)
	case *event.DocumentAdded:
		return m.documents(b, v)
	case *event.ClaimFiled:
		return m.files(b, e, v)
	case *event.ClaimExamined:
		return m.examines(b, v)
	case *event.IndemnityPaid:
		return m.pays(b, v)
	default:
		return refused(ReasonNotSupported, "")
	}
}

// settle follows up what became of a message that is held since a day.
func (m *Machine) settle(b *buyer, e *event.Event, o outcome, since event.Day) {
	switch o.fate {
	case fateRepeated:
		m.unmark(b)
		m.batch.Repeat()
		return
	case fateAnsweredBefore:
		m.unmark(b)
		return
	case fateRefused:
		m.unmark(b)
		m.reject(e, o.why.reason, o.why.detail)
		return
	case fateWaits:
		m.unmark(b)
		m.hold(b, e, o.why.needs, since)
		return
	}
	m.keep(b)
	b.accepted++
	m.mark(b).evaluate = o.fate == fateAccepted
	m.followUp(b)
	if len(b.read().waiting) > 0 {
		m.given(b, e)
	}
}

// given wakes what waited for what a message brought.
func (m *Machine) given(b *buyer, e *event.Event) {
	switch v := e.Body.(type) {
	case *event.InvoiceIssued:
		m.wakeBuyer(b, needOfInvoice(&v.Ref))
	case *event.InvoicePaid:
		m.wakeBuyer(b, need{needPayment, v.Ref.Policy, e.ID})
	case *event.News:
		m.wakeBuyer(b, need{kind: needNews, id: e.ID})
	case *event.BuyerUpserted:
		m.wakeBuyer(b, need{kind: needBuyer})
	case *event.LimitRequested:
		m.withdrawIncrease(b, v)
	}
}

// euro converts an amount at the latest rate; needs says what is missing.
func (m *Machine) euro(a event.Amount) (cents int64, needs need, ok bool) {
	rate, known := m.macro.rate(a.Currency)
	if !known {
		return 0, need{kind: needRate, id: a.Currency}, true
	}
	cents, ok = score.ToEuro(a.Minor, rate, a.Currency)
	return cents, need{}, ok
}
