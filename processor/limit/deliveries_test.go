package limit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	"barometer/ingest/event"

	"pgregory.net/rapid"
)

// delivers ships whole euros on a day, due thirty days later.
func delivers(d *Deliveries, key uint64, day event.Day, euros, limit int64) {
	d.Add(Delivery{Key: key, Invoice: fmt.Sprint("i", key), DeliveredOn: day, DueOn: day + 30, Open: euros * 100,
		Limit: limit * 100})
}

func wantTotals(t *testing.T, d *Deliveries, open, covered int64) {
	t.Helper()
	if got := d.Totals(); got.Open != open*100 || got.Covered != covered*100 {
		t.Errorf("open %d, covered %d euro cents, want %d and %d euros", got.Open, got.Covered, open, covered)
	}
}

// TestRunOff are the worked numbers of the model.
func TestRunOff(t *testing.T) {
	var d Deliveries
	delivers(&d, 1, 10, 80_000, 100_000)
	wantTotals(t, &d, 80_000, 80_000)
	delivers(&d, 2, 40, 20_000, 0) // cancelled
	wantTotals(t, &d, 100_000, 80_000)
	d.Pay(1, 30_000_00, 50)
	wantTotals(t, &d, 70_000, 50_000)

	d = Deliveries{}
	delivers(&d, 1, 10, 80_000, 100_000)
	d.Pay(1, 30_000_00, 50)
	delivers(&d, 2, 51, 20_000, 60_000) // cut to 60 000: 10 000 of headroom
	wantTotals(t, &d, 70_000, 60_000)
}

func TestRoomThatEarlierDeliveriesLeaveIsLaterOnes(t *testing.T) {
	var d Deliveries
	delivers(&d, 1, 10, 80_000, 100_000)
	delivers(&d, 2, 11, 50_000, 100_000)
	wantTotals(t, &d, 130_000, 100_000)
	d.Pay(1, 40_000_00, 20)
	wantTotals(t, &d, 90_000, 90_000)
	if !d.Reverse(1, 40_000_00) {
		t.Fatal("the payment is not found")
	}
	wantTotals(t, &d, 130_000, 100_000)
	delivers(&d, 3, 9, 30_000, 100_000) // told late, but delivered first
	wantTotals(t, &d, 160_000, 100_000)
	if v := d.Find(2); v.Open != 50_000_00 {
		t.Errorf("open of the last one: %d", v.Open)
	}
}

func TestAPaymentSettlesTheOldestDueAndGoesBackWhereItCameOff(t *testing.T) {
	var d Deliveries
	d.Add(Delivery{Key: 1, Invoice: "a", DeliveredOn: 10, DueOn: 90, Open: 500, Limit: 1000})
	d.Add(Delivery{Key: 2, Invoice: "b", DeliveredOn: 20, DueOn: 50, Open: 300, Limit: 1000})
	d.Pay(7, 400, 60)
	if a, b := d.Find(1).Open, d.Find(2).Open; a != 400 || b != 0 {
		t.Fatalf("open: %d and %d", a, b)
	}
	d.Tidy(100, 60)
	if d.Find(2) == nil {
		t.Fatal("a delivery is gone whose payment can be taken back")
	}
	d.Reverse(7, 401) // rounded otherwise then
	if a, b := d.Find(1).Open, d.Find(2).Open; a != 501 || b != 300 {
		t.Fatalf("open: %d and %d", a, b)
	}
	if d.Reverse(7, 400) {
		t.Error("a payment is taken back twice")
	}
	d.Pay(8, 300, 61)
	d.WriteOff(2, 100) // a credit note for what the payment settled for cover: it is the other one's
	if a := d.Find(1).Open; a != 401 {
		t.Errorf("open: %d", a)
	}
	d.Tidy(122, 60)
	if d.Find(2) != nil || d.Find(1) == nil {
		t.Error("what is over is to be forgotten, what is open is not")
	}
}

func TestAnOrderCoversWhatTheLimitLeaves(t *testing.T) {
	var d Deliveries
	delivers(&d, 1, 10, 80_000, 60_000)
	delivers(&d, 2, 11, 30_000, 60_000)
	if open, covered := d.Outstanding(2); open != 30_000_00 || covered != 0 {
		t.Errorf("open %d, covered %d", open, covered)
	}
	d.Find(2).Ordered = 25_000_00
	d.Find(2).Disputed = true
	wantTotals(t, &d, 110_000, 85_000)
	if got := d.Totals().Suspended; got != 25_000_00 {
		t.Errorf("suspended: %d", got)
	}
	d.Pay(1, 80_000_00, 50)
	wantTotals(t, &d, 30_000, 30_000)
}

// plainDeliveries is the same written down from the model: lists, and every sum made anew.
type plainDeliveries struct {
	all  []Delivery
	came map[uint64][]receipt
}

