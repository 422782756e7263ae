package limit

import (
	"fmt"
	"iter"
	"slices"
	"testing"

	"barometer/ingest/event"
	"barometer/ingest/event/wire"

	"pgregory.net/rapid"
)

// linear is Deliveries written down plainly: each question goes through all there is.
type linear struct {
	all      []Delivery
	receipts []receipt
}

// Totals are those of now.
func (d *linear) Totals() (t Totals) {
	d.each(func(v *Delivery, byLimit, byOrder int64) {
		covered := byLimit + byOrder
		t.Open += v.Open
		t.Covered += covered
		t.Ordered += byOrder
		if v.Discretionary {
			t.Discretionary += byLimit
		}
		if v.Disputed {
			t.Suspended += covered
		}
	})
	return t
}

// each calls do for each delivery in order, with what is covered of what is open.
func (d *linear) each(do func(v *Delivery, byLimit, byOrder int64)) {
	var used int64 // of the limit
	for i := range d.all {
		v := &d.all[i]
		if v.Forfeited {
			do(v, 0, 0)
			continue
		}
		byLimit := min(v.Open, max(v.Limit-used, 0))
		used += byLimit
		do(v, byLimit, min(v.Open-byLimit, v.Ordered))
	}
}

// Add follows a delivery.
func (d *linear) Add(v Delivery) {
	i, _ := slices.BinarySearchFunc(d.all, &v, func(a Delivery, b *Delivery) int { return a.compare(b) })
	d.all = slices.Insert(d.all, i, v)
}

// Outstanding is what is open of a delivery, and what of it is covered.
func (d *linear) Outstanding(key uint64) (open, covered int64) {
	d.each(func(v *Delivery, byLimit, byOrder int64) {
		if v.Key == key {
			open, covered = v.Open, byLimit+byOrder
		}
	})
	return open, covered
}

// Find gives a delivery that is followed, nil for none. What orders it must not be changed.
func (d *linear) Find(key uint64) *Delivery {
	for i := range d.all {
		if d.all[i].Key == key {
			return &d.all[i]
		}
	}
	return nil
}

// NextDue is the earliest due date later than a day among deliveries with something open; false where there is none. It
// is the original one, whatever the invoice was extended to.
func (d *linear) NextDue(after event.Day) (due event.Day, ok bool) {
	for i := range d.all {
		if v := &d.all[i]; v.Open > 0 && v.DueOn > after && (!ok || v.DueOn < due) {
			due, ok = v.DueOn, true
		}
	}
	return due, ok
}

// OpenDueOn iterates over the deliveries with something open that were due on a day, in their order.
func (d *linear) OpenDueOn(day event.Day) iter.Seq[Delivery] {
	return func(yield func(Delivery) bool) {
		for i := range d.all {
			if v := &d.all[i]; v.Open > 0 && v.DueOn == day && !yield(*v) {
				return
			}
		}
	}
}

// Pay lets a payment settle the oldest due.
func (d *linear) Pay(payment uint64, cents int64, today event.Day) {
	d.settle(cents, func(v *Delivery, part int64) {
		d.receipts = append(d.receipts, receipt{payment: payment, delivery: v.Key, cents: part, booked: today})
	})
}

// settle takes an amount off the oldest due.
func (d *linear) settle(cents int64, came func(v *Delivery, part int64)) {
	for v := d.oldest(); cents > 0 && v != nil; v = d.oldest() {
		part := min(cents, v.Open)
		v.Open, cents = v.Open-part, cents-part
		came(v, part)
	}
}

// oldest is the delivery with something open that was due first; of those of one day the one that was delivered first.
func (d *linear) oldest() *Delivery {
	var oldest *Delivery
	for i := range d.all {
		if v := &d.all[i]; v.Open > 0 && (oldest == nil || v.DueOn < oldest.DueOn) {
			oldest = v
		}
	}
	return oldest
}

