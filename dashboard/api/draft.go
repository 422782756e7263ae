package api

import (
	"context"
	"slices"

	"barometer/dashboard/format"
	"barometer/dashboard/identity"
	"barometer/dashboard/tail"
	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/processor/decision/public"
	"barometer/processor/limit"
	"barometer/storage/history"

	"github.com/danielgtaylor/huma/v2"
)

// ClaimDraft is what a claim for the debts of an open case would be made of now. POST /v1/claims takes its policy_id,
// buyer_id and cause, and the ids of the invoices that can be claimed.
type ClaimDraft struct {
	PolicyID         string         `json:"policy_id"`
	BuyerID          string         `json:"buyer_id"`
	BuyerName        string         `json:"buyer_name,omitempty"`
	CaseID           string         `json:"case_id"`
	Cause            string         `json:"cause" doc:"insolvency where the buyer is insolvent, else protracted_default"`
	Currency         string         `json:"currency"`
	Invoices         []DraftInvoice `json:"invoices"`
	InvoicesLeftOut  int32          `json:"invoices_left_out,omitempty" doc:"of the case that are not listed"`
	Debt             string         `json:"debt" doc:"open of the invoices that can be claimed"`
	Insured          string         `json:"insured" doc:"of it"`
	MissingDocuments []string       `json:"missing_documents" doc:"kinds that the claim would lack"`
	Position         string         `json:"position" doc:"of the decision on the case that it is drawn from"`
}

// DraftInvoice is an invoice of a case, and what a claim would be made of it.
type DraftInvoice struct {
	Debt
	Claimable     bool   `json:"claimable"`
	NotClaimable  string `json:"not_claimable,omitempty" enum:"claimed,in_dispute,before_loss,paid,unknown_invoice" doc:"why it cannot be claimed now: it is in a claim, in dispute, before its date of loss, paid, or has no id"`
	Discretionary bool   `json:"discretionary" doc:"it was delivered within a discretionary limit"`
	Decision      string `json:"decision,omitempty" doc:"position of the decision on the limit that its delivery falls under; absent: none"`
}

type draftInput struct {
	Reading
	Policy string `query:"policy" required:"true" minLength:"1" maxLength:"128"`
	Buyer  string `query:"buyer" required:"true" minLength:"1" maxLength:"128"`
}

// mostLimits bounds the decisions on a limit and its cover that a draft looks through, the newest.
const mostLimits = 1000

func (s *API) draftClaim(ctx context.Context, in *draftInput) (*answer, error) {
	p := identity.Of(ctx)
	if err := s.ownPolicy(ctx, p, in.Policy); err != nil {
		return nil, err
	}
	if err := s.after(ctx, in.After, s.cfg.Tail.Seen); err != nil {
		return nil, err
	}
	out := &answer{Position: s.positions(p, s.cfg.Tail.Seen())}
	rows, _, err := s.cfg.Portfolio.Cases(ctx, history.CaseQuery{Policy: in.Policy, Buyer: in.Buyer, Holder: p.Holder,
		State: history.CaseOpen}, 1)
	if err != nil {
		return nil, s.failed(ctx, "reading the case", err)
	}
	if len(rows) == 0 {
		return nil, huma.Error404NotFound("no case of this policy and buyer is open: report the overdue first")
	}
	decided, err := s.limitDecisions(ctx, in.Policy, in.Buyer)
	if err != nil {
		return nil, s.failed(ctx, "reading the decisions on the limit", err)
	}
	names, err := s.cfg.Store.Names(ctx, []string{in.Buyer})
	if err != nil {
		return nil, s.failed(ctx, "reading the name of a buyer", err)
	}
	draft := s.draftOf(p, &rows[0], decided)
	draft.BuyerName = names[in.Buyer]
	out.Body = draft
	return out, nil
}

func (s *API) draftOf(p identity.Principal, d *decision.Decision, decided []decision.Decision) ClaimDraft {
	told := public.CaseOf(d, d.Body.(*decision.Case))
	debts, today := debtsOf(&told), s.cfg.Sender.Today()
	draft := ClaimDraft{PolicyID: told.Policy, BuyerID: told.Buyer, CaseID: told.Case, Cause: "protracted_default",
		Currency: told.Currency, Invoices: make([]DraftInvoice, len(debts)), InvoicesLeftOut: told.DebtsLeftOut,
		MissingDocuments: list(told.MissingDocuments), Position: s.position(p, d.Position)}
	if told.Insolvent {
		draft.Cause = "insolvency"
	}
	var debt, insured int64
	for i := range debts {
		v := &told.Debts[i]
		row := DraftInvoice{Debt: debts[i], Discretionary: v.Discretionary, NotClaimable: notClaimable(v, today)}
		if row.Claimable = row.NotClaimable == ""; row.Claimable {
			debt, insured = debt+v.OpenMinor, insured+v.InsuredMinor
		}
		if v.DeliveredOn != 0 {
			cover := limit.Covered(decided, v.DeliveredOn, s.cfg.Now().UnixMilli())
			if at := cover.Outcome().Decision; at != (event.Position{}) {
				row.Decision = s.position(p, at)
			}
		}
		draft.Invoices[i] = row
	}
	draft.Debt, draft.Insured = format.Amount(debt, told.Currency), format.Amount(insured, told.Currency)
	return draft
}

// notClaimable is why an invoice would be left out of a claim that is filed on a day, empty where it would not.
func notClaimable(v *decision.CaseDebt, on event.Day) string {
	switch {
	case v.Invoice == "":
		return "unknown_invoice"
	case v.OpenMinor == 0:
		return "paid"
	case v.Claim != "":
		return "claimed"
	case v.Disputed:
		return "in_dispute"
	case v.LossOn == 0 || v.LossOn > on:
		return "before_loss"
	}
	return ""
}

// limitDecisions are the newest decisions on a policy's limit on a buyer, the oldest first.
func (s *API) limitDecisions(ctx context.Context, policy, buyer string) ([]decision.Decision, error) {
	fresh := s.cfg.Tail.Find(tail.OfBuyer(buyer))
	all, err := s.cfg.Store.Decisions(ctx, history.DecisionQuery{Kinds: coverKinds, Policy: policy, Buyer: buyer,
		Limit: mostLimits})
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	for _, d := range fresh {
		if !slices.Contains(coverKinds, d.Kind) || !concerns(&d, policy) {
			continue
		}
		if n := len(all); n == 0 || d.Position.Compare(all[n-1].Position) > 0 {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b decision.Decision) int { return a.Position.Compare(b.Position) })
	return all, nil
}

// coverKinds are the kinds of decision that say what a delivery is covered up to.
var coverKinds = []decision.Kind{decision.LimitDecided, decision.CoverChanged}

func concerns(d *decision.Decision, policy string) bool {
	switch b := d.Body.(type) {
	case *decision.Limit:
		return b.Policy == policy
	case *decision.Cover:
		return b.Policy == policy
	}
	return false
}
