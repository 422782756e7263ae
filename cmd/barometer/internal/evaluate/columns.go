package evaluate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"barometer/ingest/event"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
	"go.yaml.in/yaml/v3"
)

// Map says what the columns of a table mean. Formulas are expressions (expr-lang.org) over columns, by the names that
// Columns gives them or by their own.
type Map struct {
	Format    string            `yaml:"format"`
	Delimiter string            `yaml:"delimiter"` // of CSV: one character, a comma if empty
	Columns   map[string]string `yaml:"columns"`   // the column of each name that formulas use
	// formula of whom a row is about; empty: each row is about another one
	Subject    formula            `yaml:"subject"`
	Statement  map[string]formula `yaml:"statement"` // a row is a statement: period_end and amounts in euro
	YearBefore map[string]formula `yaml:"year_before"`
	Invoice    map[string]formula `yaml:"invoice"` // or an invoice
	Bad        formula            `yaml:"bad"`     // the outcome: true or false
	// a subject's earlier rows are not bad: what is told is the next twelve months
	LastOnly bool               `yaml:"bad_on_last_row_only"`
	Rank     string             `yaml:"rank"`    // what the figures are of: score, financing or commercial
	Compare  map[string]formula `yaml:"compare"` // other measures, the larger the safer

	where *formula
	names map[string]int // columns that formulas use, by name
}

// formula is an expression over the columns of a row.
type formula struct {
	text    string
	program *vm.Program
	uses    []string
	column  int // where it is nothing but one of the file's: its number from 1 on
}

// UnmarshalYAML takes a text or a number.
func (f *formula) UnmarshalYAML(n *yaml.Node) error { return n.Decode(&f.text) }

// amount is a figure of a statement: its bit in Given, and where it is.
type amount struct {
	bit uint32
	of  func(s *event.StatementFiled) *int64
}

// Amounts of a statement, with their bit in Given and where they go.
var amounts = map[string]amount{
	"total_assets":   {event.GivenTotalAssets, func(s *event.StatementFiled) *int64 { return &s.TotalAssets }},
	"equity":         {event.GivenEquity, func(s *event.StatementFiled) *int64 { return &s.Equity }},
	"current_assets": {event.GivenCurrentAssets, func(s *event.StatementFiled) *int64 { return &s.CurrentAssets }},
	"inventories":    {event.GivenInventories, func(s *event.StatementFiled) *int64 { return &s.Inventories }},
	"cash":           {event.GivenCash, func(s *event.StatementFiled) *int64 { return &s.Cash }},
	"current_liabilities": {event.GivenCurrentLiabilities,
		func(s *event.StatementFiled) *int64 { return &s.CurrentLiabilities }},
	"total_liabilities": {event.GivenTotalLiabilities,
		func(s *event.StatementFiled) *int64 { return &s.TotalLiabilities }},
	"trade_payables": {event.GivenTradePayables, func(s *event.StatementFiled) *int64 { return &s.TradePayables }},
	"revenue":        {event.GivenRevenue, func(s *event.StatementFiled) *int64 { return &s.Revenue }},
	"net_income":     {event.GivenNetIncome, func(s *event.StatementFiled) *int64 { return &s.NetIncome }},
	"depreciation":   {event.GivenDepreciation, func(s *event.StatementFiled) *int64 { return &s.Depreciation }},
}

// What rows are ranked by.
const (
	RankScore      = "score"
	RankFinancing  = "financing"
	RankCommercial = "commercial"
)

const periodEnd = "period_end"

var invoiceFields = []string{"id", "amount", "issued_on", "due_on", "settled_on"}

// ParseMap reads a column map; where, if not empty, is a formula of the rows that count. Its errors name what is wrong.
func ParseMap(content []byte, where string) (*Map, error) {
	m := &Map{}
	d := yaml.NewDecoder(bytes.NewReader(content))
	d.KnownFields(true)
	if err := d.Decode(m); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if where != "" {
		m.where = &formula{text: where}
	}
	return m, errors.Join(m.check()...)
}

