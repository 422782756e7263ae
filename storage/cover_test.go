package storage

import (
	options "flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"barometer/ingest/event"

	"github.com/shopspring/decimal"
)

// limitRow is a limit decision, as far as cover asks.
type limitRow struct {
	at                    int64 // ms
	code                  string
	granted               int64
	onDelivery            bool
	invoice               int // whose cover is lost or restored
	effective, validUntil event.Day
}

// coverByHand goes through what was known and plays what it planned, day by day.
func coverByHand(rows []limitRow, on event.Day, knownMs int64) (upTo int64, reason string, by int) {
	plan := map[event.Day]int{} // decision by the day from which it holds
	refused, stopped := false, -1
	var ordered, will int64
	order, atWill := -1, -1
	defer func() {
		if upTo += ordered; ordered > 0 && (reason != "" || by < 0) {
			reason, by = "", order
		}
	}()
	for i, r := range rows {
		if r.at > knownMs {
			break
		}
		switch r.code {
		case "still_investigating", "preliminary", "cover_lost", "cover_restored":
			continue
		case "not_approved":
			refused = refused || r.effective <= on
			continue
		case "discretionary":
			if r.effective <= on {
				will, atWill = r.granted, i
			}
			continue
		case "suspended":
			if r.effective <= on {
				stopped = i
			}
			continue
		case "binding_order":
			if r.effective <= on && on <= r.validUntil {
				ordered, order = ordered+r.granted, i
			}
			continue
		case "resumed":
			if r.effective <= on {
				stopped = -1
			}
			continue
		}
		if r.onDelivery {
			continue // its notice is not delivered: nothing changes
		}
		for day := range plan { // it removes what is planned for its own day or later
			if day >= r.effective {
				delete(plan, day)
			}
		}
		plan[r.effective] = i
	}
	by = -1
	for day := event.Day(20_000); day <= on; day++ {
		if i, ok := plan[day]; ok {
			by = i
		}
	}
	switch {
	case by < 0 && refused:
		return 0, "refused", by
	case by < 0 && will > 0:
		return will, "", atWill
	case by < 0:
		return 0, "no_limit", by
	case rows[by].validUntil != 0 && rows[by].validUntil < on:
		return 0, "expired", by
	case rows[by].granted == 0:
		return 0, "cancelled", by
	case stopped >= 0:
		return 0, "overdue", stopped
	}
	return rows[by].granted, "", by
}

// billRow is a message about an invoice that was delivered on a day.
type billRow struct {
	at        int64
	invoice   int
	delivered event.Day // 0: a dispute begins or ends
	disputed  bool
	refused   bool
}

// uncoveredByHand tells whether all that is known to have been delivered on a day was reported too late, or is so or in
// dispute.
func uncoveredByHand(rows []billRow, decided []limitRow, on event.Day, knownMs int64) (reason string) {
	disputed := map[int]bool{}
	delivered := map[int]bool{}
	for _, r := range rows {
		switch {
		case r.at > knownMs || r.refused:
		case r.delivered == 0:
			disputed[r.invoice] = r.disputed
		case r.delivered == on:
			delivered[r.invoice] = true
		}
	}
	lost := map[int]bool{}
	for _, r := range decided {
		if r.at <= knownMs && r.effective == on && (r.code == "cover_lost" || r.code == "cover_restored") {
			lost[r.invoice] = r.code == "cover_lost"
		}
	}
	reason = "late_notification"
	for invoice := range delivered {
		switch {
		case lost[invoice]:
		case disputed[invoice]:
			reason = "dispute"
		default:
			return ""
		}
	}
	if len(delivered) == 0 {
		return ""
	}
	return reason
}

var covers = options.Int("covers", 100, "how many random histories of limits to ask the view cover about")

