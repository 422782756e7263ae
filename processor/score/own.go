package score

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// own is what one supplier of several has put into days beyond terms and months, but for payments that can be reversed
// and a live balance, which say it themselves. So a payment costs nothing more, and what the others come to without one
// can be worked out where it matters.
type own struct {
	dbt    DBT
	months months
}

// part begins to keep what is whose, as a second supplier comes: all that there is so far is the first one's.
func (p *Payments) part() {
	s := &p.suppliers[0]
	s.own, s.n = &own{dbt: p.dbt, months: p.months}, p.n
	if s.balance != nil && s.balance.live {
		for i, cents := range s.balance.Cents {
			s.own.dbt.Remove(cents, s.balance.AsOf, lateOfBucket[i], s.balance.landmark)
		}
	}
	s.eachReceipt(func(r *receipt) { r.flags |= settled })
}

func (s *supplier) owning() *own {
	if s.own == nil {
		s.own = &own{}
	}
	return s.own
}

func (p *Payments) ownMark(s *supplier, day event.Day, status uint8) {
	if len(p.suppliers) > 1 {
		s.owning().months.mark(day, status)
	}
}

// keepOwn keeps what a payment has put into the sums when it can no longer be reversed.
func (s *supplier) keepOwn(r *receipt, today event.Day) {
	if !r.has(settled) {
		o := s.owning()
		o.dbt.Move(today)
		o.enter(s, r)
	}
}

// enter adds what a payment has put into the sums. Their landmark is that of today.
func (o *own) enter(s *supplier, r *receipt) {
	if v, _ := s.invoice(r.invoice); v != nil && !r.has(reversed) {
		o.dbt.EnterShifted(v.part(r.applied), r.paidOn, int32(r.late), r.landmark)
	}
	if !r.has(unmarked) {
		o.months.mark(r.paidOn, bucketOf(event.Day(r.late)))
	}
}

// share is all that a supplier of several has put into the sums, as of today.
func (s *supplier) share(today event.Day) own {
	var o own
	if s.own != nil {
		o = *s.own
	}
	o.dbt.Move(today)
	s.eachReceipt(func(r *receipt) {
		if !r.has(settled) {
			o.enter(s, r)
		}
	})
	if s.balance != nil && s.balance.live {
		for i, cents := range s.balance.Cents {
			o.dbt.EnterShifted(cents, s.balance.AsOf, lateOfBucket[i], s.balance.landmark)
		}
	}
	return o
}

// Supplier is a supplier as others see it who weigh its word.
type Supplier struct {
	Policy    string
	InArrears bool
	Told      uint32 // Payments.Now when evidence of it came last
}

// EachSupplier calls do for each supplier that has payment evidence, by policy.
func (p *Payments) EachSupplier(do func(Supplier)) {
	for i := range p.suppliers {
		if s := &p.suppliers[i]; s.evidence != 0 {
			do(Supplier{s.policy, s.arrears.any(), s.told})
		}
	}
}

// Without is the payment behaviour as it would be had some suppliers never told anything: to be assessed on the day
// that it was made for, and nothing else. It takes time by all that the others have open and could reverse. Where no
// supplier is out it is the whole itself.
func (p *Payments) Without(out func(policy string) bool, today event.Day) *Payments {
	left := make([]*supplier, 0, len(p.suppliers))
	for i := range p.suppliers {
		if s := &p.suppliers[i]; !out(s.policy) {
			left = append(left, s)
		}
	}
	if len(left) == len(p.suppliers) {
		return p
	}
	return together(left, today)
}

// together is what some suppliers of several come to: the sum of what is each one's own. Each part of a sum was cut off
// by itself where the landmark moved, so that all together may be a few units of the last place less than the whole.
func together(suppliers []*supplier, today event.Day) *Payments {
	rest := &Payments{}
	rest.dbt.Move(today)
	for _, one := range suppliers {
		s := *one
		o := s.share(today)
		rest.dbt.Slow.add(&o.dbt.Slow)
		rest.dbt.Fast.add(&o.dbt.Fast)
		rest.n.Add(s.n.Value, s.n.Day, SlowHalfLife)
		rest.n.Value = min(rest.n.Value, mostCounted)
		rest.months.join(&o.months)
		rest.evidence = max(rest.evidence, s.evidence)
		s.pastDue, s.arrears = count{}, count{}
		s.eachInvoice(func(v *invoice) { rest.book(&s, v, 1) })
		if s.balance.standing() > 0 {
			rest.weigh(&s, 1)
		}
		rest.suppliers = append(rest.suppliers, s)
	}
	return rest
}

// join makes the worst statuses of months the worse ones of both.
func (m *months) join(other *months) {
	for month := max(other.newest-kept+1, 0); month <= other.newest; month++ {
		if status := other.worst[month%kept]; status > 0 {
			m.markMonth(month, status)
		}
	}
}

// Walk walks the fields of a supplier's own in a snapshot.
func (o *own) Walk(w *wire.Wire) {
	w.Msg(1, &o.dbt)
	o.months.walk(w, 2)
}
