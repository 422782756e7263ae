package claim

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"barometer/ingest/event"
)

const thousand = 1000_00

// item is an invoice of a claim that is wholly open.
func item(id string, open, insured int64, percent int32) Item {
	v := Item{Invoice: id, Amount: open, Open: open, Insured: insured, Percent: percent, LossOn: event.Date(2025, 9, 27)}
	if insured == 0 {
		v.Reason = "no_limit"
	}
	return v
}

// printed is the sum line by line.
func printed(in Indemnity) string {
	var b strings.Builder
	for _, l := range in.Lines {
		fmt.Fprintf(&b, "%s %d: %d, %d\n", l.Step, l.Term, l.Minor, l.Left)
	}
	return b.String()
}

// TestTheWaterfallOfTheModel: debt 120k, limit 100k, recovered before the claim 12k: 90k at 90 % less 5k and 6k is 70k,
// of which 65k are left of the maximum liability; and the same with the deductible first.
func TestTheWaterfallOfTheModel(t *testing.T) {
	items := []Item{item("a", 120*thousand, 100*thousand, 9000)}
	loss := Assess(items, 12*thousand, everything)
	terms := Terms{EachAndEvery: 5 * thousand, FirstLoss: 20 * thousand, MaximumLiability: 100 * thousand}
	in := Indemnify(&loss, &terms, Left{6 * thousand, 65 * thousand})
	if got, want := printed(in), strings.TrimLeft(`
debt 0: 12000000, 12000000
not_insured 0: 2000000, 10000000
recovered 1200000: 1000000, 9000000
insured_percentage 9000: 900000, 8100000
each_and_every 500000: 500000, 7600000
aggregate_first_loss 600000: 600000, 7000000
maximum_liability 6500000: 500000, 6500000
indemnity 0: 6500000, 6500000
`, "\n"); got != want || in.FirstLoss != 6*thousand || items[0].Loss != 90*thousand {
		t.Errorf("%+v\n%s\nwant\n%s", in, got, want)
	}
	terms = Terms{EachAndEvery: 5 * thousand, Order: []Step{StepEachAndEvery, StepInsuredPercentage}}
	in = Indemnify(&loss, &terms, Left{})
	if got, want := in.Minor, int64(76_500_00); got != want {
		t.Errorf("deducting first: %d, want %d\n%s", got, want, printed(in))
	}
}

// TestTheLossesOfTheModel: the other figures of the model's page.
func TestTheLossesOfTheModel(t *testing.T) {
	for _, c := range []struct {
		name      string
		items     []Item
		recovered int64
		loss      int64
		indemnity int64
	}{
		{"60k at 90 % and 40k covered at will at 60 %", []Item{item("a", 60*thousand, 60*thousand, 9000),
			item("b", 40*thousand, 40*thousand, 6000)}, 0, 100 * thousand, 78 * thousand},
		{"12 100 with 10 000 net, no VAT insured", []Item{item("a", 12_100_00,
			InsuredPart(12_100_00, 12_100_00, 10_000_00, false), 9000)}, 0, 10_000_00, 9_000_00},
		{"30k, 25k insured, 10k recovered", []Item{item("a", 30*thousand, 25*thousand, 9000)}, 10 * thousand, 16_666_67,
			15_000_00},
		{"nothing insured", []Item{item("a", 30*thousand, 0, 9000)}, 0, 0, 0},
		{"all recovered", []Item{item("a", 30*thousand, 25*thousand, 9000)}, 30 * thousand, 0, 0},
	} {
		loss := Assess(c.items, c.recovered, everything)
		in := Indemnify(&loss, &Terms{}, Left{})
		if loss.Minor != c.loss || in.Minor != c.indemnity {
			t.Errorf("%s: a loss of %d is paid %d, want %d and %d", c.name, loss.Minor, in.Minor, c.loss, c.indemnity)
		}
	}
}

