package claim

import (
	"slices"

	"barometer/ingest/event"
)

// maxReceipts bounds the receipts of a case or a claim.
const maxReceipts = 1 << 12

// Cause is why a claim is made.
type Cause uint8

// Causes.
const (
	ByDefault Cause = iota + 1
	ByInsolvency
)

func (c Cause) String() string { return [...]string{"", "protracted_default", "insolvency"}[c] }

// State is how far a claim has come.
type State uint8

// States of a claim.
const (
	Filed            State = iota + 1
	DocumentsMissing       // an examination named some
	Assessed               // accepted, and with the policy's partition, which alone knows what others have used
	Decided                // its indemnity is to be paid, which may be 0
	Refused
	Paid // in full
)

func (s State) String() string {
	return [...]string{"", "filed", "documents_missing", "assessed", "decided", "refused", "paid"}[s]
}

// Refusal says why a transition is not possible, empty where it is: a code of the published vocabulary.
type Refusal string

// Refusals.
const (
	NoneRefused    Refusal = ""
	NotOpen        Refusal = "not_open"        // the case is closed, or the claim is with the policy's partition
	AboveLoss      Refusal = "above_loss"      // an examination accepts more than was lost
	AboveIndemnity Refusal = "above_indemnity" // a payment is more than is due
	AboveDebt      Refusal = "overpaid"        // a receipt is more than is owed
	TooMany        Refusal = "too_many"
	BadMove        Refusal = "bad_move"     // no case goes from its stage to that one
	NoticeMissing  Refusal = "no_notice"    // the policyholder has sent no formal notice
	BadOutcome     Refusal = "bad_outcome"  // of a closing case
	BadPlan        Refusal = "plan_sum"     // its instalments do not add up to what is open
	UnknownPlan    Refusal = "unknown_plan" // or it waits for no consent
	BadValue       Refusal = "bad_value"    // an amount that an examination cannot have
	UnknownDebt    Refusal = "unknown_debt" // an invoice is none of the case's
	DocumentTwice  Refusal = "repeated"     // it is there already
	TooEarly       Refusal = "before_loss"  // the date of loss has not come
	TooLate        Refusal = "after_claim"  // the claim's deadline is over
	InDispute      Refusal = "in_dispute"   // none of the invoices is undisputed
	AlreadyClaimed Refusal = "already_claimed"
	NoSuchCause    Refusal = "cause_not_met" // the cause is not true on the claim's date
	NothingOwed    Refusal = "nothing_owed"  // of an invoice that is named
)

// Claim is what a policyholder asks an indemnity for: invoices of a case, as they are when it files them. Amounts are
// in minor units of the policy's currency.
type Claim struct {
	number    uint32
	cause     Cause
	reference string
	state     State
	filedOn   event.Day

	// items are its invoices, ascending by id, each once. There is at least one.
	items []Item
	// loss is that of the items: all that is insured before an examination accepts a part of it.
	// Invariant: it is what Assess makes of them.
	loss     Loss
	accepted int64 // by the examination that it was decided by: a part of the loss, or everything
	// asked is what is with the policy's partition to be decided, by an examination of a day (0: it refuses).
	asked   int64
	askedOn event.Day

	// feesBefore are the collector's of what was recovered before the claim.
	feesBefore int64
	// receipts are what came in after it was filed, in order.
	// Invariant: with what was recovered before they are at most the debt.
	receipts []Receipt

	documents documents

	// indemnity is what the policy's partition has decided, and payableOn when it is due.
	// Invariant: lines are there if and only if the claim was decided; it is at most the loss.
	indemnity  Indemnity
	payableOn  event.Day
	acceptedOn event.Day // of the examination that it was decided by, 0: it refused
	paid       int64     // of it; a correction may bring the indemnity below it

	decision    event.Position // of the newest decision that decided it, zero: none yet
	corrections uint32         // how often it was decided again
	period      Period         // of the aggregates that it was decided by

	of     uint32   // the number of its case
	digest uint64   // of the message that filed it
	added  []string // ids of documents that were added to it
}

