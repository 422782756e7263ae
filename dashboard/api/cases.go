package api

import (
	"time"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/processor/decision"
	"barometer/processor/decision/public"

	"github.com/shopspring/decimal"
)

// Next is what is to be done next, by whom, and until when.
type Next struct {
	Step  string `json:"step" doc:"a stage to be reached, or a step such as consent, instalment, file_claim, documents, examine, pay"`
	By    string `json:"by,omitempty" doc:"whose turn it is: policyholder, collector, lawyer, bailiff, analyst, buyer"`
	Until string `json:"until,omitempty" doc:"YYYY-MM-DD; absent: there is no term"`
}

// Plan is a payment plan.
type Plan struct {
	PlanID      string       `json:"plan_id"`
	State       string       `json:"state" doc:"waiting_for_consent, agreed, refused, broken or ended"`
	Instalments []Instalment `json:"instalments"`
}

// Instalment is a payment of a plan.
type Instalment struct {
	DueOn  string `json:"due_on"`
	Amount string `json:"amount"`
}

// Case is how a collection case stands.
type Case struct {
	CaseID           string    `json:"case_id"`
	PolicyID         string    `json:"policy_id"`
	BuyerID          string    `json:"buyer_id"`
	BuyerName        string    `json:"buyer_name,omitempty"`
	HolderID         string    `json:"holder_id,omitempty" doc:"the policyholder; analysts are told"`
	Kind             string    `json:"kind,omitempty" doc:"monitor, collect, claim or collect_and_claim"`
	Stage            string    `json:"stage"`
	Outcome          string    `json:"outcome,omitempty" doc:"of a closed case"`
	What             string    `json:"what" doc:"what has happened last"`
	Next             *Next     `json:"next,omitempty" doc:"absent: nothing is to be done"`
	Warning          string    `json:"warning,omitempty" doc:"a code of what its policyholder is to mind"`
	OpenedOn         string    `json:"opened_on,omitempty"`
	ReportedOn       string    `json:"reported_on,omitempty" doc:"when it was handed over to collection; absent: it was not"`
	Reference        string    `json:"reference,omitempty" doc:"the policyholder's"`
	Open             string    `json:"open" doc:"what is owed"`
	Insured          string    `json:"insured" doc:"of it"`
	Disputed         string    `json:"disputed" doc:"of what is owed"`
	Recovered        string    `json:"recovered" doc:"by the collector"`
	Fees             string    `json:"fees" doc:"of the collector"`
	Currency         string    `json:"currency"`
	Insolvent        bool      `json:"insolvent" doc:"the buyer is"`
	Plan             *Plan     `json:"plan,omitempty" doc:"the payment plan that was agreed last"`
	Documents        []string  `json:"documents" doc:"kinds of those that were added"`
	MissingDocuments []string  `json:"missing_documents" doc:"kinds that a claim for it would lack now"`
	Analyst          string    `json:"analyst,omitempty" doc:"who moved it last; analysts are told"`
	ChangedAt        time.Time `json:"changed_at" doc:"log time"`
	Position         string    `json:"position" doc:"opaque to policyholders"`
}

// CaseStep is a change of a case.
type CaseStep struct {
	At            time.Time `json:"at" doc:"log time"`
	What          string    `json:"what" doc:"has happened, such as reported, moved, plan_agreed, received, closed"`
	Stage         string    `json:"stage"`
	PreviousStage string    `json:"previous_stage,omitempty" doc:"where it has changed"`
	Amount        string    `json:"amount,omitempty" doc:"of what has happened, in the case's currency"`
	Open          string    `json:"open" doc:"what was owed then"`
	Trigger       string    `json:"trigger,omitempty" doc:"id of the message that made it; to policyholders of their own only"`
	Analyst       string    `json:"analyst,omitempty" doc:"analysts are told"`
	Position      string    `json:"position"`
}

// Debt is an invoice of a case.
type Debt struct {
	InvoiceID     string `json:"invoice_id,omitempty" doc:"absent: one that was there before its policy's deliveries were followed"`
	DeliveredOn   string `json:"delivered_on,omitempty"`
	DueOn         string `json:"due_on" doc:"as agreed"`
	OriginalDueOn string `json:"original_due_on" doc:"the policy's clock counts from it"`
	Amount        string `json:"amount" doc:"when it joined the case, in the case's currency"`
	Open          string `json:"open" doc:"in the case's currency"`
	Disputed      bool   `json:"disputed"`
	Insured       string `json:"insured" doc:"of what is open: what a claim for it would be made of"`
	Percentage    string `json:"insured_percentage"`
	Reason        string `json:"reason,omitempty" doc:"why nothing of it is insured"`
	LossOn        string `json:"loss_on,omitempty" doc:"its date of loss; absent: not known yet"`
	ClaimID       string `json:"claim_id,omitempty" doc:"the claim that it is in"`
}

