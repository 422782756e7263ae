package main

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestNoticeCountsFromDelivery cuts limits of two policies whose notice counts from delivery. One policyholder's
// receiver is out of order at first: its cut waits, over a kill, until the message is taken. The other has no
// subscription: an analyst says that it had notice.
func TestNoticeCountsFromDelivery(t *testing.T) {
	long(t)
	p := newProduct(t)
	p.start("run")
	p.ready()
	now := time.Now().UTC()
	day := func(after int) string { return now.AddDate(0, 0, after).Format(time.DateOnly) }
	n := 0
	send := func(topic string, message map[string]any) {
		t.Helper()
		n++
		message["id"], message["at"] = fmt.Sprint("m", n), time.Now().UTC().Format(time.RFC3339)
		p.post("/v1/events?topic="+topic, []any{message}, nil)
	}
	accounts := func(end string, thousands int) {
		t.Helper()
		message := map[string]any{"type": "statement.filed", "buyer_id": "b1", "period_end": end, "months": 12,
			"currency": "EUR"}
		for name, part := range map[string]int{"total_assets": 15, "equity": 5, "current_assets": 6, "inventories": 1,
			"cash": 1, "current_liabilities": 5,
			"total_liabilities": 10, "trade_payables": 5, "revenue": 20, "ebit": 1, "net_income": 1, "depreciation": 1} {
			message[name] = fmt.Sprint(part * thousands * 1000)
		}
		send("risk.portfolio", message)
	}
	hooks := newReceiver(t)
	hooks.patient = true
	var out atomic.Bool
	out.Store(true)
	hooks.refuses = out.Load
	p.subscribe(hooks)
	for i, of := range []string{holder, "another"} {
		send("risk.portfolio", map[string]any{"type": "policy.upserted", "policy_id": fmt.Sprint("P-", i+1),
			"holder":   map[string]any{"id": of, "name": of, "language": "en"},
			"currency": "EUR", "insured_percentage": "90", "notice_days": 10, "notice_from": "delivered",
			"effective_on": day(-30)})
	}
	send("risk.portfolio", map[string]any{"type": "buyer.upserted", "buyer_id": "b1", "name": "Kade BV", "country": "NL",
		"sector": "46", "founded_on": "1990-05-01", "registrations": []any{}})
	accounts(day(-100), 1000)
	for i := range 2 {
		p.post("/v1/limit-requests?wait=10s", map[string]any{"request_id": fmt.Sprint("r", i),
			"policy_id": fmt.Sprint("P-", i+1), "buyer_id": "b1", "kind": "new", "amount": "300000.00", "currency": "EUR"}, nil)
	}
	accounts(day(-10), 200)
	decided := func(policy string) (rows []string) {
		t.Helper()
		all, err := p.query("SELECT code, toInt64(granted), ifNull(toString(effective_on), 'delivery'), notice_days FROM " +
			"limits WHERE policy_id = '" + policy +
			"' AND code = 'reduced' ORDER BY log_offset, seq")
		if err != nil {
			return nil
		}
		for _, row := range all {
			rows = append(rows, strings.Join(row, " "))
		}
		return rows
	}
	want := func(policy string, rows ...string) {
		t.Helper()
		p.eventually(40*time.Second, policy+" is cut", func() error {
			if got := decided(policy); strings.Join(got, "; ") != strings.Join(rows, "; ") {
				return fmt.Errorf("%q, want %q", got, rows)
			}
			return nil
		})
	}
	pending := "reduced 120000 delivery 10"
	want("P-1", pending)
	want("P-2", pending)
	p.kill()
	p.start("run")
	p.ready()
	send("risk.orders", map[string]any{"type": "notice.served", "policy_id": "P-2", "buyer_id": "b1", "served_on": day(0),
		"reason": "registered letter", "analyst": "ann"})
	want("P-2", pending, "reduced 120000 "+day(10)+" 0")
	want("P-1", pending) // nobody has taken the message
	out.Store(false)
	want("P-1", pending, "reduced 120000 "+time.Now().UTC().AddDate(0, 0, 10).Format(time.DateOnly)+" 0")
	p.eventually(30*time.Second, "both messages are taken", func() error {
		if !hooks.heard(`"notice_from":"delivered","notice_days":10`) || !hooks.heard(`"effective_on":"`+day(10)) {
			return fmt.Errorf("the receiver has %v", hooks.bodies)
		}
		return nil
	})
	t.Log(p.command("verify"))
}