func (p *plainDeliveries) totals() (t Totals) {
	ordered := slices.Clone(p.all)
	slices.SortFunc(ordered, func(v, w Delivery) int {
		return cmp.Or(cmp.Compare(v.DeliveredOn, w.DeliveredOn), cmp.Compare(v.Invoice, w.Invoice))
	})
	var uses []int64
	for _, v := range ordered {
		free := v.Limit
		for _, u := range uses {
			free -= u
		}
		use := min(v.Open, max(free, 0))
		uses = append(uses, use)
		covered := use + min(v.Ordered, v.Open-use)
		t.Ordered += covered - use
		t.Open, t.Covered = t.Open+v.Open, t.Covered+covered
		if v.Disputed {
			t.Suspended += covered
		}
	}
	return t
}

func (p *plainDeliveries) pay(id uint64, cents int64) {
	slices.SortFunc(p.all, func(v, w Delivery) int {
		return cmp.Or(cmp.Compare(v.DueOn, w.DueOn), cmp.Compare(v.DeliveredOn, w.DeliveredOn),
			cmp.Compare(v.Invoice, w.Invoice))
	})
	for i := range p.all {
		part := min(cents, p.all[i].Open)
		p.all[i].Open, cents = p.all[i].Open-part, cents-part
		p.came[id] = append(p.came[id], receipt{delivery: p.all[i].Key, cents: part})
	}
}

// TestRunOffProperties holds deliveries to what is written down plainly, and to their bounds.
func TestRunOffProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d Deliveries
		p := plainDeliveries{came: map[uint64][]receipt{}}
		var most int64
		for n := range rapid.Uint64Range(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 6).Draw(t, "step") {
			case 0, 1, 2:
				day := event.Day(rapid.Int32Range(0, 20).Draw(t, "day"))
				v := Delivery{Key: n + 1, Invoice: fmt.Sprint("i", rapid.IntRange(0, 1).Draw(t, "id"), n), DeliveredOn: day,
					DueOn: day + event.Day(rapid.Int32Range(0, 30).Draw(t, "terms")), Open: rapid.Int64Range(1, 50).Draw(t, "amount"),
					Limit: rapid.Int64Range(0, 90).Draw(t, "limit"), Ordered: rapid.Int64Range(0, 9).Draw(t, "ordered")}
				d.Add(v)
				p.all = append(p.all, v)
				most = max(most, v.Limit)
			case 3, 4:
				cents := rapid.Int64Range(1, 70).Draw(t, "paid")
				d.Pay(n, cents, 0)
				p.pay(n, cents)
			case 5:
				id := rapid.Uint64Range(0, 40).Draw(t, "payment")
				var cents int64
				for _, r := range p.came[id] {
					cents += r.cents
					p.all[slices.IndexFunc(p.all, func(v Delivery) bool { return v.Key == r.delivery })].Open += r.cents
				}
				delete(p.came, id)
				d.Reverse(id, cents)
			default:
				if len(p.all) > 0 {
					v := &p.all[rapid.IntRange(0, len(p.all)-1).Draw(t, "disputed")]
					v.Disputed = !v.Disputed
					d.Find(v.Key).Disputed = v.Disputed
				}
			}
			got, want := d.Totals(), p.totals()
			if got != want {
				t.Fatalf("%+v, want %+v", got, want)
			}
			var byOrder int64
			for _, v := range p.all {
				byOrder += min(v.Ordered, v.Open)
			}
			if got.Covered > got.Open || got.Covered > most+byOrder || got.Suspended > got.Covered {
				t.Fatalf("%+v of limits up to %d", got, most)
			}
		}
	})
}

func TestALostDeliveryUsesNothingOfTheLimit(t *testing.T) {
	var d Deliveries
	delivers(&d, 1, 10, 80_000, 100_000)
	delivers(&d, 2, 11, 30_000, 100_000)
	wantTotals(t, &d, 110_000, 100_000)
	d.Find(1).Forfeited, d.Find(1).Ordered = true, 5_000_00
	wantTotals(t, &d, 110_000, 30_000)
	d.Find(1).Forfeited, d.Find(1).Ordered = false, 0
	wantTotals(t, &d, 110_000, 100_000)
}

// TestDueDatesAreWalkedInOrder walks from due date to due date, and through what is open of each.
func TestDueDatesAreWalkedInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := &Line{runoff: &runoff{}}
		want := map[event.Day][]string{}
		for i := range rapid.IntRange(0, 20).Draw(t, "deliveries") {
			due, open := event.Day(rapid.IntRange(1, 8).Draw(t, "due")), rapid.Int64Range(0, 2).Draw(t, "open")
			id := fmt.Sprintf("i%02d", i)
			l.runoff.Add(Delivery{Key: uint64(i), Invoice: id, DeliveredOn: 100, DueOn: due, Open: open})
			if open > 0 {
				want[due] = append(want[due], id)
			}
		}
		got, last := map[event.Day][]string{}, event.Day(0)
		for due, ok := l.NextDue(0); ok; due, ok = l.NextDue(due) {
			if due <= last {
				t.Fatalf("after %d comes %d", last, due)
			}
			for v := range l.OpenDueOn(due) {
				got[due] = append(got[due], v.Invoice)
			}
			last = due
		}
		if !maps.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("%v is due, want %v", got, want)
		}
	})
	if _, ok := (&Line{}).NextDue(0); ok {
		t.Error("something is due of a line that follows nothing")
	}
}
