package limit

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// MaxDeliveries bounds what is followed of one policy on one buyer: deliveries with something open, or with a payment
// that can be taken back.
const MaxDeliveries = 1 << 17

// Delivery is a delivery on credit as cover follows it, in euro cents: 64 bytes and its invoice's id.
type Delivery struct {
	Key                uint64 // of the invoice
	Invoice            string // its id, empty of one that was there before deliveries were followed
	DeliveredOn, DueOn event.Day
	Open               int64 // not paid, where payments go to the oldest due
	Limit              int64 // in force on its day
	Ordered            int64 // what a binding order covers of it where the limit does not
	Disputed           bool  // its cover is suspended; it keeps its place
	Discretionary      bool  // its limit is a discretionary one
	Exempt             bool  // it has stopped no cover, and does not: it came as history
	Preserved          bool  // its cover cannot be lost by late notification: it was reported in time, or came as history
	Forfeited          bool  // its cover is
	NoConsent          bool  // and that because of a payment plan that the insurer has refused
}

// receipt is what of one payment came off one delivery.
type receipt struct {
	payment, delivery uint64
	cents             int64
	booked            event.Day
	n                 uint32 // a later one of its payment has a greater one, while they are many
}

// few is how many deliveries, and how many receipts, are plain lists.
const few = 64

// Deliveries follow what one policy has delivered to one buyer, and what of it is covered while it runs off. Each
// delivery, in the order of date and invoice id, is covered up to the limit in force on its day less what earlier ones
// still use; a payment settles the oldest due, whichever invoice it names. Whatever is asked of them, and every change
// of one, costs the logarithm of how many there are.
//
// A pointer to a delivery is good until another one is followed, or some are forgotten. Whoever changes one calls
// Update; its invoice, its dates and what is open of it are changed by methods alone.
//
// Invariant: all is in order; what is open of all is what is open of the invoices. Where many is not nil, it has all
// there is, and the lists are nil.
type Deliveries struct {
	all      []Delivery
	receipts []receipt // as they came
	many     *many
}

// Follow begins with deliveries in any order.
func Follow(all []Delivery) Deliveries {
	slices.SortFunc(all, func(v, w Delivery) int { return v.compare(&w) })
	d := Deliveries{all: all}
	d.arrange()
	return d
}

// arrange makes lists that are long trees.
func (d *Deliveries) arrange() {
	if d.many == nil && (len(d.all) > few || len(d.receipts) > few) {
		d.many = manyOf(d.all, d.receipts)
		d.all, d.receipts = nil, nil
	}
}

// Totals are the sums over deliveries, in euro cents.
type Totals struct {
	Open          int64
	Covered       int64 // of it
	Ordered       int64 // of what is covered: by binding orders alone
	Discretionary int64 // likewise: within a discretionary limit
	Suspended     int64 // of what is covered: in dispute
}

// Used is what uses a buyer's capacity: what is within discretionary limits does not.
func (t Totals) Used() int64 { return t.Covered - t.Discretionary }

// Totals are those of now.
func (d *Deliveries) Totals() Totals {
	var t tally
	d.walk(func(p *part) bool { return !t.addPart(p.Sum()) }, func(v *Delivery) bool {
		t.add(v)
		return true
	})
	return t.Totals
}

// walk goes through the deliveries in order. It asks of each part of many whether to go into it, and gives the
// deliveries of those that it goes into, and of few all, until one returns false.
func (d *Deliveries) walk(into func(*part) bool, delivery func(*Delivery) bool) {
	if m := d.many; m != nil {
		m.order.Walk(into, func(h *handle) bool { return delivery(m.at(*h)) })
		return
	}
	for i := range d.all {
		if !delivery(&d.all[i]) {
			return
		}
	}
}

// Each calls do for each delivery in order.
func (d *Deliveries) Each(do func(v *Delivery)) {
	d.walk(func(*part) bool { return true }, func(v *Delivery) bool {
		do(v)
		return true
	})
}

// Len is how many deliveries are followed.
func (d *Deliveries) Len() int {
	if d.many != nil {
		return d.many.order.Len()
	}
	return len(d.all)
}