// TestCoverIsWhatWasInForceByWhatWasKnown holds the view to an answer by hand, over random histories of decisions.
func TestCoverIsWhatWasInForceByWhatWasKnown(t *testing.T) {
	db := database(t, engine(t, t.TempDir()))
	ctx := t.Context()
	day := func(d event.Day) string { return d.String() }
	instant := func(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05.000") }
	r := rand.New(rand.NewPCG(5, 9))
	all, bills := make([][]limitRow, *covers), make([][]billRow, *covers)
	values, terms, payments, rejections := "", "", "", ""
	ons, knowns := make([]event.Day, *covers), make([]int64, *covers)
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
			row := limitRow{at: at, code: []string{"approved", "partly_approved", "reduced", "cancelled", "not_approved",
				"still_investigating", "preliminary", "reinstated", "conditional", "suspended", "resumed", "binding_order",
				"discretionary", "cover_lost", "cover_restored", "cover_lost"}[r.IntN(16)], granted: 1 + r.Int64N(100_000),
				effective: event.DayOf(at)}
			conditions := "[]"
			if row.code == "cover_lost" || row.code == "cover_restored" {
				row.invoice, row.effective, row.granted = r.IntN(2), ons[h]-event.Day(r.IntN(4)/3), 0
				row.validUntil = row.effective
				conditions = fmt.Sprintf("['invoice=i%d']", row.invoice)
			}
			if row.code == "reduced" || row.code == "cancelled" {
				row.effective += event.Day([]int{0, 10, 30}[r.IntN(3)])
				row.onDelivery = r.IntN(4) == 0
			}
			if row.code == "cancelled" || row.code == "discretionary" && r.IntN(2) == 0 {
				row.granted = 0
			} else if conditions == "[]" && r.IntN(5) == 0 || row.code == "binding_order" {
				row.validUntil = row.effective + event.Day(r.IntN(40))
			}
			all[h] = append(all[h], row)
			until, from := "NULL", "'"+day(row.effective)+"'"
			if row.onDelivery {
				from = "NULL"
			}
			if row.validUntil != 0 {
				until = "'" + day(row.validUntil) + "'"
			}
			values += fmt.Sprintf(",(1, 3, %d, 0, '%s', 'p1', 'b%d', '%s', %d, 'EUR', %s, %s, %v, %s)", i, instant(row.at), h,
				row.code, row.granted, from, until, row.onDelivery, conditions)
		}
	}
	terms = fmt.Sprintf("(1, 3, 1, 0, '%s', 'p1', 'EUR', 90, '%s', NULL), (1, 3, 2, 0, '%s', 'p1', 'EUR', 85, '%s', '%s')",
		instant(event.Day(20_000).Ms()), day(19_000), instant(event.Day(20_010).Ms()), day(20_050), day(20_110))
	for _, insert := range []string{
		"INSERT INTO limits (log_generation, log_partition, log_offset, seq, at, policy_id, buyer_id, code, granted, " +
			"currency, effective_on, valid_until, on_delivery, conditions) VALUES " + values[1:],
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
	seen := map[string]int{}
	for h := range *covers {
		on, known := ons[h], knowns[h]
		got, err := db.Cover(ctx, "p1", fmt.Sprint("b", h), on, time.UnixMilli(known))
		if err != nil {
			t.Fatal(err)
		}
		upTo, reason, by := coverByHand(all[h], on, known)
		position := ""
		if by >= 0 {
			position = fmt.Sprintf("1-3-%d-0", by)
		}
		percentage := int64(90)
		if on >= 20_050 && known >= event.Day(20_010).Ms() {
			percentage = 85
		}
		switch {
		case percentage == 85 && on > 20_110:
			upTo, reason = 0, "policy_ended"
		case reason == "":
			if reason = uncoveredByHand(bills[h], all[h], on, known); reason != "" {
				upTo = 0
			}
		}
		if !got.UpTo.Equal(decimal.NewFromInt(upTo)) || got.Reason != reason || got.Decision != position ||
			!got.Percentage.Equal(decimal.NewFromInt(percentage)) {
			t.Fatalf("%+v on %s as known at %s: %+v; by hand %d %q %s %d %%", all[h], on, instant(known), got, upTo, reason,
				position, percentage)
		}
		seen[reason]++
	}
	for _, reason := range []string{"", "no_limit", "refused", "expired", "cancelled", "overdue", "policy_ended",
		"dispute", "late_notification"} {
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
			limits := slices.Clone(all[h])
			for i := range limits { // limits_on does not ask whether cover is stopped
				if code := &limits[i].code; *code == "suspended" || *code == "resumed" || *code == "binding_order" ||
					*code == "discretionary" || *code == "cover_lost" || *code == "cover_restored" {
					*code = "preliminary"
				}
			}
			upTo, _, by := coverByHand(limits, on, 1<<60)
			want := ""
			if upTo > 0 {
				want = fmt.Sprintf("%d 1-3-%d-0", upTo, by)
			}
			if got := in[fmt.Sprint("b", h)]; got != want {
				t.Fatalf("%+v on %s: %q, by hand %q", all[h], on, got, want)
			}
		}
	}
	if got, err := db.Cover(ctx, "p9", "b1", 20_050, time.UnixMilli(event.Day(20_100).Ms())); err != nil ||
		got.Reason != "no_policy" {
		t.Errorf("a policy that is none: %+v (%v)", got, err)
	}
}
