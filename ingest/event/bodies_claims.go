package event

import "barometer/ingest/event/wire"

// What a case and a claim are made of: what policyholders report and file, and what the insurer's people decide of it.

// CaseKind is what a policyholder wants done about overdue invoices.
type CaseKind uint8

// Kinds of case.
const (
	CaseNone CaseKind = iota
	CaseMonitor
	CaseCollect
	CaseClaim
	CaseCollectAndClaim
)

var caseKinds = []string{"", "monitor", "collect", "claim", "collect_and_claim"}

func (k CaseKind) String() string { return name(caseKinds, uint8(k)) }

// ParseCaseKind finds a kind of case by its published name.
func ParseCaseKind(s string) (CaseKind, bool) { v, ok := parse(caseKinds, s); return CaseKind(v), ok }

// Adversity is what a policyholder knows of a buyer that must be reported.
type Adversity uint8

// Adverse information.
const (
	AdversityNone Adversity = iota
	PaymentRefused
	PleaForTime
	ChequeReturned
	GoodsRefused
	OtherAdversity
)

var adversities = []string{"", "payment_refused", "plea_for_time", "cheque_returned", "goods_refused", "other"}

func (a Adversity) String() string { return name(adversities, uint8(a)) }

// ParseAdversity finds adverse information by its published name.
func ParseAdversity(s string) (Adversity, bool) {
	v, ok := parse(adversities, s)
	return Adversity(v), ok
}

// DocumentKind is what a document of a case or a claim shows.
type DocumentKind uint8

// Kinds of document.
const (
	DocumentNone DocumentKind = iota
	DocumentInvoice
	DocumentDeliveryNote
	DocumentOrder
	DocumentStatementOfAccount
	DocumentCorrespondence
	DocumentDiscretionaryEvidence
	DocumentProofOfDebt
	DocumentOther
)

var documentKinds = []string{"", "invoice", "delivery_note", "order", "statement_of_account", "correspondence",
	"discretionary_evidence", "proof_of_debt", "other"}

func (k DocumentKind) String() string { return name(documentKinds, uint8(k)) }

// ParseDocumentKind finds a kind of document by its published name.
func ParseDocumentKind(s string) (DocumentKind, bool) {
	v, ok := parse(documentKinds, s)
	return DocumentKind(v), ok
}

// CaseOutcome is how a case was closed.
type CaseOutcome uint8

// Outcomes of a case.
const (
	CaseOutcomeNone CaseOutcome = iota
	CaseCollected
	CasePartlyCollected
	CaseUncollectible
	CaseWithdrawn
)

var caseOutcomes = []string{"", "collected", "partly_collected", "uncollectible", "withdrawn"}

func (o CaseOutcome) String() string { return name(caseOutcomes, uint8(o)) }

// ParseCaseOutcome finds an outcome of a case by its published name.
func ParseCaseOutcome(s string) (CaseOutcome, bool) {
	v, ok := parse(caseOutcomes, s)
	return CaseOutcome(v), ok
}

// RecoveryFrom is where recovered money came from.
type RecoveryFrom uint8

// Origins of a recovery.
const (
	FromNone RecoveryFrom = iota
	FromBuyer
	FromInsolvency
	FromSecurity
	FromGoods
	FromGuarantor
	FromOther
)

var recoveriesFrom = []string{"", "buyer", "insolvency", "security", "goods", "guarantor", "other"}

func (f RecoveryFrom) String() string { return name(recoveriesFrom, uint8(f)) }

// ParseRecoveryFrom finds an origin of a recovery by its published name.
func ParseRecoveryFrom(s string) (RecoveryFrom, bool) {
	v, ok := parse(recoveriesFrom, s)
	return RecoveryFrom(v), ok
}

// OverdueReported is a policyholder's notification of overdue invoices.
type OverdueReported struct {
	Policy     string
	Buyer      Party
	Invoices   []string
	ReportedOn Day
	Reference  string
	Kind       CaseKind
}

// Walk walks the fields of barometer.v1.OverdueReported.
func (b *OverdueReported) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Msg(2, &b.Buyer)
	w.Strs(3, &b.Invoices)
	w.Int32(4, (*int32)(&b.ReportedOn))
	w.Str(5, &b.Reference)
	wire.Enum(w, 6, &b.Kind)
}

// AdverseReported is what a policyholder has come to know of a buyer, and must report. Its details are words.
type AdverseReported struct {
	Policy  string
	Buyer   Party
	KnownOn Day
	What    Adversity
}

// Walk walks the fields of barometer.v1.AdverseReported.
func (b *AdverseReported) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Msg(2, &b.Buyer)
	w.Int32(3, (*int32)(&b.KnownOn))
	wire.Enum(w, 4, &b.What)
}

// Instalment is one payment of a plan, in minor units of the plan's currency.
type Instalment struct {
	DueOn Day
	Minor int64
}

// Walk walks the fields of barometer.v1.Instalment.
func (i *Instalment) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&i.DueOn))
	w.Int(2, &i.Minor)
}

// PaymentPlanAgreed is a plan that a policyholder has agreed with a buyer. Its instalments ascend by day, the first not
// before AgreedOn.
type PaymentPlanAgreed struct {
	Policy      string
	Buyer       Party
	Plan        string
	Invoices    []string
	AgreedOn    Day
	Currency    string
	Instalments []Instalment
}

// Walk walks the fields of barometer.v1.PaymentPlanAgreed.
func (b *PaymentPlanAgreed) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Msg(2, &b.Buyer)
	w.Str(3, &b.Plan)
	w.Strs(4, &b.Invoices)
	w.Int32(5, (*int32)(&b.AgreedOn))
	w.Str(6, &b.Currency)
	wire.Msgs(w, 7, &b.Instalments)
}

