package claim

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/score"

	"google.golang.org/protobuf/encoding/protowire"
)

// The walks of this file are the form of cases, claims and aggregates in a snapshot, and of what partitions tell each
// other of a claim.

// Walk walks the fields of a debtor.
func (d *Debtor) Walk(w *wire.Wire) {
	w.Str(1, &d.policy)
	wire.Msgs(w, 2, &d.dunned)
	wire.Msgs(w, 3, &d.cases)
	wire.Msgs(w, 4, &d.claims)
}

// Walk walks the fields of an invoice that was dunned.
func (v *dunned) Walk(w *wire.Wire) {
	w.Fixed(1, &v.key)
	w.Int32(2, (*int32)(&v.reminded))
	w.Int32(3, (*int32)(&v.notice))
}

// Walk walks the fields of a case.
func (c *Case) Walk(w *wire.Wire) {
	w.Uint32(1, &c.number)
	wire.Enum(w, 2, &c.kind)
	w.Str(3, &c.reference)
	wire.Enum(w, 4, &c.stage)
	wire.Enum(w, 5, &c.before)
	w.Int32(6, (*int32)(&c.since))
	wire.Enum(w, 7, &c.outcome)
	w.Int32(8, (*int32)(&c.openedOn))
	w.Int32(9, (*int32)(&c.reportedOn))
	w.Bool(10, &c.insolvent)
	wire.Msgs(w, 11, &c.debts)
	w.Msg(12, &c.plan)
	wire.Msgs(w, 13, &c.receipts)
	w.Int(14, &c.unclaimed)
	w.Int(15, &c.unclaimedFees)
	w.Strs(16, &c.documents)
	w.Uint32(17, &c.shown)
	w.Fixed(18, &c.published)
	w.Int32(19, (*int32)(&c.joinedTo))
	w.Msg(20, &c.seen)
	w.Int(21, &c.settled)
	w.Str(22, &c.settledBy)
}

// Walk walks the fields of what a case has seen.
func (s *Seen) Walk(w *wire.Wire) {
	w.Int(1, &s.Open)
	w.Int(2, &s.Covered)
	w.Int(3, &s.Suspended)
	w.Int32(4, (*int32)(&s.InsolventOn))
}

// Walk walks the fields of a debt.
func (d *Debt) Walk(w *wire.Wire) {
	w.Fixed(1, &d.Key)
	w.Str(2, &d.Invoice)
	w.Int32(3, (*int32)(&d.DueOn))
	w.Int32(4, (*int32)(&d.OriginalDueOn))
	w.Int(5, &d.Amount)
	w.Int(6, &d.Open)
	w.Msg(7, &d.Own)
	w.Bool(8, &d.Disputed)
	wire.Msgs(w, 9, &d.Parts)
}

// Walk walks the fields of a part.
func (p *Part) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&p.On))
	w.Int(2, &p.Minor)
}

// Walk walks the fields of a plan.
func (p *Plan) Walk(w *wire.Wire) {
	w.Str(1, &p.ID)
	wire.Enum(w, 2, &p.State)
	w.Int32(3, (*int32)(&p.AgreedOn))
	wire.Msgs(w, 4, &p.Debts)
	w.Int(5, &p.Open)
	wire.Msgs(w, 6, &p.Instalments)
}

// Walk walks a key.
func (k *DebtKey) Walk(w *wire.Wire) { w.Fixed(1, (*uint64)(k)) }

// Walk walks the fields of a receipt.
func (r *Receipt) Walk(w *wire.Wire) {
	w.Str(1, &r.ID)
	w.Int(2, &r.Minor)
	w.Int(3, &r.Fee)
	w.Int32(4, (*int32)(&r.On))
	w.Str(5, &r.From)
	w.Fixed(6, &r.Digest)
	w.Int(7, &r.Shared)
}

// Walk walks the fields of a claim.
func (c *Claim) Walk(w *wire.Wire) {
	w.Uint32(1, &c.number)
	wire.Enum(w, 2, &c.cause)
	w.Str(3, &c.reference)
	wire.Enum(w, 4, &c.state)
	w.Int32(5, (*int32)(&c.filedOn))
	wire.Msgs(w, 6, &c.items)
	w.Msg(7, &c.loss)
	walkPart(w, 8, &c.accepted)
	walkPart(w, 9, &c.asked)
	w.Int32(10, (*int32)(&c.askedOn))
	w.Int(11, &c.feesBefore)
	wire.Msgs(w, 12, &c.receipts)
	w.Uint32(13, &c.documents.expected)
	w.Uint32(14, &c.documents.had)
	w.Uint32(15, &c.documents.missing)
	w.Msg(16, &c.indemnity)
	w.Int32(17, (*int32)(&c.payableOn))
	w.Int(18, &c.paid)
	w.Uint32(19, &c.corrections)
	w.Uint32(20, &c.decision.Generation)
	w.Uint32(21, &c.decision.Partition)
	w.Int(22, &c.decision.Offset)
	w.Uint32(23, &c.decision.Seq)
	w.Fixed(24, &c.digest)
	w.Uint32(25, &c.of)
	w.Int32(26, (*int32)(&c.period.From))
	w.Int32(27, (*int32)(&c.period.To))
	w.Strs(28, &c.added)
	w.Int32(29, (*int32)(&c.acceptedOn))
}

