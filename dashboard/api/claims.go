package api

import (
	"time"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
)

// WaterfallLine is one line of an indemnity's computation.
type WaterfallLine struct {
	Step       string `json:"step" doc:"debt, recovered, insured part, non-qualifying loss, percentage, deductibles, maximum, indemnity: as the policy orders them"`
	Amount     string `json:"amount" doc:"after it"`
	Taken      string `json:"taken" doc:"what it takes off; of debt and indemnity the amount itself"`
	Term       string `json:"term,omitempty" doc:"what the policy says, or is left of that"`
	Percentage string `json:"percentage,omitempty"`
}

// ClaimInvoice is an invoice of a claim as it was when that was filed.
type ClaimInvoice struct {
	InvoiceID     string `json:"invoice_id"`
	DeliveredOn   string `json:"delivered_on,omitempty"`
	DueOn         string `json:"due_on,omitempty"`
	LossOn        string `json:"loss_on,omitempty"`
	Amount        string `json:"amount"`
	Open          string `json:"open"`
	Insured       string `json:"insured" doc:"of what is open"`
	Reason        string `json:"reason,omitempty" doc:"why nothing of it is insured"`
	Percentage    string `json:"insured_percentage"`
	Discretionary bool   `json:"discretionary" doc:"it was delivered within a discretionary limit"`
	Late          bool   `json:"late" doc:"the percentage of late reports holds"`
	Loss          string `json:"loss" doc:"its part of the loss"`
}

// Shares is what came in, and whose it is.
type Shares struct {
	Amount          string `json:"amount"`
	Insured         string `json:"insured" doc:"of it, on what is insured"`
	Insurer         string `json:"insurer" doc:"never more than it indemnifies"`
	Policyholder    string `json:"policyholder"`
	Fee             string `json:"fee" doc:"of the collector"`
	FeeInsurer      string `json:"fee_insurer"`
	FeePolicyholder string `json:"fee_policyholder"`
}

// Claim is how a claim stands.
type Claim struct {
	ClaimID          string    `json:"claim_id"`
	CaseID           string    `json:"case_id,omitempty"`
	PolicyID         string    `json:"policy_id"`
	BuyerID          string    `json:"buyer_id"`
	BuyerName        string    `json:"buyer_name,omitempty"`
	HolderID         string    `json:"holder_id,omitempty" doc:"the policyholder; analysts are told"`
	State            string    `json:"state" doc:"filed, documents_missing, assessed, decided, refused or paid"`
	Cause            string    `json:"cause" doc:"protracted_default or insolvency"`
	What             string    `json:"what" doc:"what has happened last"`
	Reason           string    `json:"reason,omitempty" doc:"why nothing is paid: refused, or a step of the waterfall"`
	Reference        string    `json:"reference,omitempty" doc:"the policyholder's"`
	FiledOn          string    `json:"filed_on,omitempty"`
	LossOn           string    `json:"loss_on,omitempty" doc:"the date of loss"`
	Debt             string    `json:"debt"`
	Insured          string    `json:"insured"`
	RecoveredBefore  string    `json:"recovered_before" doc:"of the debt, before the claim"`
	Loss             string    `json:"loss"`
	Indemnity        string    `json:"indemnity" doc:"0 before it is decided"`
	Paid             string    `json:"paid"`
	Currency         string    `json:"currency"`
	PayableOn        string    `json:"payable_on,omitempty" doc:"absent: not decided, or nothing is"`
	AssigneeID       string    `json:"assignee_id,omitempty" doc:"whom the indemnity is paid to; absent: the policyholder"`
	MissingDocuments []string  `json:"missing_documents" doc:"kinds that it lacks"`
	Next             *Next     `json:"next,omitempty" doc:"absent: nothing is to be done"`
	Analyst          string    `json:"analyst,omitempty" doc:"who examined or paid last; analysts are told"`
	ChangedAt        time.Time `json:"changed_at" doc:"log time"`
	Position         string    `json:"position" doc:"opaque to policyholders"`
}

// ClaimStep is a change of a claim.
type ClaimStep struct {
	At        time.Time `json:"at" doc:"log time"`
	What      string    `json:"what" doc:"has happened: filed, document_added, examined, decided, corrected, paid, recovered, reversed"`
	State     string    `json:"state"`
	Indemnity string    `json:"indemnity"`
	Paid      string    `json:"paid"`
	Receipt   *Shares   `json:"receipt,omitempty" doc:"what came in, and whose it is"`
	Corrects  string    `json:"corrects,omitempty" doc:"position of the decision that it corrects"`
	Trigger   string    `json:"trigger,omitempty" doc:"id of the message that made it; to policyholders of their own only"`
	Analyst   string    `json:"analyst,omitempty" doc:"analysts are told"`
	Position  string    `json:"position"`
}

