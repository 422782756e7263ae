package decode

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"barometer/ingest/event"
)

// said is a message of a type with its least members, changed by name and value; a value of nil leaves one out.
func said(kind string, changes ...any) node {
	m := node{"id": "m", "type": kind, "at": "2026-06-30T00:00:00Z", "policy_id": "p", "buyer_id": "b"}
	switch kind {
	case "policy.upserted":
		delete(m, "buyer_id")
		maps.Copy(m, node{"holder": node{"id": "h"}, "currency": "EUR", "insured_percentage": "90",
			"effective_on": "2026-01-01"})
	case "invoice.issued":
		maps.Copy(m, node{"invoice_id": "i", "amount": "121.00", "currency": "EUR", "delivered_on": "2026-06-01",
			"due_on": "2026-07-01"})
	case "payment_plan.agreed":
		maps.Copy(m, node{"plan_id": "l", "invoices": []any{"i"}, "agreed_on": "2026-06-30", "currency": "EUR",
			"instalments": []any{node{"due_on": "2026-07-15", "amount": "60"}, node{"due_on": "2026-08-15", "amount": "61"}}})
	case "overdue.reported":
		maps.Copy(m, node{"invoices": []any{"i"}, "reported_on": "2026-06-30"})
	case "recovery.received":
		maps.Copy(m, node{"case_id": "b/case-p-1", "recovery_id": "r", "amount": "10", "currency": "EUR",
			"received_on": "2026-06-30", "from": "buyer"})
	case "document.added":
		maps.Copy(m, node{"case_id": "b/case-p-1", "document_id": "d", "kind": "invoice", "bytes": 1,
			"sha256": strings.Repeat("0", 64)})
	case "collection.moved":
		maps.Copy(m, node{"case_id": "b/case-p-1", "stage": "court_order", "analyst": "cas"})
	case "claim.examined":
		maps.Copy(m, node{"claim_id": "b/claim-p-1", "verdict": "accept", "analyst": "ann"})
	}
	for i := 0; i < len(changes); i += 2 {
		if m[changes[i].(string)] = changes[i+1]; changes[i+1] == nil {
			delete(m, changes[i].(string))
		}
	}
	return m
}

func decodes(t *testing.T, m node) (*event.Event, error) {
	t.Helper()
	kind, ok := event.ParseKind(m["type"].(string))
	if !ok {
		t.Fatalf("no type %s", m["type"])
	}
	message, err := New(nil).Decode(kind.Topic(), encode(t, m))
	if err != nil {
		return nil, err
	}
	return &message.Event, nil
}

// TestTermsThatFit: what a policy does not say follows from what it says.
func TestTermsThatFit(t *testing.T) {
	e, err := decodes(t, said("policy.upserted", "maximum_extension_days", 45, "warn_days", []any{1, 30}))
	if err != nil {
		t.Fatal(err)
	}
	b := e.Body.(*event.PolicyUpserted)
	if b.CollectionDeadlineDays != 75 || b.DiscretionaryPPM != 900_000 || b.IndemnityDays != 30 || b.EqualDisqualifies ||
		b.WaitingFromReport || b.LateReportPPM != 0 || b.InsolvencyClaimDays != 0 || b.VATInsured ||
		!slices.Equal(b.WarnDays, []int32{30, 1}) {
		t.Errorf("%+v", b)
	}
	if e, err = decodes(t, said("policy.upserted")); err != nil ||
		!slices.Equal(e.Body.(*event.PolicyUpserted).WarnDays, []int32{14, 7, 1}) {
		t.Errorf("%v, %+v", err, e)
	}
}

