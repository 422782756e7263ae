package score

import (
	"testing"

	"barometer/ingest/event"
)

func balanceOf(asOf event.Day, euros ...int64) Balance {
	b := Balance{AsOf: asOf}
	for i, e := range euros {
		b.Cents[i] = 100 * e
	}
	return b
}

// TestBalances: what a balance counts for, what takes its place, and that it counts for 180 days.
func TestBalances(t *testing.T) {
	const today = event.Day(20_500)
	var p Payments
	if r := p.Report("p", balanceOf(today, 1000, 500, 300, 150, 50), today); r != Applied {
		t.Fatal(r)
	}
	m := baseline()
	got := p.Assess(nil, m, today)
	// 500 × 15 + 300 × 45 + 150 × 75 + 50 × 105 days = 37 500 / 2000
	if tenths, _ := p.dbt.Slow.Tenths(); tenths != 187 {
		t.Errorf("%d tenths of days beyond terms, want 187", tenths)
	}
	if p.Outstanding() != 2000_00 || p.Overdue() != 500_00 || p.n != (Decaying{Whole, today}) ||
		p.months.last(today) != 4 || !got.HasPayments || got.InArrears != 1 || got.Reporting != 1 {
		t.Errorf("%+v\n%+v", p, got)
	}
	if owed(&p, "p") != 0 {
		t.Error("a balance is no delivery that could be covered")
	}
	for name, b := range map[string]Balance{"the same": balanceOf(today, 1000, 500, 300, 150, 50),
		"an older one": balanceOf(today-1, 1)} {
		if r := p.Report("p", b, today); r != Repeated {
			t.Errorf("%s: %s", name, r)
		}
	}
	if r := p.Report("p", balanceOf(today, 100, 20), today+3); r != Applied || p.Outstanding() != 120_00 ||
		p.Overdue() != 0 || p.suppliers[0].arrears.any() || p.inBucket != [buckets]uint32{1, 1} {
		t.Errorf("another one of the same day takes its place: %s, %+v", r, p)
	}
	if tenths, _ := p.dbt.Slow.Tenths(); tenths != 25 { // 20 × 15 / 120
		t.Errorf("%d tenths of days beyond terms after it, want 25", tenths)
	}
	if p.n.At(today, SlowHalfLife) != 2*Whole || p.months.last(today) != 4 {
		t.Errorf("n and the months stay: %+v", p)
	}
	if next := p.NextCrossing(); next > today+181 || p.Cross(today+180) || p.Outstanding() != 120_00 {
		t.Errorf("it ends too early, next %d: %+v", next-today, p)
	}
	if !p.Cross(today+181) || p.Outstanding() != 0 || p.inBucket != [buckets]uint32{} || p.Cross(today+400) {
		t.Errorf("it counts after 180 days: %+v", p)
	}
	if _, known := p.dbt.Slow.Tenths(); known {
		t.Error("days beyond terms know of it after 180 days")
	}
	if r := p.Report("p", balanceOf(today+200, 5), today+390); r != Applied || p.Outstanding() != 0 ||
		p.evidence != today+200 {
		t.Errorf("one that comes too late is evidence only: %s, %+v", r, p)
	}
	var full Payments
	if r := full.Report("p", Balance{AsOf: today, Cents: [buckets]int64{maxCents, 1}}, today); r != Full {
		t.Errorf("more than a buyer may owe: %s", r)
	}
}
