package evaluate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"barometer/configs"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/model"

	"pgregory.net/rapid"
)

// statementMap is of statements of two years, with what every row of a company that failed in the end is marked with.
const statementMap = `
format: csv
columns: {ta: total assets}
subject: company
statement: {period_end: year_end(year), total_assets: 1000 * ta, equity: 1000 * equity, revenue: 1000 * sales}
bad: outcome == "failed"
bad_on_last_row_only: true
rank: financing
compare: {equity ratio: equity / ta}
`

func run(t *testing.T, text, where, in string) (*Figures, []RowError, error) {
	t.Helper()
	m, err := ParseMap([]byte(text), where)
	if err != nil {
		t.Fatal(err)
	}
	version, content := configs.BuiltinModel()
	return Run(Job{Map: m, In: strings.NewReader(in), Version: version, Model: content, Parse: model.Parse})
}

// TestStatementsAreRankedByWhatTheModelSays: ratios and points are those of the model file; what is missing is neutral.
func TestStatementsAreRankedByWhatTheModelSays(t *testing.T) {
	in := "company,year,total assets,equity,sales,outcome\n" +
		"a,2015,1000,600,900,ok\n" + // −225
		"b,2015,1000,-10,900,failed\n" + // +500, and not its last row
		"b,2016,1000,-50,600,failed\n" + // +500, and +600 for two thirds of the revenue
		"c,2016,1000,?,900,ok\n" + // no equity
		"d,2016,1000,300,900,\n" + // no outcome
		"e,2016,1000,1e40,900,ok\n" // too large
	f, wrong, err := run(t, statementMap, "", in)
	if err != nil {
		t.Fatal(err)
	}
	if f.Rows != 4 || f.Bad != 1 || f.LeftOut != 2 || len(wrong) != 2 || wrong[0].Row != 5 || wrong[1].Row != 6 {
		t.Errorf("%d rows, %d bad, left out %v", f.Rows, f.Bad, wrong)
	}
	if r := f.Rankings[0]; r.Name != "financing" || r.AUC != 1 || r.KS != 1 {
		t.Errorf("ranking %+v", r)
	}
	if r := f.Rankings[2]; r.Name != "equity ratio" || r.N != 3 || r.AUC != 1 {
		t.Errorf("the other measure is %+v", r)
	}
	if f.BadOnes != 1 || f.Stability == nil {
		t.Errorf("bad subjects %d, stability %v", f.BadOnes, f.Stability)
	}
	if f, _, err = run(t, statementMap, `company != "a" && year == 2016`, in); err != nil || f.Rows != 2 {
		t.Errorf("of some rows: %+v, %v", f, err)
	}
}

func TestPointsOfRows(t *testing.T) {
	m, _ := ParseMap([]byte(statementMap), "")
	all, _, err := m.read(strings.NewReader("company,year,total assets,equity,sales,outcome\n" +
		"a,2015,1000,600,900,ok\nb,2015,1000,-10,900,failed\nb,2016,1000,-50,600,failed\n"))
	if err != nil {
		t.Fatal(err)
	}
	version, content := configs.BuiltinModel()
	walk(all, version, content, model.Parse)
	for i, want := range []int64{-225, 500, 1100} {
		if got := all[i].standing.Financing; got != want {
			t.Errorf("row %d has %d points of financing, want %d", i, got, want)
		}
	}
}

const invoiceMap = `
format: csv
delimiter: ;
subject: customer
invoice: {id: number, amount: amount, issued_on: 'date(issued, "2006-01-02")', due_on: 'date(due, "2006-01-02")', settled_on: 'date(settled, "2006-01-02")'}
bad: settled_on > due_on
rank: commercial
`

