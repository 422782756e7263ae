package evaluate

import (
	"cmp"
	"runtime"
	"slices"

	"barometer/ingest/event"
	"barometer/processor"
	"barometer/processor/decision"

	"github.com/cespare/xxhash/v2"
	"github.com/sourcegraph/conc/iter"
)

// policy is whose invoices a walk books.
const policy = "evaluate"

// walk lets the observations happen, and fills in the answers. Subjects are spread over machines by the year of their
// last row, so that none goes on when nothing of its subjects follows; that changes no answer, as no subject has to do
// with another one.
func walk(all []observation, version string, content []byte, parse processor.ParseModel) (changes changes) {
	last := map[string]event.Day{}
	for i := range all {
		last[all[i].subject] = max(last[all[i].subject], all[i].end())
	}
	type cohort struct {
		year  int
		shard uint64
	}
	cohorts := map[cohort]*walker{}
	var walkers []*walker
	for i := range all {
		o := &all[i]
		year, _, _ := last[o.subject].Civil()
		c := cohort{year, xxhash.Sum64String(o.subject) % uint64(runtime.GOMAXPROCS(0))}
		w := cohorts[c]
		if w == nil {
			w = &walker{changes: newChanges()}
			cohorts[c], walkers = w, append(walkers, w)
		}
		w.rows = append(w.rows, o)
	}
	model, err := parse(content)
	again := func([]byte) (*event.Model, error) { return model, err }
	iter.ForEach(walkers, func(w **walker) { (*w).run(version, content, again) })
	changes = newChanges()
	for _, w := range walkers {
		changes.add(&w.changes)
	}
	return changes
}

// end is the day of the last thing that happens.
func (o *observation) end() event.Day {
	if o.invoice != nil {
		return max(o.day, o.invoice.settled)
	}
	return o.day
}

// walker lets the observations of some subjects happen to a machine.
type walker struct {
	rows    []*observation
	machine *processor.Machine
	changes changes
	offset  int64
	today   event.Day
}

// happening is what happens on a day: a row is asked about and booked, or its invoice is paid.
type happening struct {
	day  event.Day
	paid bool
	row  *observation
}

func (w *walker) run(version string, content []byte, parse processor.ParseModel) {
	all := make([]happening, 0, len(w.rows))
	for _, o := range w.rows {
		all = append(all, happening{o.day, false, o})
		if o.invoice != nil {
			all = append(all, happening{o.invoice.settled, true, o})
		}
	}
	slices.SortStableFunc(all, func(a, b happening) int {
		return cmp.Or(cmp.Compare(a.day, b.day),
			rank(a.paid)-rank(b.paid))
	})
	w.machine = processor.NewMachine(0, parse)
	w.machine.Terse()
	w.today = all[0].day
	w.step(&event.Event{Source: event.Source{Topic: event.TopicControl}, Kind: event.KindLogOpened, Key: "log",
		Body: &event.LogOpened{LogID: "evaluate", Generation: 1, Partitions: 1, Clock: event.ClockDriven,
			StartMs: w.today.Ms(), TickIntervalMs: 10_000, CutSpanMs: 1 << 62, Fold: processor.FoldVersion(),
			Model: event.ModelActivated{Version: version, Content: content}}})
	for _, h := range all {
		if h.day > w.today {
			w.today = h.day
			w.step(&event.Event{Kind: event.KindTick, Body: &event.Tick{AtMs: h.day.Ms()}})
		}
		w.happens(h)
	}
}

func rank(paid bool) int {
	if paid {
		return 1
	}
	return 0
}

func (w *walker) happens(h happening) {
	o := h.row
	switch {
	case o.statement != nil:
		if o.before != nil {
			w.step(&event.Event{Kind: event.KindStatementFiled, Key: o.subject, Body: o.before})
		}
		w.step(&event.Event{Kind: event.KindStatementFiled, Key: o.subject, Body: o.statement})
		w.ask(o)
	case h.paid:
		w.step(&event.Event{Kind: event.KindInvoicePaid, Key: o.subject, ID: o.invoice.id,
			Body: &event.InvoicePaid{Ref: o.ref(), Amount: o.amount(), PaidOn: h.day}})
	default:
		w.ask(o)
		w.step(&event.Event{Kind: event.KindInvoiceIssued, Key: o.subject, ID: o.invoice.id,
			Body: &event.InvoiceIssued{Ref: o.ref(), Amount: o.amount(), DeliveredOn: h.day, DueOn: o.invoice.due}})
	}
}

func (o *observation) ref() event.InvoiceRef {
	return event.InvoiceRef{Buyer: event.Party{ID: o.subject}, Policy: policy, Invoice: o.invoice.id}
}

func (o *observation) amount() event.Amount {
	return event.Amount{Minor: o.invoice.cents, Currency: "EUR"}
}

// ask asks where a subject stands. Of one of whom nothing is known yet that is the model's base.
func (w *walker) ask(o *observation) {
	var known bool
	if o.standing, known = w.machine.Standing(o.subject); !known {
		o.standing = w.machine.Unknown()
	}
}

func (w *walker) step(e *event.Event) {
	e.Home, e.AtMs, e.StampMs = true, w.today.Ms(), w.today.Ms()
	if e.Kind != event.KindLogOpened {
		e.Source = event.Source{Topic: e.Kind.Topic(), Incarnation: 1, Offset: w.offset}
	}
	if err := w.machine.Step(w.offset, e, w); err != nil {
		panic(err) // a fold version that this binary does not know, and it wrote the log
	}
	w.offset++
}

// Decision notes what counts of a decision.
func (w *walker) Decision(d *decision.Decision) {
	switch body := d.Body.(type) {
	case *decision.Score:
		w.changes.note(body, d.AsOf)
	case *decision.Rejection:
		w.changes.Refused[body.Reason]++
	}
}

// Relay has nobody to go to.
func (w *walker) Relay(*event.Event) {}
