package storage

import (
	options "flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/limit"

	"github.com/shopspring/decimal"
)

// billRow is a message about an invoice that was delivered on a day.
type billRow struct {
	at        int64
	invoice   int
	delivered event.Day // 0: a dispute begins or ends
	disputed  bool
	refused   bool
}

// shipped are the invoices that are known to have been delivered on a day, and those of them that are in dispute.
func shipped(rows []billRow, on event.Day, knownMs int64) (delivered, disputed []string) {
	in, out := map[int]bool{}, map[int]bool{}
	for _, r := range rows {
		switch {
		case r.at > knownMs || r.refused:
		case r.delivered == 0:
			in[r.invoice] = r.disputed
		case r.delivered == on:
			out[r.invoice] = true
		}
	}
	for invoice := range out {
		delivered = append(delivered, fmt.Sprint("i", invoice))
		if in[invoice] {
			disputed = append(disputed, fmt.Sprint("i", invoice))
		}
	}
	return delivered, disputed
}

// aChange is a change of cover of a day, often of a delivery of the day on.
func aChange(r *rand.Rand, on, day event.Day) *decision.Cover {
	b := &decision.Cover{Policy: "p1", Currency: "EUR", Code: decision.CoverCode(1 + r.IntN(int(decision.Restored)+2)),
		NowMinor: (1 + r.Int64N(100_000)) * 100, From: day}
	if b.Code > decision.Restored {
		b.Code = decision.Forfeited
	}
	switch b.Code {
	case decision.Forfeited, decision.Restored:
		b.Invoice, b.DeliveredOn = fmt.Sprint("i", r.IntN(2)), on-event.Day(r.IntN(4)/3)
		b.From, b.To = b.DeliveredOn, b.DeliveredOn
	case decision.BindingOrder:
		b.To = b.From + event.Day(r.IntN(40))
	case decision.Discretionary:
		b.NowMinor *= r.Int64N(2)
	}
	return b
}

var histories = options.Int("covers", 100, "how many random histories of limits to ask the view cover about")

