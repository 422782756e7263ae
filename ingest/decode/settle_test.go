package decode

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"pgregory.net/rapid"

	"barometer/ingest/event"
)

// settle gives a drawn message what its members must say together.
func settle(t *rapid.T, kind event.Kind, m node) {
	pick := func(label string) bool { return rapid.Bool().Draw(t, label) }
	fill := func(in node, name, value string) {
		if in[name] == nil {
			in[name] = makers[value](t)
		}
	}
	if _, ok := m["company"]; ok && m["company"] != nil {
		company := m["company"].(node)
		if list, _ := company["registrations"].([]any); len(list) == 0 {
			fill(company, "name", "name")
		}
	} else if _, ok := defOf(kind.Topic(), kind.String())["properties"].(node)["company"]; ok {
		fill(m, "buyer_id", "buyer_id")
	}
	if m["amount"] != nil && m["currency"] == nil {
		m["currency"] = "EUR"
	}
	switch kind {
	case event.KindIndicator:
		settleIndicator(t, m)
	case event.KindNews:
		details, _ := m["details"].(node)
		if details == nil {
			details = node{}
			m["details"] = details
		}
		if details["amount"] != nil && details["currency"] == nil {
			details["currency"] = "JPY"
		}
		details["notches"], details["days"] = -2, 30
		fill(details, "role", "id")
	case event.KindInvoiceIssued:
		if m["net_amount"] != nil {
			m["net_amount"], m["amount"] = "1000", "1210"
		}
	case event.KindPolicyUpserted:
		settlePolicy(t, m)
	case event.KindPaymentPlanAgreed:
		settlePlan(t, m)
	case event.KindCollectionMoved:
		if delete(m, "outcome"); m["stage"] == "closed" {
			m["outcome"] = "collected"
		}
	case event.KindRecoveryReceived, event.KindDocumentAdded:
		if delete(m, "claim_id"); pick("for a claim") {
			delete(m, "case_id")
			fill(m, "claim_id", "minted_id")
		} else {
			fill(m, "case_id", "minted_id")
		}
	case event.KindUnderwriterDecided:
		m["grade_floor"], m["grade_ceiling"] = rapid.IntRange(1, 5).Draw(t, "floor"), rapid.IntRange(5, 10).Draw(t, "ceiling")
		if m["second_analyst"] == m["analyst"] {
			delete(m, "second_analyst")
		}
		if delete(m, "policy_id"); m["scope"] == "limit" {
			m["policy_id"], m["amount"], m["currency"] = "P-1", "100", "EUR"
		}
	case event.KindClaimExamined:
		m["amount"], m["currency"] = "100.00", "EUR"
	case event.KindCountryCapSet, event.KindFoldActivated:
		settleAnalysts(m)
	case event.KindModelActivated:
		settleAnalysts(m)
		sum := sha256.Sum256([]byte(m["content"].(string)))
		m["sha256"] = hex.EncodeToString(sum[:])
	}
}

// settleAnalysts lets a second analyst be another than the first.
func settleAnalysts(m node) {
	if m["analyst"] == nil || m["second_analyst"] == m["analyst"] {
		delete(m, "second_analyst")
	}
}

// settlePolicy lets the terms of a policy fit each other.
func settlePolicy(t *rapid.T, m node) {
	m["period_from"], m["period_to"] = "2026-01-01", "2026-12-31"
	m["insured_percentage"] = 90
	for _, part := range []string{"insured_percentage_discretionary", "late_report_percentage"} {
		if m[part] != nil {
			m[part] = rapid.IntRange(1, 90).Draw(t, part)
		}
	}
	m["maximum_extension_days"], m["waiting_period_days"] = 60, rapid.IntRange(0, 200).Draw(t, "waiting period")
	if m["collection_deadline_days"] != nil {
		m["collection_deadline_days"] = rapid.IntRange(60, 120).Draw(t, "collection deadline")
	}
	m["notification_deadline_days"], m["claim_deadline_days"] = 90, rapid.IntRange(200, 400).Draw(t, "claim deadline")
	if m["indemnity_order"] != nil {
		m["indemnity_order"] = rapid.Permutation(slices.Clone(indemnityOrder)).Draw(t, "order")
	}
	seen := map[any]bool{}
	list, _ := m["deductible"].([]any)
	m["deductible"] = slices.DeleteFunc(list, func(d any) bool {
		kind := d.(node)["kind"]
		defer func() { seen[kind] = true }()
		return seen[kind]
	})
	if days, _ := m["warn_days"].([]any); days != nil {
		m["warn_days"] = rapid.Permutation([]int{30, 14, 7, 2, 1}).Draw(t, "warned")[:len(days)]
	}
}

// settlePlan gives a plan instalments whose days ascend.
func settlePlan(t *rapid.T, m node) {
	m["agreed_on"] = "2026-01-01"
	for i, instalment := range m["instalments"].([]any) {
		instalment.(node)["due_on"] = event.Date(2026, 2, i+1).String()
		instalment.(node)["amount"] = rapid.StringMatching(`[1-9][0-9]{0,6}`).Draw(t, "instalment")
	}
}

func settleIndicator(t *rapid.T, m node) {
	switch m["indicator"] {
	case "fx_rate":
		m["currency"], m["value"] = "USD", "1.08"
		return
	case "country_risk_class":
		m["value"] = rapid.SampledFrom([]string{"0", "7", "3.0"}).Draw(t, "class")
	case "transfer_moratorium":
		m["value"] = rapid.SampledFrom([]string{"0", "1"}).Draw(t, "moratorium")
	}
	if m["country"] == "*" {
		m["country"] = "BE"
	}
}