func (m *Map) check() (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if m.Format != CSV && m.Format != ARFF {
		wrong("format: %q is neither csv nor arff", m.Format)
	}
	if len([]rune(m.Delimiter)) > 1 {
		wrong("delimiter: %q is more than one character", m.Delimiter)
	}
	if (len(m.Statement) == 0) == (len(m.Invoice) == 0) {
		wrong("a row is a statement or an invoice: the map has both or neither")
	}
	for _, key := range slices.Sorted(maps.Keys(m.Statement)) {
		if _, ok := amounts[key]; !ok && key != periodEnd {
			wrong("statement.%s: no such figure; there are %s and %s", key, periodEnd,
				strings.Join(slices.Sorted(maps.Keys(amounts)), ", "))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m.YearBefore)) {
		if _, ok := amounts[key]; !ok {
			wrong("year_before.%s: no such figure", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m.Invoice)) {
		if !slices.Contains(invoiceFields, key) {
			wrong("invoice.%s: no such field; there are %s", key, strings.Join(invoiceFields, ", "))
		}
	}
	for _, key := range invoiceFields {
		if _, ok := m.Invoice[key]; !ok && len(m.Invoice) > 0 {
			wrong("invoice.%s is missing", key)
		}
	}
	if len(m.Invoice) > 0 && m.Subject.text == "" {
		wrong("subject: invoices need one")
	}
	if m.Bad.text == "" {
		wrong("bad: the outcome is missing")
	}
	if m.Rank != RankScore && m.Rank != RankFinancing && m.Rank != RankCommercial {
		wrong("rank: %q is none of score, financing and commercial", m.Rank)
	}
	return errs
}

// bind compiles the formulas for a table's columns.
func (m *Map) bind(columns []string) error {
	at := map[string]int{}
	for i, name := range columns {
		at[name] = i
	}
	m.names = map[string]int{}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(m.Columns)) {
		i, ok := at[m.Columns[name]]
		if !ok {
			errs = append(errs, fmt.Errorf("columns.%s: the file has no column %q; it has %s", name, m.Columns[name],
				strings.Join(columns, ", ")))
		}
		at[name] = i
	}
	compile := func(key string, f *formula) {
		if err := f.compile(at, m.names); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
	}
	group := func(key string, all map[string]formula) {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			f := all[name]
			compile(key+"."+name, &f)
			all[name] = f
		}
	}
	group("statement", m.Statement)
	group("year_before", m.YearBefore)
	group("invoice", m.Invoice)
	group("compare", m.Compare)
	if m.Subject.text != "" {
		compile("subject", &m.Subject)
	}
	// An outcome may speak of what the invoice is made of.
	for _, name := range []string{"issued_on", "due_on", "settled_on"} {
		if f, ok := m.Invoice[name]; ok {
			at[name] = -1
			for _, used := range f.uses {
				m.names[used] = at[used]
			}
		}
	}
	compile("bad", &m.Bad)
	if m.where != nil {
		compile("where", m.where)
	}
	return errors.Join(errs...)
}

// compile compiles a formula and notes the columns that it uses.
func (f *formula) compile(at, used map[string]int) error {
	options := []expr.Option{expr.AllowUndefinedVariables()}
	for name := range at {
		options = append(options, expr.DisableBuiltin(name)) // a column goes before a function of its name
	}
	program, err := expr.Compile(f.text, append(options, dateFunction, yearEndFunction)...)
	if err != nil {
		return fmt.Errorf("%s: %w", f.text, err)
	}
	f.program = program
	seen := identifiers{}
	node := program.Node()
	if id, ok := node.(*ast.IdentifierNode); ok {
		if i, ok := at[id.Value]; ok && i >= 0 {
			f.column = i + 1
			return nil
		}
	}
	ast.Walk(&node, seen)
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		if name == "date" || name == "year_end" {
			continue
		}
		i, ok := at[name]
		if !ok {
			return fmt.Errorf("%s: the file has no column %s, and columns gives none that name", f.text, name)
		}
		if i >= 0 {
			used[name] = i
		}
		f.uses = append(f.uses, name)
	}
	return nil
}

