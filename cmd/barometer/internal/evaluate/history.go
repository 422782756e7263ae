package evaluate

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"runtime"
	"slices"
	"strconv"

	"barometer/ingest/event"
	"barometer/processor"

	"github.com/expr-lang/expr/vm"
	"github.com/sourcegraph/conc"
	"github.com/sourcegraph/conc/iter"
)

// observation is a row: what becomes known when, when the model is asked, and the outcome.
type observation struct {
	subject           string
	day               event.Day // on which the model is asked
	statement, before *event.StatementFiled
	invoice           *invoice
	bad               bool
	compare           []float64 // NaN where a row lacks it

	standing processor.Standing // the answer
}

type invoice struct {
	id           string
	cents        int64
	due, settled event.Day
}

// asIfDay is when rows without a date happen.
var asIfDay = event.Date(2000, 12, 31)

// RowError is what is wrong with a row, which is left out.
type RowError struct {
	Row int // from 1, without the header
	Err error
}

func (e RowError) Error() string { return fmt.Sprintf("row %d: %v", e.Row, e.Err) }

// chunk is how many rows have their formulas worked out at once, on all processors, while the next ones are read.
const chunk = 8192

// read reads the observations of a table; wrong are the rows left out.
func (m *Map) read(in io.Reader) (all []observation, wrong []RowError, err error) {
	comma := ','
	for _, r := range m.Delimiter {
		comma = r
	}
	t, err := openTable(m.Format, comma, in)
	if err != nil {
		return nil, nil, err
	}
	if err := m.bind(t.columns); err != nil {
		return nil, nil, &MapError{err}
	}
	measures := slices.Sorted(maps.Keys(m.Compare))
	readers := make([]*reader, runtime.GOMAXPROCS(0))
	for i := range readers {
		readers[i] = &reader{m: m, measures: measures, row: row{values: map[string]any{}},
			figures: figuresOf(m.Statement), before: figuresOf(m.YearBefore)}
	}
	chunks := make(chan [][]string, 2)
	var broken error
	var reading conc.WaitGroup
	reading.Go(func() { broken = t.chunks(chunks) })
	first := 1
	for texts := range chunks {
		n := len(all)
		all = slices.Grow(all, len(texts))[:n+len(texts)]
		part := (len(texts) + len(readers) - 1) / len(readers)
		iter.ForEachIdx(readers, func(i int, r **reader) {
			for at := i * part; at < min(len(texts), (i+1)*part); at++ {
				o, err := (*r).observe(texts[at], first+at)
				if err != nil {
					(*r).wrong = append((*r).wrong, RowError{first + at, err})
				}
				all[n+at] = o
			}
		})
		first += len(texts)
	}
	if reading.Wait(); broken != nil {
		return nil, nil, broken
	}
	for _, r := range readers {
		wrong = append(wrong, r.wrong...)
	}
	slices.SortFunc(wrong, func(a, b RowError) int { return a.Row - b.Row })
	all = slices.DeleteFunc(all, func(o observation) bool { return o.subject == "" })
	if m.LastOnly {
		keepLast(all)
	}
	return all, wrong, nil
}

// keepLast leaves of each subject only the last row bad, by day.
func keepLast(all []observation) {
	last := map[string]*observation{}
	for i := range all {
		o := &all[i]
		l := last[o.subject]
		if l == nil || o.day >= l.day {
			if l != nil {
				l.bad = false
			}
			last[o.subject] = o
		} else {
			o.bad = false
		}
	}
}

// chunks reads the rows, some thousand at a time.
func (t *table) chunks(to chan<- [][]string) error {
	defer close(to)
	for {
		texts := make([][]string, 0, chunk)
		for len(texts) < chunk {
			fields, err := t.next()
			if err == io.EOF {
				to <- texts
				return nil
			}
			if err != nil {
				return err
			}
			texts = append(texts, fields)
		}
		to <- texts
	}
}

// reader works out the formulas of rows. It is for one goroutine.
type reader struct {
	m        *Map
	measures []string
	machine  vm.VM
	row      row
	figures  []figureOf // of the statement
	before   []figureOf // and of the one of the year before
	wrong    []RowError
}

var errNoOutcome = errors.New("it has no outcome")