// TestInsuredPart: without VAT, where the policy does not insure it and the invoice says what it is.
func TestInsuredPart(t *testing.T) {
	for _, c := range []struct {
		covered, amount, net int64
		vat                  bool
		want                 int64
	}{
		{12_100, 12_100, 10_000, false, 10_000},
		{12_100, 12_100, 10_000, true, 12_100},
		{12_100, 12_100, 0, false, 12_100}, // it does not say
		{6_050, 12_100, 10_000, false, 5_000},
		{1, 12_100, 10_000, false, 0},
		{0, 0, 0, false, 0},
	} {
		if got := InsuredPart(c.covered, c.amount, c.net, c.vat); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}

// TestPercent: the version's, that of discretionary cover, and no more than a late report leaves.
func TestPercent(t *testing.T) {
	for _, c := range []struct {
		insured, discretionary, late int64
		atWill, isLate               bool
		want                         int32
	}{
		{900_000, 0, 0, false, false, 9000},
		{900_000, 600_000, 0, false, false, 9000},
		{900_000, 600_000, 0, true, false, 6000},
		{900_000, 0, 0, true, false, 9000}, // none of its own
		{900_000, 600_000, 500_000, false, true, 5000},
		{900_000, 400_000, 500_000, true, true, 4000}, // at most
		{900_000, 0, 0, false, true, 0},
		{902_550, 0, 0, false, false, 9025},
	} {
		if got := Percent(c.insured, c.discretionary, c.late, c.atWill, c.isLate); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}

// TestTheLossIsSpread: by what is insured, and the cents that are left over by the largest remainder, then by id.
func TestTheLossIsSpread(t *testing.T) {
	for _, c := range []struct {
		insured   []int64
		recovered int64
		want      []int64
	}{
		{[]int64{1, 1, 1}, 1, []int64{1, 1, 0}},
		{[]int64{1, 1, 1}, 2, []int64{1, 0, 0}},
		{[]int64{10, 0, 20}, 10, []int64{7, 0, 13}}, // 6.67 and 13.33
		{[]int64{3, 3, 1}, 1, []int64{3, 2, 1}},     // 2.57, 2.57, 0.86
		{[]int64{5, 5}, 10, []int64{0, 0}},
	} {
		var items []Item
		for i, u := range c.insured {
			items = append(items, item(string(rune('a'+i)), u, u, 9000))
		}
		Assess(items, c.recovered, everything)
		var got []int64
		for i := range items {
			got = append(got, items[i].Loss)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%d of %v recovered: %v, want %v", c.recovered, c.insured, got, c.want)
		}
	}
}

// TestNonQualifyingLosses: smaller ones are not insured and use nothing, larger ones are in full.
func TestNonQualifyingLosses(t *testing.T) {
	for _, c := range []struct {
		loss, threshold int64
		equalDoesNot    bool
		want, used      int64
	}{
		{999, 1000, false, 0, 0},
		{1000, 1000, false, 800, 100},
		{1000, 1000, true, 0, 0},
		{1001, 1000, true, 800, 100},
		{1, 0, true, 0, 0}, // no threshold: the first loss takes it
	} {
		loss := Assess([]Item{item("a", c.loss, c.loss, 9000)}, 0, everything)
		in := Indemnify(&loss, &Terms{NonQualifying: c.threshold, EqualDoesNot: c.equalDoesNot, FirstLoss: 100}, Left{100, 0})
		if in.Minor != c.want || in.FirstLoss != c.used {
			t.Errorf("%+v: paid %d, used %d\n%s", c, in.Minor, in.FirstLoss, printed(in))
		}
	}
}

// TestMinimumRetention: the policyholder bears so much of every loss, whatever else was taken off.
func TestMinimumRetention(t *testing.T) {
	loss := Assess([]Item{item("a", 10_000, 10_000, 9000)}, 0, everything)
	for _, c := range []struct{ retention, each, want int64 }{
		{500, 0, 9000}, {1000, 0, 9000}, {1001, 0, 8999}, {2000, 900, 8000}, {2000, 1500, 7500}, {20_000, 0, 0},
	} {
		in := Indemnify(&loss, &Terms{MinimumRetention: c.retention, EachAndEvery: c.each}, Left{})
		if in.Minor != c.want {
			t.Errorf("%+v: %d\n%s", c, in.Minor, printed(in))
		}
	}
}

// TestAStepThatTheOrderLeavesOutIsTaken: nobody escapes a deductible by an order without it, or has one twice.
func TestAStepThatTheOrderLeavesOutIsTaken(t *testing.T) {
	loss := Assess([]Item{item("a", 10_000, 10_000, 9000)}, 0, everything)
	terms := Terms{Order: []Step{StepEachAndEvery, StepEachAndEvery, StepDebt}, EachAndEvery: 1000, MaximumLiability: 5000}
	if in := Indemnify(&loss, &terms, Left{0, 5000}); in.Minor != 5000 || len(in.Lines) != 7 {
		t.Errorf("%d\n%s", in.Minor, printed(in))
	}
}

// TestLargeAmounts: no product is beyond its integers.
func TestLargeAmounts(t *testing.T) {
	const most = 9_223_372_036_854_775_807
	loss := Assess([]Item{item("a", most, most, 9999)}, most/3, everything)
	in := Indemnify(&loss, &Terms{}, Left{})
	if in.Minor != 6_148_299_799_767_393_553 {
		t.Errorf("%d", in.Minor)
	}
}

// TestAggregates: claims of a period are decided in the order in which they come; a correction gives back what the
// earlier decision used, and leaves those of others as they are.
func TestAggregates(t *testing.T) {
	var a Aggregates
	year := PeriodOf(event.Date(2025, 9, 27), 0, 0)
	if year != (Period{event.Date(2025, 1, 1), event.Date(2025, 12, 31)}) {
		t.Errorf("without a period: %v", year)
	}
	from, to := event.Date(2025, 4, 1), event.Date(2026, 3, 31)
	if p := PeriodOf(event.Date(2025, 9, 27), from, to); p != (Period{from, to}) {
		t.Errorf("the policy's: %v", p)
	}
	if p := PeriodOf(event.Date(2026, 9, 27), from, to); p.From != event.Date(2026, 1, 1) {
		t.Errorf("beyond the policy's: %v", p)
	}
	terms := Terms{FirstLoss: 1000, MaximumLiability: 10_000}
	decide := func(claim string, in Period, loss, want int64) {
		t.Helper()
		l := Assess([]Item{item("a", loss, loss, 10_000)}, 0, everything)
		if d := a.Decide(claim, in, &l, &terms); d.Minor != want {
			t.Errorf("%s: paid %d, want %d\n%s", claim, d.Minor, want, printed(d))
		}
		if err := a.Check(); err != nil {
			t.Error(err)
		}
	}
	decide("a", year, 600, 0)
	decide("b", year, 5000, 4600)
	decide("c", year, 9000, 5400)
	decide("d", year, 1, 0)
	decide("d", PeriodOf(event.Date(2026, 1, 1), 0, 0), 2000, 1000)
	decide("b", year, 0, 0) // refused by a correction: c stands, and 4600 and 400 are free again
	decide("e", year, 3000, 2600)
	decide("a", year, 0, 0)
	if got := a.Used(year); got != (Left{400, 8000}) {
		t.Errorf("used %+v", got)
	}
}