type identifiers map[string]bool

// Visit notes a name.
func (v identifiers) Visit(n *ast.Node) {
	if id, ok := (*n).(*ast.IdentifierNode); ok {
		v[id.Value] = true
	}
}

// dateFunction is date(text, layout), with a layout of Go's package time; days since 1970.
var dateFunction = expr.Function("date", func(args ...any) (any, error) {
	t, err := time.Parse(args[1].(string), fmt.Sprint(args[0]))
	if err != nil {
		return nil, err
	}
	return int(event.DayOf(t.UnixMilli())), nil
}, new(func(any, string) int))

// yearEndFunction is year_end(year), its last day.
var yearEndFunction = expr.Function("year_end", func(args ...any) (any, error) {
	year, ok := number(args[0])
	if !ok || year < 1900 || year > 2200 {
		return nil, fmt.Errorf("%v is no year", args[0])
	}
	return int(event.Date(int(year), 12, 31)), nil
}, new(func(any) int))

// row is the texts of a row, and the values that formulas use, by name: float64 or string; what is missing is not
// there.
type row struct {
	texts  []string
	values map[string]any
}

func (m *Map) fill(r *row, texts []string) {
	r.texts = texts
	clear(r.values)
	for name, i := range m.names {
		if text := r.text(i); text != "" {
			r.values[name] = valueOf(text)
		}
	}
}

// text is what a column says, empty where it is missing.
func (r *row) text(i int) string {
	if text := strings.TrimSpace(r.texts[i]); text != "?" {
		return text
	}
	return ""
}

// valueOf is a number where a text is one.
func valueOf(text string) any {
	if strings.IndexByte("+-.0123456789", text[0]) < 0 {
		return text // ParseFloat would make an error that says so
	}
	if v, err := strconv.ParseFloat(text, 64); err == nil {
		return v
	}
	return text
}

// value is what a formula gives for a row, nil where a column that it uses is missing there.
func (f *formula) value(machine *vm.VM, r *row) (any, error) {
	if f.column > 0 {
		if text := r.text(f.column - 1); text != "" {
			return valueOf(text), nil
		}
		return nil, nil
	}
	for _, name := range f.uses {
		if _, ok := r.values[name]; !ok {
			return nil, nil
		}
	}
	v, err := machine.Run(f.program, r.values)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.text, err)
	}
	return v, nil
}

// number is a formula's value as a number; false where it has none, or no finite one.
func (f *formula) number(machine *vm.VM, r *row) (float64, bool, error) {
	if f.column > 0 {
		if x, err := strconv.ParseFloat(r.text(f.column-1), 64); err == nil {
			return x, !math.IsNaN(x) && !math.IsInf(x, 0), nil
		}
	}
	v, err := f.value(machine, r)
	if v == nil || err != nil {
		return 0, false, err
	}
	x, ok := number(v)
	if !ok {
		return 0, false, fmt.Errorf("%s: %v is no number", f.text, v)
	}
	return x, !math.IsNaN(x) && !math.IsInf(x, 0), nil
}

func number(v any) (float64, bool) {
	switch x := v.(type) {
	case float64:
		return x, true
	case int:
		return float64(x), true
	default:
		return 0, false
	}
}

// truth is a formula's value as true or false; known is false where it has none.
func (f *formula) truth(machine *vm.VM, r *row) (is, known bool, err error) {
	v, err := f.value(machine, r)
	if v == nil || err != nil {
		return false, false, err
	}
	is, ok := v.(bool)
	if !ok {
		return false, false, fmt.Errorf("%s: %v is neither true nor false", f.text, v)
	}
	return is, true, nil
}
