package score

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// Balance is what a supplier that reports no invoices has open on a buyer on a day, in euro cents by ageing bucket: not
// due, then up to 30, 60, 90, and more days past due.
type Balance struct {
	AsOf  event.Day
	Cents [buckets]int64
}

// balanceDays is how long after its day a balance counts.
const balanceDays = 180

// lateOfBucket are the days after the due date that stand for a bucket.
var lateOfBucket = [buckets]int32{0, 15, 45, 75, 105}

// balance is the newest balance of a supplier.
type balance struct {
	Balance
	landmark event.Day // of the sums when it entered
	live     bool      // it is in the sums: its days are not over
}

// Report books a balance: Applied, Repeated (the same again, or an older one than is known) or Full. A newer one, or
// another one of the same day, takes the place of the supplier's earlier one, which leaves outstanding, overdue and
// days beyond terms; what it was in n, in the months and as evidence stays.
func (p *Payments) Report(policy string, b Balance, today event.Day) Result {
	p.dbt.Move(today)
	at, found := p.place(policy)
	if !found {
		if len(p.suppliers) >= MaxSuppliers {
			return Full
		}
		p.supply(at, policy)
	}
	s := &p.suppliers[at]
	if old := s.balance; old != nil && (old.Balance == b || old.AsOf > b.AsOf) {
		return Repeated
	}
	total := b.total()
	if was := s.balance; total > maxCents || !p.room(total-was.standing()) {
		return Full
	}
	p.lapse(s)
	s.balance = &balance{Balance: b, landmark: p.dbt.Landmark, live: today-b.AsOf <= balanceDays}
	p.found(s, b.AsOf)
	p.counts(s, b.AsOf)
	p.months.mark(b.AsOf, b.worst())
	p.ownMark(s, b.AsOf, b.worst())
	if s.balance.live {
		for i, cents := range b.Cents {
			p.dbt.Enter(cents, b.AsOf, lateOfBucket[i])
		}
		p.weigh(s, 1)
		p.soon(b.AsOf + balanceDays + 1)
	}
	return Applied
}

// total is what is open; beyond what a buyer may owe, a cent more than that.
func (b *Balance) total() int64 {
	var sum int64
	for _, cents := range b.Cents {
		if cents > maxCents-sum {
			return maxCents + 1
		}
		sum += cents
	}
	return sum
}

// worst is the worst bucket that has something.
func (b *Balance) worst() uint8 {
	for i := uint8(buckets - 1); i > 0; i-- {
		if b.Cents[i] > 0 {
			return i
		}
	}
	return 0
}

// standing is what a balance is in outstanding; of none nothing.
func (b *balance) standing() int64 {
	if b == nil || !b.live {
		return 0
	}
	return b.total()
}

// weigh adds a supplier's live balance to the running sums (sign 1) or takes it out (−1).
func (p *Payments) weigh(s *supplier, sign int64) {
	late := false
	for i, cents := range s.balance.Cents {
		p.outstanding += sign * cents
		if cents > 0 {
			p.inBucket[i] += uint32(sign)
		}
		if i >= arrearsBucket {
			p.overdue += sign * cents
			late = late || cents > 0
		}
	}
	if late {
		s.arrears.add(sign)
	}
}

// lapse ends what a supplier's balance counts for. The sums' landmark is that of today.
func (p *Payments) lapse(s *supplier) {
	if s.balance == nil || !s.balance.live {
		return
	}
	for i, cents := range s.balance.Cents {
		p.dbt.Remove(cents, s.balance.AsOf, lateOfBucket[i], s.balance.landmark)
	}
	p.weigh(s, -1)
	s.balance.live = false
}

// lapses ends a balance whose days are over, and tells whether it did; else it sees to it that its end comes.
func (p *Payments) lapses(s *supplier, today event.Day) bool {
	switch {
	case s.balance == nil || !s.balance.live:
		return false
	case today-s.balance.AsOf <= balanceDays:
		p.soon(s.balance.AsOf + balanceDays + 1)
		return false
	}
	p.dbt.Move(today)
	p.lapse(s)
	return true
}

// Walk walks the fields of a balance in a snapshot.
func (b *balance) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&b.AsOf))
	w.Int(2, &b.Cents[0])
	w.Int(3, &b.Cents[1])
	w.Int(4, &b.Cents[2])
	w.Int(5, &b.Cents[3])
	w.Int(6, &b.Cents[4])
	w.Int32(7, (*int32)(&b.landmark))
	w.Bool(8, &b.live)
	for _, cents := range b.Cents {
		if cents < 0 {
			w.Fail("balance of %d cents", cents)
		}
	}
}