// observe makes the observation of a row; one without a subject does not count.
func (r *reader) observe(texts []string, n int) (o observation, err error) {
	m := r.m
	m.fill(&r.row, texts)
	if m.where != nil {
		if wanted, _, err := m.where.truth(&r.machine, &r.row); err != nil || !wanted {
			return observation{}, err
		}
	}
	subject := strconv.Itoa(n)
	if m.Subject.text != "" {
		if subject, err = r.text(&m.Subject); err != nil {
			return observation{}, err
		}
	}
	if len(m.Invoice) > 0 {
		err = r.invoice(&o)
	} else {
		err = r.statements(&o, subject)
	}
	if err != nil {
		return observation{}, err
	}
	var known bool
	if o.bad, known, err = m.Bad.truth(&r.machine, &r.row); err != nil {
		return observation{}, err
	} else if !known {
		return observation{}, errNoOutcome
	}
	for _, name := range r.measures {
		f := m.Compare[name]
		x, ok, err := f.number(&r.machine, &r.row)
		if err != nil {
			return observation{}, err
		}
		if !ok {
			x = math.NaN()
		}
		o.compare = append(o.compare, x)
	}
	o.subject = subject
	return o, nil
}

func (r *reader) text(f *formula) (string, error) {
	v, err := f.value(&r.machine, &r.row)
	switch x := v.(type) {
	case nil:
		return "", errors.Join(err, fmt.Errorf("%s is missing", f.text))
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64), nil
	default:
		return fmt.Sprint(x), nil
	}
}

func (r *reader) day(f formula) (event.Day, error) {
	x, ok, err := f.number(&r.machine, &r.row)
	if err == nil && !ok {
		err = fmt.Errorf("%s is missing", f.text)
	}
	return event.Day(x), err
}

// cents are an amount of a formula; false where it has none.
func (r *reader) cents(f *formula) (int64, bool, error) {
	x, ok, err := f.number(&r.machine, &r.row)
	if !ok || err != nil {
		return 0, false, err
	}
	if x = math.Round(x * 100); math.Abs(x) > 1e17 {
		return 0, false, fmt.Errorf("%s: %g is too large an amount", f.text, x/100)
	}
	return int64(x), true, nil
}

func (r *reader) statements(o *observation, subject string) (err error) {
	o.day = asIfDay
	if f, ok := r.m.Statement[periodEnd]; ok {
		if o.day, err = r.day(f); err != nil {
			return err
		}
	}
	if o.statement, err = r.statement(r.figures, subject, o.day); err != nil || len(r.m.YearBefore) == 0 {
		return err
	}
	o.before, err = r.statement(r.before, subject, o.day.AddMonths(-12))
	return err
}

func (r *reader) statement(figures []figureOf, subject string, end event.Day) (*event.StatementFiled, error) {
	s := &event.StatementFiled{Buyer: event.Party{ID: subject}, PeriodEnd: end, Months: 12, Currency: "EUR"}
	for i := range figures {
		cents, ok, err := r.cents(&figures[i].formula)
		if err != nil {
			return nil, err
		}
		if ok {
			*figures[i].of(s) = cents
			s.Given |= figures[i].bit
		}
	}
	return s, nil
}

// figureOf is a figure of a statement and how it is worked out.
type figureOf struct {
	amount
	formula
}

// figuresOf are those of a group of a map, but for the end of the period.
func figuresOf(group map[string]formula) []figureOf {
	var all []figureOf
	for _, name := range slices.Sorted(maps.Keys(group)) {
		if name != periodEnd {
			all = append(all, figureOf{amounts[name], group[name]})
		}
	}
	return all
}

func (r *reader) invoice(o *observation) (err error) {
	v := &invoice{}
	id, amount := r.m.Invoice["id"], r.m.Invoice["amount"]
	if v.id, err = r.text(&id); err != nil {
		return err
	}
	cents, ok, err := r.cents(&amount)
	if v.cents = cents; err != nil || !ok || cents <= 0 {
		return errors.Join(err, fmt.Errorf("%s: an invoice has an amount above 0", amount.text))
	}
	for name, day := range map[string]*event.Day{"issued_on": &o.day, "due_on": &v.due, "settled_on": &v.settled} {
		if *day, err = r.day(r.m.Invoice[name]); err != nil {
			return err
		}
		r.row.values[name] = float64(*day)
	}
	if v.settled < o.day {
		return fmt.Errorf("settled on %s, before it was issued", v.settled)
	}
	o.invoice = v
	return nil
}

// MapError is a map that does not fit its file.
type MapError struct{ Err error }

func (e *MapError) Error() string { return e.Err.Error() }
func (e *MapError) Unwrap() error { return e.Err }
