package decision

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
)

// What has happened to a claim.
const (
	ClaimFiled     = "filed"
	ClaimDocument  = "document_added"
	ClaimExamined  = "examined"  // documents are missing, it is refused, or it goes to the policy to be decided
	ClaimRuled     = "decided"   // its indemnity is
	ClaimCorrected = "corrected" // it was decided once more: Corrects is the decision before
	ClaimPaid      = "paid"      // all of its indemnity, or a part
	ClaimRecovered = "recovered" // something came in: a recourse statement
	ClaimReversed  = "reversed"  // a receipt was taken back: likewise, of less
)

// WaterfallLine is one line of an indemnity's computation.
type WaterfallLine struct {
	Step  string
	Minor int64 // after it
	// TakenMinor is what it takes off. Of debt and indemnity it is the amount itself.
	TakenMinor int64
	// TermMinor is what the policy says, or is left of that; of insured_percentage PercentPPM is.
	TermMinor  int64
	PercentPPM int64
}

// Walk walks the fields of barometer.v1.WaterfallLine.
func (l *WaterfallLine) Walk(w *wire.Wire) {
	w.Str(1, &l.Step)
	w.Int(2, &l.Minor)
	w.Int(3, &l.TakenMinor)
	w.Int(4, &l.TermMinor)
	w.Int(5, &l.PercentPPM)
}

// ClaimInvoice is an invoice of a claim as it was when that was filed, in minor units of the claim's currency.
type ClaimInvoice struct {
	Invoice                    string
	DeliveredOn, DueOn, LossOn event.Day
	AmountMinor                int64
	OpenMinor                  int64
	InsuredMinor               int64
	Reason                     string // why nothing of it is insured, empty: something is
	PercentPPM                 int64
	Discretionary              bool // it was delivered within a discretionary limit
	Late                       bool // the late-report percentage holds
	LossMinor                  int64
}

// Walk walks the fields of barometer.v1.ClaimInvoice.
func (v *ClaimInvoice) Walk(w *wire.Wire) {
	w.Str(1, &v.Invoice)
	w.Int32(2, (*int32)(&v.DeliveredOn))
	w.Int32(3, (*int32)(&v.DueOn))
	w.Int32(4, (*int32)(&v.LossOn))
	w.Int(5, &v.AmountMinor)
	w.Int(6, &v.OpenMinor)
	w.Int(7, &v.InsuredMinor)
	w.Str(8, &v.Reason)
	w.Int(9, &v.PercentPPM)
	w.Bool(10, &v.Discretionary)
	w.Bool(11, &v.Late)
	w.Int(12, &v.LossMinor)
}

// Shares is what came in and how it is shared, in minor units of the claim's currency.
type Shares struct {
	Minor, InsuredMinor             int64 // InsuredMinor: of it, on what is insured
	InsurerMinor, PolicyholderMinor int64
	FeeMinor                        int64 // of the collector
	FeeInsurerMinor                 int64
	FeePolicyholderMinor            int64
}

// Walk walks the fields of barometer.v1.Shares.
func (s *Shares) Walk(w *wire.Wire) {
	w.Int(1, &s.Minor)
	w.Int(2, &s.InsuredMinor)
	w.Int(3, &s.InsurerMinor)
	w.Int(4, &s.PolicyholderMinor)
	w.Int(5, &s.FeeMinor)
	w.Int(6, &s.FeeInsurerMinor)
	w.Int(7, &s.FeePolicyholderMinor)
}

// Claim is a change of a claim, and how it stands, in minor units of Currency.
type Claim struct {
	Claim, Policy, Buyer, Holder string
	State                        string // filed, documents_missing, assessed, decided, refused or paid
	Reason                       string // why nothing is paid, where that is so: refused or a step of Waterfall
	LossMinor, IndemnityMinor    int64
	Currency                     string
	LossOn                       event.Day
	Waterfall                    []WaterfallLine // empty before it is decided
	What                         string          // has happened: ClaimFiled …
	Case                         string
	Cause                        string // protracted_default or insolvency
	Reference                    string // the policyholder's
	FiledOn                      event.Day
	Invoices                     []ClaimInvoice
	DebtMinor, InsuredMinor      int64
	RecoveredBeforeMinor         int64 // of the debt, before the claim
	MissingDocuments             []string
	Next                         string    // what is to be done: a step of the vocabulary, empty: nothing
	NextBy                       string    // whose turn it is
	DueOn                        event.Day // until when, 0: there is no term
	PayableOn                    event.Day // 0: not decided, or nothing is
	Assignee                     string    // whom the indemnity is paid to, empty: the policyholder
	PaidMinor                    int64
	FirstLossMinor               int64          // what it uses of the period's aggregate first loss
	PeriodFrom, PeriodTo         event.Day      // of the aggregates, 0: not decided
	Corrects                     event.Position // the decision before, zero: it is no correction
	Receipt                      Shares         // what came in now, and whose it is
	Received                     Shares         // all that came in since it was filed
	Analyst                      string         // who has examined or paid, empty: nobody
	Texts                        event.Source   // whose words name the buyer
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
	w.Str(12, &b.What)
	w.Str(13, &b.Case)
	w.Str(14, &b.Cause)
	w.Str(15, &b.Reference)
	w.Int32(16, (*int32)(&b.FiledOn))
	wire.Msgs(w, 17, &b.Invoices)
	w.Int(18, &b.DebtMinor)
	w.Int(19, &b.InsuredMinor)
	w.Int(20, &b.RecoveredBeforeMinor)
	w.Strs(21, &b.MissingDocuments)
	w.Str(22, &b.Next)
	w.Str(23, &b.NextBy)
	w.Int32(24, (*int32)(&b.DueOn))
	w.Int32(25, (*int32)(&b.PayableOn))
	w.Str(26, &b.Assignee)
	w.Int(27, &b.PaidMinor)
	w.Int(28, &b.FirstLossMinor)
	w.Int32(29, (*int32)(&b.PeriodFrom))
	WalkTexts(w, &b.Texts)
	w.Int32(34, (*int32)(&b.PeriodTo))
	w.Uint32(35, &b.Corrects.Generation)
	w.Uint32(36, &b.Corrects.Partition)
	w.Int(37, &b.Corrects.Offset)
	w.Uint32(38, &b.Corrects.Seq)
	w.Msg(39, &b.Receipt)
	w.Msg(40, &b.Received)
	w.Str(41, &b.Analyst)
}
