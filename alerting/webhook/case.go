package webhook

import (
	"barometer/alerting/notice"
	"barometer/processor/decision"

	"github.com/shopspring/decimal"
)

// Next is what is to be done, by whom, and until when.
type Next struct {
	Step  string `json:"step"`
	By    string `json:"by,omitempty"`    // policyholder, collector, lawyer, bailiff, analyst or buyer
	Until string `json:"until,omitempty"` // absent: there is no term
}

// Case is what has happened to a collection case, and how it stands; amounts are in the change's currency.
type Case struct {
	CaseID        string   `json:"case_id"`
	What          string   `json:"what"` // has happened
	Kind          string   `json:"kind"`
	Reference     string   `json:"reference,omitempty"` // the policyholder's
	Stage         string   `json:"stage"`
	PreviousStage string   `json:"previous_stage,omitempty"` // absent: the stage is what it was
	Outcome       string   `json:"outcome,omitempty"`        // of a closed case
	Warning       string   `json:"warning,omitempty"`        // what was reported, or why a plan's cover is forfeited
	Plan          *Plan    `json:"plan,omitempty"`           // the payment plan that was agreed last
	Invoices      []string `json:"invoices,omitempty"`
	Amount        string   `json:"amount,omitempty"` // of what has happened: received or taken back
	Open          string   `json:"open"`             // that is owed
	Insured       string   `json:"insured"`          // of it
	Disputed      string   `json:"disputed,omitempty"`
	Recovered     string   `json:"recovered,omitempty"` // by the collector
	Insolvent     bool     `json:"insolvent,omitempty"`
	Next          *Next    `json:"next,omitempty"` // absent: nothing is to be done
}

// Plan is a payment plan.
type Plan struct {
	PlanID string `json:"plan_id"`
	State  string `json:"state"` // waiting_for_consent, agreed, refused, broken or ended
}

// Claim is what has happened to a claim, and how it stands; amounts are in the change's currency.
type Claim struct {
	ClaimID          string          `json:"claim_id"`
	CaseID           string          `json:"case_id,omitempty"`
	What             string          `json:"what"` // has happened
	State            string          `json:"state"`
	Cause            string          `json:"cause"`
	Reference        string          `json:"reference,omitempty"` // the policyholder's
	Reason           string          `json:"reason,omitempty"`    // why nothing is paid: refused, or a step of the waterfall
	LossOn           string          `json:"loss_on"`
	Loss             string          `json:"loss"`
	Indemnity        string          `json:"indemnity,omitempty"` // once it is decided
	Waterfall        []WaterfallLine `json:"waterfall,omitempty"` // once it is decided
	PayableOn        string          `json:"payable_on,omitempty"`
	AssigneeID       string          `json:"assignee_id,omitempty"` // whom it is paid to, absent: the policyholder
	Paid             string          `json:"paid,omitempty"`
	PayBack          string          `json:"pay_back,omitempty"` // of what was paid
	MissingDocuments []string        `json:"missing_documents,omitempty"`
	Receipt          *Shares         `json:"receipt,omitempty"`  // what came in now
	Received         *Shares         `json:"received,omitempty"` // all that came in since it was filed
	Next             *Next           `json:"next,omitempty"`     // absent: nothing is to be done
}

// WaterfallLine is one line of an indemnity's computation.
type WaterfallLine struct {
	Step       string `json:"step"`
	Amount     string `json:"amount"`               // after it
	Taken      string `json:"taken"`                // what it takes off; of debt and indemnity the amount itself
	Term       string `json:"term,omitempty"`       // what the policy says, or is left of that
	Percentage string `json:"percentage,omitempty"` // of insured_percentage
}

// Shares is what came in, and how it and the collector's fees are shared.
type Shares struct {
	Amount          string `json:"amount"`
	Insured         string `json:"insured"` // of it, on what is insured
	Insurer         string `json:"insurer"`
	Policyholder    string `json:"policyholder"`
	Fee             string `json:"fee,omitempty"`
	FeeInsurer      string `json:"fee_insurer,omitempty"`
	FeePolicyholder string `json:"fee_policyholder,omitempty"`
}

func caseOf(c *notice.Case) *Case {
	some := someOf(c.Currency)
	return &Case{CaseID: c.ID, What: c.What, Kind: c.Kind, Reference: c.Reference, Stage: c.Stage,
		PreviousStage: c.PreviousStage, Outcome: c.Outcome, Warning: c.Warning, Plan: planOf(c),
		Invoices: c.Invoices, Amount: some(c.Amount), Open: money(c.Open, c.Currency), Insured: money(c.Insured, c.Currency),
		Disputed: some(c.Disputed), Recovered: some(c.Recovered), Insolvent: c.Insolvent, Next: nextOf(&c.Next)}
}

func planOf(c *notice.Case) *Plan {
	if c.Plan == "" {
		return nil
	}
	return &Plan{PlanID: c.Plan, State: c.PlanState}
}

func claimOf(c *notice.Claim) *Claim {
	some := someOf(c.Currency)
	out := &Claim{ClaimID: c.ID, CaseID: c.Case, What: c.What, State: c.State, Cause: c.Cause, Reference: c.Reference,
		Reason: c.Reason, LossOn: day(c.LossOn), Loss: money(c.Loss, c.Currency), PayableOn: day(c.PayableOn),
		AssigneeID: c.Assignee, Paid: some(c.Paid), PayBack: some(c.PayBack), MissingDocuments: c.Missing,
		Receipt: sharesOf(&c.Receipt, c.Currency), Received: sharesOf(&c.Received, c.Currency), Next: nextOf(&c.Next)}
	for i := range c.Waterfall {
		line := &c.Waterfall[i]
		out.Waterfall = append(out.Waterfall, WaterfallLine{Step: line.Step, Amount: money(line.Minor, c.Currency),
			Taken: money(line.TakenMinor, c.Currency), Term: some(line.TermMinor), Percentage: percent(line.PercentPPM)})
	}
	if len(c.Waterfall) > 0 {
		out.Indemnity = money(c.Indemnity, c.Currency)
	}
	return out
}

func sharesOf(s *decision.Shares, currency string) *Shares {
	if s.Minor == 0 {
		return nil
	}
	some := someOf(currency)
	return &Shares{Amount: money(s.Minor, currency), Insured: money(s.InsuredMinor, currency),
		Insurer: money(s.InsurerMinor, currency), Policyholder: money(s.PolicyholderMinor, currency),
		Fee: some(s.FeeMinor), FeeInsurer: some(s.FeeInsurerMinor), FeePolicyholder: some(s.FeePolicyholderMinor)}
}

func nextOf(n *notice.Next) *Next {
	if n.Step == "" {
		return nil
	}
	return &Next{Step: n.Step, By: n.By, Until: day(n.Until)}
}

// someOf prints amounts of a currency, and nothing of 0.
func someOf(currency string) func(minor int64) string {
	return func(minor int64) string {
		if minor == 0 {
			return ""
		}
		return money(minor, currency)
	}
}

// percent prints parts per million as a per cent, and nothing of 0.
func percent(ppm int64) string {
	if ppm == 0 {
		return ""
	}
	return decimal.New(ppm, -4).String()
}
