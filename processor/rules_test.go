package processor

import (
	"fmt"
	"testing"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/score"
)

// decisions folds a script and gives its decisions, without progress.
func decisions(t *testing.T, s *script, f *Fold) []decision.Decision {
	t.Helper()
	var all []decision.Decision
	for _, r := range s.fold(t, f) {
		var d decision.Decision
		if err := decision.Decode(r.Value, &d); err != nil {
			t.Fatal(err)
		}
		if d.Kind != decision.ProgressMade {
			all = append(all, d)
		}
	}
	return all
}

func about(key string, kind event.Kind, id string, body event.Body) *event.Event {
	return &event.Event{Kind: kind, Key: key, ID: id, StampMs: at(0, 1), AtMs: at(0, 1), Home: true, Body: body}
}

// TestGradeChangeNamesAllHolders: with limits of 2 500 holders it takes three decisions, and each limit is cancelled.
func TestGradeChangeNamesAllHolders(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long, and starts no goroutine that the race detector could watch")
	}
	const holders = 2500
	s := newScript(event.ClockDriven)
	s.add(about("b1", event.KindBuyerUpserted, "b", &event.BuyerUpserted{Buyer: party("b1"), Sector: "46"}))
	s.add(accounts("b1", day0-278, 9000))
	for i := range holders {
		id := fmt.Sprintf("p%04d", i)
		s.add(about("policy/"+id, event.KindPolicyUpserted, id, &event.PolicyUpserted{Policy: id, Holder: "holder of " + id,
			Currency: "EUR", EffectiveOn: day0}))
		s.add(about("b1", event.KindLimitRequested, id, &event.LimitRequested{Request: "r", Policy: id, Buyer: party("b1"),
			Kind: event.RequestNew, Amount: event.Amount{Minor: 100, Currency: "EUR"}}))
	}
	s.add(about("b1", event.KindNews, "n", &event.News{Buyer: party("b1"), Category: event.InsolvencyOpened,
		Outlet: event.Register}))
	all := decisions(t, s, NewFold(0, anyModel))
	all = all[len(all)-3-holders:]
	named := map[string]bool{}
	for i, want := range []int{1000, 1000, 500} {
		b, ok := all[i].Body.(*decision.Score)
		if !ok || b.Grade != score.Insolvent || len(b.Holders) != want {
			t.Fatalf("decision %d: %+v, want %d holders", i, all[i].Body, want)
		}
		for _, h := range b.Holders {
			named[h] = true
		}
	}
	if len(named) != holders {
		t.Errorf("%d holders named, want %d", len(named), holders)
	}
	for _, d := range all[3:] {
		if b, ok := d.Body.(*decision.Limit); !ok || b.Code != decision.Cancelled || b.EffectiveOn != day0 {
			t.Fatalf("%+v, want a cancellation at once", d.Body)
		}
	}
}

func TestNoMoreThan64WaitPerBuyer(t *testing.T) {
	s := newScript(event.ClockDriven)
	for i := range maxWaiting + 6 {
		s.add(about("b1", event.KindInvoicePaid, fmt.Sprintf("p%d", i),
			&event.InvoicePaid{Ref: ref("b1", "p1", fmt.Sprintf("i%d", i)), Amount: event.Amount{Minor: 1, Currency: "EUR"},
				PaidOn: day0}))
	}
	s.tick(at(waitingDays, 0))
	f := NewFold(0, anyModel)
	reasons := map[string]int{}
	for _, d := range decisions(t, s, f) {
		reasons[d.Body.(*decision.Rejection).Reason]++
	}
	if reasons[ReasonWaitingFull] != 6 || reasons[ReasonUnknownInvoice] != maxWaiting {
		t.Errorf("rejected: %v", reasons)
	}
	if f.machine.book.buyers.n != 0 || len(f.machine.book.slots[score.EvaluationDay("b1")]) != 0 {
		t.Error("a buyer of whom nothing is known is kept")
	}
}

