package storage

import (
	"fmt"
	"slices"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
)

// TestLossRatio: what claims cost is set against what was delivered in the year, in euros: the newest decision on each
// claim, each invoice once, without history, refused ones and those of no known company.
func TestLossRatio(t *testing.T) {
	db := emptied(t)
	exec(t, db, `INSERT INTO policies (log_generation, log_offset, at, policy_id, holder_id) VALUES (1, 1, '2025-01-01 00:00:00', 'p1', 'h1')`)
	exec(t, db, `INSERT INTO buyers (log_generation, log_offset, at, buyer_id, country, sector) VALUES
		(1, 2, '2025-01-01 00:00:00', 'b1', 'BE', 'F'), (1, 3, '2025-01-01 00:00:00', 'b2', 'DE', 'G')`)
	exec(t, db, `INSERT INTO indicators (log_generation, log_offset, at, indicator, currency, value) VALUES
		(1, 4, '2025-01-01 00:00:00', 'fx_rate', 'USD', 2), (1, 5, '2025-03-01 00:00:00', 'fx_rate', 'USD', 1.25),
		(1, 6, '2025-09-01 00:00:00', 'fx_rate', 'USD', 4)`)
	exec(t, db, `INSERT INTO payments (log_generation, log_offset, at, source, type, policy_id, buyer_id, invoice_id, amount, currency, delivered_on, history) VALUES
		(1, 10, '2025-05-01 00:00:00', 's10', 'invoice.issued', 'p1', 'b1', 'i1', 60000, 'EUR', '2025-04-30', false),
		(1, 11, '2025-05-02 00:00:00', 's11', 'invoice.issued', 'p1', 'b1', 'i1', 60000, 'EUR', '2025-04-30', false),
		(1, 12, '2025-05-03 00:00:00', 's12', 'invoice.issued', 'p1', 'b1', 'i2', 50000, 'USD', '2025-05-03', false),
		(1, 13, '2025-05-04 00:00:00', 's13', 'invoice.issued', 'p1', 'b1', 'i3', 70000, 'EUR', '2025-05-04', true),
		(1, 14, '2025-05-05 00:00:00', 's14', 'invoice.issued', 'p1', 'b1', 'i4', 80000, 'EUR', '2025-05-05', false),
		(1, 15, '2025-05-06 00:00:00', 's15', 'invoice.issued', 'p1', '', 'i5', 8000, 'EUR', '2025-05-06', false),
		(1, 16, '2025-05-07 00:00:00', 's16', 'invoice.paid', 'p1', 'b1', 'i1', 60000, 'EUR', NULL, false),
		(1, 17, '2025-05-08 00:00:00', 's17', 'invoice.issued', 'p1', 'b1', 'i6', 9000, 'JPY', '2025-05-08', false)`)
	exec(t, db, `INSERT INTO rejections (log_generation, log_offset, at, reason, source, kind) VALUES
		(1, 14, '2025-05-05 00:00:00', 'not_covered', 's14', 'invoice.issued')`)
	exec(t, db, `INSERT INTO matches (log_generation, log_offset, at, source, type, buyer_id) VALUES
		(1, 15, '2025-05-06 00:00:00', 's15', 'invoice.issued', 'b2')`)
	exec(t, db, `INSERT INTO claims (log_generation, log_offset, at, claim_id, policy_id, buyer_id, currency, loss_on, state, loss, indemnity, received_insurer, received_fee_insurer) VALUES
		(1, 20, '2025-10-01 00:00:00', 'b1/claim-p1-1', 'p1', 'b1', 'EUR', '2025-09-27', 'decided', 90000, 65000, 0, 0),
		(1, 30, '2026-01-01 00:00:00', 'b1/claim-p1-1', 'p1', 'b1', 'EUR', '2025-09-27', 'paid', 90000, 65000, 18000, 900),
		(1, 31, '2026-01-02 00:00:00', 'b1/claim-p1-2', 'p1', 'b1', 'USD', '2025-12-01', 'filed', 1000, 400, 0, 0),
		(1, 32, '2026-02-02 00:00:00', 'b2/claim-p1-1', 'p1', 'b2', 'EUR', '2026-01-15', 'decided', 500, 450, 0, 0)`)
	rows, err := db.counts(t.Context(), "loss ratio",
		`SELECT concat(holder_id, ' ', toString(year), ' ', country, ' ', sector, ': ', toString(losses), ' ', toString(indemnities), ' + ', toString(fees), ' - ', toString(recoveries), ' = ', toString(net), ' / ',
		toString(turnover), ' = ', ifNull(toString(round(loss_ratio, 4)), 'none')), claims FROM loss_ratio ORDER BY year, country`)
	want := []string{"{h1 2025 BE F: 90250 65100 + 900 - 18000 = 48000 / 100000 = 0.48 2}",
		"{h1 2025 DE G: 0 0 + 0 - 0 = 0 / 8000 = 0 0}", "{h1 2026 DE G: 500 450 + 0 - 0 = 450 / 0 = none 1}"}
	if err != nil || fmt.Sprint(rows) != fmt.Sprint(want) {
		t.Errorf("%v, want %v (%v)", rows, want, err)
	}
	byCountry, err := db.counts(t.Context(), "loss ratio", `SELECT concat(country, ' ', toString(year), ' ',
		toString(round(sum(net) / sum(turnover), 3))), count() FROM loss_ratio WHERE turnover > 0 GROUP BY country, year ORDER BY country`)
	if err != nil || fmt.Sprint(byCountry) != "[{BE 2025 0.48 1} {DE 2025 0 1}]" {
		t.Errorf("%v (%v)", byCountry, err)
	}
}

