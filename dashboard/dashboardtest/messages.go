package dashboardtest

import "fmt"

// Messages of risk topics, without their braces: orderHead stands before each of the others.
const (
	OrderHead    = `"id":"o1","at":"2026-03-04T10:00:00Z",`
	LimitAsked   = `"type":"limit.requested","request_id":"r1","policy_id":"P1","buyer_id":"b1","kind":"increase","amount":"900000.00","currency":"EUR"`
	Overdue      = `"type":"overdue.reported","policy_id":"P1","buyer_id":"b1","invoices":["F1"],"reported_on":%q`
	DisputedSaid = `"type":"invoice.disputed","policy_id":"P1","buyer_id":"b1","invoice_id":"F1","disputed":true`
)

// Request is a limit request of b1 under P1.
func Request(id, amount string) string {
	return fmt.Sprintf(`{"request_id":%q,"policy_id":"P1","buyer_id":"b1","kind":"new","amount":%q,"currency":"EUR"}`, id,
		amount)
}

// TestALimitRequest is the life of a request: pending, decided, asked for again, conflicting, refused.
