package processor

import (
	"cmp"
	"fmt"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/score"
)

// plainRunOff is what one policy has delivered, followed as plainly as can be from messages and published decisions
// alone.
type plainRunOff struct {
	policy     string
	reports    bool              // an overdue invoice was reported, so that deliveries are followed without a limit
	limits     []*decision.Limit // in their order
	covers     []*decision.Cover // in theirs
	deliveries []*plainDelivery  // nil before the first limit
	orders     []*plainOrder
	told       decision.Exposure
	w          *covering
}

type plainDelivery struct {
	invoice string
	// among those of its day: its id, before them those that were there before the first limit, by their keys
	order    string
	day, due event.Day
	open     int64
	limit    int64
	ordered  int64
	disputed bool
	kept     bool             // it was reported in time
	lost     bool             // by late notification
	shareOf  map[string]int64 // of payments, by their ids
}

type plainOrder struct {
	left     int64
	from, by event.Day
}

// binds covers by an order what is left uncovered of a delivery.
func (p *plainRunOff) binds(o *plainOrder, v *plainDelivery) {
	if v.day < o.from || v.day > o.by || p.ended(v.day) {
		return
	}
	part := min(o.left, v.open-(p.upTo(v, true)-p.upTo(v, false)))
	o.left, v.ordered = o.left-part, v.ordered+part
}

// upTo is what is covered of deliveries before one, or of it too.
func (p *plainRunOff) upTo(last *plainDelivery, too bool) (covered int64) {
	all := *p
	p.totals() // puts them in order
	i := slices.Index(p.deliveries, last)
	if too {
		i++
	}
	all.deliveries = slices.Clone(p.deliveries[:i])
	_, covered, _ = all.totals()
	return covered
}

func (d *plainDelivery) compare(e *plainDelivery) int {
	return cmp.Or(cmp.Compare(d.day, e.day), cmp.Compare(d.order, e.order))
}

const maximumExtension = 60 // of all policies in these tests

// ended: the newest period of the policy that is known is over.
func (p *plainRunOff) ended(day event.Day) bool {
	return p.policy == "p1" && day > p.w.periods[len(p.w.periods)-1]
}

// insured is what a delivery of a day may be covered up to, by what was decided so far.
func (p *plainRunOff) insured(day event.Day) int64 {
	if p.ended(day) {
		return 0
	}
	var cents int64
	suspended := false
	for _, d := range p.covers {
		if d.From <= day && (d.Code == decision.Suspended || d.Code == decision.Resumed) {
			suspended = d.Code == decision.Suspended
		}
	}
	for _, d := range p.limits {
		if d.EffectiveOn == 0 || d.EffectiveOn > day {
			continue
		}
		rate := int64(oneE8)
		if d.Currency == "USD" {
			rate += oneE8 / 10
		}
		cents, _ = score.ToEuro(d.GrantedMinor, rate, d.Currency)
	}
	if suspended {
		return 0
	}
	return cents
}

// follows: the policy has had a limit, or reported something as overdue.
func (p *plainRunOff) follows() bool {
	return p.reports || slices.ContainsFunc(p.limits, func(d *decision.Limit) bool {
		return d.EffectiveOn != 0 && d.GrantedMinor > 0
	}) || slices.ContainsFunc(p.covers, func(d *decision.Cover) bool { return d.Code == decision.BindingOrder })
}

// settles takes an amount off what was due first.
func (p *plainRunOff) settles(cents int64, payment string) {
	byDue := slices.Clone(p.deliveries)
	slices.SortFunc(byDue, func(v, w *plainDelivery) int {
		return cmp.Or(cmp.Compare(v.due, w.due), v.compare(w))
	})
	for _, v := range byDue {
		part := min(cents, v.open)
		v.open, cents = v.open-part, cents-part
		v.shareOf[payment] += part
	}
}

func (p *plainRunOff) totals() (open, covered, suspended int64) {
	slices.SortFunc(p.deliveries, func(v, w *plainDelivery) int {
		return v.compare(w)
	})
	var used int64
	for _, v := range p.deliveries {
		use := min(v.open, max(v.limit-used, 0))
		if v.lost {
			use = 0
		}
		used += use
		if !v.lost {
			use += min(v.ordered, v.open-use)
		}
		open, covered = open+v.open, covered+use
		if v.disputed {
			suspended += use
		}
	}
	return open, covered, suspended
}

