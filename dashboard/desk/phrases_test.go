package desk

import (
	"strings"
	"testing"

	"barometer/processor/decision"
)

// TestAnOrderBesideTheLimitIsSaidByItself: it changes no limit.
func TestAnOrderBesideTheLimitIsSaidByItself(t *testing.T) {
	order := &decision.Limit{Code: decision.BindingOrder, GrantedMinor: 221_429, PreviousMinor: 2_200_000, Currency: "EUR"}
	if said := strings.ReplaceAll(whatOf("2026-03-04", order), "\u202f", " "); said != "2 214.29 EUR" {
		t.Errorf("it is said as %q", said)
	}
}
