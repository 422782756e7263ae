package storage

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

// TestALimitShowsWhatIsInForce: what is planned and how the last request was answered stand beside it, and today is log
// time's.
func TestALimitShowsWhatIsInForce(t *testing.T) {
	db := emptied(t)
	exec(t, db, `INSERT INTO progress (log_generation, log_partition, log_offset, at) VALUES (1, 0, 99, '2031-03-10 12:00:00')`)
	var encoder decision.Encoder
	n := int64(0)
	add := func(buyer string, l decision.Limit, timer string) {
		n++
		at := event.Date(2031, 3, 1).Ms() + n
		l.Policy, l.Buyer, l.Holder, l.Currency = "p1", buyer, "h1", "EUR"
		d := decision.Decision{Position: event.Position{Generation: 1, Offset: n}, AtMs: at, Kind: decision.LimitDecided,
			Body: &l}
		effective, until := "NULL", "NULL"
		if l.EffectiveOn != 0 {
			effective = "'" + l.EffectiveOn.String() + "'"
		}
		if l.ValidUntil != 0 {
			until = "'" + l.ValidUntil.String() + "'"
		}
		exec(t, db, fmt.Sprintf(
			`INSERT INTO limits (log_generation, log_offset, at, policy_id, buyer_id, holder_id, request_id, request_kind, code, granted, currency, reason_text,
			effective_on, valid_until, on_delivery, trigger_kind, record_bytes) SETTINGS insert_allow_materialized_columns = 1 VALUES (1, %d, fromUnixTimestamp64Milli(%d), 'p1', '%s', 'h1', '%s', '%s', '%s', %d, 'EUR', '%s', %s, %s, %v, '%s', unhex('%X'))`,
			n, at, buyer, l.Request, l.RequestKind, l.Code, l.GrantedMinor/100, l.ReasonText, effective, until, l.OnDelivery,
			timer, encoder.Append(nil, &d)))
	}
	day := func(d int) event.Day { return event.Date(2031, 3, d) }
	add("cut", decision.Limit{Request: "r1", Code: decision.Approved, GrantedMinor: 300_00, EffectiveOn: day(1),
		ReasonText: "approved"}, "")
	add("cut", decision.Limit{Code: decision.Reduced, GrantedMinor: 200_00, EffectiveOn: day(14),
		ReasonText: "deterioration"}, "")
	// replaces the plan
	add("cut", decision.Limit{Code: decision.Reduced, GrantedMinor: 100_00, EffectiveOn: day(12), ReasonText: "worse"}, "")
	add("cut", decision.Limit{Request: "r2", Code: decision.NotApproved, ReasonText: "capacity"}, "")
	add("cut", decision.Limit{Request: "r3", RequestKind: event.RequestPreliminary, Code: decision.Preliminary,
		GrantedMinor: 900_00}, "")
	add("cut", decision.Limit{Request: "r4", RequestKind: event.RequestPreliminary, Code: decision.NotApproved}, "")
	add("reinstated", decision.Limit{Code: decision.Approved, GrantedMinor: 300_00, EffectiveOn: day(1)}, "")
	add("reinstated", decision.Limit{Code: decision.Cancelled, EffectiveOn: day(20)}, "")
	add("reinstated", decision.Limit{Code: decision.Reinstated, GrantedMinor: 300_00, EffectiveOn: day(2)}, "")
	add("served", decision.Limit{Code: decision.Approved, GrantedMinor: 300_00, EffectiveOn: day(1)}, "")
	add("served", decision.Limit{Code: decision.Reduced, GrantedMinor: 200_00, OnDelivery: true}, "")
	add("served", decision.Limit{Code: decision.Reduced, GrantedMinor: 50_00, OnDelivery: true}, "")
	add("served", decision.Limit{Code: decision.Reduced, GrantedMinor: 200_00, EffectiveOn: day(9)}, "notice.served")
	add("expired", decision.Limit{Code: decision.Approved, GrantedMinor: 300_00, EffectiveOn: day(1), ValidUntil: day(9)},
		"")
	add("refused", decision.Limit{Request: "r9", Code: decision.NotApproved, ReasonText: "capacity"}, "")
	add("asked", decision.Limit{Request: "r8", RequestKind: event.RequestPreliminary, Code: decision.Preliminary,
		GrantedMinor: 70_00}, "")
	// nothing would be granted, or nobody knows yet
	for _, code := range []decision.LimitCode{decision.NotApproved, decision.StillInvestigating} {
		add("asked in vain", decision.Limit{Request: "r10", RequestKind: event.RequestPreliminary, Code: code}, "")
	}

	states, err := db.LimitStates(t.Context(), history.LimitQuery{Policy: "p1", Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	said := func(d *decision.Decision) string {
		if d == nil {
			return "-"
		}
		l := d.Body.(*decision.Limit)
		return fmt.Sprintf("%s %d %s", l.Code, l.GrantedMinor/100, l.EffectiveOn)
	}
	var got []string
	for _, s := range states {
		got = append(got, fmt.Sprintf("%s: %d by %s; planned %s; answer %s; newest %s", s.Buyer, s.GrantedMinor/100,
			said(s.InForce), said(s.Planned), said(s.Answer), said(s.Newest)))
	}
	want := []string{
		"cut: 300 by approved 300 2031-03-01; planned reduced 100 2031-03-12; answer not_approved 0 1970-01-01; newest -",
		"expired: 0 by approved 300 2031-03-01; planned -; answer -; newest -",
		"refused: 0 by -; planned -; answer not_approved 0 1970-01-01; newest not_approved 0 1970-01-01",
		"reinstated: 300 by reinstated 300 2031-03-02; planned -; answer -; newest -",
		"served: 200 by reduced 200 2031-03-09; planned reduced 50 " + event.Day(0).String() + "; answer -; newest -",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("limits now:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	rows, err := db.counts(t.Context(), "limits",
		`SELECT concat(buyer_id, ' ', toString(granted), ' ', code, ' ', reason_text, ' ', toString(planned), ' ',
		toString(planned_from), ' ', last_request, ' ', last_code, ' ', last_reason_text), toUInt64(1) FROM limits_now WHERE buyer_id = 'cut'`)
	if err != nil || len(rows) != 1 ||
		rows[0].Name != "cut 300 approved approved 100 2031-03-12 r2 not_approved capacity" {
		t.Errorf("%v (%v)", rows, err)
	}
	same, err := db.counts(t.Context(), "sums",
		`SELECT 'same', toUInt64((SELECT sum(granted) FROM limits_now) = (SELECT sum(granted) FROM limits_on(day = '2031-03-10')))`)
	if err != nil || same[0].N != 1 {
		t.Errorf("limits_now and limits_on differ in what is in force today (%v)", err)
	}
}

// TestWhatPeopleDecidedCanBeRead: orders with their reasons and what the fold refused of them; reviews with who asked
// and why it was decided.
func TestWhatPeopleDecidedCanBeRead(t *testing.T) {
	db := emptied(t)
	exec(t, db, `INSERT INTO order_messages (log_generation, log_offset, at, occurred_at, event_id, source, type, buyer_id, policy_id, analyst, second_analyst, amount, currency, until, review_id, verdict) VALUES
		(1, 5, '2031-03-01 10:00:00', '2031-03-01 09:00:00', 'uw-1', 'risk.orders/1/0/5', 'underwriter.decided', 'b1', 'p1', 'ann', 'bob', 900.5, 'EUR', '2032-01-31', '', ''),
		(1, 6, '2031-03-01 10:00:01', '2031-03-01 09:00:00', 'uw-2', 'risk.orders/1/0/6', 'underwriter.decided', 'b1', 'p1', 'ann', '', NULL, '', NULL, '', ''),
		(1, 7, '2031-03-01 10:00:02', '2031-03-01 09:00:00', 'rv-1', 'risk.orders/1/0/7', 'review.decided', '', '', 'bob', '', NULL, '', NULL, 'b1/cut-1', 'approve')`)
	exec(t, db, `INSERT INTO order_messages (log_generation, log_offset, at, occurred_at, event_id, source, type, claim_id, case_id, plan_id, verdict, stage, outcome, analyst, paid_on) VALUES
		(1, 8, '2031-03-01 10:00:03', '2031-03-01 09:00:00', 'cl-1', 'risk.orders/1/0/8', 'collection.moved', 'b2/claim-p1-1', 'b2/case-p1-1', 'l1', 'consent', 'closed', 'collected', 'cas', '2031-02-28')`)
	exec(t, db, `INSERT INTO texts (source, words, version) VALUES ('risk.orders/1/0/5', '{"reason":"a guarantee of its parent"}', 1), ('risk.orders/1/0/7', '{"reason":"spoke to its bank"}', 1),
		('risk.orders/1/0/71', '{"reason":"another"}', 1)`)
	exec(t, db, `INSERT INTO rejections (log_generation, log_offset, at, reason, detail, source) VALUES (1, 6, '2031-03-01 10:00:01', 'no_amount', 'say one', 'risk.orders/1/0/6')`)
	d := decision.Decision{Position: event.Position{Generation: 1, Offset: 7}, Kind: decision.ReviewRequested,
		Body: &decision.Review{Review: "b1/cut-1", Kind: "cut", Asked: "ann", Verdict: event.Source{Topic: event.TopicOrders,
			Incarnation: 1, Offset: 7}}}
	exec(t, db, fmt.Sprintf(
		`INSERT INTO review_steps (log_generation, log_offset, seq, at, review_id, kind, buyer_id, state, analyst, asked_by, approved_first, verdict_source, record_bytes) SETTINGS insert_allow_materialized_columns = 1 VALUES
		(1, 7, 0, '2031-03-01 10:00:02', 'b1/cut-1', 'cut', 'b1', 'approved', 'bob', 'ann', 'cleo', 'risk.orders/1/0/7', unhex('%X'))`, new(decision.Encoder).Append(nil, &d)))

	all, err := db.Orders(t.Context(), history.OrderQuery{Buyer: "b1", Limit: 10})
	if err != nil || len(all) != 3 || all[0].Review != "b1/cut-1" {
		t.Fatalf("a verdict on a review of the buyer is not among what was decided on it: %+v (%v)", all, err)
	}
	if other, err := db.Orders(t.Context(), history.OrderQuery{Buyer: "b", Limit: 10}); err != nil || len(other) != 0 {
		t.Errorf("of another buyer: %+v (%v)", other, err)
	}
	all = all[1:]
	if all[0].ID != "uw-2" || all[0].Refused != "no_amount: say one" || all[0].Amount != nil || all[1].Refused != "" {
		t.Fatalf("%+v (%v)", all, err)
	}
	if o := all[1]; o.Reason != "a guarantee of its parent" || o.Analyst != "ann" || o.SecondAnalyst != "bob" ||
		o.Amount.String() != "900.5" ||
		o.Until != event.Date(2032, 1, 31) || o.Type != "underwriter.decided" ||
		!o.At.Equal(time.Date(2031, 3, 1, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", o)
	}
	next, err := db.Orders(t.Context(), history.OrderQuery{Who: "bob",
		Before: &history.OrderCursor{AtMs: all[0].At.UnixMilli() + 1000,
			Position: event.Position{Generation: 1, Offset: 7}}, Limit: 10})
	if err != nil || len(next) != 1 || next[0].ID != "uw-1" {
		t.Errorf("%+v (%v)", next, err)
	}
	of, err := db.Orders(t.Context(), history.OrderQuery{Buyer: "b2", Limit: 10})
	if err != nil || len(of) != 1 || of[0].Plan != "l1" || of[0].Verdict != "consent" || of[0].Outcome != "collected" ||
		of[0].PaidOn != event.Date(2031, 2, 28) || of[0].Case != "b2/case-p1-1" || of[0].Claim != "b2/claim-p1-1" {
		t.Errorf("%+v (%v)", of, err)
	}
	reviews, err := db.Reviews(t.Context(), history.ReviewQuery{ID: "b1/cut-1", Limit: 1})
	if err != nil || len(reviews) != 1 || reviews[0].Texts["risk.orders/1/0/7"].Reason != "spoke to its bank" {
		t.Errorf("%+v (%v)", reviews, err)
	}
	for _, view := range []string{"reviews", "reviews_now"} {
		rows, err := db.counts(t.Context(), view, "SELECT concat(asked_by, ' ', approved_first, ' ', analyst, ': ', "+
			"reason), toUInt64(1) FROM "+view)
		if err != nil || len(rows) != 1 || rows[0].Name != "ann cleo bob: spoke to its bank" {
			t.Errorf("%s: %v (%v)", view, rows, err)
		}
	}
}

func exec(t *testing.T, db *DB, sql string, args ...any) {
	t.Helper()
	if err := db.conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}