// trades sends what changes an invoice.
func (w *covering) trades(policy string) {
	r, id := w.r, fmt.Sprint("i", w.r.IntN(40))
	which := ref("b1", policy, id)
	if _, there := w.fold.machine.book.buyers.get("b1").paid().Find(refOf(&which)); !there {
		return // what comes too early is told elsewhere
	}
	switch r.IntN(8) {
	case 0:
		w.says(event.KindInvoiceDisputed, "b1", &event.InvoiceDisputed{Ref: which, Disputed: r.IntN(3) > 0})
	case 1:
		w.says(event.KindInvoiceCancelled, "b1", &event.InvoiceCancelled{Ref: which})
	case 2, 3:
		if n := len(w.paid); n > 0 {
			e := w.paid[r.IntN(n)]
			w.says(event.KindPaymentReversed, "b1", &event.PaymentReversed{Ref: e.Body.(*event.InvoicePaid).Ref, Payment: e.ID})
		}
	default:
		w.says(event.KindInvoicePaid, "b1", &event.InvoicePaid{Ref: which,
			Amount: event.Amount{Minor: 1 + r.Int64N(200_000_00), Currency: "EUR"}, PaidOn: event.Day(day0 + w.day)})
		w.paid = append(w.paid, decoded(w.records[len(w.records)-1]))
	}
}

// steps lets the fold and the plain list take a message.
func (w *covering) steps(e *event.Event) {
	owed := func(policy string) (sum int64) {
		if b := w.fold.machine.book.buyers.get("b1"); b != nil {
			b.paid().EachOpen(policy, func(v score.Open) { sum += v.Cents })
		}
		return sum
	}
	of := refIn(e)
	if of == nil {
		w.step()
		return
	}
	p, before := w.plain[of.Policy], owed(of.Policy)
	limit := int64(0)
	if v, ok := e.Body.(*event.InvoiceIssued); ok && p != nil {
		limit = p.insured(v.DeliveredOn)
	}
	accepted := w.fold.machine.book.buyers.get("b1").accepted
	w.stepOnly()
	if p != nil && p.follows() && w.fold.machine.book.buyers.get("b1").accepted > accepted {
		now, _ := w.fold.machine.book.buyers.get("b1").paid().Find(refOf(of))
		p.hears(e, of.Invoice, owed(of.Policy)-before, limit, now)
	}
	w.listen()
}

func refIn(e *event.Event) *event.InvoiceRef {
	switch v := e.Body.(type) {
	case *event.InvoiceIssued:
		return &v.Ref
	case *event.InvoicePaid:
		return &v.Ref
	case *event.InvoiceDisputed:
		return &v.Ref
	case *event.InvoiceCancelled:
		return &v.Ref
	case *event.PaymentReversed:
		return &v.Ref
	default:
		return nil
	}
}

// hears takes a message that changed by how much an invoice is open.
func (p *plainRunOff) hears(e *event.Event, invoice string, more, limit int64, now score.Open) {
	at := func() int {
		return slices.IndexFunc(p.deliveries, func(v *plainDelivery) bool { return v.invoice == invoice })
	}
	if _, reversed := e.Body.(*event.PaymentReversed); reversed && at() < 0 { // it was paid when the first limit came
		p.deliveries = append(p.deliveries, &plainDelivery{invoice: invoice, order: invoice, day: now.DeliveredOn,
			due: now.DueOn, limit: p.insured(now.DeliveredOn), disputed: now.Disputed, shareOf: map[string]int64{}})
	}
	i := at()
	switch v := e.Body.(type) {
	case *event.InvoiceIssued:
		x := &plainDelivery{invoice: invoice, order: invoice, day: v.DeliveredOn, due: v.DueOn, open: more, limit: limit,
			shareOf: map[string]int64{}}
		p.deliveries = append(p.deliveries, x)
		for _, o := range p.orders {
			p.binds(o, x)
		}
	case *event.InvoicePaid:
		p.settles(-more, e.ID)
	case *event.InvoiceDisputed:
		p.deliveries[i].disputed = v.Disputed
	case *event.InvoiceCancelled:
		part := min(-more, p.deliveries[i].open)
		p.deliveries[i].open -= part
		p.settles(-more-part, "a credit note")
	case *event.PaymentReversed:
		for _, d := range p.deliveries {
			d.open += d.shareOf[v.Payment]
			more -= d.shareOf[v.Payment]
			d.shareOf[v.Payment] = 0
		}
		p.deliveries[i].open += more // paid before there was a limit
	}
}

// plainOf is the plain run-off of a policy, a new one where there is none.
func (w *covering) plainOf(policy string) *plainRunOff {
	p := w.plain[policy]
	if p == nil {
		p = &plainRunOff{policy: policy, w: w}
		w.plain[policy] = p
	}
	return p
}