// TestWhatMayMeanTwoThings is refused, with the member's name.
func TestWhatMayMeanTwoThings(t *testing.T) {
	steps := func(s ...any) []any { return s }
	first, net := "first_loss", "net_amount: want"
	for want, messages := range map[string][]node{
		"collection_deadline_days: want no fewer days than maximum_extension_days": {
			said("policy.upserted", "collection_deadline_days", 59), said("policy.upserted", "collection_deadline_days", 0)},
		"claim_deadline_days: want no fewer days than notification_deadline_days": {
			said("policy.upserted", "claim_deadline_days", 89, "waiting_period_days", 10)},
		"claim_deadline_days: want no fewer days than waiting_period_days": {
			said("policy.upserted", "claim_deadline_days", 179)},
		"insured_percentage_discretionary: want a percentage not above insured_percentage": {
			said("policy.upserted", "insured_percentage_discretionary", 91)},
		"late_report_percentage: want": {said("policy.upserted", "late_report_percentage", 91),
			said("policy.upserted", "late_report_percentage", 0)},
		"maximum_liability: want": {said("policy.upserted", "maximum_liability", "0.00")},
		"warn_days: want": {said("policy.upserted", "warn_days", []any{}), said("policy.upserted", "warn_days", []any{0}),
			said("policy.upserted", "warn_days", []any{7, 1, 7})},
		"indemnity_order: want": {said("policy.upserted", "indemnity_order", steps("insured_percentage")),
			said("policy.upserted", "indemnity_order", steps("insured_percentage", "insured_percentage",
				"aggregate_"+first, "minimum_retention", "maximum_liability"))},
		"deductibles: want its name to be deductible": {said("policy.upserted", "deductibles", []any{
			node{"kind": "each_and_every", "amount": "1"}})},
		"deductible[].kind: want each kind once": {said("policy.upserted", "deductible", []any{
			node{"kind": "non_qualifying", "amount": "1"}, node{"kind": "non_qualifying", "amount": "2"}})},
		"assignee.id: want": {said("policy.upserted", "assignee", node{"name": "Bank"})},
		net: {said("invoice.issued", "net_amount", "121.01"), said("invoice.issued", "net_amount", "0"),
			said("invoice.issued", "net_amount", ""), said("invoice.issued", "net_amount", "1.005")},
		"instalments: want days that ascend": {
			said("payment_plan.agreed", "agreed_on", "2026-07-16"),
			said("payment_plan.agreed", "instalments", []any{node{"due_on": "2026-08-15", "amount": "1"},
				node{"due_on": "2026-08-15", "amount": "1"}})},
		"instalments: want amounts above 0": {
			said("payment_plan.agreed", "instalments", []any{node{"due_on": "2026-08-15", "amount": "0"}}),
			said("payment_plan.agreed", "instalments", []any{node{"due_on": "2026-08-15", "amount": "90000000000000000"},
				node{"due_on": "2026-08-16", "amount": "90000000000000000"}})},
		"instalments: want a list of 1 to": {said("payment_plan.agreed", "instalments", []any{})},
		"kind: want": {said("overdue.reported", "kind", "collected"),
			said("document.added", "kind", "invoices")},
		"claim_id: want case_id or claim_id, not both": {said("document.added", "claim_id", "b/claim-p-1"),
			said("recovery.received", "claim_id", "b/claim-p-1")},
		"case_id: want case_id or claim_id": {said("document.added", "case_id", nil)},
		"bytes: want":                       {said("document.added", "bytes", 0), said("document.added", "bytes", 20<<20+1)},
		"recovery_id: want":                 {said("recovery.received", "recovery_id", nil)},
		"from: want":                        {said("recovery.received", "from", "debtor")},
		"outcome: want it for stage closed": {said("collection.moved", "stage", "closed")},
		"outcome: want none":                {said("collection.moved", "outcome", "collected")},
		"documents: want":                   {said("claim.examined", "documents", []any{"invoices"})},
	} {
		for _, m := range messages {
			_, err := decodes(t, m)
			var refused *Error
			if !errors.As(err, &refused) || !strings.HasPrefix(refused.Detail, want) {
				t.Errorf("%v, want %s: %v", err, want, m)
			}
		}
	}
}

// TestMintedIdsRouteToTheirKey: to what stands before the last slash, however long a policy's id is.
func TestMintedIdsRouteToTheirKey(t *testing.T) {
	long := strings.Repeat("%F0%9F%A6%8A", 128) // 128 characters of four bytes
	for minted, key := range map[string]string{"b/case-p-1": "b", "b/1/case-p%2Fq-1": "b/1",
		"b/case-" + long + "-12": "b"} {
		for _, kind := range []string{"recovery.received", "document.added", "collection.moved"} {
			m := said(kind, "case_id", minted)
			if e, err := decodes(t, m); err != nil || e.Key != key {
				t.Errorf("%s of %.40s: %v", m["type"], minted, err)
			}
		}
	}
}