// ClaimDetail is a claim with what it is made of.
type ClaimDetail struct {
	Claim
	Waterfall  []WaterfallLine `json:"waterfall" doc:"line by line; empty before it is decided"`
	Invoices   []ClaimInvoice  `json:"invoices"`
	FirstLoss  string          `json:"first_loss" doc:"what it uses of the aggregate first loss of its period"`
	PeriodFrom string          `json:"period_from,omitempty" doc:"whose aggregates it uses"`
	PeriodTo   string          `json:"period_to,omitempty"`
	Recourse   Shares          `json:"recourse" doc:"all that came in since it was filed, and whose it is"`
	Steps      []ClaimStep     `json:"steps" doc:"what has happened, the oldest first, at most the newest 500"`
}

// claimOf shows a claim to p, likewise.
func claimOf(p identity.Principal, d *decision.Decision, position string) Claim {
	b := d.Body.(*decision.Claim)
	told := public.ClaimOf(d, b)
	money := func(minor int64) string { return format.Amount(minor, told.Currency) }
	c := Claim{ClaimID: told.Claim, CaseID: told.Case, PolicyID: told.Policy, BuyerID: told.Buyer, State: told.State,
		Cause: told.Cause, What: told.What, Reason: told.Reason, Reference: told.Reference,
		FiledOn: format.Day(told.FiledOn), LossOn: format.Day(told.LossOn), Debt: money(told.Debt),
		Insured: money(told.Insured), RecoveredBefore: money(told.RecoveredBefore), Loss: money(told.Loss),
		Indemnity: money(told.Indemnity), Paid: money(told.Paid), Currency: told.Currency,
		PayableOn: format.Day(told.PayableOn), AssigneeID: told.Assignee, MissingDocuments: list(told.MissingDocuments),
		Next: nextOf(told.Next, told.NextBy, format.Day(told.DueOn)), ChangedAt: format.Instant(d.AtMs),
		Position: position}
	if p.Analyst() {
		c.HolderID, c.Analyst = b.Holder, b.Analyst
	}
	return c
}

func (s *API) claimStep(p identity.Principal, d *decision.Decision) ClaimStep {
	b := d.Body.(*decision.Claim)
	told := public.ClaimOf(d, b)
	step := ClaimStep{At: format.Instant(d.AtMs), What: told.What, State: told.State,
		Indemnity: format.Amount(told.Indemnity, told.Currency), Paid: format.Amount(told.Paid, told.Currency),
		Trigger: told.Trigger, Position: s.position(p, d.Position)}
	if told.Receipt != (decision.Shares{}) {
		shares := sharesOf(&told.Receipt, told.Currency)
		step.Receipt = &shares
	}
	if told.Corrects != (event.Position{}) {
		step.Corrects = s.position(p, told.Corrects)
	}
	if p.Analyst() {
		step.Trigger, step.Analyst = d.Trigger.ID, b.Analyst
	}
	return step
}

func waterfallOf(c *public.Claim) []WaterfallLine {
	all := make([]WaterfallLine, len(c.Waterfall))
	for i, l := range c.Waterfall {
		all[i] = WaterfallLine{Step: l.Step, Amount: format.Amount(l.Minor, c.Currency),
			Taken: format.Amount(l.TakenMinor, c.Currency)}
		if l.TermMinor != 0 {
			all[i].Term = format.Amount(l.TermMinor, c.Currency)
		}
		if l.PercentPPM != 0 {
			all[i].Percentage = percentage(l.PercentPPM)
		}
	}
	return all
}

func claimInvoicesOf(c *public.Claim) []ClaimInvoice {
	all := make([]ClaimInvoice, len(c.Invoices))
	money := func(minor int64) string { return format.Amount(minor, c.Currency) }
	for i := range c.Invoices {
		v := &c.Invoices[i]
		all[i] = ClaimInvoice{InvoiceID: v.Invoice, DeliveredOn: format.Day(v.DeliveredOn), DueOn: format.Day(v.DueOn),
			LossOn: format.Day(v.LossOn), Amount: money(v.AmountMinor), Open: money(v.OpenMinor),
			Insured: money(v.InsuredMinor), Reason: v.Reason, Percentage: percentage(v.PercentPPM),
			Discretionary: v.Discretionary, Late: v.Late, Loss: money(v.LossMinor)}
	}
	return all
}

func sharesOf(s *decision.Shares, currency string) Shares {
	money := func(minor int64) string { return format.Amount(minor, currency) }
	return Shares{money(s.Minor), money(s.InsuredMinor), money(s.InsurerMinor), money(s.PolicyholderMinor),
		money(s.FeeMinor), money(s.FeeInsurerMinor), money(s.FeePolicyholderMinor)}
}
