package explanation

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"barometer/cmd/barometer/internal/records"
	"barometer/cmd/barometer/internal/refold"
	"barometer/dashboard/format"
	"barometer/ingest/event"
	"barometer/ingest/kafkalog"
	"barometer/processor"
	"barometer/processor/decision"

	"github.com/shopspring/decimal"
)

// Account says what a case or a claim is made of: how it stands, and each decision on it with the message behind it.
type Account struct {
	ID    string
	Case  *decision.Case  // as it stands; of a claim its case
	Claim *decision.Claim // as it stands, nil: the account is of a case
	Steps []Step

	issued map[string]Event // by invoice, of the policy
}

// Step is something that has happened to a case or a claim, or an invoice of it.
type Step struct {
	Event
	What string `json:"what"`
}

// MarshalJSON writes the account with the published names.
func (x *Account) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID    string         `json:"id"`
		Case  map[string]any `json:"case,omitempty"`
		Claim map[string]any `json:"claim,omitempty"`
		Steps []Step         `json:"steps"`
	}{x.ID, records.Body(x.Case), records.Body(x.Claim), x.Steps})
}

// IsMinted tells whether an id is that of a case or a claim.
func IsMinted(id string) bool { return event.PolicyOfMinted(id) != "" }

// OfMinted explains a case or a claim, by folding its buyer's partition up to a position.
func OfMinted(ctx context.Context, log *refold.Log, q Query, id string) (*Account, error) {
	q.Buyer = id[:strings.LastIndexByte(id, '/')]
	partition, end, err := q.upTo(log)
	if err != nil {
		return nil, err
	}
	x := &Account{ID: id, issued: map[string]Event{}}
	fold := log.Fold(partition)
	var decoder event.Decoder
	err = log.Read(ctx, partition, end, func(offset int64, record []byte) error {
		var failed error
		if err := fold.Step(offset, record, func(r processor.Record) {
			if failed == nil && !r.Relay && r.Key == q.Buyer {
				failed = x.decided(r.Value)
			}
		}); err != nil {
			return err
		}
		if failed != nil {
			return failed
		}
		if offset%1000 == 0 || offset == end-1 {
			q.Progress(offset+1, end)
		}
		e, err := decoder.Decode(record)
		if err != nil {
			return err
		}
		x.issue(e, position(partition, offset))
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case x.Case == nil && x.Claim == nil:
		return nil, fmt.Errorf("nothing is known of %s up to there", id)
	}
	x.addInvoices()
	return x, nil
}

// upTo is the partition of the buyer, and the offset after the last record that counts.
func (q *Query) upTo(log *refold.Log) (partition int, end int64, err error) {
	partition = kafkalog.PartitionOf(q.Buyer, len(log.Ends))
	end = log.Ends[partition]
	if at := q.At; at != nil {
		switch {
		case int(at.Partition) != partition:
			return 0, 0, fmt.Errorf("%w: %s is of partition %d, what concerns %s is in %d", ErrPosition, at, at.Partition,
				q.Buyer, partition)
		case at.Offset >= end:
			return 0, 0, fmt.Errorf("%w: the log ends before %s", ErrPosition, at)
		}
		end = at.Offset + 1
	}
	return partition, end, nil
}

// issue notes where an invoice of the policy came in.
func (x *Account) issue(e *event.Event, position string) {
	v, ok := e.Body.(*event.InvoiceIssued)
	if !ok || v.Ref.Policy != event.PolicyOfMinted(x.ID) || e.Key != x.ID[:strings.LastIndexByte(x.ID, '/')] {
		return
	}
	x.issued[strings.Clone(v.Ref.Invoice)] = Event{position, e.Kind.String(), strings.Clone(e.ID),
		event.DayOf(e.AtMs).String()}
}

// decided takes a decision on the buyer: on the case or the claim, or, of a claim, on a case before it was filed.
func (x *Account) decided(record []byte) error {
	var d decision.Decision
	if err := decision.Decode(slices.Clone(record), &d); err != nil {
		return err
	}
	switch b := d.Body.(type) {
	case *decision.Case:
		if b.Policy != event.PolicyOfMinted(x.ID) || b.Case != x.ID && !isClaim(x.ID) ||
			x.Claim != nil && b.Case != x.Claim.Case {
			return nil
		}
		if x.Case != nil && x.Case.Case != b.Case {
			x.Steps = nil // of the case before: the claim is of a later one
		}
		x.Case = b
		x.step(&d, b.What, b.Stage, b.AmountMinor, b.Currency)
	case *decision.Claim:
		if b.Claim != x.ID {
			return nil
		}
		x.Claim = b
		x.step(&d, "claim "+b.What, b.State, b.Receipt.Minor, b.Currency)
	}
	return nil
}

func isClaim(id string) bool {
	return strings.HasPrefix(id[strings.LastIndexByte(id, '/'):], "/claim-")
}

func (x *Account) step(d *decision.Decision, what, state string, minor int64, currency string) {
	kind := d.Trigger.Kind.String()
	if d.Trigger.ID == "" {
		kind = "timer " + d.Trigger.Timer
	}
	if what += " (" + state + ")"; minor != 0 {
		what += " " + format.Amount(minor, currency) + " " + currency
	}
	x.Steps = append(x.Steps, Step{Event{d.Position.String(), kind, d.Trigger.ID, d.AsOf.String()}, what})
}

// addInvoices puts where the invoices came in before what has happened since.
func (x *Account) addInvoices() {
	var first []Step
	add := func(invoice string) {
		if e, ok := x.issued[invoice]; ok {
			first = append(first, Step{e, "invoice " + invoice})
		}
	}
	if x.Claim != nil {
		for i := range x.Claim.Invoices {
			add(x.Claim.Invoices[i].Invoice)
		}
	} else {
		for i := range x.Case.Debts {
			add(x.Case.Debts[i].Invoice)
		}
	}
	x.Steps = append(first, x.Steps...)
}

// WriteText writes an account for people to read.
func (x *Account) WriteText(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if x.Claim != nil {
		x.writeClaim(w)
	} else {
		x.writeCase(w)
	}
	fmt.Fprint(w, "\nWhat happened:\n")
	for _, s := range x.Steps {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.At, s.What, s.Kind, s.ID, s.Position)
	}
	return w.Flush()
}