// DocumentAdded is a document of a case or of a claim; one of the two is empty. Its name is words.
type DocumentAdded struct {
	Case, Claim string
	Document    string
	Kind        DocumentKind
	SHA256      []byte
	Size        int64 // in bytes
}

// Walk walks the fields of barometer.v1.DocumentAdded.
func (b *DocumentAdded) Walk(w *wire.Wire) {
	w.Str(1, &b.Case)
	w.Str(2, &b.Claim)
	w.Str(3, &b.Document)
	wire.Enum(w, 4, &b.Kind)
	w.Blob(5, &b.SHA256)
	w.Int(6, &b.Size)
}

// DunningSent is a reminder, or a formal notice where Formal.
type DunningSent struct {
	Policy  string
	Buyer   Party
	Invoice string
	Formal  bool
	SentOn  Day
}

// Walk walks the fields of barometer.v1.DunningSent.
func (b *DunningSent) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Msg(2, &b.Buyer)
	w.Str(3, &b.Invoice)
	w.Bool(4, &b.Formal)
	w.Int32(5, (*int32)(&b.SentOn))
}

// ClaimFiled asks for an indemnity: for protracted default, or for insolvency where Insolvency.
type ClaimFiled struct {
	Policy     string
	Buyer      Party
	Invoices   []string
	Insolvency bool
	FiledOn    Day
	Reference  string
}

// Walk walks the fields of barometer.v1.ClaimFiled.
func (b *ClaimFiled) Walk(w *wire.Wire) {
	w.Str(1, &b.Policy)
	w.Msg(2, &b.Buyer)
	w.Strs(3, &b.Invoices)
	w.Bool(4, &b.Insolvency)
	w.Int32(5, (*int32)(&b.FiledOn))
	w.Str(6, &b.Reference)
}

// RecoveryReceived is money recovered for a case or for a claim.
type RecoveryReceived struct {
	Case, Claim string
	Amount      Amount
	ReceivedOn  Day
	From        RecoveryFrom
	Recovery    string // its id, unique per case
	FeeMinor    int64  // what the collector keeps of it, in Amount's currency
}

// Walk walks the fields of barometer.v1.RecoveryReceived.
func (b *RecoveryReceived) Walk(w *wire.Wire) {
	w.Str(1, &b.Case)
	w.Str(2, &b.Claim)
	w.Msg(3, &b.Amount)
	w.Int32(4, (*int32)(&b.ReceivedOn))
	wire.Enum(w, 6, &b.From)
	w.Str(7, &b.Recovery)
	w.Int(8, &b.FeeMinor)
}

// ClaimVerdict is the outcome of an examination.
type ClaimVerdict uint8

// Verdicts of an examination.
const (
	VerdictNone ClaimVerdict = iota
	VerdictAccept
	VerdictPartly
	VerdictRefuse
)

var claimVerdicts = []string{"", "accept", "partly", "refuse"}

func (v ClaimVerdict) String() string { return name(claimVerdicts, uint8(v)) }

// ParseClaimVerdict finds a verdict by its published name.
func ParseClaimVerdict(s string) (ClaimVerdict, bool) {
	v, ok := parse(claimVerdicts, s)
	return ClaimVerdict(v), ok
}

// ClaimExamined is the examination of a claim. Its reason is words; Documents are the kinds that are missing.
type ClaimExamined struct {
	Claim     string
	Verdict   ClaimVerdict
	HasAmount bool
	Amount    Amount
	Documents []string
	Analyst   string
}

// Walk walks the fields of barometer.v1.ClaimExamined.
func (b *ClaimExamined) Walk(w *wire.Wire) {
	w.Str(1, &b.Claim)
	wire.Enum(w, 2, &b.Verdict)
	w.Bool(3, &b.HasAmount)
	w.Msg(4, &b.Amount)
	w.Strs(5, &b.Documents)
	w.Str(6, &b.Analyst)
}

// CollectionMoved is a collector's step of a case. Its details are words.
type CollectionMoved struct {
	Case, Analyst string
	Stage         Stage
	Outcome       CaseOutcome // of StageClosed, none else
}

// Walk walks the fields of barometer.v1.CollectionMoved.
func (b *CollectionMoved) Walk(w *wire.Wire) {
	w.Str(1, &b.Case)
	w.Str(3, &b.Analyst)
	wire.Enum(w, 4, &b.Stage)
	wire.Enum(w, 5, &b.Outcome)
}

// PlanDecided is the insurer's word on a payment plan: it consents, or refuses. Its reason is words.
type PlanDecided struct {
	Plan, Policy string
	Buyer        Party
	Consent      bool
	Analyst      string
}

// Walk walks the fields of barometer.v1.PlanDecided.
func (b *PlanDecided) Walk(w *wire.Wire) {
	w.Str(1, &b.Plan)
	w.Str(2, &b.Policy)
	w.Msg(3, &b.Buyer)
	w.Bool(4, &b.Consent)
	w.Str(5, &b.Analyst)
}

// IndemnityPaid is the payment of an indemnity.
type IndemnityPaid struct {
	Claim   string
	Amount  Amount
	PaidOn  Day
	Analyst string
}

// Walk walks the fields of barometer.v1.IndemnityPaid.
func (b *IndemnityPaid) Walk(w *wire.Wire) {
	w.Str(1, &b.Claim)
	w.Msg(2, &b.Amount)
	w.Int32(3, (*int32)(&b.PaidOn))
	w.Str(4, &b.Analyst)
}