// TestInvoicesAreJudgedByWhatWasPaidBefore, and the same day's payments come after.
func TestInvoicesAreJudgedByWhatWasPaidBefore(t *testing.T) {
	var in strings.Builder
	in.WriteString("customer;number;amount;issued;due;settled\n")
	for i := range 12 {
		day := fmt.Sprintf("2024-%02d-01", i+1)
		fmt.Fprintf(&in, "late;l%d;100.00;%s;%s;2024-12-30\n", i, day, day)
		fmt.Fprintf(&in, "prompt;p%d;100.00;%s;2025-02-01;%s\n", i, day, day)
	}
	in.WriteString("late;x;-5;2024-01-01;2024-01-01;2024-01-02\nlate;y;5;2024-01-03;2024-01-03;2024-01-02\n")
	f, wrong, err := run(t, invoiceMap, "", in.String())
	if err != nil {
		t.Fatal(err)
	}
	if f.Rows != 24 || f.Bad != 12 || len(wrong) != 2 || len(f.Refused) > 0 {
		t.Errorf("%d rows, %d bad, wrong %v, refused %v", f.Rows, f.Bad, wrong, f.Refused)
	}
	if f.Grades[0].Grade != 0 || f.Grades[0].N != 2 {
		t.Errorf("the first invoice of each was judged by something: %+v", f.Grades[0])
	}
	if r := f.Rankings[0]; r.AUC < .8 || r.AUC == 1 { // nothing tells the first ones apart
		t.Errorf("ranking %+v", r)
	}
}

// TestARFF reads quoted names, comments and what is missing.
func TestARFF(t *testing.T) {
	in := "% a comment\n@RELATION 'x y'\n\n@attribute 'equity / total assets' numeric\n@attribute \"it's\" " +
		"numeric\n@attribute bankrupt {0,1}\n@data\n% more\n0.6, 1, 0\n-0.1, ?, 1\n0.4,2,0\n"
	f, wrong, err := run(t, "format: arff\ncolumns: {eq: equity / total assets, x: it's}\nstatement: {total_assets: "+
		"1e6, equity: 1e6 * eq}\nbad: bankrupt == 1\nrank: financing\ncompare: {x: x}\n", "", in)
	if err != nil || len(wrong) > 0 {
		t.Fatal(err, wrong)
	}
	if f.Rows != 3 || f.Bad != 1 || f.Rankings[0].AUC != 1 || len(f.Rankings) != 2 { // x has no bad one
		t.Errorf("%+v", f)
	}
	for name, text := range map[string]string{"no data": "@attribute a numeric\n", "no attribute": "@data\n1\n",
		"open quote": "@attribute 'a numeric\n@data\n", "no header": "1,2\n@data\n",
		"fewer": "@attribute a numeric\n@attribute b numeric\n@data\n1\n"} {
		if _, _, err := run(t, "format: arff\nstatement: {equity: a}\nbad: a == 1\nrank: score\n", "", text); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestMapsSayWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"format: xls\nstatement: {equity: a}\nbad: a\nrank: score":                    "neither csv nor arff",
		"format: csv\nbad: a\nrank: score":                                            "both or neither",
		"format: csv\nstatement: {assets: a}\nbad: a\nrank: score":                    "statement.assets: no such figure",
		"format: csv\nstatement: {equity: a}\nyear_before: {b: a}\nbad: a\nrank: x":   "rank: \"x\"",
		"format: csv\nstatement: {equity: a}\nrank: score":                            "the outcome is missing",
		"format: csv\nsubject: a\ninvoice: {id: a, sum: b}\nbad: a\nrank: score":      "invoice.sum: no such field",
		"format: csv\ninvoice: {id: a}\nbad: a\nrank: score":                          "invoice.settled_on is missing",
		"format: csv\nstatement: {equity: a}\nbad: a\nrank: score\nweights: {a: 1}\n": "weights",
	} {
		if _, err := ParseMap([]byte(text), ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
	for formula, want := range map[string]string{"1 +": "unexpected", "nowhere * 2": "no column nowhere",
		"split == 'x'": ""} {
		_, _, err := run(t, fmt.Sprintf("format: csv\nstatement: {equity: a}\nbad: %q\nrank: score", formula), "",
			"a,split\n1,x\n2,y\n")
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: error %v, want %q", formula, err, want)
		}
	}
	if _, _, err := run(t, "format: csv\nstatement: {equity: a}\nbad: a == 7\nrank: score", "", "a\n1\n2\n"); err == nil {
		t.Error("an evaluation without a bad row is no error")
	}
	for _, name := range configs.EvaluationMaps() {
		content, _ := configs.EvaluationMap(name)
		if _, err := ParseMap(content, ""); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAUCIsTheShareOfPairsInOrder, ties counting half.
func TestAUCIsTheShareOfPairsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.IntRange(0, 9), 2, 60).Draw(t, "x")
		var samples []sample
		pairs, ordered := 0.0, 0.0
		for i, x := range xs {
			samples = append(samples, sample{float64(x), i%3 == 0})
		}
		for _, a := range samples {
			for _, b := range samples {
				if !a.bad || b.bad {
					continue
				}
				pairs++
				if a.x > b.x {
					ordered++
				} else if a.x == b.x {
					ordered += .5
				}
			}
		}
		var f Figures
		f.rank("x", samples)
		if want := ordered / pairs; math.Abs(f.Rankings[0].AUC-want) > 1e-12 {
			t.Fatalf("AUC %v, want %v", f.Rankings[0].AUC, want)
		}
	})
}