// TestCasesAndClaimsNow: the views have the newest row of each, with its lists as they were written; verify finds a
// list that says something else.
func TestCasesAndClaimsNow(t *testing.T) {
	db := emptied(t)
	day := event.Date(2026, 3, 1)
	opened := decision.Case{Case: "b1/case-p1-1", Policy: "p1", Buyer: "b1", Holder: "h1", Currency: "EUR",
		Stage: "reported", OpenedOn: day, OpenMinor: 500,
		Debts: []decision.CaseDebt{{Invoice: "i1", DueOn: day, OpenMinor: 300,
			PercentPPM: 900_000, Own: event.Amount{Minor: 7, Currency: "JPY"}}, {Invoice: "i2", DueOn: day + 1, LossOn: day + 2,
			Disputed: true, OpenMinor: 200}}, Receipts: []decision.CaseReceipt{{Recovery: "r1", Minor: 5, On: day}},
		Rates:       []decision.CaseRate{{From: day, RatePPM: 105_000}},
		Instalments: []decision.CaseInstalment{{DueOn: day + 9, Minor: 250}}}
	moved := opened
	moved.Stage, moved.OpenMinor = "collection", 400
	decided := decision.Claim{Claim: "b1/claim-p1-1", Policy: "p1", Buyer: "b1", Currency: "EUR", State: "decided",
		Waterfall: []decision.WaterfallLine{{Step: "debt", Minor: 500, TakenMinor: 500}, {Step: "insured_percentage",
			Minor: 450, PercentPPM: 900_000}}, Invoices: []decision.ClaimInvoice{{Invoice: "i1", DeliveredOn: day, LossMinor: 90,
			Late: true}}, Corrects: event.Position{Generation: 1, Offset: 6}, Receipt: decision.Shares{Minor: 9,
			InsurerMinor: 8}}
	var encoder decision.Encoder
	cut := decision.Decision{Position: event.Position{Generation: 1, Offset: 99}, Kind: decision.ProgressMade,
		Body: &decision.Progress{Cut: 1}}
	b := batch{sink: &Sink{cut: &cut}}
	for i, body := range []decision.Body{&opened, &moved, &decided} {
		d := decision.Decision{Position: event.Position{Generation: 1, Offset: int64(i) + 7}, AtMs: day.Ms() + int64(i),
			Body: body,
			Kind: decision.CaseChanged}
		if i == 2 {
			d.Kind = decision.ClaimDecided
		}
		b.put(tableOfDecision(d.Kind), entry{position: d.Position, atMs: d.AtMs, decision: &d,
			record: slices.Clone(encoder.Append(nil, &d))})
	}
	c := db.NewComparison(1, 0)
	for _, inserts := range b.inserts {
		for range 2 { // as after a server was killed
			for _, in := range inserts {
				if err := db.insert(t.Context(), in, false); err != nil {
					t.Fatal(err)
				}
			}
		}
		c.Expect(inserts, Place{Position: cut.Position})
	}
	told := func() (all []string) {
		t.Helper()
		if err := c.Compare(t.Context(), func(table string, _ event.Position, what string) {
			all = append(all, table+": "+what)
		}); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if all := told(); len(all) > 0 {
		t.Fatalf("differences: %q", all)
	}
	rows, err := db.counts(t.Context(), "views",
		`SELECT * FROM (SELECT concat(stage, ' ', toString(open), ' ', toString(debt_invoices), toString(debt_loss_on), toString(debt_own), toString(debt_percentages), toString(rates), toString(instalment_due_on), position), toUInt64(1) AS n FROM cases_now
		UNION ALL SELECT concat(state, ' ', toString(waterfall_steps), toString(waterfall_taken), toString(waterfall_percentages),
		toString(invoice_late), corrects, ' ', toString(receipt_insurer)), toUInt64(2) FROM claims_now) ORDER BY n`)
	want := "[{collection 4 ['i1','i2'][NULL,'2026-03-03'][7,0][90,0][10.5]['2026-03-10']1-0-8-0 1} " +
		"{decided ['debt','insured_percentage'][5,0][0,90][true]1-0-6-0 0.08 2}]"
	if err != nil || fmt.Sprint(rows) != want {
		t.Fatalf("%v, want %v (%v)", rows, want, err)
	}
	exec(t, db, "ALTER TABLE cases UPDATE debt_loss_on = ['2026-03-03', NULL] WHERE log_offset = 8 SETTINGS "+
		"mutations_sync = 1")
	c = db.NewComparison(1, 0)
	for _, inserts := range b.inserts {
		c.Expect(inserts, Place{Position: cut.Position})
	}
	if all := told(); len(all) != 2 || all[0] != `cases: debt_loss_on is "[2026-03-03 00:00:00 +0000 UTC none]", `+
		`"[none 2026-03-03 00:00:00 +0000 UTC]" follows from the log` { // the row is there twice
		t.Errorf("differences: %q", all)
	}
}