// walkPart walks what an examination accepts: everything is absent.
func walkPart(w *wire.Wire, num protowire.Number, part *int64) {
	n := *part + 1
	if w.Decoding() {
		n = 0
	}
	w.Int(num, &n)
	*part = n - 1
}

// Walk walks the fields of an item.
func (v *Item) Walk(w *wire.Wire) {
	w.Str(1, &v.Invoice)
	w.Int32(2, (*int32)(&v.DeliveredOn))
	w.Int32(3, (*int32)(&v.DueOn))
	w.Int32(4, (*int32)(&v.LossOn))
	w.Int(5, &v.Amount)
	w.Int(6, &v.Open)
	w.Int(7, &v.Insured)
	w.Str(8, &v.Reason)
	w.Int32(9, &v.Percent)
	w.Bool(10, &v.Discretionary)
	w.Bool(11, &v.Late)
	w.Int(12, &v.Loss)
}

// Walk walks the fields of a loss.
func (l *Loss) Walk(w *wire.Wire) {
	w.Int(1, &l.Debt)
	w.Int(2, &l.Insured)
	w.Int(3, &l.Recovered)
	w.Int(4, &l.Full)
	w.Int(5, &l.Minor)
	w.Int(6, &l.weight.Hi)
	w.Fixed(7, &l.weight.Lo)
	if w.Decoding() && !l.sound() {
		w.Fail("loss %+v", *l)
		*l = Loss{}
	}
}

// sound tells whether its invariant holds, as far as it says by itself.
func (l *Loss) sound() bool {
	most := score.Mul(l.Minor, wholePercent)
	return 0 <= l.Minor && l.Minor <= l.Full && l.Full <= l.Insured && l.Insured <= l.Debt && 0 <= l.Recovered &&
		l.Recovered <= l.Debt && l.weight.Hi >= 0 && !most.Less(l.weight)
}

// Walk walks the fields of an indemnity.
func (in *Indemnity) Walk(w *wire.Wire) {
	wire.Msgs(w, 1, &in.Lines)
	w.Int(2, &in.Minor)
	w.Int(3, &in.FirstLoss)
}

// Walk walks the fields of a line.
func (l *Line) Walk(w *wire.Wire) {
	wire.Enum(w, 1, &l.Step)
	w.Int(2, &l.Term)
	w.Int(3, &l.Minor)
	w.Int(4, &l.Left)
	if w.Decoding() && l.Step >= stepEnd {
		w.Fail("step %d", l.Step)
		l.Step = StepNone
	}
}

// Walk walks the fields of aggregates.
func (a *Aggregates) Walk(w *wire.Wire) { wire.Msgs(w, 1, &a.periods) }

// Walk walks the fields of what is used of a period.
func (u *used) Walk(w *wire.Wire) {
	w.Int32(1, (*int32)(&u.From))
	w.Int32(2, (*int32)(&u.To))
	wire.Msgs(w, 3, &u.uses)
}

// Walk walks the fields of a use.
func (u *Use) Walk(w *wire.Wire) {
	w.Str(1, &u.Claim)
	w.Int(2, &u.FirstLoss)
	w.Int(3, &u.Liability)
}

// Question is what a claim's partition asks its policy's.
type Question struct {
	Claim  string
	LossOn event.Day
	Loss   Loss
}

// Walk walks the fields of a question.
func (q *Question) Walk(w *wire.Wire) {
	w.Str(1, &q.Claim)
	w.Int32(2, (*int32)(&q.LossOn))
	w.Msg(3, &q.Loss)
}

// Answer is what the policy's partition has decided.
type Answer struct {
	Claim         string
	Indemnity     Indemnity
	Period        Period
	IndemnityDays int32
}

// Walk walks the fields of an answer.
func (a *Answer) Walk(w *wire.Wire) {
	w.Str(1, &a.Claim)
	w.Msg(2, &a.Indemnity)
	w.Int32(3, (*int32)(&a.Period.From))
	w.Int32(4, (*int32)(&a.Period.To))
	w.Int32(5, &a.IndemnityDays)
}