// Full tells whether no further delivery can be followed.
func (d *Deliveries) Full() bool { return d.Len() >= MaxDeliveries }

// Add follows a delivery.
func (d *Deliveries) Add(v Delivery) {
	if d.many != nil {
		d.many.insert(v)
		return
	}
	i, _ := slices.BinarySearchFunc(d.all, &v, func(a Delivery, b *Delivery) int { return a.compare(b) })
	d.all = slices.Insert(d.all, i, v)
	d.arrange()
}

// Update must come after a change of a delivery.
func (d *Deliveries) Update(v *Delivery) {
	if d.many != nil {
		d.many.order.Update(d.many.inOrder(v))
	}
}

// setOpen changes what is open of a delivery.
func (d *Deliveries) setOpen(v *Delivery, cents int64) {
	before := v.Open > 0
	v.Open = cents
	if d.many != nil {
		d.many.opened(v, before)
	}
}

// Outstanding is what is open of a delivery, and what of it is covered.
func (d *Deliveries) Outstanding(key uint64) (open, covered int64) {
	v := d.Find(key)
	if v == nil {
		return 0, 0
	}
	var t tally
	d.walk(func(p *part) bool {
		return d.many.at(*p.Last()).compare(v) >= 0 || !t.addPart(p.Sum())
	}, func(w *Delivery) bool {
		if w == v {
			return false
		}
		t.add(w)
		return true
	})
	byLimit, byOrder := v.covered(t.used)
	return v.Open, byLimit + byOrder
}

func (v *Delivery) compare(w *Delivery) int {
	if c := cmp.Compare(v.DeliveredOn, w.DeliveredOn); c != 0 {
		return c
	}
	if c := cmp.Compare(v.Invoice, w.Invoice); c != 0 {
		return c
	}
	return cmp.Compare(v.Key, w.Key)
}

// Find gives a delivery that is followed, nil for none.
func (d *Deliveries) Find(key uint64) *Delivery {
	if d.many != nil {
		return d.many.find(key)
	}
	for i := range d.all {
		if d.all[i].Key == key {
			return &d.all[i]
		}
	}
	return nil
}

// From iterates over the deliveries of a day and later ones.
func (d *Deliveries) From(day event.Day) iter.Seq[*Delivery] {
	if d.many != nil {
		return d.many.from(day)
	}
	return func(yield func(*Delivery) bool) {
		i, _ := slices.BinarySearchFunc(d.all, day, func(v Delivery, day event.Day) int {
			return cmp.Compare(v.DeliveredOn, day)
		})
		for ; i < len(d.all) && yield(&d.all[i]); i++ {
		}
	}
}

// NextDue is the earliest due date later than a day among deliveries with something open; false where there is none. It
// is the original one, whatever the invoice was extended to.
func (d *Deliveries) NextDue(after event.Day) (due event.Day, ok bool) {
	if v := d.firstDue(after + 1); v != nil {
		return v.DueOn, true
	}
	return 0, false
}

// OpenDueOn iterates over the deliveries with something open that were due on a day, in their order.
func (d *Deliveries) OpenDueOn(day event.Day) iter.Seq[Delivery] {
	if d.many != nil {
		return d.many.dueOn(day)
	}
	return func(yield func(Delivery) bool) {
		for i := range d.all {
			if v := &d.all[i]; v.Open > 0 && v.DueOn == day && !yield(*v) {
				return
			}
		}
	}
}

// firstDue is the delivery with something open that was due first on a day or later; of those of one day the one that
// was delivered first; nil for none.
func (d *Deliveries) firstDue(from event.Day) *Delivery {
	if d.many != nil {
		return d.many.firstDue(from)
	}
	var first *Delivery
	for i := range d.all {
		if v := &d.all[i]; v.Open > 0 && v.DueOn >= from && (first == nil || v.DueOn < first.DueOn) {
			first = v
		}
	}
	return first
}

// Pay lets a payment settle the oldest due.
func (d *Deliveries) Pay(payment uint64, cents int64, today event.Day) {
	d.settle(cents, func(v *Delivery, part int64) {
		r := receipt{payment: payment, delivery: v.Key, cents: part, booked: today}
		if d.many != nil {
			d.many.receive(r)
		} else {
			d.receipts = append(d.receipts, r)
		}
	})
	d.arrange()
}