// TestCoverIsByTheOneRule holds the view to limit.Covered, over random histories of decisions and invoices.
func TestCoverIsByTheOneRule(t *testing.T) {
	db := database(t, engine(t, t.TempDir()))
	ctx := t.Context()
	day := func(d event.Day) string { return d.String() }
	orNull := func(d event.Day) string {
		if d == 0 {
			return "NULL"
		}
		return "'" + d.String() + "'"
	}
	instant := func(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05.000") }
	r := rand.New(rand.NewPCG(5, 9))
	all, bills := make([][]decision.Decision, *histories), make([][]billRow, *histories)
	values, changes, terms, payments, rejections := "", "", "", "", ""
	ons, knowns := make([]event.Day, *histories), make([]int64, *histories)
	for h := range all {
		ons[h], knowns[h] = event.Day(20_000+r.IntN(130)), event.Day(20_000).Ms()+r.Int64N(120*86_400_000)
		at := event.Day(20_000).Ms()
		for i := range r.IntN(3) * r.IntN(4) {
			at += r.Int64N(12 * 86_400_000)
			row := billRow{at: at, invoice: r.IntN(2), disputed: r.IntN(3) > 0, refused: r.IntN(5) == 0}
			kind, delivered := "invoice.disputed", "NULL"
			if r.IntN(2) == 0 {
				kind, row.disputed = "invoice.issued", false
				row.delivered = ons[h] + event.Day(r.IntN(5)/4)
				delivered = "'" + day(row.delivered) + "'"
			}
			bills[h] = append(bills[h], row)
			payments += fmt.Sprintf(",(1, 3, %d, 0, '%s', 'p1', 'b%d', '%s', 'i%d', %s, %v)", i, instant(row.at), h, kind,
				row.invoice, delivered, row.disputed)
			if row.refused {
				rejections += fmt.Sprintf(",(1, 3, %d, 0, '%s', 'b%d', 'p1')", i, instant(row.at), h)
			}
		}
		at = event.Day(20_000).Ms()
		for i := range 1 + r.IntN(8) {
			at += r.Int64N(12 * 86_400_000)
			d := decision.Decision{Position: event.Position{Generation: 1, Partition: 3, Offset: int64(i)}, AtMs: at}
			if r.IntN(2) == 0 {
				b := aChange(r, ons[h], event.DayOf(at))
				d.Kind, d.Body = decision.CoverChanged, b
				all[h] = append(all[h], d)
				changes += fmt.Sprintf(",(1, 3, %d, 0, '%s', 'p1', 'b%d', '%s', '%s', %d, 'EUR', '%s', %s)", i, instant(at), h,
					b.Code, b.Invoice, b.NowMinor/100, day(b.From), orNull(b.To))
				continue
			}
			l := &decision.Limit{Policy: "p1", Buyer: fmt.Sprint("b", h), Currency: "EUR", EffectiveOn: event.DayOf(at),
				Code: decision.LimitCode(1 + r.IntN(int(decision.Reinstated))), GrantedMinor: (1 + r.Int64N(100_000)) * 100}
			switch l.Code {
			case decision.StillInvestigating, decision.Preliminary:
				l.EffectiveOn = 0
			case decision.Reduced, decision.Cancelled:
				l.EffectiveOn += event.Day([]int{0, 10, 30}[r.IntN(3)])
				if l.Code == decision.Cancelled {
					l.GrantedMinor = 0
				}
				if r.IntN(4) == 0 {
					l.EffectiveOn, l.OnDelivery = 0, true
				}
			case decision.NotApproved:
				l.EffectiveOn = 0
				l.RequestKind = []event.RequestKind{event.RequestNew, event.RequestPreliminary}[r.IntN(2)]
			}
			if l.EffectiveOn != 0 && r.IntN(5) == 0 {
				l.ValidUntil = l.EffectiveOn + event.Day(r.IntN(40))
			}
			d.Kind, d.Body = decision.LimitDecided, l
			all[h] = append(all[h], d)
			values += fmt.Sprintf(",(1, 3, %d, 0, '%s', 'p1', 'b%d', '%s', '%s', %d, 'EUR', %s, %s, %v)", i, instant(at), h,
				l.Code, l.RequestKind, l.GrantedMinor/100, orNull(l.EffectiveOn), orNull(l.ValidUntil), l.OnDelivery)
		}
	}
	terms = fmt.Sprintf("(1, 3, 1, 0, '%s', 'p1', 'EUR', 90, '%s', NULL), (1, 3, 2, 0, '%s', 'p1', 'EUR', 85, '%s', '%s')",
		instant(event.Day(20_000).Ms()), day(19_000), instant(event.Day(20_010).Ms()), day(20_050), day(20_110))
	for _, insert := range []string{
		"INSERT INTO limits (log_generation, log_partition, log_offset, seq, at, policy_id, buyer_id, code, request_kind, " +
			"granted, currency, effective_on, valid_until, on_delivery) VALUES " + values[1:],
		"INSERT INTO covers (log_generation, log_partition, log_offset, seq, at, policy_id, buyer_id, code, invoice_id, " +
			"now, currency, from_on, to_on) VALUES " + changes[1:],
		"INSERT INTO policies (log_generation, log_partition, log_offset, seq, at, policy_id, currency, " +
			"insured_percentage, effective_on, period_to) VALUES " + terms,
		"INSERT INTO payments (log_generation, log_partition, log_offset, seq, at, policy_id, buyer_id, type, invoice_id, " +
			"delivered_on, disputed) VALUES " + payments[1:],
		"INSERT INTO rejections (log_generation, log_partition, log_offset, seq, at, buyer_id, policy_id) VALUES " +
			rejections[1:],
	} {
		if err := db.conn.Exec(ctx, insert); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[limit.Uncovered]int{}
	for h := range *histories {
		on, known := ons[h], knowns[h]
		got, view, err := db.cover(ctx, "p1", fmt.Sprint("b", h), on, time.UnixMilli(known))
		if err != nil {
			t.Fatal(err)
		}
		want, percentage := limit.Covered(all[h], on, known), int64(90)
		want.Delivered, want.Disputed = shipped(bills[h], on, known)
		if want.Currency = "EUR"; on >= 20_050 && known >= event.Day(20_010).Ms() {
			percentage, want.Ended = 85, on > 20_110
		}
		o, position := want.Outcome(), ""
		if o.Decision != (event.Position{}) {
			position = o.Decision.String()
		}
		if wanted := (coverOutcome{currency: o.Currency, decision: position, reason: string(o.Reason)}); wanted !=
			(coverOutcome{currency: view.currency, decision: view.decision, reason: view.reason}) ||
			!view.upTo.Equal(decimal.New(o.UpToMinor, -2)) || !got.Percentage.Equal(decimal.NewFromInt(percentage)) {
			t.Fatalf("%+v on %s as known at %s: the view says %+v, the rule %+v", all[h], on, instant(known), view, o)
		}
		if by := got.Outcome(); by != o {
			t.Fatalf("%+v on %s as known at %s: by what the view read %+v, by the decisions %+v", all[h], on, instant(known),
				by, o)
		}
		seen[o.Reason]++
	}
	for _, reason := range []limit.Uncovered{"", limit.NoLimit, limit.Refused, limit.Expired, limit.Cancelled,
		limit.Overdue,
		limit.PolicyEnded, limit.InDispute, limit.LateNotification} {
		if seen[reason] == 0 {
			t.Errorf("no delivery was %q", reason)
		}
	}
	for range 5 {
		on, in := event.Day(20_000+r.IntN(130)), map[string]string{}
		if err := db.query(ctx, "limits_on", "SELECT buyer_id, concat(toString(toInt64(granted)), ' ', position) FROM "+
			"limits_on(day = '"+on.String()+"')", nil, func(row scanner) error {
			var buyer, limit string
			err := row.Scan(&buyer, &limit)
			in[buyer] = limit
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for h := range all {
			l, want := limit.Covered(all[h], on, 1<<60).Limit, ""
			if l.Minor > 0 && (l.ValidUntil == 0 || l.ValidUntil >= on) {
				want = fmt.Sprintf("%d %s", l.Minor/100, l.Decision)
			}
			if got := in[fmt.Sprint("b", h)]; got != want {
				t.Fatalf("%+v on %s: %q, by the rule %q", all[h], on, got, want)
			}
		}
	}
	if got, err := db.Cover(ctx, "p9", "b1", 20_050, time.UnixMilli(event.Day(20_100).Ms())); err != nil ||
		got.Outcome().Reason != limit.NoPolicy {
		t.Errorf("a policy that is none: %+v (%v)", got, err)
	}
}