// Receipt is what the collector received.
type Receipt struct {
	RecoveryID string `json:"recovery_id"`
	On         string `json:"received_on"`
	Amount     string `json:"amount"`
	Fee        string `json:"fee"`
	From       string `json:"from"`
}

// CaseDetail is a case with what it is made of.
type CaseDetail struct {
	Case
	Debts        []Debt     `json:"debts" doc:"the oldest 1 000"`
	DebtsLeftOut int32      `json:"debts_left_out,omitempty"`
	Receipts     []Receipt  `json:"receipts" doc:"the newest 1 000"`
	Account      Account    `json:"account"`
	Steps        []CaseStep `json:"steps" doc:"what has happened, the oldest first, at most the newest 500"`
}

// caseOf shows a case to p, whose it is, or who is an analyst; position is the decision's as p may see it.
func caseOf(p identity.Principal, d *decision.Decision, position string) Case {
	b := d.Body.(*decision.Case)
	told := public.CaseOf(d, b)
	money := func(minor int64) string { return format.Amount(minor, told.Currency) }
	c := Case{CaseID: told.Case, PolicyID: told.Policy, BuyerID: told.Buyer, Kind: told.Kind, Stage: told.Stage,
		Outcome: told.Outcome, What: told.What, Next: nextOf(told.Next, told.NextBy, format.Day(told.DueOn)),
		Warning: told.Warning, OpenedOn: format.Day(told.OpenedOn), ReportedOn: format.Day(told.ReportedOn),
		Reference: told.Reference, Open: money(told.Open), Insured: money(told.Insured), Disputed: money(told.Disputed),
		Recovered: money(told.Recovered), Fees: money(told.Fees), Currency: told.Currency, Insolvent: told.Insolvent,
		Documents: list(told.Documents), MissingDocuments: list(told.MissingDocuments), ChangedAt: format.Instant(d.AtMs),
		Position: position}
	if told.Plan != "" {
		c.Plan = &Plan{PlanID: told.Plan, State: told.PlanState, Instalments: []Instalment{}}
		for _, i := range told.Instalments {
			c.Plan.Instalments = append(c.Plan.Instalments, Instalment{format.Day(i.DueOn), money(i.Minor)})
		}
	}
	if p.Analyst() {
		c.HolderID, c.Analyst = b.Holder, b.Analyst
	}
	return c
}

func nextOf(step, by, until string) *Next {
	if step == "" {
		return nil
	}
	return &Next{step, by, until}
}

// list is never null in JSON.
func list(all []string) []string {
	if all == nil {
		return []string{}
	}
	return all
}

// percentage prints parts per million as per cent.
func percentage(ppm int64) string { return decimal.New(ppm, -4).String() }

func debtsOf(c *public.Case) []Debt {
	all := make([]Debt, len(c.Debts))
	money := func(minor int64) string { return format.Amount(minor, c.Currency) }
	for i := range c.Debts {
		d := &c.Debts[i]
		all[i] = Debt{InvoiceID: d.Invoice, DeliveredOn: format.Day(d.DeliveredOn), DueOn: format.Day(d.DueOn),
			OriginalDueOn: format.Day(d.OriginalDueOn), Amount: money(d.AmountMinor), Open: money(d.OpenMinor),
			Disputed: d.Disputed, Insured: money(d.InsuredMinor), Percentage: percentage(d.PercentPPM), Reason: d.Reason,
			LossOn: format.Day(d.LossOn), ClaimID: d.Claim}
	}
	return all
}

func receiptsOf(c *public.Case) []Receipt {
	all := make([]Receipt, len(c.Receipts))
	for i, r := range c.Receipts {
		all[i] = Receipt{r.Recovery, format.Day(r.On), format.Amount(r.Minor, c.Currency),
			format.Amount(r.FeeMinor, c.Currency), r.From}
	}
	return all
}

func (s *API) caseSteps(p identity.Principal, ds []decision.Decision) []CaseStep {
	all := make([]CaseStep, len(ds))
	for i := range ds {
		b := ds[i].Body.(*decision.Case)
		told := public.CaseOf(&ds[i], b)
		step := CaseStep{At: format.Instant(ds[i].AtMs), What: told.What, Stage: told.Stage,
			PreviousStage: told.PreviousStage, Open: format.Amount(told.Open, told.Currency), Trigger: told.Trigger,
			Position: s.position(p, ds[i].Position)}
		if told.Amount != 0 {
			step.Amount = format.Amount(told.Amount, told.Currency)
		}
		if p.Analyst() {
			step.Trigger, step.Analyst = ds[i].Trigger.ID, b.Analyst
		}
		all[i] = step
	}
	return all
}