// Reverse opens again what a payment settled, where it came off, false where it is not known. What was rounded
// otherwise then is the last one's.
func (d *linear) Reverse(payment uint64, cents int64) bool {
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
func (d *linear) WriteOff(key uint64, cents int64) {
	if v := d.Find(key); v != nil {
		part := min(cents, v.Open)
		v.Open, cents = v.Open-part, cents-part
	}
	d.settle(cents, func(*Delivery, int64) {})
}

// Tidy forgets payments that can no longer be taken back, and deliveries of which nothing is left by that.
func (d *linear) Tidy(today, keptDays event.Day) {
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

// look is what the policy clock finds.
func (d *linear) look(at Moment) (overdue bool, late []uint64, next event.Day) {
	suspends, forfeits := never, never
	for i := range d.all {
		v := &d.all[i]
		if v.Open == 0 || v.Disputed {
			continue
		}
		if day := at.Terms.suspendsOn(v); !v.Exempt {
			overdue, suspends = overdue || day <= at.AsOf, min(suspends, day)
		}
		day, any := at.Terms.forfeitsOn(v)
		switch {
		case !any || v.Preserved || v.Forfeited:
		case day <= at.AsOf:
			late = append(late, v.Key)
		default:
			forfeits = min(forfeits, day)
		}
	}
	if overdue {
		return overdue, late, forfeits
	}
	return overdue, late, min(suspends, forfeits)
}

// beyondExtension are the invoices that suspend cover, as far as they are named.
func (d *linear) beyondExtension(at Moment) (invoices []string) {
	for i := range d.all {
		if v := &d.all[i]; v.Open != 0 && !v.Disputed && !v.Exempt && at.Terms.suspendsOn(v) <= at.AsOf &&
			v.Invoice != "" && len(invoices) < maxEvidence {
			invoices = append(invoices, v.Invoice)
		}
	}
	return invoices
}

// both does everything to Deliveries and to linear, and holds one to the other.
type both struct {
	t     *rapid.T
	r     *runoff
	plain linear
	terms Terms
	seed  uint64
	n     int // deliveries and payments so far
}

// random is a number below n. Drawing each from rapid would take long.
func (x *both) random(n int) int {
	x.seed = x.seed*6364136223846793005 + 1442695040888963407
	return int(x.seed >> 33 % uint64(n))
}

func (x *both) chance(percent int) bool { return x.random(100) < percent }

func (x *both) ship(limits int) {
	x.n++
	day := event.Day(x.random(60))
	v := Delivery{Key: uint64(x.n) * 0x9E3779B97F4A7C15, Invoice: fmt.Sprint("i", x.random(3), x.n), DeliveredOn: day,
		DueOn: day + event.Day(x.random(3)*30), Open: int64(x.random(50)), Limit: int64(1+x.random(limits)) * 400,
		Disputed: x.chance(5), Discretionary: x.chance(10), Exempt: x.chance(20), Preserved: x.chance(20),
		Forfeited: x.chance(5)}
	if x.chance(10) {
		v.Ordered = int64(x.random(60))
	}
	x.r.Add(v)
	x.plain.Add(v)
}

// one is a delivery, in both.
func (x *both) one() (v, w *Delivery) {
	if len(x.plain.all) == 0 {
		return nil, nil
	}
	w = &x.plain.all[x.random(len(x.plain.all))]
	v = x.r.Find(w.Key)
	if v == nil || *v != *w {
		x.t.Fatalf("%v is followed, want %v", v, w)
	}
	return v, w
}

func (x *both) step(limits int) {
	x.n++
	today, cents, id := event.Day(x.n/10), int64(1+x.random(120)), uint64(x.random(x.n+1))
	switch x.random(9) {
	case 0, 1, 2:
		x.ship(limits)
	case 3, 4:
		x.r.Pay(uint64(x.n), cents, today)
		x.plain.Pay(uint64(x.n), cents, today)
	case 5:
		if got, want := x.r.Reverse(id, cents), x.plain.Reverse(id, cents); got != want {
			x.t.Fatalf("payment %d: %v, want %v", id, got, want)
		}
	case 6:
		if v, w := x.one(); v != nil {
			x.r.WriteOff(v.Key, cents)
			x.plain.WriteOff(w.Key, cents)
		}
	case 7:
		if v, w := x.one(); v != nil {
			x.r.setOpen(v, v.Open+cents)
			w.Open += cents
		}
	default:
		if v, w := x.one(); v != nil {
			v.Disputed, v.Forfeited, v.Preserved, v.Exempt = x.chance(10), x.chance(10), x.chance(50), x.chance(50)
			v.Limit, v.Ordered = v.Limit+int64(x.random(3)), int64(x.random(9))
			*w = *v
			x.r.Update(v)
		}
	}
}

func (x *both) compare() {
	t := x.t
	if got, want := x.r.Totals(), x.plain.Totals(); got != want {
		t.Fatalf("%d deliveries are %+v, want %+v", len(x.plain.all), got, want)
	}
	var all []Delivery
	x.r.Each(func(v *Delivery) { all = append(all, *v) })
	if !slices.Equal(all, x.plain.all) || x.r.Len() != len(all) {
		t.Fatalf("%d deliveries are\n%v, want\n%v", x.r.Len(), all, x.plain.all)
	}
	if v, _ := x.one(); v != nil {
		open, covered := x.r.Outstanding(v.Key)
		if wantOpen, want := x.plain.Outstanding(v.Key); open != wantOpen || covered != want {
			t.Fatalf("%d of %d is covered of %v, want %d", covered, open, v, want)
		}
		i := slices.IndexFunc(all, func(w Delivery) bool { return w.DeliveredOn >= v.DeliveredOn })
		for w := range x.r.From(v.DeliveredOn) {
			if *w != all[i] {
				t.Fatalf("from day %d on %v comes, want %v", v.DeliveredOn, w, all[i])
			}
			i++
		}
		if i != len(all) {
			t.Fatalf("of %d deliveries %d come", len(all), i)
		}
	}
	day := event.Day(x.random(130))
	got, ok := x.r.NextDue(day)
	if want, any := x.plain.NextDue(day); got != want || ok != any {
		t.Fatalf("after day %d the next one is due on %d %v, want %d %v", day, got, ok, want, any)
	}
	if got, want := slices.Collect(x.r.OpenDueOn(day)), slices.Collect(x.plain.OpenDueOn(day)); !slices.Equal(got, want) {
		t.Fatalf("on day %d %v is due, want %v", day, got, want)
	}
	at := Moment{AsOf: day + event.Day(x.random(90)), Terms: &x.terms}
	overdue, late, next := x.r.look(at)
	wantOverdue, wantLate, wantNext := x.plain.look(at)
	keys := make([]uint64, len(late))
	for i, v := range late {
		keys[i] = v.Key
	}
	if got, want := x.r.beyondExtension(at), x.plain.beyondExtension(at); !slices.Equal(got, want) {
		t.Fatalf("on day %d %q suspend cover, want %q", at.AsOf, got, want)
	}
	if overdue != wantOverdue || !slices.Equal(keys, wantLate) || next != wantNext {
		t.Fatalf("on day %d overdue is %v, late %d, next %d, want %v, %d and %d", at.AsOf, overdue, keys, next, wantOverdue,
			wantLate, wantNext)
	}
}

// TestManyDeliveriesAreAsOneByOne holds deliveries to going through all of them, while they are few and many, under
// limits that are mostly one or mostly differ, and under one version of terms or some.
func TestManyDeliveriesAreAsOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := &both{t: t, r: &runoff{}, terms: NewTerms(), seed: rapid.Uint64().Draw(t, "seed")}
		for range rapid.IntRange(1, 4).Draw(t, "versions") {
			x.terms.Put(event.PolicyUpserted{EffectiveOn: event.Day(x.random(60)), MaximumExtensionDays: int32(30 * x.random(3)),
				NotificationDeadlineDays: int32(30 * x.random(4))})
		}
		limits := rapid.SampledFrom([]int{1, 2, 1000}).Draw(t, "limits")
		for range rapid.SampledFrom([]int{0, few, 10 * few}).Draw(t, "deliveries") {
			x.ship(limits)
		}
		for range rapid.IntRange(1, 8).Draw(t, "rounds") {
			for range rapid.SampledFrom([]int{1, 3, 2 * few}).Draw(t, "steps") {
				x.step(limits)
			}
			x.compare()
			switch rapid.IntRange(0, 3).Draw(t, "then") {
			case 0:
				x.r.Tidy(event.Day(x.n/10), 5)
				x.plain.Tidy(event.Day(x.n/10), 5)
			case 1:
				b := wire.Append(nil, &x.r.Deliveries)
				x.r = &runoff{}
				if err := wire.Decode(b, &x.r.Deliveries); err != nil {
					t.Fatal(err)
				}
			case 2:
				x.r.Deliveries = Follow(slices.Clone(x.plain.all))
				x.plain.receipts = nil
			}
			x.compare()
		}
	})
}