// TestStatementsThatAreKept: the two newest by the end of their period; of one period the stand-alone one.
func TestStatementsThatAreKept(t *testing.T) {
	end := func(year int) event.Day { return event.Date(year, 12, 31) }
	for _, c := range []struct {
		name  string
		filed []event.StatementFiled
		want  string
	}{
		{"in order", []event.StatementFiled{{PeriodEnd: end(2021)}, {PeriodEnd: end(2022)}, {PeriodEnd: end(2023)}},
			"2023 2022"},
		{"out of order", []event.StatementFiled{{PeriodEnd: end(2023)}, {PeriodEnd: end(2021)}, {PeriodEnd: end(2022)}},
			"2023 2022"},
		{"a revision", []event.StatementFiled{{PeriodEnd: end(2023)}, {PeriodEnd: end(2023), Revenue: 7}}, "2023(7)"},
		{"stand-alone before consolidated", []event.StatementFiled{{PeriodEnd: end(2023), Consolidated: true},
			{PeriodEnd: end(2023), Revenue: 7}}, "2023(7)"},
		{"consolidated after stand-alone", []event.StatementFiled{{PeriodEnd: end(2023), Revenue: 7},
			{PeriodEnd: end(2023), Consolidated: true}}, "2023(7)"},
		{"from the future", []event.StatementFiled{{PeriodEnd: day0 + 2}, {PeriodEnd: day0 + 1, Revenue: 1}}, "2024(1)"},
	} {
		s := newScript(event.ClockDriven)
		for i := range c.filed {
			v := c.filed[i]
			v.Buyer, v.Months, v.Currency = party("b1"), 12, "EUR"
			s.add(about("b1", event.KindStatementFiled, fmt.Sprintf("s%d", i), &v))
		}
		f := NewFold(0, anyModel)
		decisions(t, s, f)
		var got string
		kept := f.machine.book.buyers.get("b1").filings
		for _, x := range []struct{ end, revenue int64 }{{int64(kept.newest.PeriodEnd), kept.newest.Revenue},
			{int64(kept.other.PeriodEnd), kept.other.revenue}} {
			if x.end == 0 {
				continue
			}
			year, _, _ := event.Day(x.end).Civil()
			got += fmt.Sprintf(" %d", year)
			if x.revenue != 0 {
				got += fmt.Sprintf("(%d)", x.revenue)
			}
		}
		if got != " "+c.want {
			t.Errorf("%s: kept%s, want %s", c.name, got, c.want)
		}
	}
}

// TestAnswersInOneCurrency: amounts of one decision are in one currency.
func TestAnswersInOneCurrency(t *testing.T) {
	s := newScript(event.ClockDriven)
	s.add(policyEvent("p1", day0, 30))
	s.add(about("b1", event.KindBuyerUpserted, "b", &event.BuyerUpserted{Buyer: party("b1"), Sector: "46"}))
	s.add(accounts("b1", day0-278, 9000))
	s.add(about("country/US", event.KindIndicator, "usd", &event.Indicator{Country: "US", Sector: "*", Name: indicatorRate,
		Currency: "USD", ValueE8: 2 * oneE8, Period: event.Period{First: day0, Last: day0}}))
	for i, a := range []event.Amount{{Minor: 100_00, Currency: "EUR"}, {Minor: 600_00, Currency: "USD"},
		{Minor: 300_00, Currency: "EUR"}} {
		s.add(about("b1", event.KindLimitRequested, fmt.Sprintf("m%d", i),
			&event.LimitRequested{Request: fmt.Sprintf("r%d", i), Policy: "p1", Buyer: party("b1"), Kind: event.RequestIncrease,
				Amount: a}))
	}
	var got []string
	for _, d := range decisions(t, s, NewFold(0, anyModel)) {
		if b, ok := d.Body.(*decision.Limit); ok {
			got = append(got, fmt.Sprintf("%s %d %d %d %s", b.Code, b.RequestedMinor, b.PreviousMinor, b.GrantedMinor,
				b.Currency))
		}
	}
	want := []string{"approved 10000 0 10000 EUR", "approved 60000 20000 60000 USD", "not_approved 60000 60000 60000 USD"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("answers %q, want %q", got, want)
	}
}

// TestImpossibleStatementsAreRefused: a part that is larger than its whole; figures that are not given are no part of
// anything.
func TestImpossibleStatementsAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(v *event.StatementFiled)
		want  string
	}{
		"as it is":  {func(*event.StatementFiled) {}, ""},
		"all of it": {func(v *event.StatementFiled) { v.CurrentAssets = v.TotalAssets }, ""},
		"current assets": {func(v *event.StatementFiled) {
			v.CurrentAssets = v.TotalAssets + 1
		}, "current_assets above total_assets"},
		"equity": {func(v *event.StatementFiled) { v.Equity = v.TotalAssets + 1 }, "equity above total_assets"},
		"inventories": {func(v *event.StatementFiled) {
			v.Inventories = v.CurrentAssets + 1
		}, "inventories above current_assets"},
		"cash": {func(v *event.StatementFiled) { v.Cash = v.CurrentAssets + 1 }, "cash above current_assets"},
		"liabilities": {func(v *event.StatementFiled) {
			v.CurrentLiabilities = v.TotalLiabilities + 1
		}, "current_liabilities above total_liabilities"},
		"payables": {func(v *event.StatementFiled) {
			v.TradePayables = v.TotalLiabilities + 1
		}, "trade_payables above total_liabilities"},
		"assets not given": {func(v *event.StatementFiled) { v.TotalAssets = 0; v.Given &^= event.GivenTotalAssets }, ""},
		"months":           {func(v *event.StatementFiled) { v.Months = 0 }, "months are 1 to 24"},
		"a period to come": {func(v *event.StatementFiled) { v.PeriodEnd = day0 + 2 }, "period_end 2024-10-06"},
	} {
		s := newScript(event.ClockDriven)
		e := accounts("b1", day0-278, 100)
		c.spoil(e.Body.(*event.StatementFiled))
		got := ""
		for _, d := range decisions(t, s.add(e), NewFold(0, anyModel)) {
			if r, ok := d.Body.(*decision.Rejection); ok {
				got = r.Detail
			}
		}
		if got != c.want {
			t.Errorf("%s: refused for %q, want %q", name, got, c.want)
		}
	}
}
