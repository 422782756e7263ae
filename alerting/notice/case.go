package notice

import (
	"barometer/ingest/event"
	"barometer/ingest/event/wire"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

// Next is what is to be done, by whom, and until when; 0: there is no term. Zero: nothing is.
type Next struct {
	Step, By string
	Until    event.Day
}

// Case is a change of a collection case of the policyholder, and how it stands, in minor units of Currency.
type Case struct {
	ID, Policy           string
	What                 string // has happened: decision.CaseReported …
	Kind, Reference      string
	Stage, PreviousStage string // PreviousStage is empty where the stage is what it was
	Outcome              string // of a closed case
	Warning              string // empty: none
	Plan, PlanState      string
	Invoices             []string
	Open                 int64 // that is owed
	Insured, Disputed    int64 // of what is owed
	Recovered            int64 // by the collector
	Amount               int64 // of what has happened
	Currency             string
	Insolvent            bool
	Next                 Next
}

// Claim is a change of a claim of the policyholder, and how it stands, in minor units of Currency.
type Claim struct {
	ID, Case, Policy        string
	What                    string // has happened: decision.ClaimFiled …
	State, Cause, Reference string
	Reason                  string // why nothing is paid, empty: something is, or it is not decided
	Loss, Indemnity, Paid   int64
	PayBack                 int64 // of what was paid
	Currency                string
	LossOn, PayableOn       event.Day
	Assignee                string   // whom the indemnity is paid to, empty: the policyholder
	Missing                 []string // kinds of documents
	Waterfall               []decision.WaterfallLine
	Receipt, Received       decision.Shares // what came in now, and all that came in since it was filed
	Next                    Next
}

// Walk walks the fields in the order of their numbers.
func (n *Next) Walk(w *wire.Wire) {
	w.Str(1, &n.Step)
	w.Str(2, &n.By)
	w.Int32(3, (*int32)(&n.Until))
}

// Walk walks the fields in the order of their numbers.
func (c *Case) Walk(w *wire.Wire) {
	w.Str(1, &c.ID)
	w.Str(2, &c.Policy)
	w.Str(3, &c.What)
	w.Str(4, &c.Kind)
	w.Str(5, &c.Reference)
	w.Str(6, &c.Stage)
	w.Str(7, &c.PreviousStage)
	w.Str(8, &c.Outcome)
	w.Str(9, &c.Warning)
	w.Str(10, &c.Plan)
	w.Str(11, &c.PlanState)
	w.Strs(12, &c.Invoices)
	w.Int(13, &c.Open)
	w.Int(14, &c.Insured)
	w.Int(15, &c.Disputed)
	w.Int(16, &c.Recovered)
	w.Int(17, &c.Amount)
	w.Str(18, &c.Currency)
	w.Bool(19, &c.Insolvent)
	w.Msg(20, &c.Next)
}

// Walk walks the fields in the order of their numbers.
func (c *Claim) Walk(w *wire.Wire) {
	w.Str(1, &c.ID)
	w.Str(2, &c.Case)
	w.Str(3, &c.Policy)
	w.Str(4, &c.What)
	w.Str(5, &c.State)
	w.Str(6, &c.Cause)
	w.Str(7, &c.Reference)
	w.Str(8, &c.Reason)
	w.Int(9, &c.Loss)
	w.Int(10, &c.Indemnity)
	w.Int(11, &c.Paid)
	w.Int(12, &c.PayBack)
	w.Str(13, &c.Currency)
	w.Int32(14, (*int32)(&c.LossOn))
	w.Int32(15, (*int32)(&c.PayableOn))
	w.Str(16, &c.Assignee)
	w.Strs(17, &c.Missing)
	wire.Msgs(w, 18, &c.Waterfall)
	w.Msg(19, &c.Receipt)
	w.Msg(20, &c.Received)
	w.Msg(21, &c.Next)
}

// tellsOfCase tells whether a policyholder is notified of a change of a case. A document that it added itself moves
// nothing, and a claim that was filed has a message of its own.
func tellsOfCase(b *decision.Case) bool {
	return b.Holder != "" && b.What != decision.CaseDocument && b.What != decision.CaseClaimed
}

// tellsOfClaim tells whether a policyholder is notified of a change of a claim: of documents once the last one that was
// missing is there; of an examination that accepts when the indemnity is decided, which follows at once.
func tellsOfClaim(b *decision.Claim) bool {
	switch {
	case b.Holder == "", b.What == decision.ClaimDocument && len(b.MissingDocuments) > 0,
		b.What == decision.ClaimExamined && b.Next == "decide":
		return false
	default:
		return true
	}
}

func caseOf(c *public.Case) Case {
	return Case{ID: c.Case, Policy: c.Policy, What: c.What, Kind: c.Kind, Reference: c.Reference, Stage: c.Stage,
		PreviousStage: c.PreviousStage, Outcome: c.Outcome, Warning: c.Warning, Plan: c.Plan, PlanState: c.PlanState,
		Invoices: c.Invoices, Open: c.Open, Insured: c.Insured, Disputed: c.Disputed, Recovered: c.Recovered,
		Amount: c.Amount, Currency: c.Currency, Insolvent: c.Insolvent, Next: Next{c.Next, c.NextBy, c.DueOn}}
}

func claimOf(c *public.Claim) Claim {
	return Claim{ID: c.Claim, Case: c.Case, Policy: c.Policy, What: c.What, State: c.State, Cause: c.Cause,
		Reference: c.Reference, Reason: c.Reason, Loss: c.Loss, Indemnity: c.Indemnity, Paid: c.Paid, PayBack: c.PayBack(),
		Currency: c.Currency, LossOn: c.LossOn, PayableOn: c.PayableOn, Assignee: c.Assignee, Missing: c.MissingDocuments,
		Waterfall: c.Waterfall, Receipt: c.Receipt, Received: c.Received, Next: Next{c.Next, c.NextBy, c.DueOn}}
}
