package decision

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// What has happened to a case.
const (
	CaseReported       = "reported"      // its policyholder has reported the overdue: it is opened, or joined by more
	CaseAdverse        = "adverse"       // something adverse was reported of its buyer
	CaseReminderSent   = "reminder_sent" // by its policyholder
	CaseFormalNotice   = "formal_notice_sent"
	CaseMoved          = "moved"           // by the collector
	CasePlanAgreed     = "plan_agreed"     // it runs, or waits for the insurer's consent (PlanState)
	CasePlanConsented  = "plan_consented"  // by the insurer
	CasePlanRefused    = "plan_refused"    // likewise: the cover of its invoices is forfeited
	CasePlanBroken     = "plan_broken"     // an instalment was not paid
	CaseDisputed       = "disputed"        // an invoice of it is
	CaseDisputeSettled = "dispute_settled" // one is no longer
	CaseReceived       = "received"        // something was paid
	CaseReversed       = "reversed"        // a payment was taken back
	CaseChangedCover   = "cover_changed"   // what is insured of it, or from when on it can be claimed
	CaseInsolvent      = "insolvent"       // the buyer is
	CaseSolvent        = "solvent"         // it is no longer
	CaseDocument       = "document_added"
	CaseClaimed        = "claimed" // a claim was filed for it
	CaseClosed         = "closed"
	CaseReopened       = "reopened" // a payment was reversed
)

// MaxListed bounds the debts and the receipts that a decision on a case lists: the oldest debts, the newest receipts.
const MaxListed = 1000

// Case is a change of a collection case, and how it stands, in minor units of Currency.
type Case struct {
	Case, Policy, Buyer, Holder string
	Stage, PreviousStage        string // PreviousStage is empty where the stage is what it was
	Outcome                     string // of a closed case
	Warning                     string // a code of what its policyholder is to mind, empty: nothing
	Invoices                    []string
	OpenMinor                   int64 // that is owed: what is open of all debts, less what came in and settles none
	RecoveredMinor              int64 // by the collector
	Currency                    string
	DueOn                       event.Day // until when Next is to be done, 0: there is no term
	Kind                        string    // monitor, collect, claim or collect_and_claim
	What                        string    // has happened: CaseReported …
	Next                        string    // what is to be done: a stage, or a step of the vocabulary; empty: nothing
	NextBy                      string    // whose turn it is
	OpenedOn                    event.Day
	ReportedOn                  event.Day // handed over to collection, 0: it was not
	Reference                   string    // the policyholder's
	Debts                       []CaseDebt
	DebtsLeftOut                int32 // that are not listed
	Receipts                    []CaseReceipt
	Rates                       []CaseRate // of late interest, ascending; empty: there is none
	FlatMinor                   int64      // compensation for all late invoices, in euro cents
	Plan, PlanState             string     // the payment plan that was agreed last
	Instalments                 []CaseInstalment
	Documents                   []string // kinds of those that were added
	MissingDocuments            []string // kinds that a claim for it would lack now
	AmountMinor                 int64    // of what has happened: paid, received, reversed
	FeesMinor                   int64    // of the collector
	InsuredMinor                int64    // of what is owed
	DisputedMinor               int64    // of what is owed
	Insolvent                   bool
	Analyst                     string       // who has moved or decided, empty: nobody
	Texts                       event.Source // whose words name the buyer
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
	w.Str(14, &b.Kind)
	w.Str(15, &b.What)
	w.Str(16, &b.Next)
	w.Str(17, &b.NextBy)
	w.Int32(18, (*int32)(&b.OpenedOn))
	w.Int32(19, (*int32)(&b.ReportedOn))
	w.Str(20, &b.Reference)
	wire.Msgs(w, 21, &b.Debts)
	w.Int32(22, &b.DebtsLeftOut)
	wire.Msgs(w, 23, &b.Receipts)
	wire.Msgs(w, 24, &b.Rates)
	w.Int(25, &b.FlatMinor)
	w.Str(26, &b.Plan)
	w.Str(27, &b.PlanState)
	wire.Msgs(w, 28, &b.Instalments)
	w.Strs(29, &b.Documents)
	WalkTexts(w, &b.Texts)
	w.Int(34, &b.AmountMinor)
	w.Int(35, &b.FeesMinor)
	w.Int(36, &b.InsuredMinor)
	w.Int(37, &b.DisputedMinor)
	w.Bool(38, &b.Insolvent)
	w.Str(39, &b.Analyst)
	w.Strs(40, &b.MissingDocuments)
}