func (x *Account) writeClaim(w io.Writer) {
	c := x.Claim
	said := func(minor int64) string { return format.Amount(minor, c.Currency) }
	fmt.Fprintf(w, "%s: %s, %s, date of loss %s, in %s\n\n", c.Claim, c.State, c.Cause, format.Day(c.LossOn), c.Currency)
	for i := range c.Invoices {
		v := &c.Invoices[i]
		fmt.Fprintf(w, "invoice %s\topen %s\tinsured %s\tat %s %%\tloss %s\t%s\n", v.Invoice, said(v.OpenMinor),
			said(v.InsuredMinor), percent(v.PercentPPM), said(v.LossMinor), v.Reason)
	}
	fmt.Fprintln(w)
	for i := range c.Waterfall {
		l := &c.Waterfall[i]
		term := ""
		switch {
		case l.PercentPPM != 0:
			term = "at " + percent(l.PercentPPM) + " %"
		case l.TermMinor != 0:
			term = "of " + said(l.TermMinor)
		}
		fmt.Fprintf(w, "%s\t%s\t→ %s\t%s\n", l.Step, said(l.TakenMinor), said(l.Minor), term)
	}
	writeNext(w, c.Next, c.NextBy, c.DueOn)
}

func (x *Account) writeCase(w io.Writer) {
	c := x.Case
	said := func(minor int64) string { return format.Amount(minor, c.Currency) }
	fmt.Fprintf(w, "%s: %s %s\topen %s\tinsured %s\tdisputed %s\trecovered %s\tin %s\n\n", c.Case, c.Stage, c.Outcome,
		said(c.OpenMinor), said(c.InsuredMinor), said(c.DisputedMinor), said(c.RecoveredMinor), c.Currency)
	for i := range c.Debts {
		v := &c.Debts[i]
		fmt.Fprintf(w, "invoice %s\tdue %s\topen %s\tinsured %s\t%s\n", v.Invoice, format.Day(v.OriginalDueOn),
			said(v.OpenMinor), said(v.InsuredMinor), v.Reason)
	}
	for i := range c.Receipts {
		r := &c.Receipts[i]
		fmt.Fprintf(w, "receipt %s\ton %s\t%s\tfee %s\tfrom %s\n", r.Recovery, format.Day(r.On), said(r.Minor),
			said(r.FeeMinor), r.From)
	}
	writeNext(w, c.Next, c.NextBy, c.DueOn)
}

func writeNext(w io.Writer, step, by string, until event.Day) {
	if step == "" {
		return
	}
	fmt.Fprintf(w, "\nNext: %s, by %s", step, by)
	if until != 0 {
		fmt.Fprintf(w, ", until %s", format.Day(until))
	}
	fmt.Fprintln(w)
}

func percent(ppm int64) string { return decimal.New(ppm, -4).String() }