// TestThePageNeedsNothingFromElsewhere, and a name does not become a script.
func TestThePageNeedsNothingFromElsewhere(t *testing.T) {
	text := strings.Replace(statementMap, "equity ratio:", `"<script>alert(1)</script>":`, 1)
	f, _, err := run(t, text, "",
		"company,year,total assets,equity,sales,outcome\na,2015,1000,600,900,ok\nb,2015,1000,-10,900,failed\n")
	if err != nil {
		t.Fatal(err)
	}
	var page, report bytes.Buffer
	if err := f.WritePage(&page, "<b>title</b>"); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(page.String(), "<svg"); n != 3 {
		t.Errorf("%d plots", n)
	}
	for _, no := range []string{"<script", "<b>title", "src=", "href=", "@import", "url("} {
		if strings.Contains(page.String(), no) {
			t.Errorf("the page has %s", no)
		}
	}
	figures, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	if err := json.Unmarshal(figures, &read); err != nil || read["rows"] != 2.0 || read["reversal_share"] != nil {
		t.Errorf("%v: %v", err, read)
	}
	if err := f.WriteText(&report); err != nil || !strings.Contains(report.String(), "observed / expected") {
		t.Error(err)
	}
}

// TestReversals: a grade change counts as reversed where it is taken back, or more, within 90 days.
func TestReversals(t *testing.T) {
	c := newChanges()
	for _, x := range []struct {
		day      int32
		from, to uint32
	}{{0, 0, 5}, {10, 5, 7}, {50, 7, 6}, {90, 6, 5}, {300, 5, 8}, {391, 8, 5}} {
		c.note(scoreOf(x.from, x.to), dayOf(x.day))
	}
	if c.Changes != 5 || c.Reversed != 1 || c.danger["b"] != 300 {
		t.Errorf("%+v", c)
	}
}

// BenchmarkEvaluate reads and judges statements of companies over five years each.
func BenchmarkEvaluate(b *testing.B) {
	const companies, years = 20_000, 5
	var in bytes.Buffer
	in.WriteString("company,year,ta,equity,ca,inv,cash,cl,tl,sales,income,outcome\n")
	r := rand.New(rand.NewPCG(1, 2))
	for c := range companies {
		for y := range years {
			equity, ca := r.IntN(900)-100, 200+r.IntN(500)
			fmt.Fprintf(&in, "c%d,%d,1000,%d,%d,%d,%d,%d,%d,%d,%d,%v\n", c, 2010+y, equity, ca, ca/3, ca/9, 100+r.IntN(600),
				1000-equity, 500+r.IntN(2000), r.IntN(200)-60, r.IntN(500) > equity)
		}
	}
	m, err := ParseMap([]byte(`
format: csv
subject: company
statement: {period_end: year_end(year), total_assets: ta, equity: equity, current_assets: ca, inventories: inv, cash: cash, current_liabilities: cl, total_liabilities: tl, revenue: sales, net_income: income, depreciation: "0"}
bad: outcome == "true"
rank: financing
`), "")
	if err != nil {
		b.Fatal(err)
	}
	version, content := configs.BuiltinModel()
	for b.Loop() {
		if _, _, err := Run(Job{Map: m, In: bytes.NewReader(in.Bytes()), Version: version, Model: content,
			Parse: model.Parse}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*companies*years/b.Elapsed().Seconds(), "firm-years/s")
}

func scoreOf(from, to uint32) *decision.Score {
	return &decision.Score{Buyer: "b", PreviousGrade: from, Grade: to}
}

func dayOf(day int32) event.Day { return event.Day(day) }
