package dashboardtest

import (
	"context"
	"fmt"
	"slices"

	"barometer/ingest/event"
	"barometer/processor/decision"
	"barometer/storage/history"
)

func (f *Fake) Cases(_ context.Context, q history.CaseQuery) ([]decision.Decision, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	newest, caused := map[string]decision.Decision{}, map[string]bool{}
	for _, d := range f.stored {
		if b, ok := d.Body.(*decision.Case); ok {
			newest[b.Case] = d
			caused[b.Case] = caused[b.Case] || d.Trigger.ID == q.Trigger
		}
	}
	var out []decision.Decision
	for id, d := range newest {
		if q.Includes(d.Body.(*decision.Case)) && (q.Trigger == "" || caused[id]) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b decision.Decision) int {
		return history.CaseCursor(a.Body.(*decision.Case)).Compare(history.CaseCursor(b.Body.(*decision.Case)))
	})
	return out[:min(len(out), q.Limit)], f.Down
}

func (f *Fake) Claims(_ context.Context, q history.ClaimQuery) ([]decision.Decision, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	newest, caused := map[string]decision.Decision{}, map[string]bool{}
	for _, d := range f.stored {
		if b, ok := d.Body.(*decision.Claim); ok {
			newest[b.Claim] = d
			caused[b.Claim] = caused[b.Claim] || d.Trigger.ID == q.Trigger
		}
	}
	var out []decision.Decision
	for id, d := range newest {
		if q.Includes(d.Body.(*decision.Claim)) && (q.Trigger == "" || caused[id]) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b decision.Decision) int {
		return history.ClaimCursor(a.Body.(*decision.Claim)).Compare(history.ClaimCursor(b.Body.(*decision.Claim)))
	})
	return out[:min(len(out), q.Limit)], f.Down
}

// Case makes a decision on a case; at is its offset, and the message that caused it is named after that.
func Case(partition uint32, at int64, policy, holder, buyer string, number int,
	edit func(*decision.Case)) decision.Decision {
	b := &decision.Case{Case: fmt.Sprintf("%s/case-%s-%d", buyer, policy, number), Policy: policy, Holder: holder,
		Buyer: buyer, What: "reported", Kind: "collect_and_claim", Stage: "reported", Next: "reminder_sent",
		NextBy: "policyholder", OpenedOn: event.Date(2026, 3, 4), ReportedOn: event.Date(2026, 3, 4), OpenMinor: 60_00,
		InsuredMinor: 40_00, Currency: "EUR"}
	if edit != nil {
		edit(b)
	}
	return decision.Decision{Position: event.Position{Generation: 1, Partition: partition, Offset: at},
		AtMs: 1_772_600_000_000 + at*60_000, Kind: decision.CaseChanged, Key: buyer,
		Trigger: decision.Trigger{Kind: event.KindCollectionMoved, ID: fmt.Sprint("m", at)}, Body: b}
}

// Claim makes a decision on a claim, likewise.
func Claim(partition uint32, at int64, policy, holder, buyer string, number int,
	edit func(*decision.Claim)) decision.Decision {
	b := &decision.Claim{Claim: fmt.Sprintf("%s/claim-%s-%d", buyer, policy, number), Policy: policy, Holder: holder,
		Case: fmt.Sprintf("%s/case-%s-%d", buyer, policy, number), Buyer: buyer, What: "filed", State: "filed",
		Cause: "protracted_default", FiledOn: event.Date(2026, 3, 4), LossOn: event.Date(2026, 3, 1), Currency: "EUR",
		DebtMinor: 60_00, InsuredMinor: 40_00, LossMinor: 40_00}
	if edit != nil {
		edit(b)
	}
	return decision.Decision{Position: event.Position{Generation: 1, Partition: partition, Offset: at},
		AtMs: 1_772_600_000_000 + at*60_000, Kind: decision.ClaimDecided, Key: buyer,
		Trigger: decision.Trigger{Kind: event.KindClaimExamined, ID: fmt.Sprint("m", at)}, Body: b}
}

// policyOf is the policy that a decision is on, empty where it is on none.
func policyOf(d *decision.Decision) string {
	switch b := d.Body.(type) {
	case *decision.Limit:
		return b.Policy
	case *decision.Cover:
		return b.Policy
	case *decision.Rejection:
		return b.Policy
	case *decision.Case:
		return b.Policy
	case *decision.Claim:
		return b.Policy
	}
	return ""
}
