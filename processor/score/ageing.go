package score

import (
	"encoding/binary"

	"barometer/ingest/event"
)

// buckets are the ageing buckets: not due, then up to 30, 60, 90, and more days past due.
const buckets = 5

// crossings are the days after the due date on which an invoice enters each bucket.
var crossings = [buckets]event.Day{0, 1, 31, 61, 91}

// bucketOf is the bucket of an invoice so many days after its due date.
func bucketOf(late event.Day) uint8 {
	b := uint8(0)
	for b+1 < buckets && late >= crossings[b+1] {
		b++
	}
	return b
}

// arrearsBucket is the first bucket of more than 30 days past due.
const arrearsBucket = 2

// book adds an invoice to the running sums (sign 1) or takes it out (−1). Whoever changes an invoice takes it out
// before and adds it after.
func (p *Payments) book(s *supplier, v *invoice, sign int64) {
	if v.open == 0 {
		return
	}
	cents := sign * v.part(v.open)
	p.outstanding += cents
	if !v.ages() {
		return
	}
	p.inBucket[v.bucket] += uint32(sign)
	if v.bucket > 0 {
		s.pastDue.add(sign)
	}
	if v.bucket >= arrearsBucket {
		s.arrears.add(sign)
		p.overdue += cents
	}
}

// age puts an invoice that is not booked into the bucket of a day, counts it once it is past due, and sees to it that
// its next crossing is due. With months, the buckets that it enters are the months' worst status as of the days of
// their crossing.
func (p *Payments) age(s *supplier, v *invoice, today event.Day, months bool) {
	if !v.ages() {
		v.bucket = 0
		return
	}
	to := bucketOf(today - v.lateFrom)
	for b := v.bucket + 1; months && b <= to; b++ {
		p.months.mark(v.lateFrom+crossings[b], b)
		p.ownMark(s, v.lateFrom+crossings[b], b)
	}
	if to > 0 {
		p.dates(s, v.lateFrom+1)
		if v.bucket == 0 {
			s.told = p.Now // it is found past due
		}
		p.count(s, v, v.lateFrom+1)
	}
	v.bucket = to
	if to+1 < buckets {
		p.soon(v.lateFrom + crossings[to+1])
	}
}

func (p *Payments) soon(day event.Day) {
	if p.next == 0 || day < p.next {
		p.next = day
	}
}

// found is payment evidence as of a day, that comes now.
func (p *Payments) found(s *supplier, day event.Day) {
	p.dates(s, day)
	s.told = p.Now
}

// dates says that there is payment evidence as of a day.
func (p *Payments) dates(s *supplier, day event.Day) {
	s.evidence, p.evidence = max(s.evidence, day), max(p.evidence, day)
}

// mostCounted keeps n within what Decay takes.
const mostCounted = 1 << 32

// count counts an invoice in n, once.
func (p *Payments) count(s *supplier, v *invoice, day event.Day) {
	if !v.has(counted) {
		v.flags |= counted
		p.counts(s, day)
	}
}

// counts counts one in n, and in what is its supplier's of it.
func (p *Payments) counts(s *supplier, day event.Day) {
	countIn(&p.n, day)
	if len(p.suppliers) > 1 {
		countIn(&s.n, day)
	}
}

func countIn(n *Decaying, day event.Day) {
	n.Add(Whole, day, SlowHalfLife)
	n.Value = min(n.Value, mostCounted)
}

// NextCrossing is the day on which Cross is due next, 0 for none. It may be earlier than needed.
func (p *Payments) NextCrossing() event.Day { return p.next }

// Cross moves what crosses into another ageing bucket up to today, ends balances whose days are over, and tells whether
// there was any: the buyer is to be evaluated then.
func (p *Payments) Cross(today event.Day) (crossed bool) {
	if p.next == 0 || today < p.next {
		return false
	}
	p.next = 0
	for i := range p.suppliers {
		s := &p.suppliers[i]
		crossed = p.lapses(s, today) || crossed
		s.eachInvoice(func(v *invoice) {
			before := v.bucket
			p.book(s, v, -1)
			p.age(s, v, today, true)
			p.book(s, v, 1)
			crossed = crossed || before != v.bucket
		})
	}
	return crossed
}

// HistoryClosed starts the ageing of a policy's invoices that came as history.
func (p *Payments) HistoryClosed(policy string, today event.Day) {
	s := p.supplier(policy)
	if s == nil {
		return
	}
	s.eachInvoice(func(v *invoice) {
		if v.has(dormant) {
			p.change(s, v, today, true, func() { v.flags &^= dormant })
		}
	})
	s.history = false
}

// Dormant tells whether HistoryClosed would change an invoice.
func (p *Payments) Dormant(policy string) bool {
	s := p.supplier(policy)
	any := false
	if s != nil && s.history {
		s.eachInvoice(func(v *invoice) { any = any || v.has(dormant) })
	}
	return any
}

// HasHistory tells whether an invoice of a policy came as history since HistoryClosed.
func (p *Payments) HasHistory(policy string) bool {
	s := p.supplier(policy)
	return s != nil && s.history
}

// EachHistory calls do with each policy of which HasHistory tells so, ascending.
func (p *Payments) EachHistory(do func(policy string)) {
	for i := range p.suppliers {
		if p.suppliers[i].history {
			do(p.suppliers[i].policy)
		}
	}
}

// change changes an invoice and keeps the running sums and its bucket in step.
func (p *Payments) change(s *supplier, v *invoice, today event.Day, months bool, with func()) {
	p.book(s, v, -1)
	with()
	p.age(s, v, today, months)
	p.book(s, v, 1)
}

// kept is how many months are kept: this one and the eleven before count, and a payment may be dated a day ahead.
const kept = 13

// months is the worst status of each month: 0 none, else the bucket, at least that of up to 30 days.
type months struct {
	newest int32 // event.Day.Month
	worst  [kept]uint8
}

// mark makes a status the worst one of a day's month, if it is.
func (m *months) mark(day event.Day, status uint8) { m.markMonth(day.Month(), status) }

func (m *months) markMonth(month int32, status uint8) {
	if month <= m.newest-kept {
		return
	}
	for k := max(m.newest+1, month-kept+1); k <= month; k++ {
		m.worst[k%kept] = 0
	}
	m.newest = max(m.newest, month)
	m.worst[month%kept] = max(m.worst[month%kept], status, 1)
}

// last is the worst status of a day's month and the eleven before.
func (m *months) last(day event.Day) uint8 {
	newest := day.Month()
	if newest == m.newest && m.worst[newest%kept] == m.most() {
		return m.worst[newest%kept] // mostly this month is as bad as any
	}
	var worst uint8
	for month := min(newest, m.newest); month > max(newest-12, m.newest-kept); month-- {
		worst = max(worst, m.worst[uint32(month)%kept])
	}
	return worst
}

// most is at least the worst status of all that are kept, and that status where all are the same or none.
func (m *months) most() uint8 {
	all := binary.LittleEndian.Uint64(m.worst[:]) | binary.LittleEndian.Uint64(m.worst[kept-8:])
	all |= all >> 32
	all |= all >> 16
	return uint8(all | all>>8)
}
