package api

import (
	"reflect"
	"slices"
	"testing"

	"barometer/ingest/event"
)

// TestWhatIsAPolicyholdersToSend names every kind, so that a new one is not a policyholder's by accident.
func TestWhatIsAPolicyholdersToSend(t *testing.T) {
	var got []string
	for k := event.KindIndicator; k < event.KindEnd; k++ {
		body := event.NewBody(k)
		fields := reflect.ValueOf(body).Elem()
		if ref := fields.FieldByName("Ref"); ref.IsValid() {
			fields = ref
		}
		if policy := fields.FieldByName("Policy"); policy.IsValid() {
			policy.SetString("p")
		}
		if policy := speaksFor(&event.Event{Kind: k, Body: body}); policy != "" {
			got = append(got, k.String())
		}
	}
	want := []string{"invoice.issued", "invoice.paid", "invoice.disputed", "invoice.cancelled", "invoice.extended",
		"payment.reversed", "experience", "limit.requested", "overdue.reported", "dunning.sent", "claim.filed",
		"adverse.reported", "payment_plan.agreed"}
	if !slices.Equal(got, want) {
		t.Errorf("a policyholder may send %v, want %v", got, want)
	}
}