// settle takes an amount off the oldest due.
func (d *Deliveries) settle(cents int64, came func(v *Delivery, part int64)) {
	for cents > 0 {
		v := d.firstDue(math.MinInt32)
		if v == nil {
			return
		}
		part := min(cents, v.Open)
		d.setOpen(v, v.Open-part)
		cents -= part
		came(v, part)
	}
}

// Reverse opens again what a payment settled, where it came off, false where it is not known. What was rounded
// otherwise then is the last one's.
func (d *Deliveries) Reverse(payment uint64, cents int64) bool {
	var last *Delivery
	reopen := func(r *receipt) {
		if v := d.Find(r.delivery); v != nil {
			d.setOpen(v, v.Open+r.cents)
			last, cents = v, cents-r.cents
		}
	}
	if d.many != nil {
		d.many.takeReceipts(payment, reopen)
		d.many.tidied = 0
	} else {
		d.receipts = slices.DeleteFunc(d.receipts, func(r receipt) bool {
			if r.payment == payment {
				reopen(&r)
			}
			return r.payment == payment
		})
	}
	if last != nil {
		d.setOpen(last, max(last.Open+cents, 0))
	}
	return last != nil
}

// WriteOff takes a credit note off the delivery that it names, and what is more than is open of that off the oldest
// due.
func (d *Deliveries) WriteOff(key uint64, cents int64) {
	if v := d.Find(key); v != nil {
		part := min(cents, v.Open)
		d.setOpen(v, v.Open-part)
		cents -= part
	}
	d.settle(cents, func(*Delivery, int64) {})
	if d.many != nil {
		d.many.tidied = 0
	}
}

// Tidy forgets payments that can no longer be taken back, and deliveries of which nothing is left by that. It looks at
// all there is, but for many deliveries on a day on which nothing more can be forgotten.
func (d *Deliveries) Tidy(today, keptDays event.Day) {
	if d.many != nil {
		if d.many.tidied == today {
			return
		}
		d.all, d.receipts = d.many.lists()
		d.many = nil
	}
	d.receipts = slices.DeleteFunc(d.receipts, func(r receipt) bool { return r.booked+keptDays < today })
	paid := make([]uint64, len(d.receipts))
	for i := range d.receipts {
		paid[i] = d.receipts[i].delivery
	}
	slices.Sort(paid)
	d.all = slices.DeleteFunc(d.all, func(v Delivery) bool {
		_, kept := slices.BinarySearch(paid, v.Key)
		return v.Open == 0 && !kept
	})
	if d.arrange(); d.many != nil {
		d.many.tidied = today
	}
}

// Walk walks the fields of deliveries in a snapshot.
func (d *Deliveries) Walk(w *wire.Wire) {
	if d.many != nil {
		d.many.walk(w)
		return
	}
	wire.Msgs(w, 1, &d.all)
	wire.Msgs(w, 2, &d.receipts)
	if w.Decoding() {
		d.arrange()
	}
}

// Walk walks the fields of a delivery in a snapshot.
func (v *Delivery) Walk(w *wire.Wire) {
	w.Fixed(1, &v.Key)
	w.Str(2, &v.Invoice)
	w.Int32(3, (*int32)(&v.DeliveredOn))
	w.Int32(4, (*int32)(&v.DueOn))
	w.Int(5, &v.Open)
	w.Int(6, &v.Limit)
	w.Int(7, &v.Ordered)
	w.Bool(8, &v.Disputed)
	w.Bool(9, &v.Exempt)
	w.Bool(10, &v.Discretionary)
	w.Bool(11, &v.Preserved)
	w.Bool(12, &v.Forfeited)
	w.Bool(13, &v.NoConsent)
}

// Walk walks the fields of a receipt in a snapshot.
func (r *receipt) Walk(w *wire.Wire) {
	w.Fixed(1, &r.payment)
	w.Fixed(2, &r.delivery)
	w.Int(3, &r.cents)
	w.Int32(4, (*int32)(&r.booked))
}