// Receipt is money that came in for a claim or a case, in minor units of the policy's currency.
type Receipt struct {
	ID    string
	Minor int64
	Fee   int64 // of the collector, not taken off
	On    event.Day
	From  string // from whom: buyer, insolvency, security …
	// Digest is of the message that told of it; a case has one receipt of an id.
	Digest uint64
	// Shared is what of it came after the date of loss, and settles no invoice; of a case.
	Shared int64
}

// File is what a claim begins with.
type File struct {
	Number     uint32
	Cause      Cause
	Reference  string
	On         event.Day
	Items      []Item // with something open, undisputed, and with a date of loss that has come
	Recovered  int64  // of their debt, after the date of loss and before the claim
	FeesBefore int64  // of that
	Had        []event.DocumentKind
	Case       uint32 // the number of its case
	Digest     uint64 // of the message
}

// LossOn is the claim's date of loss: the earliest of its invoices'.
func (f *File) LossOn() event.Day {
	day := f.Items[0].LossOn
	for i := range f.Items {
		day = min(day, f.Items[i].LossOn)
	}
	return day
}

// Has tells whether an invoice is one of its.
func (f *File) Has(invoice string) bool {
	return slices.ContainsFunc(f.Items, func(v Item) bool { return v.Invoice == invoice })
}

// New is a claim as it is filed.
func New(f File) *Claim {
	items := slices.Clone(f.Items)
	slices.SortFunc(items, func(a, b Item) int { return compareInvoices(a.Invoice, b.Invoice) })
	c := &Claim{number: f.Number, cause: f.Cause, reference: f.Reference, state: Filed, filedOn: f.On, items: items,
		feesBefore: f.FeesBefore, accepted: everything, of: f.Case, digest: f.Digest}
	c.loss = Assess(c.items, f.Recovered, everything)
	c.documents.expect(c)
	for _, kind := range f.Had {
		c.documents.add(kind)
	}
	return c
}

// Number is of the policy's claims on the buyer.
func (c *Claim) Number() uint32 { return c.number }

// State is how far it has come.
func (c *Claim) State() State { return c.state }

// Cause is why it is made.
func (c *Claim) Cause() Cause { return c.cause }

// Items are its invoices, which are not to be changed.
func (c *Claim) Items() []Item { return c.items }

// Loss is what was lost, as far as an examination accepts it.
func (c *Claim) Loss() *Loss { return &c.loss }

// Indemnity is what was decided; without lines: nothing was yet.
func (c *Claim) Indemnity() *Indemnity { return &c.indemnity }

// LossOn is the claim's date of loss: the earliest of its invoices'.
func (c *Claim) LossOn() event.Day { return (&File{Items: c.items}).LossOn() }

// Open tells whether it still waits for a decision.
func (c *Claim) Open() bool {
	return c.state == Filed || c.state == DocumentsMissing || c.state == Assessed
}

// Has tells whether an invoice is one of its.
func (c *Claim) Has(invoice string) bool {
	return slices.ContainsFunc(c.items, func(v Item) bool { return v.Invoice == invoice })
}

// Examination is what an analyst says of a claim.
type Examination struct {
	Verdict   event.ClaimVerdict
	HasAmount bool
	Minor     int64                // that is accepted, where HasAmount
	Missing   []event.DocumentKind // what the policyholder is to add first
}

