package limit

import (
	"cmp"
	"iter"
	"slices"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// MaxDeliveries bounds what is followed of one policy on one buyer: deliveries with something open, or with a payment
// that can be taken back.
const MaxDeliveries = 1 << 14

// Delivery is a delivery on credit as cover follows it, in euro cents: 64 bytes and its invoice's id.
type Delivery struct {
	Key                uint64 // of the invoice
	Invoice            string // its id, empty of one that was there before deliveries were followed
	DeliveredOn, DueOn event.Day
	Open               int64 // not paid, where payments go to the oldest due
	Limit              int64 // in force on its day
	Ordered            int64 // what a binding order covers of it where the limit does not
	Disputed           bool  // its cover is suspended; it keeps its place
	AtWill             bool  // its limit is a discretionary one
	Spared             bool  // it has stopped no cover, and does not: it came as history
	Kept               bool  // its cover cannot be lost by late notification: it was reported in time, or came as history
	Lost               bool  // its cover is
}

// receipt is what of one payment came off one delivery.
type receipt struct {
	payment, delivery uint64
	cents             int64
	booked            event.Day
}

// Deliveries follow what one policy has delivered to one buyer, and what of it is covered while it runs off. Each
// delivery, in the order of date and invoice id, is covered up to the limit in force on its day less what earlier ones
// still use; a payment settles the oldest due, whichever invoice it names.
//
// Invariant: all is in order; what is open of all is what is open of the invoices.
type Deliveries struct {
	all      []Delivery
	receipts []receipt // as they came
}

// Follow begins with deliveries in any order.
func Follow(all []Delivery) Deliveries {
	slices.SortFunc(all, func(v, w Delivery) int { return v.compare(&w) })
	return Deliveries{all: all}
}

// Totals are the sums over deliveries, in euro cents.
type Totals struct {
	Open      int64
	Covered   int64 // of it
	Ordered   int64 // of what is covered: by binding orders alone
	AtWill    int64 // likewise: within a discretionary limit
	Suspended int64 // of what is covered: in dispute
}

// Used is what uses a buyer's capacity: what is within discretionary limits does not.
func (t Totals) Used() int64 { return t.Covered - t.AtWill }

// Totals are those of now.
func (d *Deliveries) Totals() (t Totals) {
	d.each(func(v *Delivery, byLimit, byOrder int64) {
		covered := byLimit + byOrder
		t.Open += v.Open
		t.Covered += covered
		t.Ordered += byOrder
		if v.AtWill {
			t.AtWill += byLimit
		}
		if v.Disputed {
			t.Suspended += covered
		}
	})
	return t
}

// each calls do for each delivery in order, with what is covered of what is open.
func (d *Deliveries) each(do func(v *Delivery, byLimit, byOrder int64)) {
	var used int64 // of the limit
	for i := range d.all {
		v := &d.all[i]
		if v.Lost {
			do(v, 0, 0)
			continue
		}
		byLimit := min(v.Open, max(v.Limit-used, 0))
		used += byLimit
		do(v, byLimit, min(v.Open-byLimit, v.Ordered))
	}
}

// Each calls do for each delivery in order. What orders it must not be changed.
func (d *Deliveries) Each(do func(v *Delivery)) {
	for i := range d.all {
		do(&d.all[i])
	}
}

// Full tells whether no further delivery can be followed.
func (d *Deliveries) Full() bool { return len(d.all) >= MaxDeliveries }

// Ship follows a delivery.
func (d *Deliveries) Ship(v Delivery) {
	i, _ := slices.BinarySearchFunc(d.all, &v, func(a Delivery, b *Delivery) int { return a.compare(b) })
	d.all = slices.Insert(d.all, i, v)
}

// Part is what is open of a delivery, and what of it is covered.
func (d *Deliveries) Part(key uint64) (open, covered int64) {
	d.each(func(v *Delivery, byLimit, byOrder int64) {
		if v.Key == key {
			open, covered = v.Open, byLimit+byOrder
		}
	})
	return open, covered
}

func (v *Delivery) compare(w *Delivery) int {
	return cmp.Or(cmp.Compare(v.DeliveredOn, w.DeliveredOn), cmp.Compare(v.Invoice, w.Invoice), cmp.Compare(v.Key, w.Key))
}

// Find gives a delivery that is followed, nil for none. What orders it must not be changed.
func (d *Deliveries) Find(key uint64) *Delivery {
	for i := range d.all {
		if d.all[i].Key == key {
			return &d.all[i]
		}
	}
	return nil
}

// From gives the deliveries of a day and later ones.
func (d *Deliveries) From(day event.Day) []Delivery {
	i, _ := slices.BinarySearchFunc(d.all, day, func(v Delivery, day event.Day) int {
		return cmp.Compare(v.DeliveredOn,
			day)
	})
	return d.all[i:]
}

// NextDue is the earliest due date later than a day among deliveries with something open; false where there is none. It
// is the original one, whatever the invoice was extended to.
func (d *Deliveries) NextDue(after event.Day) (due event.Day, ok bool) {
	for i := range d.all {
		if v := &d.all[i]; v.Open > 0 && v.DueOn > after && (!ok || v.DueOn < due) {
			due, ok = v.DueOn, true
		}
	}
	return due, ok
}

// OpenDueOn iterates over the deliveries with something open that were due on a day, in their order.
func (d *Deliveries) OpenDueOn(day event.Day) iter.Seq[Delivery] {
	return func(yield func(Delivery) bool) {
		for i := range d.all {
			if v := &d.all[i]; v.Open > 0 && v.DueOn == day && !yield(*v) {
				return
			}
		}
	}
}

// Pay lets a payment settle the oldest due.
func (d *Deliveries) Pay(payment uint64, cents int64, today event.Day) {
	d.settle(cents, func(v *Delivery, part int64) {
		d.receipts = append(d.receipts, receipt{payment, v.Key, part, today})
	})
}

// settle takes an amount off the oldest due.
func (d *Deliveries) settle(cents int64, came func(v *Delivery, part int64)) {
	for v := d.oldest(); cents > 0 && v != nil; v = d.oldest() {
		part := min(cents, v.Open)
		v.Open, cents = v.Open-part, cents-part
		came(v, part)
	}
}

// oldest is the delivery with something open that was due first; of those of one day the one that was delivered first.
func (d *Deliveries) oldest() *Delivery {
	var oldest *Delivery
	for i := range d.all {
		if v := &d.all[i]; v.Open > 0 && (oldest == nil || v.DueOn < oldest.DueOn) {
			oldest = v
		}
	}
	return oldest
}

// TakeBack opens again what a payment settled, where it came off, false where it is not known. What was rounded
// otherwise then is the last one's.
func (d *Deliveries) TakeBack(payment uint64, cents int64) bool {
	var last *Delivery
	d.receipts = slices.DeleteFunc(d.receipts, func(r receipt) bool {
		if r.payment != payment {
			return false
		}
		if v := d.Find(r.delivery); v != nil {
			last, v.Open, cents = v, v.Open+r.cents, cents-r.cents
		}
		return true
	})
	if last != nil {
		last.Open = max(last.Open+cents, 0)
	}
	return last != nil
}

// WriteOff takes a credit note off the delivery that it names, and what is more than is open of that off the oldest
// due.
func (d *Deliveries) WriteOff(key uint64, cents int64) {
	if v := d.Find(key); v != nil {
		part := min(cents, v.Open)
		v.Open, cents = v.Open-part, cents-part
	}
	d.settle(cents, func(*Delivery, int64) {})
}

// Tidy forgets payments that can no longer be taken back, and deliveries of which nothing is left by that.
func (d *Deliveries) Tidy(today, keptDays event.Day) {
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
}

// Walk walks the fields of deliveries in a snapshot.
func (d *Deliveries) Walk(w *wire.Wire) {
	wire.Msgs(w, 1, &d.all)
	wire.Msgs(w, 2, &d.receipts)
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
	w.Bool(9, &v.Spared)
	w.Bool(10, &v.AtWill)
	w.Bool(11, &v.Kept)
	w.Bool(12, &v.Lost)
}

// Walk walks the fields of a receipt in a snapshot.
func (r *receipt) Walk(w *wire.Wire) {
	w.Fixed(1, &r.payment)
	w.Fixed(2, &r.delivery)
	w.Int(3, &r.cents)
	w.Int32(4, (*int32)(&r.booked))
}