// CaseDebt is an invoice of a case, in minor units of the case's currency. Own, Interest and Parts are in the
// invoice's.
type CaseDebt struct {
	Invoice              string // empty: one that was there before its policy's deliveries were followed
	DueOn, OriginalDueOn event.Day
	AmountMinor          int64 // when it joined the case
	OpenMinor            int64
	Own                  event.Amount // that is open of it
	Interest             event.Amount // as of the decision's day
	Disputed             bool
	InsuredMinor         int64      // of what is open: what a claim for it would be made of
	Reason               string     // why nothing of it is, empty: something is
	PercentPPM           int64      // at which it is insured
	LossOn               event.Day  // its date of loss, 0: not known yet
	Claim                string     // that it is in, empty: none
	Parts                []CasePart // what was settled of it: for interest as of another day
	DeliveredOn          event.Day  // 0: not known
	Discretionary        bool       // it was delivered within a discretionary limit
}

// Walk walks the fields of barometer.v1.CaseDebt.
func (d *CaseDebt) Walk(w *wire.Wire) {
	w.Str(1, &d.Invoice)
	w.Int32(2, (*int32)(&d.DueOn))
	w.Int32(3, (*int32)(&d.OriginalDueOn))
	w.Int(4, &d.AmountMinor)
	w.Int(5, &d.OpenMinor)
	w.Msg(6, &d.Own)
	w.Msg(7, &d.Interest)
	w.Bool(8, &d.Disputed)
	w.Int(9, &d.InsuredMinor)
	w.Str(10, &d.Reason)
	w.Int(11, &d.PercentPPM)
	w.Int32(12, (*int32)(&d.LossOn))
	w.Str(13, &d.Claim)
	wire.Msgs(w, 14, &d.Parts)
	w.Int32(15, (*int32)(&d.DeliveredOn))
	w.Bool(16, &d.Discretionary)
}

// CasePart is what was settled of a debt on a day.
type CasePart struct {
	On     event.Day
	Amount event.Amount
}

// Walk walks the fields of barometer.v1.CasePart.
func (p *CasePart) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&p.On))
	w.Msg(2, &p.Amount)
}

// CaseReceipt is what the collector received for a case, in minor units of its currency.
type CaseReceipt struct {
	Recovery string
	Minor    int64
	FeeMinor int64
	On       event.Day
	From     string
}

// Walk walks the fields of barometer.v1.CaseReceipt.
func (r *CaseReceipt) Walk(w *wire.Wire) {
	w.Str(1, &r.Recovery)
	w.Int(2, &r.Minor)
	w.Int(3, &r.FeeMinor)
	w.Int32(4, (*int32)(&r.On))
	w.Str(5, &r.From)
}

// CaseRate is the yearly rate of late interest from a day on, up to the next one.
type CaseRate struct {
	From    event.Day
	RatePPM int64
}

// Walk walks the fields of barometer.v1.CaseRate.
func (r *CaseRate) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&r.From))
	w.Int(2, &r.RatePPM)
}

// CaseInstalment is a payment of a plan, in minor units of the case's currency.
type CaseInstalment struct {
	DueOn event.Day
	Minor int64
}

// Walk walks the fields of barometer.v1.CaseInstalment.
func (i *CaseInstalment) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&i.DueOn))
	w.Int(2, &i.Minor)
}