// Examine takes an examination. One that names missing documents leaves the claim open until the next one; a refusal
// ends it; what is accepted is to be decided by the policy's Aggregates, which are asked with its loss: Rule takes the
// answer. An examination of a decided claim is a correction, decided in the same way; while one is under way there is
// no other. The loss is nil where nothing is to be asked.
func (c *Claim) Examine(x Examination, day event.Day) (ask *Loss, no Refusal) {
	switch {
	case c.state == Assessed, len(x.Missing) > 0 && !c.Open():
		return nil, NotOpen
	case x.HasAmount != (x.Verdict == event.VerdictPartly), x.HasAmount && x.Minor < 0:
		return nil, BadValue
	case x.HasAmount && x.Minor > c.loss.Full:
		return nil, AboveLoss
	}
	if len(x.Missing) > 0 {
		c.state = DocumentsMissing
		c.documents.name(x.Missing)
		return nil, NoneRefused
	}
	c.documents.complete()
	switch x.Verdict {
	case event.VerdictPartly:
		c.asked, c.askedOn = x.Minor, day
	case event.VerdictRefuse:
		if c.asked, c.askedOn = 0, 0; len(c.indemnity.Lines) == 0 {
			c.refuse()
			return nil, NoneRefused
		}
	default:
		c.asked, c.askedOn = everything, day
	}
	c.state = Assessed
	loss := Assess(slices.Clone(c.items), c.loss.Recovered, c.asked)
	return &loss, NoneRefused
}

func (c *Claim) refuse() {
	c.state, c.accepted = Refused, 0
	c.loss = Assess(c.items, c.loss.Recovered, 0)
}

// Rule takes what the policy's Aggregates have decided. The indemnity is payable so many days after the later of the
// date of loss and the examination that accepts. False: nothing was asked.
func (c *Claim) Rule(in Indemnity, indemnityDays int32) bool {
	if c.state != Assessed {
		return false
	}
	if len(c.indemnity.Lines) > 0 {
		c.corrections++
	}
	c.accepted, c.acceptedOn, c.indemnity, c.payableOn = c.asked, c.askedOn, in, 0
	c.loss = Assess(c.items, c.loss.Recovered, c.accepted)
	switch {
	case c.askedOn == 0:
		c.state = Refused
	case in.Minor == c.paid && c.paid > 0:
		c.state = Paid
	default:
		c.state, c.payableOn = Decided, max(c.LossOn(), c.askedOn)+event.Day(indemnityDays)
	}
	return true
}

// Unrecover notes that less was recovered before the claim than it was filed with, as a receipt was taken back. A
// claim that was decided is to be decided once more (ask), as a correction.
func (c *Claim) Unrecover(minor int64) (ask *Loss) {
	was := c.state
	c.loss = Assess(c.items, max(c.loss.Recovered-minor, 0), c.accepted)
	if was != Decided && was != Paid {
		return nil
	}
	c.asked, c.askedOn, c.state = c.accepted, c.acceptedOn, Assessed
	loss := c.loss
	return &loss
}

// Due is what is still to be paid of the indemnity, below 0 what a correction has made too much.
func (c *Claim) Due() int64 { return c.indemnity.Minor - c.paid }

// Case is the number of its case.
func (c *Claim) Case() uint32 { return c.of }

// Filed is when it was filed, the policyholder's reference, and a digest of the message.
func (c *Claim) Filed() (on event.Day, reference string, digest uint64) {
	return c.filedOn, c.reference, c.digest
}

// Receipts are what came in since it was filed, which are not to be changed.
func (c *Claim) Receipts() []Receipt { return c.receipts }

// Paid is what was paid of the indemnity, and PayableOn when it is due, 0: nothing is decided.
func (c *Claim) Paid() int64 { return c.paid }

// PayableOn is when the indemnity is due, 0: nothing was decided.
func (c *Claim) PayableOn() event.Day { return c.payableOn }

// Corrections are how often it was decided again.
func (c *Claim) Corrections() uint32 { return c.corrections }

// Decision is that of the newest decision that decided it, zero: nothing has; SetDecision notes it, and the period.
func (c *Claim) Decision() (event.Position, Period) { return c.decision, c.period }

// SetDecision notes where it is published that it was decided, by the aggregates of a period.
func (c *Claim) SetDecision(at event.Position, in Period) { c.decision, c.period = at, in }

// Pay notes that some of the indemnity was paid.
func (c *Claim) Pay(minor int64) Refusal {
	switch {
	case c.state != Decided && c.state != Paid:
		return NotOpen
	case minor > c.Due():
		return AboveIndemnity
	}
	if c.paid += minor; c.Due() == 0 {
		c.state = Paid
	}
	return NoneRefused
}