// listen takes in what was decided.
func (w *covering) listen() {
	today := w.fold.machine.logDay()
	for i := range w.told {
		switch d := w.told[i].Body.(type) {
		case *decision.Limit:
			p := w.plainOf(d.Policy)
			w.positions[d] = w.told[i].Position
			if d.ReasonText == textExpired && d.EffectiveOn > today {
				continue // a warning
			}
			if d.Code == decision.NotApproved || d.Code == decision.StillInvestigating {
				if want := p.inForce(d, today); d.GrantedMinor != want || d.PreviousMinor != want {
					w.t.Fatalf("record %d: %s of %s: %d to %d, in force are %d", len(w.records)-1, d.Code, d.RequestKind,
						d.PreviousMinor, d.GrantedMinor, want)
				}
			}
			first := !p.follows()
			if p.limits = append(p.limits, d); first && p.follows() {
				p.begins(w.fold.machine.book.buyers.get("b1"))
			}
		case *decision.Cover:
			p := w.plainOf(d.Policy)
			first := !p.follows()
			if p.covers = append(p.covers, d); first && p.follows() {
				p.begins(w.fold.machine.book.buyers.get("b1"))
			}
			if d.Code == decision.BindingOrder {
				o := &plainOrder{decoded(w.records[len(w.records)-1]).Body.(*event.BindingOrderAccepted).Amount.Minor,
					d.From, d.To}
				p.orders = append(p.orders, o)
				p.totals() // puts deliveries in order
				for _, v := range slices.Clone(p.deliveries) {
					p.binds(o, v)
				}
			}
		case *decision.Exposure:
			if p := w.plain[d.Policy]; p != nil { // it has had a limit, or asked for one
				p.told = *d
			}
		}
	}
	if e := decoded(w.records[len(w.records)-1]); e.Kind == event.KindOverdueReported {
		v := e.Body.(*event.OverdueReported)
		b := w.fold.machine.book.buyers.get("b1")
		if p := w.plain[v.Policy]; b != nil && b.lines.Followed(v.Policy) != nil && (p == nil || !p.follows()) {
			if p == nil {
				p = &plainRunOff{policy: v.Policy, w: w}
				w.plain[v.Policy] = p
			}
			p.reports = true
			p.begins(b)
		}
		w.reported(v)
	}
	for _, p := range w.plain {
		for _, v := range p.deliveries {
			if deadline := w.deadline(p.policy); deadline > 0 && v.open > 0 && !v.disputed && !v.kept && today > v.due+deadline {
				v.lost = true
			}
		}
		p.totals() // puts deliveries in order
		for _, v := range slices.Clone(p.deliveries) {
			if v.day >= today || p.policy == "p1" && w.lapsed != 0 && v.day >= w.lapsed {
				v.limit = max(v.limit, p.insured(v.day))
			}
		}
		for _, v := range slices.Clone(p.deliveries) {
			for _, o := range p.orders {
				if p.policy == "p1" && w.lapsed != 0 && v.day >= w.lapsed {
					p.binds(o, v)
				}
			}
		}
	}
}

// deadline is how many days after the due date an invoice of a policy is to be reported, 0: there is none.
func (w *covering) deadline(policy string) event.Day {
	if policy < "p3" {
		return 15
	}
	return 0
}

// reported keeps the cover of invoices that were reported in time, unless the fold refuses the message or lets it wait.
func (w *covering) reported(v *event.OverdueReported) {
	p := w.plain[v.Policy]
	if p == nil || v.ReportedOn > event.Day(day0+w.day)+maxAhead {
		return
	}
	for _, id := range v.Invoices {
		which := ref("b1", v.Policy, id)
		i := slices.IndexFunc(p.deliveries, func(d *plainDelivery) bool { return d.invoice == id })
		if !w.fold.machine.book.buyers.get("b1").paid().Knows(refOf(&which)) || i >= 0 &&
			v.ReportedOn <= p.deliveries[i].due {
			return
		}
	}
	for _, d := range p.deliveries {
		if deadline := w.deadline(v.Policy); slices.Contains(v.Invoices, d.invoice) &&
			(deadline == 0 || v.ReportedOn <= d.due+deadline) {
			d.kept, d.lost = true, false
		}
	}
}

// begins takes over what is open. Which invoice it is tells its key, as nothing else names them.
func (p *plainRunOff) begins(b *buyer) {
	b.paid().EachOpen(p.policy, func(v score.Open) {
		p.deliveries = append(p.deliveries, &plainDelivery{invoice: invoiceOfKey(v.Key), order: fmt.Sprintf(" %020d", v.Key),
			day: v.DeliveredOn, due: v.DueOn, open: v.Cents, limit: p.insured(v.DeliveredOn), disputed: v.Disputed,
			shareOf: map[string]int64{}})
	})
}
