package decision

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// Case is a change of a collection case, in minor units of Currency.
type Case struct {
	Case, Policy, Buyer, Holder string
	Stage, PreviousStage        string
	Outcome, Warning            string
	Invoices                    []string
	OpenMinor                   int64
	RecoveredMinor              int64
	Currency                    string
	DueOn                       event.Day // the deadline that a warning is about
}

// Walk walks the fields of barometer.v1.CaseChanged.
func (b *Case) Walk(w *wire.Wire) {
	w.Str(1, &b.Case)
	w.Str(2, &b.Policy)
	w.Str(3, &b.Buyer)
	w.Str(4, &b.Holder)
	w.Str(5, &b.Stage)
	w.Str(6, &b.PreviousStage)
	w.Str(7, &b.Outcome)
	w.Str(8, &b.Warning)
	w.Strs(9, &b.Invoices)
	w.Int(10, &b.OpenMinor)
	w.Int(11, &b.RecoveredMinor)
	w.Str(12, &b.Currency)
	w.Int32(13, (*int32)(&b.DueOn))
}

// WaterfallLine is one line of an indemnity's computation.
type WaterfallLine struct {
	Step  string
	Minor int64
}

// Walk walks the fields of barometer.v1.WaterfallLine.
func (l *WaterfallLine) Walk(w *wire.Wire) {
	w.Str(1, &l.Step)
	w.Int(2, &l.Minor)
}

// Claim is a decision on a claim, in minor units of Currency.
type Claim struct {
	Claim, Policy, Buyer, Holder string
	State, Reason                string
	LossMinor, IndemnityMinor    int64
	Currency                     string
	LossOn                       event.Day
	Waterfall                    []WaterfallLine
}

// Walk walks the fields of barometer.v1.ClaimDecided.
func (b *Claim) Walk(w *wire.Wire) {
	w.Str(1, &b.Claim)
	w.Str(2, &b.Policy)
	w.Str(3, &b.Buyer)
	w.Str(4, &b.Holder)
	w.Str(5, &b.State)
	w.Str(6, &b.Reason)
	w.Int(7, &b.LossMinor)
	w.Int(8, &b.IndemnityMinor)
	w.Str(9, &b.Currency)
	w.Int32(10, (*int32)(&b.LossOn))
	wire.Msgs(w, 11, &b.Waterfall)
}
