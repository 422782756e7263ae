package decode

import (
	"slices"
	"strings"
	"testing"

	"barometer/ingest/event"
)

// contract are the members of each type that producers were promised: those that must be given, then those that may be.
// Beside them all types have id, type and at, and those with buyer_id may have company in its place.
var contract = map[string]string{
	"indicator":         "country sector indicator period value; source confirmed currency analyst",
	"invoice.issued":    "policy_id invoice_id amount currency delivered_on due_on; net_amount buyer_id history",
	"invoice.paid":      "policy_id invoice_id amount currency paid_on; buyer_id history",
	"invoice.disputed":  "policy_id invoice_id disputed; buyer_id history",
	"invoice.cancelled": "policy_id invoice_id; buyer_id history",
	"invoice.extended":  "policy_id invoice_id due_on; buyer_id history",
	"payment.reversed":  "policy_id invoice_id payment_id; buyer_id history",
	"experience":        "policy_id as_of currency current d1_30 d31_60 d61_90 d90_plus; buyer_id history",
	"history.closed":    "policy_id;",
	"news":              "headline source; buyer_id body language url category details analyst",
	"news.withdrawn":    "withdraws; buyer_id analyst",
	"policy.upserted": "policy_id holder currency insured_percentage effective_on; discretionary_limit " +
		"maximum_liability minimum_retention " +
		"deductible indemnity_order waiting_period_days notice_days notice_from maximum_extension_days " +
		"notification_deadline_days " +
		"claim_deadline_days period_from period_to collection_deadline_days waiting_period_from late_report_percentage " +
		"insolvency_claim_days insured_percentage_discretionary vat_insured equal_qualifies indemnity_days assignee " +
		"warn_days",
	"buyer.upserted": "buyer_id name country sector; registrations founded_on group_id parent_id natural_person",
	"statement.filed": "period_end months currency; buyer_id total_assets equity current_assets inventories cash " +
		"current_liabilities " +
		"total_liabilities trade_payables revenue ebit net_income depreciation scope analyst",
	"limit.requested":     "request_id policy_id kind amount currency; buyer_id valid_until analyst",
	"overdue.reported":    "policy_id invoices reported_on; buyer_id reference kind",
	"adverse.reported":    "policy_id known_on what; buyer_id details",
	"payment_plan.agreed": "policy_id plan_id invoices agreed_on currency instalments; buyer_id",
	"document.added":      "document_id kind sha256 bytes; case_id claim_id name",
	"dunning.sent":        "policy_id invoice_id kind sent_on; buyer_id",
	"claim.filed":         "policy_id invoices cause filed_on; buyer_id reference",
	"recovery.received":   "recovery_id amount currency received_on from; case_id claim_id fee",
	"review.decided":      "review_id verdict analyst; reason",
	"underwriter.decided": "scope analyst; buyer_id policy_id grade_floor grade_ceiling block amount currency " +
		"max_terms_days security " +
		"insolvency_only reason valid_until second_analyst",
	"binding_order.accepted": "policy_id order_id amount currency deliver_by; buyer_id analyst",
	"country_cap.set":        "country amount currency; analyst second_analyst",
	"claim.examined":         "claim_id verdict analyst; amount currency reason documents",
	"indemnity.paid":         "claim_id amount currency paid_on analyst;",
	"collection.moved":       "case_id stage analyst; outcome details",
	"plan.decided":           "plan_id policy_id verdict analyst; buyer_id reason",
	"notice.served":          "policy_id analyst; buyer_id served_on reason",
	"model.activated":        "version content sha256; analyst second_analyst",
	"fold.activated":         "version; analyst second_analyst",
	"tick":                   "; id",
}

// TestContract keeps the names that producers rely on, and what may be left out.
func TestContract(t *testing.T) {
	for _, kind := range kindsOfMessages() {
		must, may, _ := strings.Cut(contract[kind.String()], ";")
		needed := append(strings.Fields(must), "type", "at")
		if kind != event.KindTick {
			needed = append(needed, "id")
		}
		all := append(strings.Fields(may), needed...)
		if slices.Contains(all, "buyer_id") && kind != event.KindBuyerUpserted {
			all = append(all, "company")
		}
		schema := defOf(kind.Topic(), kind.String())
		var gotNeeded, got []string
		for _, name := range schema["required"].([]any) {
			gotNeeded = append(gotNeeded, name.(string))
		}
		for name := range schema["properties"].(node) {
			got = append(got, name)
		}
		for _, list := range [][]string{needed, all, gotNeeded, got} {
			slices.Sort(list)
		}
		if !slices.Equal(needed, gotNeeded) || !slices.Equal(all, got) {
			t.Errorf("%s\n requires %v\n promised %v\n knows %v\n promised %v", kind, gotNeeded, needed, got, all)
		}
	}
}
