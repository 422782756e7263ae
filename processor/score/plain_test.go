package score

import (
	"fmt"
	"testing"

	"barometer/ingest/event"

	"pgregory.net/rapid"
)

// ledgerOf is what is open, worked out anew from everything that has happened, without running sums, buckets or
// crossings.
type ledgerOf struct {
	invoices map[Ref]*plainInvoice
	balances map[string]Balance
}

type plainInvoice struct {
	minor, cents, open int64
	lateFrom           event.Day
	disputed, dormant  bool
	applied            map[string]int64
}

// open is outstanding, overdue, suppliers in arrears, and whether something open and undisputed has each ageing status.
func (l *ledgerOf) open(today event.Day) (outstanding, overdue int64, arrears int, status [buckets]bool) {
	late := map[string]bool{}
	for ref, v := range l.invoices {
		if v.open == 0 {
			continue
		}
		cents, _ := MulDiv(v.cents, v.open, v.minor)
		outstanding += cents
		if v.disputed || v.dormant {
			continue
		}
		days := today - v.lateFrom
		switch {
		case days > 90:
			status[4] = true
		case days > 60:
			status[3] = true
		case days > 30:
			status[2] = true
		case days > 0:
			status[1] = true
		default:
			status[0] = true
		}
		if days > 30 {
			overdue += cents
			late[ref.Policy] = true
		}
	}
	for policy, b := range l.balances {
		if today-b.AsOf > 180 {
			continue
		}
		for i, cents := range b.Cents {
			outstanding += cents
			status[i] = status[i] || cents > 0
			if i >= 2 {
				overdue += cents
				if cents > 0 {
					late[policy] = true
				}
			}
		}
	}
	return outstanding, overdue, len(late), status
}

// TestWhatIsOpenFollowsFromItsHistory holds the running sums to a ledger that adds up everything on every day.
func TestWhatIsOpenFollowsFromItsHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p Payments
		l := ledgerOf{map[Ref]*plainInvoice{}, map[string]Balance{}}
		day := event.Day(20_000)
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			day += event.Day(rapid.Int32Range(0, 25).Draw(t, "days"))
			p.Cross(day)
			ref := Ref{rapid.SampledFrom([]string{"p1", "p2", "p3"}).Draw(t, "policy"),
				fmt.Sprint(rapid.IntRange(0, 7).Draw(t, "invoice"))}
			payment, v := fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "payment")), l.invoices[ref]
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0, 1, 2:
				x := Invoice{rapid.Int64Range(1, 1<<40).Draw(t, "minor"), "USD", rapid.Int64Range(0, 1<<50).Draw(t, "cents"),
					day - 10, day + event.Day(rapid.Int32Range(-50, 50).Draw(t, "due"))}
				history := rapid.Bool().Draw(t, "history")
				if r, _ := p.Issue(ref, x, day, history, as); r == Applied {
					l.invoices[ref] = &plainInvoice{minor: x.Minor, cents: x.Cents, open: x.Minor, lateFrom: x.DueOn, dormant: history,
						applied: map[string]int64{}}
				}
			case 3, 4:
				if r, applied := p.Pay(ref, Payment{payment, rapid.Int64Range(1, 1<<40).Draw(t, "minor"), "USD", day},
					day); r == Applied || r == Overpaid && applied > 0 {
					v.open -= applied
					v.applied[payment] = applied
				}
			case 5:
				if begins := rapid.Bool().Draw(t, "begins"); p.Dispute(ref, begins, day) == Applied {
					v.disputed = begins
				}
			case 6:
				if due := day + event.Day(rapid.Int32Range(-20, 40).Draw(t, "due")); p.Extend(ref, due, day) == Applied {
					v.lateFrom = due
				}
			case 7:
				if p.Reverse(ref, payment, day) == Applied {
					v.open += v.applied[payment]
				}
			case 8:
				if p.Cancel(ref, day) == Applied {
					v.open = 0
				}
				p.HistoryClosed(ref.Policy, day)
				for other, v := range l.invoices {
					v.dormant = v.dormant && other.Policy != ref.Policy
				}
				p.Tidy(day)
			default:
				b := Balance{AsOf: day - event.Day(rapid.Int32Range(0, 200).Draw(t, "as of"))}
				for i := range b.Cents {
					b.Cents[i] = max(0, rapid.Int64Range(-1<<20, 1<<40).Draw(t, "cents"))
				}
				if p.Report(ref.Policy, b, day) == Applied {
					l.balances[ref.Policy] = b
				}
			}
			outstanding, overdue, arrears, status := l.open(day)
			got := p.Points(baseline(), day)
			if p.Outstanding() != outstanding || p.Overdue() != overdue || got.InArrears != arrears {
				t.Fatalf("day %d: outstanding %d, overdue %d, %d in arrears; the ledger says %d, %d, %d", day, p.Outstanding(),
					p.Overdue(), got.InArrears, outstanding, overdue, arrears)
			}
			for b := range status {
				if status[b] != (p.inBucket[b] > 0) {
					t.Fatalf("day %d, status %d: the ledger says %v, the buckets are %v", day, b, status, p.inBucket)
				}
			}
		}
	})
}
